/** Opens a partition of an Espressif board: its settings, its files, or what explains it. */
import type { Range } from '../../flash/map.ts';
import type { OpenedPartition, PartitionBytes } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, TYPE_DATA } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import type { FlashedApp } from './core-dump/explain.ts';
import { explain } from './explained.ts';
import { withRepairs } from '../repair/rules.ts';
import { openedIn } from './formats.ts';
import { noFile } from './refusals.ts';

/** The port's `openContents` for Espressif boards. */
export async function openEspContents(
  board: EspInspection,
  range: Range,
  bytesOf: (range: Range) => PartitionBytes,
  yieldNow?: YieldNow,
): Promise<OpenedPartition> {
  const row = rowOf(board, range);
  if (row === undefined) return { listing: { kind: 'unknown' }, readFile: noFile };
  const bytes = bytesOf(range);
  const keys = await keysOf(board, async (place) => {
    const own = bytesOf(place);
    return own.read(0, own.size);
  });
  const found = await openedIn(bytes, row, { keys, ...(yieldNow !== undefined && { yieldNow }) });
  const opened = found?.opened ?? { listing: await explain(bytes, row, appsOf(board)), readFile: noFile };
  const { listing } = opened;
  if (listing.kind === 'unknown') return opened;
  const findings = withRepairs(listing.findings, board, board.selection ?? null, row);
  return { ...opened, listing: { ...listing, findings } };
}

/** The apps in the flash, by the names of their partitions. */
function appsOf({ esp }: EspInspection): readonly FlashedApp[] {
  return esp.table.reading.rows.flatMap(({ name, offset }) => {
    const description = esp.apps.get(offset);
    return description === undefined ? [] : [{ partition: name, description }];
  });
}

/** The row of the board's table with exactly this range; undefined if there is none. */
export function rowOf({ esp }: EspInspection, { address, size }: Range): TableRow | undefined {
  return esp.table.reading.rows.find((row) => row.offset === address && row.size === size);
}

/** The bytes of the partition with the keys of NVS; null if there is none in the flash, or the board encrypts it. */
export async function keysOf(
  { esp, layout }: EspInspection,
  read: (range: Range) => Promise<Uint8Array>,
): Promise<Uint8Array | null> {
  const row = esp.table.reading.rows.find(({ type, subtype }) => type === TYPE_DATA && subtype === DATA.nvsKeys);
  if (row === undefined || row.offset + row.size > esp.flashSize) return null;
  if (layout.ciphered.some(({ address }) => address === row.offset)) return null;
  return read({ region: REGION, address: row.offset, size: row.size });
}
