/**
 * An app on trial under a new table: its entry keeps the state NEW or PENDING_VERIFY, and the other entry goes on selecting the
 * app that a bootloader with rollback falls back to, although both slots have other numbers.
 */
import type { RecordIndex } from '../boot/otadata.ts';
import { OTA_STATE, seqAbove, writeRecord } from '../boot/otadata.ts';
import { entriesOf, selectedBy } from '../boot/choose.ts';
import type { TableRow } from '../partitions/table.ts';
import { otaSlot } from '../partitions/types.ts';
import type { ArrangeContext, Records } from './context.ts';

/** The entry of each unit that changes, as its 32 bytes. */
export type PendingEntries = readonly { readonly index: RecordIndex; readonly data: Uint8Array }[];

/**
 * The entries with which the app that is on trial now stays so in `now`, its partition of the new table; null if none is on trial,
 * or no entry can select that partition. Both are written in their places: a copy of an entry on trial would count once that one
 * has failed.
 */
export function pendingEntries(now: TableRow, context: ArrangeContext): PendingEntries | null {
  const entries = entriesOf(context.board.esp);
  const records = context.otadata?.records ?? null;
  if (entries === null || records === null || entries.active === null || isFromFile(records, context)) return null;
  const index = entries.active;
  const trial = entries.records[index];
  const slots = context.table.rows.filter((row) => otaSlot(row) !== null).length;
  const slot = otaSlot(now);
  const onTrial = trial.state === OTA_STATE.new || trial.state === OTA_STATE.pendingVerify;
  if (!onTrial || slot === null || slot >= slots) return null;
  const other: RecordIndex = index === 0 ? 1 : 0;
  const back = entries.records[other];
  const backSlot = back.usable ? slotAfterwards(selectedBy(back, entries), context) : null;
  const backSeq = backSlot === null || backSlot >= slots ? null : seqAbove(back.seq - 1, backSlot, slots);
  const seq = seqAbove(Math.max(backSeq ?? 0, trial.seq - 1), slot, slots);
  if (seq === null) return null;
  return [
    ...(backSeq === null || backSeq === back.seq ? [] : [{ index: other, data: writeRecord(backSeq, back.state) }]),
    ...(seq === trial.seq ? [] : [{ index, data: writeRecord(seq, trial.state) }]),
  ];
}

/** Whether the entries are those of a file. */
function isFromFile([first, second]: Records, { board }: ArrangeContext): boolean {
  const own = board.esp.otadata?.records;
  return own?.[0] !== first || own[1] !== second;
}

/** The number of the slot that takes over the app of a partition; null if none does. */
function slotAfterwards(row: TableRow | undefined, { carriages }: ArrangeContext): number | null {
  const carriage = carriages?.find(({ before, parts }) => before.offset === row?.offset && parts !== null);
  return carriage === undefined ? null : otaSlot(carriage.after);
}
