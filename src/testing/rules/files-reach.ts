/** Test support: boards on which files would reach beyond their own place. Nothing of the app imports it. */
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { named } from '../esp/placements.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import { APP, at, bootloader, ENCRYPTED, flashWith, rowsWith, SAME_TABLE, SILENT, tableWith } from './samples.ts';
import { noise } from '../bytes.ts';

type Rows = Parameters<typeof buildPartitionTable>[0];

const tableOf = (rows: Rows): Uint8Array => flashWith((f) => f.set(buildPartitionTable(rows), 0x8000));
const DATA = named('d.bin', noise(99));
const dataAt = (offset: number, size: number): Drop => ({
  files: [DATA],
  chosen: { 'd.bin': `fs@${offset}` },
  flash: tableOf(rowsWith('fs', { offset, size })),
});
const appIn = (chosen: string, flash: Uint8Array): Drop => ({ files: [APP], chosen: { 'app.bin': chosen }, flash });
/** A file system in the middle of the app. */
const WITHIN = tableOf(rowsWith('fs', { offset: 0x80000, size: 0x80000 }));

/** Every rule about the reach of files, with a board on which one reaches too far. */
export const BROKEN_REACH: readonly BrokenPlacement[] = [
  {
    title: 'an app over a partition in its own',
    kinds: ['?overlaps-partition', '?running-app-replaced'],
    says: /The data that app\.bin puts into app0 also covers part of fs, 0x80000, 512 KiB: these partitions overlap in the board’s partition table\./,
    broken: () => appIn('app0@131072', WITHIN),
    mended: () => appIn('app1@1900544+start', WITHIN),
  },
  {
    title: 'data in a partition within another',
    kinds: ['?overlaps-partition'],
    says: /The data that d\.bin puts into fs also covers part of app0, 0x20000, 1728 KiB: these partitions overlap in the board’s partition table\./,
    broken: () => dataAt(0x80000, 0x80000),
    mended: () => dataAt(0x380000, 0x80000),
  },
  {
    title: 'an app whose boot choice lies in the settings',
    kinds: ['?overlaps-partition'],
    says: /The data that app\.bin puts into otadata also covers part of nvs, 0x9000, 92 KiB: these partitions overlap in the board’s partition table\./,
    broken: () => appIn('app1@1900544+start', tableOf(rowsWith('nvs', { size: 0x17000 }))),
    mended: () => appIn('app1@1900544', tableOf(rowsWith('nvs', { size: 0x17000 }))),
  },
  {
    title: 'a bootloader over a partition',
    kinds: ['?overlaps-partition'],
    says: /The data that bootloader\.bin puts into bootloader also covers part of fs, 0x2000, 4 KiB: these partitions overlap in the board’s partition table\./,
    broken: () => ({ files: [bootloader(4)], flash: tableOf(rowsWith('fs', { offset: 0x2000, size: 0x1000 })) }),
    mended: () => ({
      files: [bootloader(4), SAME_TABLE],
      flash: tableOf(rowsWith('fs', { offset: 0x2000, size: 0x1000 })),
    }),
  },
  {
    title: 'data over the bootloader',
    kinds: ['overlaps-boot', '?content-replaced'],
    says: /The data that d\.bin puts into fs, 0x1000 to 0x1063, would overwrite the bootloader at 0x1000: the board would no longer start\./,
    broken: () => dataAt(0x1000, 0x4000),
    mended: () => dataAt(0x380000, 0x80000),
  },
  {
    title: 'data in the erase unit of the table',
    kinds: ['overlaps-boot'],
    says: /0x8D00 to 0x8D63, would overwrite the partition table at 0x8000/,
    broken: () => dataAt(0x8d00, 0x300),
    mended: () => dataAt(0x380000, 0x80000),
  },
  {
    title: 'a file that its build puts over the end of a partition',
    kinds: ['?reaches-over'],
    says: /^d\.bin goes to 0x378000 to 0x388000, as its build specifies, and overlaps app1, 0x1D0000, 1728 KiB; fs, 0x380000, 512 KiB\./,
    broken: () => ({ files: [at(0x378000, named('d.bin', noise(0x10000)))] }),
    mended: () => ({ files: [at(0x378000, named('d.bin', noise(0x8000)))] }),
  },
  {
    title: 'a plain app on a board that looks encrypted',
    kinds: ['board-encrypted'],
    says: /app\.bin is not written: this board’s flash looks encrypted, but the chip does not report whether it is\. If it is, an unencrypted file would make the board unusable\./,
    broken: () => ({ files: [APP], flash: ENCRYPTED, identity: { security: SILENT } }),
    mended: () => ({ files: [APP], flash: ENCRYPTED }),
  },
  {
    title: 'everything that would set an encrypted board up again',
    kinds: ['board-encrypted', 'board-encrypted', 'board-encrypted'],
    says: /bootloader\.bin is not written[^]*partitions\.bin is not written/,
    broken: () => ({ files: [APP, bootloader(4), tableWith()], flash: ENCRYPTED, identity: { security: SILENT } }),
    mended: () => ({ files: [APP, bootloader(4), tableWith()], identity: { security: SILENT } }),
  },
];
