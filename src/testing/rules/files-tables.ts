/** Test support: partition tables and merged images in files, for each of their rules. Nothing of the app imports it. */
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { named, textFile } from '../esp/placements.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import {
  APP,
  at,
  BLANK_SETTINGS,
  bootloader,
  DAMAGED_TABLE,
  edited,
  flashWith,
  rowsWith,
  SAME_TABLE,
  signing,
  SMALL_HEADER,
  SOUND,
  tableWith,
} from './samples.ts';

const one = (file: DroppedFile): Drop => ({ files: [file] });
const merged = (edit: (copy: Uint8Array) => void): Drop => one(named('m.bin', flashWith(edit)));
const whole = (): Drop => one(named('m.bin', SOUND.slice()));
const NO_FS = buildPartitionTable(RAFT_OTA_ROWS.filter(({ label }) => label !== 'fs'));
const PART_BLOCKS = buildPartitionTable(
  RAFT_OTA_ROWS.map((row) => (row.label.startsWith('app') ? { ...row, size: 0x1af000 } : row)),
);
const gapOf = (filled: number): Uint8Array => flashWith((f) => f.fill(filled, 0x380000).set(NO_FS, 0x8000));
/** A merged image with its padding; `blank` in place of the file system. */
const everything = (
  edit: (copy: Uint8Array) => void,
  { flash = SOUND, blank = false }: { readonly flash?: Uint8Array; readonly blank?: boolean } = {},
): Drop => ({
  files: [named('m.bin', edited(blank ? SOUND.slice().fill(0xff, 0x380000) : SOUND, edit))],
  chosen: { 'm.bin': 'merged-everything' },
  flash,
});
/** A table with room for itself in front of its first partition, so that it fits at either address. */
const LATER_TABLE = tableWith('nvs', { offset: 0xa000, size: 0x14000 });
const LATER = flashWith((f) => f.set(LATER_TABLE.data, 0x8000));
const csvWithAppAt = (offset: string): Drop =>
  one(textFile('p.csv', `nvs,data,nvs,0x9000,0x6000\napp,app,factory,${offset},1M\n`));

/** Every rule of tables and merged images with a file that breaks it. */
export const BROKEN_FILE_TABLES: readonly BrokenPlacement[] = [
  {
    title: 'overlapping rows',
    kinds: ['table-refused'],
    says: /partitions\.bin cannot be used as this board’s partition table: “fs” and “app1” overlap/,
    broken: () => one(tableWith('fs', { offset: 0x370000 })),
    mended: () => one(SAME_TABLE),
  },
  {
    title: 'a table past the chip',
    kinds: ['table-refused'],
    says: /“fs” ends at 0x480000/,
    broken: () => one(tableWith('fs', { size: 0x100000 })),
    mended: () => one(SAME_TABLE),
  },
  {
    title: 'a table with a wrong checksum',
    kinds: ['table-refused'],
    says: /checksum does not match/,
    broken: () =>
      one(
        named(
          'p.bin',
          edited(SAME_TABLE.data, (d) => d.set([0x21], 12)),
        ),
      ),
    mended: () => one(SAME_TABLE),
  },
  {
    title: 'a CSV with a mistake',
    kinds: ['table-refused'],
    says: /“app”.*0x10001/,
    broken: () => csvWithAppAt('0x10001'),
    mended: () => csvWithAppAt('0x10000'),
  },
  {
    title: 'a table with a part of a block for an app, where secure boot v1 is on',
    kinds: ['table-refused', 'table-refused'],
    says: /With secure boot v1, the size of the app partition “app0”, 1724 KiB, must be a multiple of 64 KiB\./,
    broken: () => ({ ...one(named('p.bin', PART_BLOCKS)), identity: { security: signing('v1') } }),
    mended: () => ({ ...one(SAME_TABLE), identity: { security: signing('v1') } }),
  },
  {
    title: 'a CSV with a part of a block for an app, where secure boot v1 is on',
    kinds: ['table-refused'],
    says: /With secure boot v1, the size of the app partition “app”, 1028 KiB, must/,
    broken: () => ({
      ...one(textFile('p.csv', 'nvs,data,nvs,0x9000,0x6000\napp,app,factory,0x10000,0x101000\n')),
      identity: { security: signing('v1') },
    }),
    mended: () => ({ ...csvWithAppAt('0x10000'), identity: { security: signing('v1') } }),
  },
  {
    title: 'a table past the bootloader’s header',
    kinds: ['table-past-header'],
    says: /In partitions\.bin, app1 ends at 0x380000, past the flash size in the bootloader header \(2 MiB\): the bootloader would reject the whole table\./,
    broken: () => ({ files: [SAME_TABLE], flash: SMALL_HEADER }),
    mended: () => ({ files: [SAME_TABLE, bootloader(4)], flash: SMALL_HEADER }),
  },
  {
    title: 'a damaged table on the board',
    kinds: ['?table-damaged'],
    says: /partition table on the board is damaged/,
    broken: () => ({ files: [APP], flash: DAMAGED_TABLE }),
    mended: () => ({ files: [APP, SAME_TABLE], flash: DAMAGED_TABLE }),
  },
  {
    title: 'a table that the bootloader on the board would not find',
    kinds: ['?table-moved-alone'],
    says: /^partitions\.bin is for 0x9000, but the bootloader on the board reads its table from 0x8000 and would never see this one\./,
    broken: () => ({ files: [at(0x9000, LATER_TABLE)], flash: LATER }),
    mended: () => ({ files: [at(0x9000, LATER_TABLE), bootloader(4)], flash: LATER }),
  },
  {
    title: 'a table that drops partitions',
    kinds: ['?partitions-lost'],
    says: /fs \(0x380000, 512 KiB; LittleFS cannot become smaller in place/,
    broken: () => one(tableWith('fs', { size: 0x40000 })),
    mended: () => one(tableWith('fs', { label: 'storage' })),
  },
  {
    title: 'merged from damaged parts',
    kinds: ['merged-refused', 'merged-refused'],
    says: /m\.bin is a merged image that would not work: The image’s/,
    broken: () => merged((f) => f.set([1], 0x30000)),
    mended: whole,
  },
  {
    title: 'merged with a table that is not sound',
    kinds: ['merged-refused'],
    says: /m\.bin is a merged image that would not work: “fs” and “app1” overlap/,
    broken: () => merged((f) => f.set(buildPartitionTable(rowsWith('fs', { offset: 0x370000 })), 0x8000)),
    mended: whole,
  },
  {
    title: 'merged with its bootloader at another chip’s place',
    kinds: ['merged-refused'],
    says: /^m\.bin is a merged image that would not work: its bootloader would be at 0x0, but this chip expects it at 0x1000\.$/,
    broken: () => merged((f) => f.copyWithin(0, 0x1000, 0x8000).fill(0xff, 0x7000, 0x8000)),
    mended: whole,
  },
  {
    title: 'merged with a partition for apps that holds something else',
    kinds: ['merged-refused'],
    says: /m\.bin is a merged image that would not work/,
    broken: () => merged((f) => f.set([1], 0x1d0000)),
    mended: whole,
  },
  {
    title: 'merged for a larger flash',
    kinds: ['merged-past-flash'],
    says: /m\.bin ends at 0x400001, but this board’s flash ends at 0x400000: 1 byte too much\./,
    broken: () =>
      one(
        named(
          'm.bin',
          edited(new Uint8Array(0x400001), (d) => d.set(SOUND)),
        ),
      ),
    mended: whole,
  },
  {
    title: 'merged for another chip',
    kinds: ['wrong-chip'],
    says: /for the ESP32-S3/,
    broken: () => merged((f) => f.set([9], 0x2000c)),
    mended: whole,
  },
  {
    title: 'merged with a bootloader for a larger chip',
    kinds: ['bootloader-past-chip'],
    says: /m\.bin was built for 8 MiB of flash, but this board has 4 MiB: apps would fail at startup\./,
    broken: () => merged((f) => f.set(bootloader(8).data, 0x1000)),
    mended: whole,
  },
  {
    title: 'padding over settings',
    kinds: ['?padding-erases', '?data-replaced'],
    says: /would erase nvs, 0x9000, 84 KiB\./,
    broken: () => ({ files: [BLANK_SETTINGS], chosen: { 'merged.bin': 'merged-everything' } }),
    mended: () => ({ files: [BLANK_SETTINGS], chosen: { 'merged.bin': 'merged-parts' } }),
  },
  {
    title: 'padding over an app',
    kinds: ['?padding-erases', '?data-replaced'],
    says: /would erase app0, 0x20000, 1728 KiB\./,
    broken: () => everything((f) => f.fill(0xff, 0x20000, 0x1d0000)),
    mended: () => everything((f) => f.fill(0xff, 0x1d0000, 0x380000)),
  },
  {
    title: 'padding over data in a gap',
    kinds: ['?padding-erases', '?data-replaced'],
    says: /would erase the gap at 0x380000, 512 KiB\./,
    broken: () => everything((f) => f.set(NO_FS, 0x8000), { flash: gapOf(0x5a), blank: true }),
    mended: () => everything((f) => f.set(NO_FS, 0x8000), { flash: gapOf(0xff), blank: true }),
  },
];
