/** Boot logs of ROMs and bootloaders: each verdict names the cause and the next step, and waits for complete lines. */
import { describe, expect, test } from 'vitest';
import { makeBootLoader } from '../../virtual-boards/esp/boot.ts';
import { CHIPS } from '../../virtual-boards/esp/chips/index.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { NorFlash } from '../../virtual-boards/nor-flash.ts';
import type { Layout } from '../../flash/layout.ts';
import { plainText } from '../../flash/terminal-text.ts';
import { bootJudge } from './boot-verdict.ts';
import { bootVerdict } from '../../testing/esp/boot-verdict.ts';
import { layoutOf } from '../partitions/layout.ts';

const row = (name: string, subtype: number, offset: number) => ({
  name,
  type: 0,
  subtype,
  offset,
  size: 0x1b0000,
  encrypted: false,
  readonly: false,
});
const layout: Layout = layoutOf({
  map: { regions: [] },
  rows: [row('app0', 0x10, 0x20000), row('app1', 0x11, 0x1d0000)],
  bootloader: 0x1000,
  table: 0x8000,
  encrypts: false,
});
const boardWith = (chip: string) => ({ identity: { family: 'esp', chip, revision: '', key: null, facts: [] } });

const ESP32 = 'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n';
const C3 = 'ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\nrst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n';
const S3 = 'ESP-ROM:esp32s3-20210327\r\nBuild:Mar 27 2021\r\nrst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)\r\n';
const ANYWAY =
  'SHA-256 comparison failed:\r\nCalculated: 1f3a\r\nExpected: ffff\r\nAttempting to boot anyway...\r\nentry 0x403cc710\r\n';
const REFUSED = 'SHA-256 comparison failed:\r\nCalculated: 1f3a\r\nExpected: ffff\r\n';
/** A log line as the bootloader of IDF 5.0.4 prints it, with colours. */
const coloured = (level: 'I' | 'E', text: string) =>
  `\u001B[0;${level === 'I' ? 32 : 31}m${level} (60) boot: ${text}\u001B[0m\r\n`;
const STARTED = coloured('I', 'Loaded app from partition at offset 0x1d0000');
const TABLE = (rows: readonly string[]) =>
  ['Partition Table:', '## Label            Usage          Type ST Offset   Length', ...rows, 'End of partition table']
    .map((text) => coloured('I', text))
    .join('');
const NO_APP = coloured('E', 'No bootable app partitions in the partition table');
const NVS_ROW = ' 0 nvs              WiFi data        01 02 00009000 00015000';
const OTADATA_ROW = ' 1 otadata          OTA data         01 00 0001e000 00002000';
const APP_ROW = ' 2 app0             OTA app          00 10 00020000 001b0000';

const again = 'Connect again: Sectorwise reads the board and shows what is missing.';
const bootloader = 'Connect again and flash the bootloader from your build (bootloader.bin).';
const table =
  'Connect again and flash a partition table with an app partition (partitions.csv or partitions.bin) and the app.';
const not = (words: string) => `The board does not start: ${words}`;
const GOOD = 'The board started app1 (0x1D0000).';

/** Boot logs with the final verdict, after listening has ended; null: no verdict. */
const LOGS: readonly (readonly [name: string, chip: string, text: string, says: string | null])[] = [
  [
    'C3, damaged bootloader',
    'ESP32-C3',
    `${C3}Checksum failure. Calculated 0x0c stored 0x0d\r\nets_main.c 333 \r\n`,
    not(`the bootloader is damaged (checksum 0x0c against 0x0d). ${bootloader}`),
  ],
  [
    'S3, damaged bootloader, heard late',
    'ESP32-S3',
    'ets_main.c 329 \r\n',
    not(`the ROM could not load the bootloader. ${bootloader}`),
  ],
  [
    'ESP32, damaged bootloader',
    'ESP32',
    `${ESP32}csum err:0x8f!=0x8e\r\nets_main.c 371 \r\nFalling back to built-in command interpreter.\r\nOK\r\n>`,
    not(`the bootloader is damaged (checksum 0x8f against 0x8e). ${bootloader}`),
  ],
  [
    'ESP32, its last words alone',
    'ESP32',
    'Falling back to built-in command interpreter.\r\n',
    not(`the ROM could not load the bootloader and waits for commands. ${bootloader}`),
  ],
  [
    'C3, blank bootloader',
    'ESP32-C3',
    `${C3}${'invalid header: 0xffffffff\r\n'.repeat(20)}`,
    not(`the ROM finds no bootloader. ${again}`),
  ],
  [
    'S3, blank bootloader',
    'ESP32-S3',
    `${S3}${'invalid header: 0xffffffff\r\n'.repeat(20)}`,
    not(`the ROM finds no bootloader. ${again}`),
  ],
  [
    'blank table',
    'ESP32',
    TABLE([]) + NO_APP,
    not(`the partition table contains no app: it is blank, or was made without one. ${table}`),
  ],
  [
    'table without an app',
    'ESP32',
    TABLE([NVS_ROW, OTADATA_ROW]) + NO_APP,
    not(`the partition table contains no app: it is blank, or was made without one. ${table}`),
  ],
  [
    'no app in any slot',
    'ESP32',
    TABLE([NVS_ROW, OTADATA_ROW, APP_ROW]) + NO_APP,
    not(`the bootloader found no app to load. ${again}`),
  ],
  ['no app, and a bootloader that tells less', 'ESP32', NO_APP, not(`the bootloader found no app to load. ${again}`)],
  ['a good start', 'ESP32', `${ESP32}ho 0 tail 12 room 4\r\nload:0x40080400,len:2972\r\n${STARTED}`, GOOD],
  ['a ROM that says more than its first lines', 'ESP32', `${ESP32}ho 0 tail 12 room 4\r\n`, null],
  ['a wrong SHA-256 that the ROM lets pass', 'ESP32-S3', `${S3}${ANYWAY}${STARTED}`, GOOD],
  ['a wrong SHA-256, let pass, and no more', 'ESP32-S3', S3 + ANYWAY, null],
  [
    'a wrong SHA-256 and another round',
    'ESP32-S3',
    S3 + REFUSED + S3 + REFUSED,
    not(`the ROM rejects the bootloader because its SHA-256 is wrong. ${bootloader}`),
  ],
  [
    'a wrong SHA-256 and then nothing',
    'ESP32-C3',
    C3 + REFUSED,
    not(`the ROM rejects the bootloader because its SHA-256 is wrong. ${bootloader}`),
  ],
];

describe('boot log', () => {
  test.each(LOGS)('%s', (_, chip, text, says) => {
    expect(bootVerdict(text, layout, 'app1', boardWith(chip))?.says ?? null).toBe(says);
  });

  test.each(LOGS)('%s: same verdict or none yet, wherever the text is split', (_, _chip, text, says) => {
    const odd: string[] = [];
    for (let at = 0; at <= text.length; at++) {
      const early = bootVerdict(text.slice(0, at), layout, 'app1');
      if (early !== null && early.says !== says) odd.push(`${at}: ${early.says}`);
    }
    expect(odd).toEqual([]);
  });

  test.each(LOGS)('%s: the same verdict in the end, however it arrives', (_, chip, text, says) => {
    for (const size of [1, 2, 3, 5, 17, 64, 1000]) {
      const judge = bootJudge(layout, 'app1');
      for (let at = 0; at < text.length; at += size) judge.hear(text.slice(at, at + size));
      expect(judge.end(boardWith(chip))?.says ?? null).toBe(says);
    }
  });

  test('a verdict stays what it was, whatever the board prints next', () => {
    const judge = bootJudge(layout, 'app1');
    expect(judge.hear(STARTED)?.says).toBe(GOOD);
    expect(judge.hear(`${S3}invalid header: 0xffffffff\r\n`)?.says).toBe(GOOD);
    expect(judge.end(boardWith('ESP32'))?.says).toBe(GOOD);
  });

  test('a line that hardly ends is judged by its end', () => {
    const judge = bootJudge(layout, 'app1');
    for (let i = 0; i < 1000; i++) expect(judge.hear('\u0000telemetry'.repeat(100))).toBeNull();
    expect(judge.hear(STARTED)?.says).toBe(GOOD);
  });
});

describe('boot log of each virtual chip', () => {
  const CHIP_NAMES = ['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6'] as const;
  const printed = (chip: (typeof CHIP_NAMES)[number], flash: NorFlash) =>
    makeBootLoader({ chip: CHIPS[chip] })(flash)
      .lines.map(({ text }) => text)
      .join('');

  test.each(CHIP_NAMES)('%s, with one wrong byte in the bootloader', (chip) => {
    const flash = factoryFlash({ chip });
    const at = CHIPS[chip].bootloader.offset + 0x500;
    const wrong = flash.read(at, 1).map((byte) => byte ^ 1);
    flash.load(at, wrong);
    expect(bootVerdict(printed(chip, flash), layout, 'app0', boardWith(chip))?.says).toMatch(
      /^The board does not start: the bootloader is damaged \(checksum 0x[0-9a-f]+ against 0x[0-9a-f]+\)\./,
    );
  });

  test.each(CHIP_NAMES)('%s, blank', (chip) => {
    expect(bootVerdict(printed(chip, new NorFlash(0x100000)), layout, null, boardWith(chip))?.says).toMatch(
      /^The board does not start: the ROM finds no bootloader\./,
    );
  });

  test.each(CHIP_NAMES)('%s, with a blank table and an old bootloader that prints in colour', (chip) => {
    const flash = factoryFlash({ chip, bootloaderIdf: 'v5.0.4' });
    flash.load(0x8000, new Uint8Array(0x1000).fill(0xff));
    expect(printed(chip, flash)).toContain('\u001B[0;31mE');
    expect(bootVerdict(printed(chip, flash), layout, null, boardWith(chip))?.says).toMatch(
      /^The board does not start: the partition table contains no app: it is blank, or was made without one\. Connect again and flash a partition table with an app partition \(partitions\.csv or partitions\.bin\) and the app\./,
    );
  });
});

test('a verdict has the place of the line that decided, wherever its words stand besides', () => {
  const lineOf = (text: string) => {
    const place = bootVerdict(text, layout, null, boardWith('ESP32'))?.line;
    return place === undefined ? undefined : { ...place, says: plainText(text.slice(place.from, place.to)) };
  };
  const started = 'I (379) boot: Loaded app from partition at offset 0x20000';
  const table = 'I (90) boot: End of partition table\r\n';
  expect(lineOf(`${table}\u001B[0;32m${started}\u001B[0m\r\nhello\r\n`)).toMatchObject({
    from: table.length,
    says: started,
  });
  const none = 'E (94) boot: No bootable app partitions in the partition table';
  expect(lineOf(`${none}\r\n`)).toEqual({ from: 0, to: none.length, says: none });
  expect(lineOf('')).toBeUndefined();
  // At the beginning of a line so long that only its end is judged, they decide nothing.
  const long = `${started} ${'.'.repeat(0x1000)}\n`;
  expect(lineOf(`${long}${started}\n${started}\n`)).toMatchObject({ from: long.length, says: started });
});

describe('a silent board', () => {
  const silent = `The board printed nothing: an ESP32 stays silent when there is no bootloader at 0x1000. ${again}`;

  test.each([
    ['nothing at all', ''],
    ['its ROM’s first lines', ESP32],
  ])('a blank ESP32: %s', (_, text) => {
    expect(bootVerdict(text, layout, null, boardWith('ESP32'))).toEqual({ partition: null, good: false, says: silent });
  });

  test('gives no verdict while listening', () => {
    expect(bootVerdict('', layout, null)).toBeNull();
  });

  test.each([
    ['another chip', 'ESP32-S3', null],
    ['an ESP32 of which an app was to start: its messages may be switched off', 'ESP32', 'app1'],
  ])('gives no verdict for %s', (_, chip, expected) => {
    expect(bootVerdict('', layout, expected, boardWith(chip))).toBeNull();
  });
});
