/** Layouts of 16 MB for the rows that change one, and flashes that are full. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { noise } from '../bytes.ts';

const MIB = 1 << 20;

type Places = Readonly<Record<string, readonly [offset: number, size: number]>>;

/** Raft's layout with some partitions elsewhere, or of another size. */
export function rowsWith(places: Places): TableRow[] {
  return RAFT_OTA_ROWS.map((row) => {
    const [offset, size] = places[row.label] ?? [row.offset, row.size];
    return { ...row, offset, size };
  });
}

/**
 * A flash of 16 MB with an app of 1 MiB in each slot and a file system that is full of bytes that do not compress; another `seed`
 * gives others.
 */
export function filled(rows: readonly TableRow[], files: number, seed = 1): Uint8Array {
  const cells = factoryFlash({ flashMegabytes: 16 }).snapshot();
  cells.fill(0xff, 0x20000);
  cells.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000);
  cells.set(buildPartitionTable(rows), 0x8000);
  for (const [i, { offset }] of rows.filter(({ type }) => type === 0).entries())
    cells.set(buildAppImage({ project: 'demo', version: `${seed}.${i}`, seed: seed * 8 + i, size: MIB }), offset);
  const fs = rows.find(({ label }) => label === 'fs');
  if (fs !== undefined) cells.set(noise(files, seed), fs.offset);
  return cells;
}
