/** Every kind of drop, with its exact result. */
import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { Source, Unpacked } from '../../flash/dropped-file.ts';
import { writeDfuSe } from '../../formats/dfu-file.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import type { EspInspection } from '../board/inspection.ts';
import {
  appDescription,
  elfFile,
  esp32Sections,
  HEX_END,
  hexFile,
  hexRecord,
  joined,
  pattern,
  source,
  text,
  uf2Blocks,
} from '../../testing/esp/archives.ts';
import { unpackEsp } from './unpack.ts';
import { LONG } from '../../testing/long.ts';

const app = buildAppImage({ project: 'blinky', version: '1.0.0', seed: 5, size: 0x4000 });
const s3App = buildAppImage({ project: 'hello-s3', version: '1.0.0', seed: 6, size: 0x4000, chipId: 9 });
const bootloader = buildBootloaderImage({ flashMegabytes: 4 });
const table = buildPartitionTable(RAFT_OTA_ROWS);
const otadata = buildOtadata({ seq: 1 }, null);
const flash = new Uint8Array(0x400000).fill(0xff);
flash.set(bootloader, 0x1000);
flash.set(table, 0x8000);

const ESP32_FAMILY = 0x1c5f21b0;
const S3_FAMILY = 0xc47e5767;

/** An unpacked drop as used in the table below: each part as its name, its offset if it has one, and its bytes. */
type Part = readonly [name: string, at: number | undefined, data: Uint8Array];
interface Out {
  readonly container?: string | null;
  readonly says?: unknown;
  readonly parts?: readonly Part[];
  /** `name: why` */
  readonly left?: readonly string[];
  readonly findings?: readonly string[];
}

let board: EspInspection;
let s3: EspInspection;
beforeAll(async () => {
  board = await boardOf(flash);
  s3 = await boardOf(flash, { chip: 'ESP32-S3' });
});

/** An unpacked drop with hashes instead of bytes: comparing megabytes with `toEqual` takes seconds. */
function shapeOf({ container, says, parts, left, findings }: Unpacked): object {
  return {
    container,
    says,
    parts: parts.map(({ name, at, data }) => partShape([name, at, data])),
    left: left.map(({ name, why }) => `${name}: ${why}`),
    findings: findings.map(({ kind }) => kind),
  };
}

function partShape([name, at, data]: Part): object {
  return { name, at, size: data.length, sha256: createHash('sha256').update(data).digest('hex') };
}

function wanted({ container = null, says = '', parts = [], left = [], findings = [] }: Out): object {
  return { container, says, parts: parts.map(partShape), left, findings };
}

const FLASHER_ARGS = {
  write_flash_args: ['--flash_mode', 'dio', '--flash_size', '4MB', '--flash_freq', '40m'],
  flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
  flash_files: {
    '0x1000': 'bootloader/bootloader.bin',
    '0x20000': 'blinky.bin',
    '0x8000': 'partition_table/partition-table.bin',
    '0x1e000': 'ota_data_initial.bin',
  },
  bootloader: { offset: '0x1000', file: 'bootloader/bootloader.bin', encrypted: 'false' },
  app: { offset: '0x20000', file: 'blinky.bin', encrypted: 'false' },
  'partition-table': { offset: '0x8000', file: 'partition_table/partition-table.bin', encrypted: 'false' },
  otadata: { offset: '0x1e000', file: 'ota_data_initial.bin', encrypted: 'false' },
  extra_esptool_args: { after: 'hard_reset', before: 'default_reset', stub: true, chip: 'esp32' },
};
const IDF_PARTS: readonly Part[] = [
  ['bootloader.bin', 0x1000, bootloader],
  ['partition-table.bin', 0x8000, table],
  ['ota_data_initial.bin', 0x1e000, otadata],
  ['blinky.bin', 0x20000, app],
];
const IDF_SAYS = 'An ESP-IDF build for the ESP32: bootloader, partition table, boot choice, app.';
const IDF_FILES: Readonly<Record<string, Uint8Array>> = {
  'build/flasher_args.json': text(JSON.stringify(FLASHER_ARGS)),
  'build/bootloader/bootloader.bin': bootloader,
  'build/partition_table/partition-table.bin': table,
  'build/ota_data_initial.bin': otadata,
  'build/blinky.bin': app,
};

function folder(files: Readonly<Record<string, Uint8Array | string>>): Source[] {
  return Object.entries(files).map(([path, data]) => source(path, data));
}

function zip(files: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 6): Uint8Array {
  return zipSync(files, { level, mtime: '2026-01-05T10:00:00Z' });
}

const MANIFEST = {
  name: 'Blinky',
  version: '1.0.0',
  new_install_prompt_erase: true,
  builds: [
    { chipFamily: 'ESP32-S3', parts: [{ path: 's3.bin', offset: 0 }] },
    {
      chipFamily: 'ESP32',
      parts: [
        { path: 'bootloader.bin', offset: 4096 },
        { path: 'partitions.bin?v=3', offset: '0x8000' },
        { path: '../firmware/blinky.bin', offset: 131072 },
      ],
    },
  ],
};
const WEB_PARTS: readonly Part[] = [
  ['bootloader.bin', 0x1000, bootloader],
  ['partitions.bin', 0x8000, table],
  ['blinky.bin', 0x20000, app],
];
const FOR_S3 = 'for the ESP32-S3, but this board has an ESP32';

const blink = pattern(100, 1);
const STM32_IN_DFU = { vendorId: 0x0483, productId: 0xdf11, deviceVersion: null };

const CASES: readonly (readonly [title: string, sources: () => Source[], out: Out])[] = [
  // One plain file.
  ['a .bin file', () => folder({ 'app.bin': app }), { parts: [['app.bin', undefined, app]] }],
  ['an empty file', () => folder({ 'a.bin': '' }), { parts: [['a.bin', undefined, text('')]] }],
  [
    'a CSV',
    () => folder({ 'partitions.csv': 'nvs,data,nvs,,24K' }),
    { parts: [['partitions.csv', undefined, text('nvs,data,nvs,,24K')]] },
  ],
  [
    'a JSON of another kind',
    () => folder({ 'a.json': '{"a":1}' }),
    { parts: [['a.json', undefined, text('{"a":1}')]] },
  ],
  [
    'files picked together',
    () => folder({ 'app.bin': app, 'partitions.csv': 'a' }),
    {
      parts: [
        ['app.bin', undefined, app],
        ['partitions.csv', undefined, text('a')],
      ],
    },
  ],

  // Intel HEX.
  [
    'a HEX file with two places',
    () =>
      folder({
        'fw.hex': hexFile([
          [0x1000, bootloader],
          [0x8000, table],
        ]),
      }),
    {
      container: 'Intel HEX',
      says: 'An Intel HEX file with bytes for 2 places: 0x1000, 0x8000. Its addresses are used as flash offsets.',
      parts: [
        ['fw.hex @ 0x1000', 0x1000, bootloader],
        ['fw.hex @ 0x8000', 0x8000, table],
      ],
    },
  ],
  [
    'a HEX file with CR LF, small letters, spaces at line ends, and blank lines, whatever it is called',
    () => folder({ 'fw.bin': `\uFEFF\r\n${hexFile([[0x9000, blink]], ' \t\r\n\r\n').toLowerCase()}` }),
    { container: 'Intel HEX', says: expect.stringMatching(/0x9000/), parts: [['fw.bin', 0x9000, blink]] },
  ],
  [
    'a HEX file with its records in another order, some twice',
    () => {
      const lines = hexFile([[0x9000, blink]])
        .trim()
        .split('\n');
      const [upper = '', ...records] = lines.slice(0, -1);
      return folder({ 'fw.hex': [upper, ...records.toReversed(), ...records, HEX_END].join('\n') });
    },
    { container: 'Intel HEX', says: expect.stringMatching(/0x9000/), parts: [['fw.hex', 0x9000, blink]] },
  ],
  [
    'a HEX file with segment addresses, which go round within 64 KiB, and start addresses',
    () => {
      const records = [
        hexRecord(2, 0, [0x10, 0]),
        hexRecord(0, 0xfffe, [1, 2, 3, 4]),
        hexRecord(3, 0, [0, 0, 0, 0]),
        hexRecord(5, 0, [0, 0, 0, 0]),
      ];
      return folder({ 'fw.hex': [...records, HEX_END].join('\n') });
    },
    {
      container: 'Intel HEX',
      says: expect.stringMatching(/2 places/),
      parts: [
        ['fw.hex @ 0x10000', 0x10000, Uint8Array.of(3, 4)],
        ['fw.hex @ 0x1FFFE', 0x1fffe, Uint8Array.of(1, 2)],
      ],
    },
  ],
  [
    'a HEX file with text after its end',
    () => folder({ 'fw.hex': `${hexFile([[0x9000, blink]])}\n; made by me\n` }),
    {
      container: 'Intel HEX',
      says: expect.stringMatching(/0x9000/),
      parts: [['fw.hex', 0x9000, blink]],
      findings: ['hex-after-end'],
    },
  ],
  [
    'a HEX file whose addresses begin with an app at 0',
    () => folder({ 'app.hex': hexFile([[0, app]]) }),
    {
      container: 'Intel HEX',
      says: 'An Intel HEX file with an app.',
      parts: [['app.hex', undefined, app]],
      findings: ['addresses-relative'],
    },
  ],
  [
    'a damaged HEX file',
    () => folder({ 'fw.hex': hexFile([[0x9000, blink]]).replace(HEX_END, '') }),
    {
      container: 'Intel HEX',
      left: ['fw.hex: it is damaged, so none of it is used'],
      findings: ['hex-end-missing'],
    },
  ],

  // UF2.
  [
    'a UF2 file of esptool, with sums behind short payloads and numbers for each file of its own',
    () => {
      const of = (at: number, data: Uint8Array) => uf2Blocks(at, data, { payload: 452, md5: 'behind' });
      return folder({ 'fw.uf2': joined([...of(0x1000, bootloader), ...of(0x8000, table), ...of(0x20000, app)]) });
    },
    {
      container: 'UF2',
      says: 'A UF2 file with bytes for 3 places: 0x1000, 0x8000, 0x20000. Its addresses are used as flash offsets.',
      parts: [
        ['fw.uf2 @ 0x1000', 0x1000, bootloader],
        ['fw.uf2 @ 0x8000', 0x8000, table],
        ['fw.uf2 @ 0x20000', 0x20000, app],
      ],
    },
  ],
  [
    'a UF2 file with its blocks in another order, some twice, without a family, with sums at the end',
    () => {
      const blocks = uf2Blocks(0x20000, app, { family: null, md5: 'end' });
      return folder({ x: joined([...blocks.toReversed(), ...blocks.slice(0, 5)]) });
    },
    { container: 'UF2', says: expect.stringMatching(/0x20000/), parts: [['x', 0x20000, app]] },
  ],
  [
    'a UF2 file for several chips, with comments and files of a drive',
    () => {
      const own = uf2Blocks(0x20000, app, { family: ESP32_FAMILY });
      const comments = uf2Blocks(0x20000, pattern(600, 2), { flags: 1 });
      const files = uf2Blocks(0, pattern(10, 2), { flags: 0x1000 });
      const other = uf2Blocks(0x10000, s3App, { family: S3_FAMILY });
      const foreign = uf2Blocks(0x10000000, pattern(10, 2), { family: 0xe48bff56 });
      return folder({ 'fw.uf2': joined([...other, ...own, ...comments, ...files, ...foreign]) });
    },
    {
      container: 'UF2',
      says: expect.stringMatching(/0x20000/),
      parts: [['fw.uf2', 0x20000, app]],
      left: [
        'fw.uf2: 64 blocks: for the ESP32-S3, not for this board',
        'fw.uf2: 1 block: for a different kind of chip (UF2 family 0xE48BFF56)',
        'fw.uf2: 1 block: files for a USB drive that a running program provides, not for the flash',
        'fw.uf2: 3 blocks: marked as comments, not for the flash',
      ],
    },
  ],
  [
    'a UF2 file for another chip only',
    () => folder({ 'fw.uf2': joined(uf2Blocks(0, s3App, { family: S3_FAMILY })) }),
    {
      container: 'UF2',
      says: 'A UF2 file with nothing for this board.',
      left: ['fw.uf2: 64 blocks: for the ESP32-S3, not for this board'],
    },
  ],
  [
    'a UF2 file of TinyUF2, whose addresses count from the start of an app partition',
    () => folder({ 'fw.uf2': joined(uf2Blocks(0, app)) }),
    {
      container: 'UF2',
      says: 'A UF2 file with an app.',
      parts: [['fw.uf2', undefined, app]],
      findings: ['addresses-relative'],
    },
  ],

  // ELF files other than apps, which are in elf-image.test.ts.
  [
    'an ELF file whose segments lie at flash offsets',
    () =>
      folder({
        'data.elf': elfFile({
          loads: [
            [0x9000, blink],
            [0x300000, pattern(64, 9)],
          ],
        }),
      }),
    {
      container: 'ELF file',
      says: 'An ELF file whose segments are raw data for these flash offsets: 0x9000, 0x300000.',
      parts: [
        ['data.elf @ 0x9000', 0x9000, blink],
        ['data.elf @ 0x300000', 0x300000, pattern(64, 9)],
      ],
    },
  ],
  [
    'an ELF file for another kind of processor',
    () => folder({ 'fw.elf': elfFile({ machine: 40, sections: esp32Sections() }) }),
    { container: 'ELF file', left: ['fw.elf: for a different processor (ELF machine 40)'] },
  ],
  [
    'an ELF file for an STM32',
    () => folder({ 'fw.elf': elfFile({ machine: 40, loads: [[0x08000000, blink]] }) }),
    {
      container: 'ELF file',
      left: ['fw.elf: for an STM32 (or a clone of one): its data belongs at 0x08000000'],
    },
  ],
  [
    'a UF2 file for an STM32',
    () => folder({ 'fw.uf2': joined(uf2Blocks(0x08000000, pattern(512, 2), { family: 0x57755a57 })) }),
    {
      container: 'UF2',
      says: 'A UF2 file with nothing for this board.',
      left: ['fw.uf2: 2 blocks: for the STM32F4, not for this board'],
    },
  ],
  [
    'a DfuSe file',
    () => folder({ 'fw.dfu': writeDfuSe([{ alternate: 0, name: null, elements: [] }], STM32_IN_DFU) }),
    {
      container: 'DfuSe file',
      says: 'A DfuSe file with nothing for this board.',
      left: ['fw.dfu: for a chip programmed over DFU (USB device 0483:df11), but this board has an ESP32'],
    },
  ],
  [
    'an ELF file for another chip',
    () => {
      const sections = [{ name: '.flash.appdesc', address: 0x3c000020, data: appDescription('a', '1') }];
      return folder({ 'fw.elf': elfFile({ sections }) });
    },
    { container: 'ELF file', left: ['fw.elf: by its addresses for the ESP32-S3, but this board has an ESP32'] },
  ],
  [
    'the ELF file of a bootloader',
    () =>
      folder({ 'bootloader.elf': elfFile({ sections: [{ name: '.iram.text', address: 0x40078000, data: blink }] }) }),
    {
      container: 'ELF file',
      left: ['bootloader.elf: it is linked to run from RAM, as a bootloader is: use the bootloader.bin of the build'],
    },
  ],

  // Builds.
  [
    'an ESP-IDF build folder',
    () => folder({ ...IDF_FILES, 'build/blinky.elf': 'x', 'build/main.o': 'x' }),
    {
      container: 'ESP-IDF build',
      says: IDF_SAYS,
      parts: IDF_PARTS,
      left: ['build/blinky.elf: not named by the build', 'build/main.o: not named by the build'],
    },
  ],
  [
    'an ESP-IDF build, picked file by file',
    () => folder(Object.fromEntries(Object.entries(IDF_FILES).map(([path, data]) => [path.replace(/.*\//, ''), data]))),
    { container: 'ESP-IDF build', says: IDF_SAYS, parts: IDF_PARTS },
  ],
  [
    'a ZIP of an ESP-IDF build',
    () => folder({ 'fw.zip': zip(IDF_FILES) }),
    { container: 'ESP-IDF build', says: IDF_SAYS, parts: IDF_PARTS },
  ],
  [
    'a ZIP of it, stored',
    () => folder({ 'fw.bin': zip(IDF_FILES, 0) }),
    { container: 'ESP-IDF build', says: IDF_SAYS, parts: IDF_PARTS },
  ],
  [
    'a ZIP in a ZIP',
    () => folder({ 'a.zip': zip({ 'b.zip': zip(IDF_FILES) }) }),
    { container: 'ZIP archive', says: `A ZIP archive. ${IDF_SAYS}`, parts: IDF_PARTS },
  ],
  [
    'the list of an ESP-IDF build alone',
    () => folder({ 'flasher_args.json': JSON.stringify(FLASHER_ARGS) }),
    {
      container: 'ESP-IDF build',
      says: 'An ESP-IDF build for the ESP32 without any of its files.',
      left: [
        'bootloader/bootloader.bin: missing here',
        'partition_table/partition-table.bin: missing here',
        'ota_data_initial.bin: missing here',
        'blinky.bin: missing here',
      ],
      findings: ['build-incomplete'],
    },
  ],
  [
    'an ESP-IDF build with a file to be encrypted',
    () => {
      const list = {
        flash_files: { '0x20000': 'blinky.bin' },
        app: { offset: '0x20000', file: 'blinky.bin', encrypted: 'true' },
      };
      return folder({ 'build/flasher_args.json': JSON.stringify(list), 'build/blinky.bin': app });
    },
    {
      container: 'ESP-IDF build',
      says: 'An ESP-IDF build for the ESP32: app.',
      parts: [['blinky.bin', 0x20000, app]],
      findings: ['build-encrypts'],
    },
  ],
  [
    'an ESP-IDF build with one file at two places',
    () =>
      folder({
        'b/flasher_args.json': JSON.stringify({ flash_files: { '0x20000': 'blinky.bin', '0x1d0000': 'blinky.bin' } }),
        'b/blinky.bin': app,
      }),
    {
      container: 'ESP-IDF build',
      says: 'An ESP-IDF build for the ESP32: app, app.',
      parts: [
        ['b/blinky.bin @ 0x20000', 0x20000, app],
        ['b/blinky.bin @ 0x1D0000', 0x1d0000, app],
      ],
    },
  ],
  [
    'a build with a text of arguments for esptool',
    () =>
      folder({
        'b/flash_args':
          '--flash-mode dio --flash-freq 40m --flash-size 4MB\r\n0x1000 blinky.ino.bootloader.bin\r\n0x20000 blinky.ino.bin\r\n',
        'b/blinky.ino.bootloader.bin': bootloader,
        'b/blinky.ino.bin': app,
      }),
    {
      container: 'build',
      says: 'A build for the ESP32: bootloader, app.',
      parts: [
        ['blinky.ino.bootloader.bin', 0x1000, bootloader],
        ['blinky.ino.bin', 0x20000, app],
      ],
    },
  ],
  [
    'a PlatformIO build folder: its app where its table says',
    () =>
      folder({
        'build/esp32dev/firmware.bin': app,
        'build/esp32dev/bootloader.bin': bootloader,
        'build/esp32dev/partitions.bin': table,
        'build/esp32dev/littlefs.bin': buildLittleFs(0x80000),
        'build/esp32dev/firmware.elf': elfFile({ sections: esp32Sections() }),
        'build/project.checksum': 'x',
      }),
    {
      container: 'PlatformIO build',
      says: 'A PlatformIO build for the ESP32: bootloader, partition table, app, LittleFS image.',
      parts: [
        ['bootloader.bin', 0x1000, bootloader],
        ['partitions.bin', 0x8000, table],
        ['firmware.bin', 0x20000, app],
        ['littlefs.bin', undefined, buildLittleFs(0x80000)],
      ],
      left: [
        'boot_app0.bin: not in this folder: without it, the board’s otadata stays as it is',
        'build/esp32dev/firmware.elf: the same app in another form',
        'build/project.checksum: not named by the build',
      ],
    },
  ],
  [
    'several PlatformIO environments: the one for this chip',
    () =>
      folder({
        'build/a/firmware.bin': app,
        'build/a/bootloader.bin': bootloader,
        'build/a/partitions.bin': table,
        'build/b/firmware.bin': s3App,
        'build/b/partitions.bin': table,
      }),
    {
      container: 'PlatformIO build',
      says: 'A PlatformIO build for the ESP32: bootloader, partition table, app.',
      parts: [
        ['bootloader.bin', 0x1000, bootloader],
        ['partitions.bin', 0x8000, table],
        ['firmware.bin', 0x20000, app],
      ],
      left: ['boot_app0.bin: not in this folder: without it, the board’s otadata stays as it is', `build/b: ${FOR_S3}`],
    },
  ],
  [
    'several PlatformIO environments for this chip: none by itself',
    () =>
      folder({
        'build/a/firmware.bin': app,
        'build/a/partitions.bin': table,
        'build/b/firmware.bin': app,
        'build/b/partitions.bin': table,
      }),
    {
      container: 'PlatformIO build',
      says: 'Several builds may be for this board: choose one.',
      left: [
        'build/a: one of 2 builds that may be for this board: choose it to use it',
        'build/b: one of 2 builds that may be for this board: choose it to use it',
      ],
    },
  ],
  [
    'an Arduino export',
    () =>
      folder({
        'blinky.ino.bin': app,
        'blinky.ino.bootloader.bin': bootloader,
        'blinky.ino.partitions.bin': table,
        'blinky.ino.merged.bin': flash.subarray(0, 0x10000),
        'boot_app0.bin': otadata,
      }),
    {
      container: 'Arduino export',
      says: 'An Arduino export for the ESP32: bootloader, partition table, app, boot choice.',
      parts: [
        ['blinky.ino.bootloader.bin', 0x1000, bootloader],
        ['blinky.ino.partitions.bin', 0x8000, table],
        ['blinky.ino.bin', 0x20000, app],
        ['boot_app0.bin', 0xe000, otadata],
      ],
      left: ['blinky.ino.merged.bin: the same firmware in another form'],
    },
  ],
  [
    'an ESP Web Tools manifest with its parts',
    () =>
      folder({
        'manifest.json': JSON.stringify(MANIFEST),
        'bootloader.bin': bootloader,
        'partitions.bin': table,
        'blinky.bin': app,
      }),
    {
      container: 'ESP Web Tools manifest',
      says: 'An ESP Web Tools manifest, “Blinky 1.0.0”, for the ESP32: bootloader, partition table, app.',
      parts: WEB_PARTS,
      left: [`manifest.json: ESP32-S3: ${FOR_S3}`],
    },
  ],
  [
    'such a manifest whose parts are on the web',
    () =>
      folder({
        'a.json': JSON.stringify({
          builds: [{ chipFamily: 'ESP32', parts: [{ path: 'https://example.org/fw.bin', offset: 0 }] }],
        }),
      }),
    {
      container: 'ESP Web Tools manifest',
      says: 'An ESP Web Tools manifest for the ESP32 without any of its files.',
      left: ['https://example.org/fw.bin: missing here: it is on the web. Download it and add it'],
      findings: ['build-incomplete'],
    },
  ],

  // Archives and folders without a manifest.
  [
    'a ZIP of loose files: parts for another chip and what is no firmware are passed over with a word',
    () =>
      folder({
        'fw.zip': zip({
          'app.bin': app,
          'app-s3.bin': s3App,
          'app.elf': elfFile({ sections: esp32Sections() }),
          'README.md': text('# Blinky\n'),
          'logo.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa),
          'tables/partitions.csv': text('nvs,data,nvs,,24K\nfactory,app,factory,,1M\n'),
          '__MACOSX/._app.bin': text('\0\u0005\u0016\u0007'),
        }),
      }),
    {
      container: 'ZIP archive',
      says: 'A ZIP archive.',
      parts: [
        ['app.bin', undefined, app],
        ['tables/partitions.csv', undefined, text('nvs,data,nvs,,24K\nfactory,app,factory,,1M\n')],
      ],
      left: [
        'app-s3.bin: for the ESP32-S3',
        'app.elf: the same firmware as app.bin',
        'README.md: not firmware: text',
        'logo.png: not a firmware file that Sectorwise recognises',
      ],
    },
  ],
  [
    'a ZIP with paths that lead out of it',
    () =>
      folder({ 'fw.zip': zip({ '../../etc/app.bin': app, '/abs/table.bin': table, 'C:\\fw\\boot.bin': bootloader }) }),
    {
      container: 'ZIP archive',
      says: 'A ZIP archive.',
      parts: [
        ['etc/app.bin', undefined, app],
        ['abs/table.bin', undefined, table],
        ['fw/boot.bin', undefined, bootloader],
      ],
    },
  ],
  [
    'a ZIP with two different files of one name',
    () =>
      folder({ 'fw.zip': zip({ 'a/../app.bin': app, 'app.bin': s3App, 'table.bin': table, './table.bin': table }) }),
    {
      container: 'ZIP archive',
      says: 'A ZIP archive.',
      parts: [['table.bin', undefined, table]],
      left: ['app.bin: the archive has 2 different files of this name'],
    },
  ],
  [
    'a HEX file in a ZIP',
    () => folder({ 'fw.zip': zip({ 'fw.hex': text(hexFile([[0x9000, blink]])) }) }),
    {
      container: 'ZIP archive',
      says: expect.stringMatching(/^A ZIP archive\. An Intel HEX file .*0x9000/),
      parts: [['fw.hex', 0x9000, blink]],
    },
  ],
  [
    'archives in one another, too deep',
    () => folder({ 'a.zip': zip({ 'b.zip': zip({ 'c.zip': zip({ 'app.bin': app }) }) }) }),
    {
      container: 'ZIP archive',
      says: expect.stringMatching(/nothing for this board/),
      left: ['c.zip: archives are nested too deeply'],
    },
  ],
  [
    'a folder of loose files',
    () => folder({ 'x/app.bin': app, 'x/notes.txt': 'hello', 'x/empty.bin': '' }),
    {
      container: 'folder',
      says: 'A folder.',
      parts: [['x/app.bin', undefined, app]],
      left: ['x/notes.txt: not firmware: text', 'x/empty.bin: it is empty'],
    },
  ],
];

describe('unpacking', () => {
  it.each(CASES)('%s', async (_, sources, out) => {
    expect(shapeOf(await unpackEsp(sources(), board))).toEqual(wanted(out));
  });
});

it.each([
  ['Intel HEX', 'fw.hex', text(hexFile([[0x08000000, blink]]))],
  ['UF2 without a family', 'fw.uf2', joined(uf2Blocks(0x08000000, blink, { family: null }))],
])('%s at STM32 addresses is said to be for an STM32', async (_, name, data) => {
  const { parts, findings } = await unpackEsp(folder({ [name]: data }), board);
  expect(parts).toEqual([]);
  expect(findings).toMatchObject([
    {
      kind: 'address-past-flash',
      says: expect.stringContaining(
        'An STM32 (or a clone of one) has its flash at this address: the file is for that chip.',
      ),
      next: 'Choose a file for this board’s chip, or connect the board that this file is for.',
    },
  ]);
});

describe('on another chip', () => {
  it('an ESP-IDF build is not used', async () => {
    const out = await unpackEsp(folder(IDF_FILES), s3);
    expect(shapeOf(out)).toEqual(
      wanted({
        container: 'ESP-IDF build',
        says: 'No build here is for an ESP32-S3.',
        left: ['build/flasher_args.json: for the ESP32, but this board has an ESP32-S3'],
      }),
    );
  });

  it('a manifest gives the build for that chip', async () => {
    const files = { 'manifest.json': JSON.stringify(MANIFEST), 's3.bin': s3App, 'partitions.bin': table };
    const { parts } = await unpackEsp(folder(files), s3);
    expect(parts.map(({ name, at }) => [name, at])).toEqual([['s3.bin', 0]]);
  });
});

describe('reading', () => {
  it('a build folder with thousands of files: only the manifest and the files that it names', async () => {
    const reads: [number, number][] = [];
    const others = Array.from({ length: 5000 }, (_, i) =>
      source(`build/esp-idf/main/${i}.obj`, 'x'.repeat(600), reads),
    );
    const unpacked = await unpackEsp([...others, ...folder(IDF_FILES)], board);
    expect(unpacked.parts).toHaveLength(4);
    expect(unpacked.left).toEqual([{ name: '5000 other files', why: 'not named by the build' }]);
    expect(reads).toEqual([]);
  });

  it('a large archive: only its directory and the named entries', LONG, async () => {
    const reads: [number, number][] = [];
    const bulk = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`build/${i}.obj`, pattern(100_000, i)]));
    const packed = zip({ ...bulk, ...IDF_FILES }, 0);
    const unpacked = await unpackEsp([source('fw.zip', packed, reads)], board);
    expect(shapeOf(unpacked)).toEqual(
      wanted({
        container: 'ESP-IDF build',
        says: IDF_SAYS,
        parts: IDF_PARTS,
        left: ['80 other files: not named by the build'],
      }),
    );
    expect(reads.reduce((sum, [from, to]) => sum + to - from, 0)).toBeLessThan(500_000);
  });

  it('in slices of at most 1 MiB', LONG, async () => {
    const reads: [number, number][] = [];
    const large = pattern(5 << 20, 3);
    const { parts } = await unpackEsp([source('fs.bin', large, reads)], board);
    expect(Buffer.compare(parts[0]?.data ?? new Uint8Array(), large)).toBe(0);
    expect(Math.max(...reads.map(([from, to]) => to - from))).toBe(1 << 20);
  });

  it('only the first bytes of a file of 1 GiB', async () => {
    const read = (from: number, to: number): Promise<Uint8Array> => {
      if (to > 512) throw new RangeError(`read up to ${to}`);
      return Promise.resolve(new Uint8Array(to - from));
    };
    const out = await unpackEsp([{ path: 'huge.img', size: 2 ** 30, read }], board);
    expect(shapeOf(out)).toEqual(
      wanted({
        left: ['huge.img: too large: 1024 MiB, and at most 128 MiB are read'],
      }),
    );
  });

  it('at most 128 MiB of files that were selected together', LONG, async () => {
    const huge = (path: string): Source => ({
      path,
      size: 60 << 20,
      read: (from, to) => Promise.resolve(new Uint8Array(to - from)),
    });
    const { parts, left } = await unpackEsp([huge('a.bin'), huge('b.bin'), huge('c.bin')], board);
    expect(parts.map(({ name }) => name)).toEqual(['a.bin', 'b.bin']);
    expect(left).toEqual([{ name: 'c.bin', why: 'too much at once: together at most 128 MiB are read' }]);
  });

  it('a file that got shorter throws a failure with its name', async () => {
    const shorter: Source = {
      path: 'fw.bin',
      size: 5000,
      read: (from, to) => Promise.resolve(new Uint8Array(Math.max(0, Math.min(to, 4000) - from))),
    };
    await expect(unpackEsp([shorter], board)).rejects.toMatchObject({
      facts: { name: 'file-shorter', values: { file: 'fw.bin', size: 5000, have: 4000 } },
    });
  });
});

describe('several builds for one chip in a manifest', () => {
  const build = (path: string, serialType?: string) => ({
    chipFamily: 'ESP32',
    ...(serialType !== undefined && { serialType }),
    parts: [{ path, offset: 131072 }],
  });
  const manifest = (...builds: readonly object[]) => JSON.stringify({ builds });
  const bySerial = manifest(build('usb.bin', 'cdc'), build('uart.bin', 'uart'), build('any.bin'));
  const files = { 'usb.bin': app, 'uart.bin': app, 'any.bin': app };
  const used = async (sources: Source[], on: EspInspection) => {
    const { parts, left } = await unpackEsp(sources, on);
    return { parts: parts.map(({ name }) => name), left: left.map(({ name, why }) => `${name}: ${why}`) };
  };

  it.each(['bridge', 'serial-jtag', 'otg'] as const)('the one for the connection is used: %s', async (connection) => {
    const on = await boardOf(flash, { connection });
    const { parts, left } = await used(folder({ 'm/manifest.json': bySerial, ...within('m/', files) }), on);
    const own = connection === 'bridge' ? 'uart' : 'usb';
    expect(parts).toEqual([`${own}.bin`]);
    expect(left.find((line) => line.includes('for boards connected by'))).toBe(
      own === 'uart'
        ? 'm/manifest.json: ESP32, cdc: for boards connected by the chip’s own USB (cdc), but this one is connected by a USB-UART bridge'
        : 'm/manifest.json: ESP32, uart: for boards connected by a USB-UART bridge (uart), but this one is connected by the chip’s own USB',
    );
  });

  it('where the connection is not known, as of a flash image, one is chosen by hand', async () => {
    const on = await boardOf(flash, { connection: null });
    const { parts, left } = await used(folder({ 'm/manifest.json': bySerial, ...within('m/', files) }), on);
    expect(parts).toEqual([]);
    expect(left).toHaveLength(3);
    expect(left.join()).not.toMatch(/connected by/);
  });

  it('one that does not depend on the connection is used if there is none for it', async () => {
    const either = manifest(build('usb.bin', 'cdc'), build('any.bin'));
    const { parts } = await used(folder({ 'm/manifest.json': either, ...within('m/', files) }), board);
    expect(parts).toEqual(['any.bin']);
  });

  const same = manifest(build('a.bin'), build('b.bin'));

  it('if they are alike, none is used until one is chosen', async () => {
    const all = folder({ 'manifest.json': same, 'a.bin': app, 'b.bin': app });
    expect(await used(all, board)).toEqual({
      parts: [],
      left: [
        'manifest.json: ESP32, a.bin: one of 2 builds that may be for this board: choose it to use it',
        'manifest.json: ESP32, b.bin: one of 2 builds that may be for this board: choose it to use it',
      ],
    });
    expect(await used(folder({ 'manifest.json': same, 'b.bin': app }), board)).toMatchObject({ parts: ['b.bin'] });
    const options = [
      { id: '0', name: 'manifest.json: ESP32, a.bin', why: '' },
      { id: '1', name: 'manifest.json: ESP32, b.bin', why: '' },
    ];
    expect((await unpackEsp(all, board)).builds).toEqual({ options, chosen: null });
    const { parts, left, builds } = await unpackEsp(all, board, { build: '1' });
    expect(parts.map(({ name }) => name)).toEqual(['b.bin']);
    expect(builds).toEqual({ options, chosen: '1' });
    expect(left).toContainEqual({
      name: 'manifest.json: ESP32, a.bin',
      why: 'not used: manifest.json: ESP32, b.bin is',
    });
    expect((await unpackEsp(all, board, { build: 'another' })).builds?.chosen).toBeNull();
  });

  it('a manifest alone says which files it needs', async () => {
    const { parts, left } = await used(folder({ 'manifest.json': same }), board);
    expect(parts).toEqual([]);
    expect(left[0]).toBe(
      'manifest.json: ESP32, a.bin: one of 2 builds that may be for this board: its files are missing; to use it, add manifest.json with a.bin',
    );
  });
});

/** Files with their folder. */
function within(path: string, files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, data]) => [path + name, data]));
}
