/** Small words that every sentence about a file needs. */
import type { DroppedFile } from '../../flash/family.ts';
import type { Place } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionsTouching } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { textOf } from '../../formats/binary.ts';

const encoder = new TextEncoder();

/** A file's name as a sentence may show it: whatever could disguise it is replaced. */
export function shown(file: Pick<DroppedFile, 'name'>): string {
  return textOf(encoder.encode(file.name.replaceAll('\0', '\uFFFD'))) || 'The file';
}

/** A file as the place of a refusal. */
export function inFile(file: Pick<DroppedFile, 'name'>): Place {
  return { in: 'file', name: file.name };
}

/** A place by the name of its partition, or by its address. */
export function placeName(range: Range, layout: Layout): string {
  const inside = partitionsTouching(layout, range);
  const [own] = inside;
  return own !== undefined && inside.length === 1 ? own.name : hex(range.address);
}
