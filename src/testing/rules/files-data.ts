/** Test support: data, file systems and boot choices in files, for each of their rules. Nothing of the app imports it. */
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { named, textFile } from '../esp/placements.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import { at, BLINK, flashWith, NO_APPS, otadata, rowsWith, SOUND, spiffs, tableWith } from './samples.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { noise } from '../bytes.ts';

const CHOICE = 'nvs,data,nvs,0x9000,0x5000\notadata,data,ota,0xe000,0x2000\nfs,data,littlefs,0x10000,1M\n';
const MEBI = 1 << 20;

const data = (size: number, chosen = 'fs@3670016'): Drop => ({
  files: [named('d.bin', noise(size))],
  chosen: { 'd.bin': chosen },
});
// The file system ends where the flash does: a gap needs a smaller one.
const twice = (second: string): Drop => ({
  files: [named('d.bin', noise(99)), named('e.bin', noise(98))],
  chosen: { 'd.bin': 'fs@3670016', 'e.bin': second },
  flash: flashWith((f) => f.fill(0xff, 0x380000).set(buildPartitionTable(rowsWith('fs', { size: 0x70000 })), 0x8000)),
});
const SETTINGS = named('nvs.bin', SOUND.slice(0x9000, 0xc000));
// Bootloader, table and a boot selection of ota_1, but no app.
const FRONT_WITH_CHOICE = flashWith((f) => f.fill(0xff, 0x9000).set(buildOtadata({ seq: 2 }, null), 0x1e000)).slice(
  0,
  0x20000,
);
const littleFs = (size: number): Drop => ({ files: [named('f.bin', buildLittleFs(size).slice(0, 0x4000))] });
const spiffsOf = (size: number): Drop => ({
  files: [named('spiffs.bin', spiffs(size)), tableWith('fs', { subtype: 0x82 })],
});

/** Every rule about files that are neither image nor table, with a file that breaks it. */
export const BROKEN_DATA: readonly BrokenPlacement[] = [
  {
    title: 'a file of over 128 MiB',
    kinds: ['file-too-large'],
    says: /big is 134,217,729 bytes\. Files over 128 MiB are not opened, because no supported flash can hold one\./,
    broken: () => ({ files: [named('big', new Uint8Array(128 * MEBI + 1))] }),
    mended: () => ({ files: [named('big', new Uint8Array(128 * MEBI))] }),
  },
  {
    title: 'no partition for a boot choice',
    kinds: ['no-place', '?table-without-app', '?partitions-lost'],
    says: /otadata\.bin does not fit anywhere on this board: no partition fits a file of this kind \(boot choice\) and size\./,
    broken: () => ({ files: [otadata(1), NO_APPS] }),
    mended: () => ({ files: [otadata(1), textFile('t.csv', CHOICE)] }),
  },
  {
    title: 'data larger than every partition',
    kinds: ['no-place'],
    says: /d\.bin does not fit anywhere on this board: no partition fits a file of this kind \(data\) and size\./,
    broken: () => data(0x80001, ''),
    mended: () => data(0x80000, ''),
  },
  {
    title: 'data of no known kind in the place of settings',
    kinds: ['?content-replaced'],
    says: /^Sectorwise does not recognise d\.bin\. It replaces content of nvs \(0x9000\)\. Settings/,
    broken: () => data(99, 'nvs@36864'),
    mended: () => littleFs(0x80000),
  },
  {
    title: 'data in a build over a part of a file system',
    kinds: ['?content-replaced'],
    says: /^Sectorwise does not recognise d\.bin\. It replaces content of fs \(0x390000\)\. A LittleFS file system of 512 KiB\.$/,
    broken: () => ({ files: [at(0x390000, named('d.bin', noise(99)))] }),
    mended: () => ({ files: [at(0x1f0000, named('d.bin', noise(99)))] }),
  },
  {
    title: 'settings and files of a merged image over those of the board',
    kinds: ['?data-replaced'],
    says: /^m\.bin brings data of its own\. Where it differs, it replaces what is on the board: nvs, 0x9000, 84 KiB \(settings \(NVS\): 11 entries of 32 bytes in 1 page\); fs, 0x380000, 512 KiB \(a LittleFS file system of 512 KiB\)\.$/,
    broken: () => ({ files: [named('m.bin', SOUND.slice())] }),
    mended: () => ({ files: [named('m.bin', SOUND.slice())], chosen: { 'm.bin': 'merged-programs' } }),
  },
  {
    title: 'settings of a merged image over blank ones',
    kinds: ['?data-replaced'],
    says: /: fs, 0x380000, 512 KiB \(a LittleFS file system of 512 KiB\)\.$/,
    broken: () => ({ files: [named('m.bin', SOUND.slice())], flash: flashWith((f) => f.fill(0xff, 0x9000, 0x1e000)) }),
    mended: () => ({
      files: [named('m.bin', SOUND.slice(0, 0x200000))],
      flash: flashWith((f) => f.fill(0xff, 0x9000, 0x1e000)),
    }),
  },
  {
    title: 'a boot selection of a merged image, after which an app of the board starts',
    kinds: ['?data-replaced'],
    says: /^m\.bin brings data of its own\. Where it differs, it replaces what is on the board: otadata, 0x1E000, 8 KiB \(entry 1 is used: sequence number 1, state UNDEFINED \(no trial is pending\), CRC correct\)\.$/,
    broken: () => ({ files: [named('m.bin', FRONT_WITH_CHOICE)], flash: flashWith((f) => f.set(BLINK, 0x1d0000)) }),
    mended: () => ({
      files: [named('m.bin', FRONT_WITH_CHOICE)],
      flash: flashWith((f) => f.set(BLINK, 0x1d0000)),
      chosen: { 'm.bin': 'merged-programs' },
    }),
  },
  {
    title: 'settings in a build over those of the board',
    kinds: ['?data-replaced'],
    says: /^nvs\.bin brings data of its own\. Where it differs, it replaces what is on the board: nvs, 0x9000, 84 KiB \(settings/,
    broken: () => ({ files: [at(0x9000, SETTINGS)] }),
    mended: () => ({ files: [SETTINGS] }),
  },
  {
    title: 'data at an address past the flash',
    kinds: ['file-past-flash'],
    says: /^d\.bin at 0x400000 would end at 0x400063, but this board’s flash ends at 0x400000: 99 bytes too much\.$/,
    broken: () => ({ files: [at(0x400000, named('d.bin', noise(99)))] }),
    mended: () => ({ files: [at(0x1f0000, named('d.bin', noise(99)))] }),
  },
  {
    title: 'data without a place',
    kinds: ['place-not-chosen'],
    says: /^Where does d\.bin go\? Nothing in it says where it belongs\.$/,
    broken: () => data(99, ''),
    mended: () => data(99),
  },
  {
    title: 'two files of data for one partition',
    kinds: ['same-place'],
    says: /^d\.bin and e\.bin are to go to the same place, fs: only one of them can be written there\.$/,
    broken: () => twice('fs@3670016'),
    mended: () => twice('gap@4128768'),
  },
  {
    title: 'data larger than its partition',
    kinds: ['data-too-large'],
    says: /d\.bin is 576 KiB, but fs holds 512 KiB: 64 KiB too much\. It needs a partition of at least 576 KiB \(0x90000\)\./,
    broken: () => data(0x90000),
    mended: () => data(0x80000),
  },
  {
    title: 'a file system larger than its partition',
    kinds: ['file-system-too-large'],
    says: /The LittleFS image in f\.bin was made for 1 MiB, but fs is 512 KiB: 512 KiB too much\./,
    broken: () => littleFs(0x100000),
    mended: () => littleFs(0x80000),
  },
  {
    title: 'SPIFFS of another size',
    kinds: ['?spiffs-size'],
    says: /The SPIFFS image in spiffs\.bin was made for 256 KiB, but fs is 512 KiB: most programs will not find it there\./,
    broken: () => spiffsOf(0x40000),
    mended: () => spiffsOf(0x80000),
  },
  {
    title: 'a boot choice of an empty slot',
    kinds: ['?choice-of-empty-slot'],
    says: /The otadata in otadata\.bin selects app1, which holds no complete app\. The bootloader would fall back to app0\./,
    broken: () => ({ files: [otadata(2)] }),
    mended: () => ({ files: [otadata(1)] }),
  },
];
