/** Describes what the partitions of a board hold: each as a whole, or sector by sector where no profile names the sectors. */
import type { Content } from '../../flash/family.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { contains, regionOf, unitsTouching } from '../../flash/map.ts';
import { contentBrief, contentSays } from './boot.ts';
import type { DfuInspection, UnitContent } from './inspection.ts';
import { keyOf } from './inspection.ts';

/** What was read; `recognise` is the number of bytes that were looked at in each place, `blank` what was read whole and is blank. */
export interface ReadContents {
  readonly dfu: Pick<DfuInspection['dfu'], 'settings' | 'held' | 'units'>;
  readonly recognise: number;
  readonly blank?: readonly Range[];
}

/** How many bytes of a place were looked at, and how many it has. */
export function extentRead(place: Range, { recognise, blank = [] }: Omit<ReadContents, 'dfu'>): Extent {
  const { size } = place;
  return { read: blank.some((own) => contains(own, place)) ? size : Math.min(recognise, size), size };
}

interface Extent {
  readonly read: number;
  readonly size: number;
}

/** The content of each partition that was looked at, in the order of the layout. */
export function contentsOf(layout: Layout, looked: ReadContents): Content[] {
  return layout.partitions.flatMap((partition) => {
    const found = looked.dfu.held.get(keyOf(looked.dfu.settings, partition));
    if (found === undefined) return [];
    const { region, address, size } = partition;
    const words = { says: contentSays(found, extentRead(partition, looked)), ...contentBrief(found) };
    const whole = { region, address, size, kind: found.kind, ...words };
    const pieces = piecesOf(partition, found, layout, looked);
    return pieces.length > 1 ? pieces : [whole];
  });
}

/** A partition unit by unit, adjacent blank or unrecognised units joined; empty if its units were not looked at. */
function piecesOf(partition: Partition, found: UnitContent, layout: Layout, looked: ReadContents): Content[] {
  const { region, address, size } = partition;
  const { dfu } = looked;
  const pieces: { at: number; size: number; held: UnitContent; count: number }[] = [];
  for (const unit of unitsTouching(regionOf(layout.map, region), address, size)) {
    const held = unit.address === address ? found : dfu.units.get(keyOf(dfu.settings, unit));
    if (held === undefined) return [];
    const last = pieces.at(-1);
    if (last?.held.kind === held.kind && (held.kind === 'blank' || held.kind === 'data')) {
      last.size += unit.size;
      last.count++;
    } else pieces.push({ at: unit.address, size: unit.size, held, count: 1 });
  }
  return pieces.map((piece, i) => {
    const before = pieces[i - 1]?.held.kind;
    const { held, count } = piece;
    const place = { region, address: piece.at, size: piece.size };
    const says =
      held.kind === 'blank' && count > 1
        ? `${count} sectors, blank (erased) at their start.`
        : held.kind === 'data' && (before === 'program' || before === 'module')
          ? 'More of it, or unrecognised data.'
          : contentSays(held, extentRead(place, looked));
    return { ...place, kind: held.kind, says, ...contentBrief(held) };
  });
}
