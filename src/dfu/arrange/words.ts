/** How a sentence names a place on the flash. */
import { hex } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionsTouching } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';

/** A range by the name of the one partition that it touches, or else by its address. */
export function placeName(range: Range, layout: Layout): string {
  const inside = partitionsTouching(layout, range);
  const [own] = inside;
  return own !== undefined && inside.length === 1 ? own.name : hex(range.address);
}
