/** Test support: data, file systems and boot choices in files, for each of their rules. Nothing of the app imports it. */
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { named, textFile } from '../esp/placements.ts';
import type { BrokenDrop, Drop } from './files-drop.ts';
import { NO_APPS, noise, otadata, spiffs, tableWith } from './samples.ts';

const CHOICE = 'nvs,data,nvs,0x9000,0x5000\notadata,data,ota,0xe000,0x2000\nfs,data,littlefs,0x10000,1M\n';
const MEBI = 1 << 20;

const data = (size: number, chosen = 'fs@3670016'): Drop => ({
  files: [named('d.bin', noise(size))],
  chosen: { 'd.bin': chosen },
});
const littleFs = (size: number): Drop => ({ files: [named('f.bin', buildLittleFs(size).slice(0, 0x4000))] });
const spiffsOf = (size: number): Drop => ({
  files: [named('spiffs.bin', spiffs(size)), tableWith('fs', { subtype: 0x82 })],
});

/** Every rule about files that are neither image nor table, with a file that breaks it. */
export const BROKEN_DATA: readonly BrokenDrop[] = [
  {
    title: 'a file of over 128 MiB',
    kinds: ['file-too-large'],
    says: /big is 134,217,729 bytes\. Files over 128 MiB are not opened, because no supported flash can hold one\./,
    broken: () => ({ files: [named('big', new Uint8Array(128 * MEBI + 1))] }),
    mended: () => ({ files: [named('big', new Uint8Array(128 * MEBI))] }),
  },
  {
    title: 'no partition for a boot choice',
    kinds: ['?table-without-app', 'no-place', '?partitions-lost'],
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
    says: /^Sectorwise does not recognise d\.bin\. It replaces the content of nvs \(0x9000\): Settings/,
    broken: () => data(99, 'nvs@36864'),
    mended: () => littleFs(0x80000),
  },
  {
    title: 'data without a place',
    kinds: ['place-not-chosen'],
    says: /d\.bin does not say where it belongs/,
    broken: () => data(99, ''),
    mended: () => data(99),
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
    kinds: ['?spiffs-size', '?partitions-lost'],
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
