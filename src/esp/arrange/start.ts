/** What to write to otadata so that the bootloader starts a partition. */
import { Failure } from '../../flash/failure.ts';
import type { Segment } from '../../flash/image.ts';
import { nextOtadata, RECORD_DISTANCE, writeRecord } from '../boot/otadata.ts';
import { UNIT } from '../flash-geometry.ts';
import type { TableRow } from '../partitions/table.ts';
import { APP, otaSlot, TYPE_APP } from '../partitions/types.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import { REGION } from '../loader/target.ts';
import type { ArrangeContext } from './context.ts';

/** Whether the bootloader would start this partition without an otadata change, once it holds an app. */
export function startsUnasked(row: TableRow, context: ArrangeContext): boolean {
  const { table, otadata, appsAfter, mergedApps, predict } = context;
  const imageOk = ({ offset }: TableRow) =>
    offset === row.offset || mergedApps.has(offset) || appsAfter.loads.has(offset);
  return predict({ rows: table.rows, otadata: otadata?.records ?? null, imageOk }).boots?.offset === row.offset;
}

/** The segments to write to otadata so that a partition starts, possibly none; null if otadata cannot select it. */
export function startSegments(row: TableRow, context: ArrangeContext): readonly Segment[] | null {
  const { otadata, table } = context;
  if (otadata === null || otadata.row.size < OTADATA_SIZE || row.type !== TYPE_APP) return null;
  const unit = (index: number, record: Uint8Array | null) => entryUnit(otadata.row, index, record);
  // Without a record the bootloader starts the factory app.
  if (row.subtype === APP.factory) return [unit(0, null), unit(1, null)];
  const slot = otaSlot(row);
  const slots = table.rows.filter((other) => otaSlot(other) !== null).length;
  // A gap in the slot numbers hides the highest slots from the bootloader.
  if (slot === null || slot >= slots) return null;
  if (otadata.records === null) return [unit(0, writeRecord(slot + 1)), unit(1, null)];
  try {
    const next = nextOtadata({ otadata: otadata.records, slots, slot });
    return next.kind === 'nothing' ? [] : [unit(next.record, next.data)];
  } catch (error) {
    // Sequence numbers are exhausted: this slot cannot be selected until otadata is erased.
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The whole erase unit of an entry of otadata with its 32 bytes, or blank: the bootloader ignores the rest of it. */
export function entryUnit({ offset }: TableRow, index: number, record: Uint8Array | null): Segment {
  const data = new Uint8Array(UNIT).fill(0xff);
  if (record !== null) data.set(record);
  return { region: REGION, address: offset + index * RECORD_DISTANCE, data };
}
