/** Test support: apps and bootloaders in files, for each of their rules. Nothing of the app imports it. */
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { named, textFile } from '../esp/placements.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import {
  APP,
  appWith,
  at,
  bare,
  BLINK,
  bootloader,
  edited,
  flashWith,
  NO_APPS,
  otadata,
  SMALL_HEADER,
  tableWith,
} from './samples.ts';
import { noise } from '../bytes.ts';

const one = (file: DroppedFile): Drop => ({ files: [file] });
const changed = ({ name, data }: DroppedFile, ...[bytes, at]: Parameters<Uint8Array['set']>): DroppedFile =>
  named(
    name,
    edited(data, (copy) => copy.set(bytes, at)),
  );

// Three slots, the first of them chosen: neither of the others starts by itself.
const threeSlots = (): Uint8Array => {
  const app2 = { label: 'app2', type: 0, subtype: 0x12, offset: 0x380000, size: 0x80000 };
  return flashWith((f) => {
    f.set(buildPartitionTable([...RAFT_OTA_ROWS.filter(({ label }) => label !== 'fs'), app2]), 0x8000);
    f.set(buildOtadata({ seq: 3 }, null), 0x1e000);
    f.set(BLINK, 0x380000);
  });
};
// Bootloader, table and another app for the first slot, without any data.
const FRONT = flashWith((f) => f.fill(0xff, 0x9000).set(APP.data, 0x20000)).slice(0, 0x20000 + APP.data.length);
const twoApps = (second: string): Drop => ({
  files: [APP, named('b.bin', BLINK)],
  chosen: { 'app.bin': 'app0@131072+start', 'b.bin': second },
  flash: threeSlots(),
});

/** Every rule of apps and bootloaders with a file that breaks it. */
export const BROKEN_FILE_IMAGES: readonly BrokenPlacement[] = [
  {
    title: 'text',
    kinds: ['not-an-app'],
    says: /^notes\.txt is not a bootable app image: .*it looks like text/,
    broken: () => one(textFile('notes.txt', 'buy milk\n'.repeat(30))),
    mended: () => one(textFile('notes.txt', `# buy milk\n${new TextDecoder().decode(NO_APPS.data)}`)),
  },
  {
    title: 'no bytes',
    kinds: ['not-an-app'],
    says: /empty\.bin is not a bootable app image: The file is empty\./,
    broken: () => one(named('empty.bin', new Uint8Array())),
    mended: () => one(named('empty.bin', new Uint8Array(1))),
  },
  {
    title: 'a damaged app',
    kinds: ['app-damaged'],
    says: /app\.bin is not a valid app image: The image’s checksum does not match, so its content was changed/,
    broken: () => one(changed(APP, [1], 0x5000)),
    mended: () => one(APP),
  },
  {
    title: 'a truncated app',
    kinds: ['app-damaged'],
    says: /d\.bin is not a valid app image: Segment 0 needs 120 KiB from 0x20, but the image has only 20,448 bytes\./,
    broken: () => one(named('d.bin', APP.data.slice(0, 0x5000))),
    mended: () => one(APP),
  },
  {
    title: 'a damaged bootloader',
    kinds: ['bootloader-damaged'],
    says: /bootloader\.bin is not a valid bootloader: The image’s checksum does not match, so its content was changed/,
    broken: () => one(changed(bootloader(4), [1], 0x3000)),
    mended: () => one(bootloader(4)),
  },
  {
    title: 'another chip',
    kinds: ['wrong-chip'],
    says: /^x\.bin is for the ESP32-S3, but this board has an ESP32\.$/,
    broken: () => one(appWith({ chipId: 9 })),
    mended: () => one(appWith({ chipId: 0 })),
  },
  {
    title: 'a bootloader for another chip',
    kinds: ['wrong-chip'],
    says: /for the ESP32-S3/,
    broken: () => one(changed(bootloader(4), [9], 12)),
    mended: () => one(bootloader(4)),
  },
  {
    title: 'a revision too old',
    kinds: ['chip-too-old'],
    says: /x\.bin needs chip revision v4\.0 or newer, but this chip is revision v3\./,
    broken: () => one(appWith({ minRev: 400, maxRev: 499 })),
    mended: () => one(appWith({ minRev: 399, maxRev: 499 })),
  },
  {
    title: 'a revision too old by the old field, which counts on the ESP32',
    kinds: ['chip-too-old'],
    says: /needs chip revision v4\.0 or newer/,
    broken: () => one(changed(bare(0x800), [4], 14)),
    mended: () => one(changed(bare(0x800), [3], 14)),
  },
  {
    title: 'a revision too new',
    kinds: ['chip-too-new'],
    says: /x\.bin supports chip revisions up to v1\.99, but this chip is revision v3: the bootloader would not start it\./,
    broken: () => one(appWith({ maxRev: 199 })),
    mended: () => one(appWith({ maxRev: 300 })),
  },
  {
    title: 'an app for a board whose table cannot be read',
    kinds: ['no-table-known'],
    says: /This board’s partition table cannot be read, so Sectorwise cannot tell where app\.bin belongs\. The board may be fine\./,
    broken: () => ({ files: [APP], identity: { locked: true } }),
    mended: () => ({ files: [APP] }),
  },
  {
    title: 'an app for a board with garbage in place of its table',
    kinds: ['no-table'],
    says: /^A partition table decides where app\.bin goes, and there is none at 0x8000: the flash there holds something else\.$/,
    broken: () => ({ files: [APP], flash: flashWith((f) => f.fill(0x5a, 0x8000, 0x9000)) }),
    mended: () => ({ files: [APP, NO_APPS], flash: flashWith((f) => f.fill(0x5a, 0x8000, 0x9000)) }),
  },
  {
    title: 'a boot selection for a board with a blank table',
    kinds: ['no-table'],
    says: /^A partition table decides where otadata\.bin goes, and there is none at 0x8000: the flash there is blank \(erased\)\.$/,
    broken: () => ({ files: [otadata(1)], flash: flashWith((f) => f.fill(0xff, 0x8000, 0x9000)) }),
    mended: () => ({ files: [otadata(1)] }),
  },
  {
    title: 'a boot selection for a board whose table cannot be read',
    kinds: ['no-table-known'],
    says: /This board’s partition table cannot be read, so Sectorwise cannot tell where otadata\.bin belongs\./,
    broken: () => ({ files: [otadata(1)], identity: { locked: true } }),
    mended: () => ({ files: [otadata(1)] }),
  },
  {
    title: 'no partition for apps',
    kinds: ['no-app-partition', '?table-without-app', '?partitions-lost'],
    says: /^There is no place for app\.bin: the partition table in t\.csv has no app partition\.$/m,
    broken: () => ({ files: [APP, NO_APPS] }),
    mended: () => ({
      files: [APP, textFile('t.csv', `${new TextDecoder().decode(NO_APPS.data)}app,app,factory,,1M\n`)],
    }),
  },
  {
    title: 'a table without an app, dropped by itself',
    kinds: ['?table-without-app', '?partitions-lost'],
    says: /t\.csv/,
    broken: () => one(NO_APPS),
    mended: () => one(textFile('t.csv', `${new TextDecoder().decode(NO_APPS.data)}app,app,factory,,1M\n`)),
  },
  {
    title: 'an app at the address of the bootloader',
    kinds: ['app-at-bootloader'],
    says: /^app\.bin is an app, but its build puts it at 0x1000, where the ESP32 expects its bootloader\.$/,
    broken: () => one({ ...APP, at: 0x1000 }),
    mended: () => one({ ...APP, at: 0x1d0000 }),
  },
  {
    title: 'an app at an address from which it reaches past the flash',
    kinds: ['file-past-flash'],
    says: /^app\.bin at 0x3FF000 would end at 0x[0-9A-F]+, but this board’s flash ends at 0x400000: /,
    broken: () => one({ ...APP, at: 0x3ff000, typed: true }),
    mended: () => one({ ...APP, at: 0x1d0000, typed: true }),
  },
  {
    title: 'an app larger than every slot',
    kinds: ['app-too-large'],
    says: /x\.bin is 1792 KiB, but app0 holds 1728 KiB: 64 KiB too much\. No app partition on this board has enough room: it needs one of at least 1792 KiB \(0x1C0000\)\./,
    broken: () => one(appWith({ size: 0x1c0000 })),
    mended: () => one(appWith({ size: 0x1b0000 })),
  },
  {
    title: 'an app larger than the chosen slot',
    kinds: ['app-too-large'],
    says: /app\.bin is 634,832 bytes, but app0 holds 64 KiB: 569,296 bytes too much\. It would fit into app1\./,
    broken: () => ({ files: [APP, tableWith('app0', { size: 0x10000 })], chosen: { 'app.bin': 'app0@131072' } }),
    mended: () => ({ files: [APP, tableWith('app0', { size: 0xa0000 })], chosen: { 'app.bin': 'app0@131072' } }),
  },
  {
    title: 'a bootloader that is too large',
    kinds: ['bootloader-too-large'],
    says: /bare\.bin is 28,688 bytes, but there is only 28 KiB before the partition table: 16 bytes too much\./,
    broken: () => one(bare(0x7000 - 32, 0x50)),
    mended: () => one(bare(0x7000 - 36, 0x50)),
  },
  {
    title: 'a bootloader for a larger chip',
    kinds: ['bootloader-past-chip'],
    says: /bootloader\.bin was built for 16 MiB of flash, but this board has 4 MiB: apps would fail at startup\./,
    broken: () => one(bootloader(16)),
    mended: () => one(bootloader(4)),
  },
  {
    title: 'a bootloader that refuses the table',
    kinds: ['bootloader-past-table'],
    says: /built for 2 MiB of flash, but app1 ends at 0x380000/,
    broken: () => one(bootloader(2)),
    mended: () => one(bootloader(4)),
  },
  {
    title: 'two apps that are both to start',
    kinds: ['two-starts'],
    says: /Only one app can start, but more than one is set to start: app\.bin and b\.bin, from app0 and app1\./,
    broken: () => twoApps('app1@1900544+start'),
    mended: () => twoApps('app1@1900544'),
  },
  ...(
    [
      ['a build', at(0x20000, APP), {}],
      ['a person', APP, { 'app.bin': 'app0@131072' }],
      ['a merged image', named('app.bin', FRONT), {}],
    ] as const
  ).map(([who, file, chosen]): BrokenPlacement => ({
    title: `the running app replaced by ${who} although another slot is free`,
    kinds: ['?running-app-replaced'],
    says: /^app\.bin replaces raft-demo 1\.4\.2 in app0, which the board starts now\. An interruption leaves the board without an app until you flash again\.$/,
    broken: () => ({ files: [file], chosen }),
    mended: () => one(APP),
  })),
  {
    title: 'a part of the running app overwritten by data in a build',
    kinds: ['?running-app-replaced'],
    says: /^d\.bin overwrites part of raft-demo 1\.4\.2 in app0, which the board starts now\./,
    broken: () => one(at(0x30000, named('d.bin', noise(0x1000)))),
    mended: () => one(at(0x1f0000, named('d.bin', noise(0x1000)))),
  },
  {
    title: 'two apps for one slot',
    kinds: ['same-place'],
    says: /^app\.bin and b\.bin are to go to the same place, app1: only one of them can be written there\.$/,
    broken: () => ({ files: [APP, named('b.bin', BLINK)] }),
    mended: () => ({ files: [APP, named('b.bin', BLINK)], chosen: { 'b.bin': 'app0@131072' } }),
  },
  {
    title: 'an image without a description as an app',
    kinds: ['?image-without-description'],
    says: /bare\.bin has no app description/,
    broken: () => one(bare(0x8000)),
    mended: () => one(appWith({ size: 0x8000 })),
  },
  {
    title: 'a table past the header on the board',
    kinds: ['?board-table-past-header'],
    says: /The board will not start, whatever is written: app1 ends at 0x380000, past the flash size in its bootloader header \(2 MiB\)\./,
    broken: () => ({ files: [APP], flash: SMALL_HEADER }),
    mended: () => ({ files: [bootloader(4), APP], flash: SMALL_HEADER }),
  },
];
