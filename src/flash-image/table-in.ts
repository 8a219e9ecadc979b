/** Finds the partition table in the bytes of a flash, wherever the app looks for one on a board. */
import { findTable } from '../esp/board/inspect.ts';
import type { TableRow } from '../esp/partitions/table.ts';

/** The rows of the partition table in a flash, and its address; empty if there is none. */
export async function tableIn(
  data: Uint8Array,
): Promise<{ readonly address: number; readonly rows: readonly TableRow[] }> {
  const read = (address: number, size: number) => Promise.resolve(data.subarray(address, address + size));
  const { address, reading } = await findTable(read, {});
  return { address, rows: reading.rows };
}
