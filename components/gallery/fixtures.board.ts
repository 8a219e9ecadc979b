/** A recorded board: a 4 MB ESP32 with Raft's OTA layout. */
import type { Finding } from '../../src/flash/finding.ts';
import type { Content, Inspection, Protection, Setting } from '../../src/flash/family.ts';
import type { EditableTable, TableEntry } from '../../src/flash/layout-editor.ts';
import type { Layout, Partition, PartitionRole } from '../../src/flash/layout.ts';

/** The id of the only region. */
export const REGION = 'flash';

function part(name: string, role: PartitionRole, type: string, address: number, size: number): Partition {
  return { region: REGION, name, role, type, address, size };
}

/** The OTA layout of Raft for 4 MB, with what precedes it. */
export const layout: Layout = {
  map: {
    regions: [
      {
        id: REGION,
        name: 'SPI flash',
        start: 0,
        runs: [{ count: 1024, size: 0x1000 }],
        access: { read: true, erase: true, write: true },
      },
    ],
  },
  partitions: [
    part('bootloader', 'boot', 'bootloader', 0x1000, 0x7000),
    part('partition table', 'table', 'partition table', 0x8000, 0x1000),
    { ...part('nvs', 'settings', 'data, nvs', 0x9000, 0x15000), wifi: true },
    part('otadata', 'boot-choice', 'data, ota', 0x1e000, 0x2000),
    part('app0', 'app', 'app, ota_0', 0x20000, 0x1b0000),
    part('app1', 'app', 'app, ota_1', 0x1d0000, 0x1b0000),
    part('fs', 'files', 'data, littlefs', 0x380000, 0x80000),
  ],
  guards: [],
  ciphered: [],
};

/** The same layout on a flash of 16 MB: 4096 erase units. */
export const bigLayout: Layout = {
  ...layout,
  map: { regions: layout.map.regions.map((region) => ({ ...region, runs: [{ count: 4096, size: 0x1000 }] })) },
};

function found(kind: string, address: number, size: number, says: string): Content {
  return { region: REGION, address, size, kind, says };
}

/** The layout that a plan would bring: a smaller second slot, and the file system larger by as much. */
export const largerFiles: Layout = {
  ...layout,
  partitions: [
    ...layout.partitions.slice(0, 5),
    part('app1', 'app', 'app, ota_1', 0x1d0000, 0x130000),
    part('fs', 'files', 'data, littlefs', 0x300000, 0x100000),
  ],
};

/** What each partition and gap of the recorded board holds. */
export const contents: readonly Content[] = [
  found('bootloader', 0x1000, 0x6580, 'Second-stage bootloader, ESP-IDF v5.2.1'),
  found('partition table', 0x8000, 0xc00, '5 entries, MD5 matches'),
  found('settings', 0x9000, 0x15000, '21 pages, 3 in use, 14 entries'),
  found('boot choice', 0x1e000, 0x2000, 'Sequence 1, valid: starts app0'),
  found('app', 0x20000, 0xfa460, 'raft-demo 1.4.2, ESP-IDF v5.2.1, built 2026-03-02'),
  found('blank', 0x11a460, 0xb5ba0, 'Blank'),
  found('blank', 0x1d0000, 0x1b0000, 'Blank'),
  found('files', 0x380000, 0x80000, 'LittleFS, 128 blocks of 4 KiB'),
];

const entry = (name: string, type: number, subtype: number, offset: number, size: number): TableEntry => ({
  name,
  type,
  subtype,
  offset,
  size,
  encrypted: false,
  readonly: false,
});

/** Its partition table, as rows to edit. */
export const editable: EditableTable = {
  rows: [
    entry('nvs', 1, 0x02, 0x9000, 0x15000),
    entry('otadata', 1, 0x00, 0x1e000, 0x2000),
    entry('app0', 0, 0x10, 0x20000, 0x1b0000),
    entry('app1', 0, 0x11, 0x1d0000, 0x1b0000),
    entry('fs', 1, 0x83, 0x380000, 0x80000),
  ],
  flashSize: 0x400000,
  tableAddress: 0x8000,
  secureBoot: 'off',
};

/** The inspection of the recorded board. */
export const board: Inspection = {
  identity: {
    family: 'esp',
    chip: 'ESP32-D0WD-V3',
    revision: 'v3.1',
    key: { kind: 'mac', value: '24:6f:28:a1:b2:c3' },
    facts: [
      { name: 'Crystal', value: '40 MHz' },
      { name: 'Features', value: 'Wi-Fi, Bluetooth, dual core, 240 MHz' },
      { name: 'Flash id', value: '0xEF4016 (Winbond, 4 MB)' },
    ],
  },
  layout,
  contents,
  findings: [
    {
      kind: 'table-good',
      verdict: 'good',
      place: { in: 'flash', range: { region: REGION, address: 0x8000, size: 0x1000 } },
      values: { entries: 5, md5: '5c1f6f0e8b0d7f4a8e0a54d7b21f9a3c' },
      says: 'The partition table is whole: 5 partitions, and its checksum matches.',
    },
    {
      kind: 'one-app',
      verdict: 'note',
      place: { in: 'flash', range: { region: REGION, address: 0x1d0000, size: 0x1b0000 } },
      values: { app1: 'blank' },
      says: 'The second app slot holds no app.',
      next: 'Nothing to do. An update over the air would go there.',
    },
  ],
  boot: {
    partition: { region: 'flash', address: 0x20000, name: 'app0' },
    says: 'otadata names app0 (sequence 1, valid), and the app there is whole.',
  },
  examinable: 1_769_472,
  protections: [
    { name: 'Secure boot', state: 'off', says: 'The chip starts any bootloader and any app.', verdict: 'good' },
  ],
  settings: [],
  saves: [
    {
      name: 'partitions.csv',
      label: 'the partition table as CSV',
      data: '# Name, Type, SubType, Offset, Size, Flags\n',
    },
  ],
};

/** Findings of every verdict. */
export const badBoard: Inspection = {
  ...board,
  findings: [
    ...board.findings,
    {
      kind: 'size-differs',
      verdict: 'warning',
      place: { in: 'flash', range: { region: REGION, address: 0x1000, size: 0x1000 } },
      values: { header: '2 MB', chip: '4 MB' },
      says: 'The bootloader was built for 2 MB of flash, but the chip has 4 MB.',
      next: 'Partitions beyond 2 MB will not start. Flash a bootloader built for 4 MB.',
    },
    {
      kind: 'app-damaged',
      verdict: 'problem',
      place: { in: 'flash', range: { region: REGION, address: 0x20000, size: 0x1b0000 } },
      values: { expected: '9e1c…77d0', read: '41ab…03fe' },
      says: 'The app in app0 is damaged: its SHA-256 does not match.',
      next: 'Flash app0 again.',
    },
  ],
  boot: { partition: null, says: 'Nothing can start: the app in app0 is damaged and app1 is blank.' },
};

const protections: readonly Protection[] = [
  {
    name: 'Flash encryption',
    state: 'on, 1 of 7 bits burnt',
    says: 'What is written has to be encrypted by the chip on the way in. Reading gives ciphertext.',
    verdict: 'warning',
  },
  {
    name: 'Secure boot',
    state: 'off',
    says: 'The board starts any bootloader and any app that is whole.',
    verdict: 'good',
  },
  {
    name: 'Download mode',
    state: 'Secure Download Mode',
    says: 'The loader writes, and reads nothing back: what is written cannot be verified.',
    verdict: 'problem',
  },
  { name: 'JTAG', state: 'unknown', says: 'This mode does not tell.', verdict: 'note' },
];

const settings: readonly Setting[] = [
  {
    id: 'speed',
    group: 'link',
    name: 'Speed',
    help: 'How fast bytes go over the cable.',
    options: [
      { id: 'auto', name: 'Automatic', help: 'Faster while the link is clean, slower after errors.' },
      { id: '115200', name: '115,200 baud' },
      { id: '921600', name: '921,600 baud' },
    ],
    value: 'auto',
    usual: 'auto',
  },
  {
    id: 'erase',
    group: 'flash',
    name: 'Erase',
    help: 'What is erased besides what the files need.',
    options: [
      { id: 'needed', name: 'Only what changes' },
      { id: 'all', name: 'Everything', help: 'All settings and files on the board are lost.' },
    ],
    value: 'all',
    usual: 'needed',
    passing: true,
  },
  {
    id: 'header-size',
    group: 'header',
    name: 'Flash size in the bootloader header',
    help: 'What the bootloader takes for the size of the flash.',
    options: [{ id: 'keep', name: 'Keep' }],
    value: 'keep',
    usual: 'keep',
    fixed: 'Secure boot is on: a bootloader that is changed would not start.',
  },
];

/** A protected board without an identity, with one setting changed from its default. */
export const lockedBoard: Inspection = {
  ...board,
  identity: { ...board.identity, chip: 'ESP32-C3', key: null },
  protections,
  settings,
};

const NEVER = { read: true, erase: false, write: false };

/** An STM32F405 in DFU mode: 1 MiB of flash, and memories of a few bytes that are never written. */
export const stm32: Inspection = {
  ...board,
  identity: { ...board.identity, family: 'dfu', chip: 'STM32F405', key: null, facts: [] },
  layout: {
    map: {
      regions: [
        {
          id: '0',
          name: 'Internal Flash',
          start: 0x08000000,
          runs: [
            { count: 4, size: 0x4000 },
            { count: 1, size: 0x10000 },
            { count: 7, size: 0x20000 },
          ],
          access: { read: true, erase: true, write: true },
        },
        { id: '1', name: 'Option Bytes', start: 0x1fffc000, runs: [{ count: 1, size: 16 }], access: NEVER },
        { id: '2', name: 'OTP Memory', start: 0x1fff7800, runs: [{ count: 1, size: 528 }], access: NEVER },
        { id: '3', name: 'Device Feature', start: 0xffff0000, runs: [{ count: 1, size: 4 }], access: NEVER },
      ],
    },
    partitions: [
      {
        region: '0',
        name: 'Internal Flash',
        role: 'app',
        type: 'the chip’s flash',
        address: 0x08000000,
        size: 0x100000,
      },
      { region: '1', name: 'Option Bytes', role: 'protected', type: 'not for programs', address: 0x1fffc000, size: 16 },
      { region: '2', name: 'OTP Memory', role: 'protected', type: 'not for programs', address: 0x1fff7800, size: 528 },
      {
        region: '3',
        name: 'Device Feature',
        role: 'protected',
        type: 'not for programs',
        address: 0xffff0000,
        size: 4,
      },
    ],
    guards: [
      { region: '1', address: 0x1fffc000, size: 16, reason: 'these are option bytes. Sectorwise never writes them.' },
    ],
    ciphered: [],
  },
  contents: [
    { region: '0', address: 0x08000000, size: 0x4000, kind: 'program', says: 'A program: vector table at 0x08000000' },
    { region: '0', address: 0x08004000, size: 0xfc000, kind: 'blank', says: 'Blank' },
  ],
  findings: [],
  boot: null,
  examinable: null,
  saves: [],
};

/** A partition of a region other than an ESP's flash. */
const named = (region: string, name: string, role: PartitionRole, address: number, size: number): Partition => ({
  region,
  name,
  role,
  type: role,
  address,
  size,
});

const ALL = { read: true, erase: true, write: true };

/** A device with memories of 48 KiB and 976 KiB, which are one flash, and 16 KiB elsewhere: as a Particle Electron says it. */
export const electron: Layout = {
  map: {
    regions: [
      {
        id: 'lower',
        name: 'Internal Flash at 0x08000000',
        start: 0x08000000,
        runs: [{ count: 3, size: 0x4000 }],
        access: ALL,
      },
      {
        id: 'upper',
        name: 'Internal Flash at 0x0800C000',
        start: 0x800c000,
        runs: [
          { count: 1, size: 0x4000 },
          { count: 1, size: 0x10000 },
          { count: 7, size: 0x20000 },
        ],
        access: ALL,
      },
      { id: 'files', name: 'DCT Flash', start: 0, runs: [{ count: 1, size: 0x4000 }], access: ALL },
    ],
  },
  partitions: [
    named('lower', 'bootloader', 'boot', 0x08000000, 0x4000),
    named('lower', 'DCT 1', 'settings', 0x08004000, 0x4000),
    named('lower', 'DCT 2', 'settings', 0x08008000, 0x4000),
    named('upper', 'EEPROM 1', 'settings', 0x800c000, 0x4000),
    named('upper', 'EEPROM 2', 'settings', 0x08010000, 0x10000),
    ...['system 1', 'system 2', 'system 3'].map((name, i) => ({
      ...named('upper', name, 'app', 0x08020000 + i * 0x20000, 0x20000),
      system: true as const,
    })),
    named('upper', 'user', 'app', 0x08080000, 0x20000),
    ...['factory', 'OTA', 'decompress'].map((name, i) =>
      named('upper', name, 'data', 0x80a0000 + i * 0x20000, 0x20000),
    ),
    named('files', 'DCT', 'settings', 0, 0x4000),
  ],
  guards: [],
  ciphered: [],
};

/** What became of unlocking a chip. */
export const unlocked: Finding = {
  kind: 'chip-unlocked',
  verdict: 'good',
  place: { in: 'device' },
  values: { size: '1 MiB' },
  says: 'The chip is unlocked and its whole flash is blank: 1 MiB read back.',
  next: 'It can be flashed now.',
};
