/** What a person can do instead of giving up what a new table loses: a larger place, or a look at what is in it. */
import type { Fate } from '../../flash/fates.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Partition } from '../../flash/layout.ts';
import type { Repair } from '../../flash/repair.ts';
import { firstOffset, UNIT } from '../flash-geometry.ts';
import { freeOffset } from '../partitions/edit.ts';
import { viewLinkIfAny } from '../partitions/layout-link.ts';
import type { TableRow } from '../partitions/table.ts';
import type { ArrangeContext } from './context.ts';

/** A format keeps a part of what a partition gains for itself: so much of a gain is expected to be of use. */
const OF_USE = 7 / 8;

/** The offers for the partitions whose content a table gives up, in the order of these fates. */
export function lostOffers(lost: readonly Exclude<Fate, { fate: 'new' }>[], context: ArrangeContext): Repair[] {
  return lost.flatMap(({ before }) => [...roomFor(before, context), ...lookInside(before)]);
}

/** The same table with room for what the partition holds, where it is known how much that is and there is so much left. */
function roomFor({ address }: Partition, { carriages, table, board }: ArrangeContext): Repair[] {
  const carriage = carriages?.find(({ before, parts }) => before.offset === address && parts === null);
  const row = table.rows.find((each) => each === carriage?.after);
  if (carriage?.lacks === undefined || row === undefined) return [];
  const wanted = Math.ceil((row.size + carriage.lacks / OF_USE) / UNIT) * UNIT;
  // In a partition as large as its own it has room for sure.
  const size = row.subtype === carriage.before.subtype ? Math.min(wanted, carriage.before.size) : wanted;
  const offset = placeFor({ ...row, size }, { table, end: board.esp.flashSize });
  if (offset === null) return [];
  const link = viewLinkIfAny(table.rows.map((each) => (each === row ? { ...each, offset, size } : each)));
  if (link === null) return [];
  const at = offset === row.offset ? '' : ` at ${hex(offset)}`;
  const reason = `What ${row.name} holds needs about that much. Opens the layout with it.`;
  return [{ label: `Make ${row.name} ${bytes(size)}${at}`, reason, request: { do: 'open', view: 'layout', link } }];
}

/** Where a partition of another size has room: where it is, or else in the first gap; null if nowhere. */
function placeFor(
  row: TableRow,
  { table, end }: { readonly table: ArrangeContext['table']; readonly end: number },
): number | null {
  const others = table.rows.filter(({ name, offset }) => name !== row.name || offset !== row.offset);
  const stays = freeOffset(others, row, { from: row.offset, end });
  return stays === row.offset ? stays : freeOffset(others, row, { from: firstOffset(table.address), end });
}

function lookInside({ name, role, region, address, size }: Partition): Repair[] {
  if (role !== 'files' && role !== 'settings') return [];
  const reason = 'Shows what it holds: save what you need, or delete what you do not.';
  const at = { region, address, size };
  return [{ label: `Look inside ${name}`, reason, request: { do: 'open', view: 'contents', at } }];
}
