/** Test support: settings that conflict with files or with each other. Nothing of the app imports it. */
import { encrypting } from '../esp/placements.ts';
import { ERASE, FLASH_SIZE, HEADER_FREQUENCY, HEADER_MODE, HEADER_SIZE } from '../../esp/board/setting-ids.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import {
  APP,
  appWith,
  at,
  bootloader,
  ENCRYPTED,
  rowsWith,
  SAME_TABLE,
  signing,
  SMALL_HEADER,
  SOUND,
} from './samples.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { named } from '../esp/placements.ts';

const wanting = (chosen: Readonly<Record<string, string>>, drop: Partial<Drop> = {}): Drop => ({
  files: [],
  ...drop,
  identity: { ...drop.identity, chosen },
});
const EIGHT_MIB = named('large.bin', buildPartitionTable(rowsWith('fs', { size: 0x400000 })));

/** Every rule of settings with a choice that breaks it. */
export const BROKEN_BY_SETTINGS: readonly BrokenPlacement[] = [
  {
    title: 'a table past a size that was only assumed',
    kinds: ['flash-size-unknown'],
    says: /^large\.bin extends to 0x780000, but this board does not report its flash size\. Sectorwise assumes 4 MiB\./,
    broken: () => wanting({}, { files: [EIGHT_MIB], identity: { locked: true } }),
    mended: () => wanting({ [FLASH_SIZE]: String(8 << 20) }, { files: [EIGHT_MIB], identity: { locked: true } }),
  },
  {
    title: 'an app past a size that was only assumed',
    kinds: ['flash-size-unknown'],
    says: /^x\.bin extends to 0x405000, but this board does not report its flash size\. Sectorwise assumes 4 MiB\./,
    broken: () => wanting({}, { files: [at(0x400000, appWith({ size: 0x5000 }))], identity: { locked: true } }),
    mended: () => wanting({}, { files: [at(0x3f0000, appWith({ size: 0x5000 }))], identity: { locked: true } }),
  },
  {
    title: 'everything erased of a flash whose size nobody named',
    kinds: ['erase-size-unknown'],
    says: /Everything is to be erased, but this board does not report its flash size\. Sectorwise assumes 4 MiB\. If the flash is larger, the rest stays; if it is smaller, the wrong place may be erased\./,
    broken: () => wanting({ [ERASE]: 'all' }, { identity: { locked: true } }),
    mended: () => wanting({ [ERASE]: 'needed' }, { identity: { locked: true } }),
  },
  {
    title: 'everything erased',
    kinds: ['?erase-all'],
    says: /Everything outside the chosen files is erased: bootloader, 0x1000, 28 KiB; partition table, 0x8000, 4 KiB; nvs, 0x9000, 84 KiB; otadata, 0x1E000, 8 KiB; app0, 0x20000, 1728 KiB; fs, 0x380000, 512 KiB\.$/,
    broken: () => wanting({ [ERASE]: 'all' }),
    mended: () => wanting({ [ERASE]: 'needed' }),
  },
  {
    title: 'everything erased beside an app',
    kinds: ['?erase-all'],
    says: /bootloader, 0x1000, 28 KiB; partition table, 0x8000, 4 KiB/,
    broken: () => wanting({ [ERASE]: 'all' }, { files: [APP] }),
    mended: () =>
      wanting({ [ERASE]: 'all' }, { files: [named('whole.bin', SOUND)], chosen: { 'whole.bin': 'merged-everything' } }),
  },
  {
    title: 'everything erased under secure boot',
    kinds: ['?erase-all-protected'],
    says: /Secure boot is on: only what its owner signed starts again, and the bootloader stays as it is\./,
    broken: () => wanting({ [ERASE]: 'all' }, { identity: { security: signing('v2') } }),
    mended: () => wanting({ [ERASE]: 'all' }),
  },
  {
    title: 'everything erased where the chip encrypts nothing more',
    kinds: ['?erase-all-protected'],
    says: /all that is on it, which cannot be read\. Flash encryption is on, and the chip may encrypt nothing/,
    broken: () => wanting({ [ERASE]: 'all' }, { flash: ENCRYPTED, identity: { security: encrypting('disabled') } }),
    mended: () => wanting({ [ERASE]: 'needed' }, { flash: ENCRYPTED, identity: { security: encrypting('disabled') } }),
  },
  {
    title: 'a header too small for the table on the board',
    kinds: ['header-too-small'],
    says: /The chosen flash size for the bootloader header is 2 MiB, but app1 ends at 0x380000: the bootloader would reject the whole partition table\./,
    broken: () => wanting({ [HEADER_SIZE]: '2MB' }),
    mended: () => wanting({ [HEADER_SIZE]: '4MB' }),
  },
  {
    title: 'a header too small for the table beside the bootloader',
    kinds: ['header-too-small'],
    says: /The chosen flash size for the bootloader header is 1 MiB, but app0 ends at 0x1D0000: the bootloader would reject the whole partition table\./,
    broken: () => wanting({ [HEADER_SIZE]: '1MB' }, { files: [bootloader(4), SAME_TABLE] }),
    mended: () => wanting({ [HEADER_SIZE]: '4MB' }, { files: [bootloader(2), SAME_TABLE], flash: SMALL_HEADER }),
  },
  {
    title: 'another frequency for the bootloader on the board',
    kinds: ['?frequency-changed'],
    says: /The flash frequency in the bootloader header changes from 40 MHz to 80 MHz\. If the flash chip cannot be read that fast, the board will not start\./,
    broken: () => wanting({ [HEADER_FREQUENCY]: '80m' }),
    mended: () => wanting({ [HEADER_FREQUENCY]: '40m' }),
  },
  {
    title: 'four data lines for a bootloader with two',
    kinds: ['?quad-mode'],
    says: /The flash mode in the bootloader header changes from DIO to QIO\. If the board does not connect all four data lines of its flash, it will not start\./,
    broken: () => wanting({ [HEADER_MODE]: 'qio' }),
    mended: () => wanting({ [HEADER_MODE]: 'dout' }),
  },
];
