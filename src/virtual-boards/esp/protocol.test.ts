/**
 * What each chip answers to each command, in each of its modes: the command set of esptool 5. Sources: the serial
 * protocol in esptool's docs, esptool's loader.py and targets, espressif/esp-flasher-stub's command_handler.c, ESP-IDF's
 * "UART ROM download mode", traces in the issues that are named, and what the ROM code of an ESP32 (v3), an S3 and a C3
 * (rev 0) and esptool-js's stub answered under emulation. What has no source is in docs/virtual-boards.md.
 */
import { describe, expect, test } from 'vitest';
import { bannerLines } from './chips/chip.ts';
import type { Chip, ChipName } from './chips/chip.ts';
import { CHIPS } from './chips/index.ts';
import { blockChecksum, OP } from './frames.ts';
import { OPEN_FUSES } from './fuses.ts';
import { bytesOf, le, RawClient, type RawResponse } from '../../testing/virtual-boards/esp-client.ts';
import { uploadStub } from '../../testing/virtual-boards/upload-client.ts';

const SYNC = bytesOf([7, 7, 0x12, 0x20], new Uint8Array(32).fill(0x55));
const block = new Uint8Array(0x400).fill(0x5a);
const NAMES: readonly ChipName[] = ['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6'];

type Mode = 'ROM' | 'Secure Download Mode' | 'stub';

async function clientIn(name: ChipName, mode: Mode): Promise<RawClient> {
  const chip = CHIPS[name];
  const fuses = { ...OPEN_FUSES, secureDownload: mode === 'Secure Download Mode' };
  const client = new RawClient({ chip, fuses });
  await client.connect();
  if (mode === 'stub') {
    await uploadStub(client);
    await client.frame();
  }
  return client;
}

/** The commands in an order in which each can succeed; `data` by what the mode wants. */
const COMMANDS: readonly [name: string, op: number, data: (mode: Mode, chip: Chip) => Uint8Array][] = [
  ['SYNC', OP.sync, () => SYNC],
  ['READ_REG', OP.readReg, () => le(0x40001000)],
  ['WRITE_REG', OP.writeReg, () => le(0x3ff00010, 1, 0xffff_ffff, 0)],
  // "A second 32-bit word is passed to ROM loader only" (esptool docs).
  ['SPI_ATTACH', OP.spiAttach, (mode) => (mode === 'stub' ? le(0) : le(0, 0))],
  ['SPI_SET_PARAMS', OP.spiSetParams, () => le(0, 0x40_0000, 0x1_0000, 0x1000, 0x100, 0xffff)],
  ['GET_SECURITY_INFO', OP.getSecurityInfo, () => le()],
  // esptool, loader.py: a fifth word for ROMs that can encrypt; the stub takes both.
  ['FLASH_BEGIN', OP.flashBegin, (mode, { rom }) => begin(mode === 'stub' ? 4 : rom.beginWords)],
  ['FLASH_DATA', OP.flashData, () => bytesOf(le(block.length, 0, 0, 0), block)],
  ['SPI_FLASH_MD5', OP.spiFlashMd5, () => le(0, 0x1000, 0, 0)],
  ['READ_FLASH_SLOW', OP.readFlashSlow, () => le(0, 64)],
  ['FLASH_DEFL_BEGIN', OP.flashDeflBegin, (mode, { rom }) => begin(mode === 'stub' ? 4 : rom.beginWords)],
  ['FLASH_DEFL_DATA', OP.flashDeflData, () => bytesOf(le(block.length, 0, 0, 0), block)],
  // The stub reports an error in a block with the answer to the next command.
  ['READ_REG again', OP.readReg, () => le(0x40001000)],
  ['MEM_BEGIN', OP.memBegin, (_, { bootloader }) => le(0x400, 1, 0x400, bootloader.ram[0]?.from ?? 0)],
  ['MEM_DATA', OP.memData, () => bytesOf(le(block.length, 0, 0, 0), block)],
  ['MEM_END', OP.memEnd, () => le(1, 0)],
  ['ERASE_REGION', OP.eraseRegion, () => le(0, 0x1000)],
  ['ERASE_FLASH', OP.eraseFlash, () => le()],
  // The legacy stub's command for encrypted blocks (espressif/esptool issue 921): no stub here has it.
  ['FLASH_ENCRYPT_DATA', 0xd4, () => bytesOf(le(block.length, 0, 0, 0), block)],
  ['an unknown one', 0x77, () => le()],
  ['RUN_USER_CODE', OP.runUserCode, () => le()],
  ['CHANGE_BAUDRATE', OP.changeBaudrate, (mode) => le(115_200, mode === 'stub' ? 115_200 : 0)],
  ['FLASH_END amid a write', OP.flashEnd, () => le(1)],
];

function begin(words: 4 | 5): Uint8Array {
  return le(0x400, 1, 0x400, 0, ...(words === 5 ? [0] : []));
}

/** The answer in short (how often, how many bytes before the status, or which error), and the answer itself. */
async function ask(
  client: RawClient,
  mode: Mode,
  op: number,
  data: Uint8Array,
  before: RawResponse | undefined,
): Promise<{ said: string; answer: RawResponse | undefined }> {
  client.sendCommand(op, data, data.length >= 16 ? blockChecksum(data.subarray(16)) : 0);
  const answers = [];
  const patience = op === OP.eraseFlash ? 20_000 : 400;
  for (let answer = await client.response(patience); answer !== undefined; answer = await client.response(100)) {
    answers.push(answer);
  }
  const [first] = answers;
  if (first === undefined) return { said: 'silence', answer: before };
  if (first.op !== op) {
    const same = answers.length === 1 && first.op === before?.op && first.value === before.value;
    const [flag, code] = first.body;
    return { said: same && first.body.length === 4 && flag === 1 ? `${UNKNOWN} ${code}` : '?', answer: before };
  }
  const statusLength = mode === 'stub' ? 2 : 4;
  const status = first.body.slice(-statusLength);
  const [flag = -1, code = -1] = status;
  const extra = first.body.length - statusLength;
  const after = extra === 0 ? '' : `, ${extra} bytes`;
  // The stub's first status byte is the error code; the ROM's is only a flag.
  if (flag !== 0) {
    const said = `error ${(mode === 'stub' ? flag : code).toString(16)} of ${status.length}${after}`;
    return { said, answer: first };
  }
  const count = answers.length === 1 ? '' : `${answers.length} × `;
  return { said: `${count}ok${after}`, answer: first };
}

async function table(name: ChipName, mode: Mode): Promise<Record<string, string>> {
  const client = await clientIn(name, mode);
  const out: Record<string, string> = {};
  let before: RawResponse | undefined;
  for (const [command, op, data] of COMMANDS) {
    const { said, answer } = await ask(client, mode, op, data(mode, CHIPS[name]), before);
    out[command] = said;
    before = answer;
  }
  return out;
}

const UNKNOWN = 'one frame, with opcode and value of the answer before, error';
const UNSUPPORTED = `${UNKNOWN} 5`;

const ROM = {
  SYNC: '8 × ok',
  READ_REG: 'ok',
  WRITE_REG: 'ok',
  SPI_ATTACH: 'ok',
  SPI_SET_PARAMS: 'ok',
  FLASH_BEGIN: 'ok',
  FLASH_DATA: 'ok',
  SPI_FLASH_MD5: 'ok, 32 bytes',
  READ_FLASH_SLOW: 'ok, 64 bytes',
  FLASH_DEFL_BEGIN: 'ok',
  // The block is not a zlib stream, and the ROM inflates before it answers.
  FLASH_DEFL_DATA: 'error b of 4',
  'READ_REG again': 'ok',
  MEM_BEGIN: 'ok',
  MEM_DATA: 'ok',
  MEM_END: 'ok',
  ERASE_REGION: UNSUPPORTED,
  ERASE_FLASH: UNSUPPORTED,
  FLASH_ENCRYPT_DATA: UNSUPPORTED,
  'an unknown one': UNSUPPORTED,
  RUN_USER_CODE: UNSUPPORTED,
  CHANGE_BAUDRATE: 'ok',
  'FLASH_END amid a write': 'error 6 of 4',
};

const SECURE = {
  ...ROM,
  GET_SECURITY_INFO: 'ok, 20 bytes',
  READ_REG: UNSUPPORTED,
  WRITE_REG: UNSUPPORTED,
  SPI_FLASH_MD5: UNSUPPORTED,
  READ_FLASH_SLOW: UNSUPPORTED,
  'READ_REG again': UNSUPPORTED,
  MEM_BEGIN: UNSUPPORTED,
  MEM_DATA: UNSUPPORTED,
  MEM_END: UNSUPPORTED,
};

const STUB = {
  ...ROM,
  SPI_FLASH_MD5: 'ok, 16 bytes',
  READ_FLASH_SLOW: 'error c3 of 2',
  FLASH_DEFL_DATA: 'ok',
  'READ_REG again': 'error c7 of 2',
  ERASE_REGION: 'ok',
  ERASE_FLASH: 'ok',
  FLASH_ENCRYPT_DATA: 'error c3 of 2',
  'an unknown one': 'error c3 of 2',
  RUN_USER_CODE: 'silence',
  'FLASH_END amid a write': 'error c0 of 2',
};

describe('the answers of the ROM', () => {
  test.each(NAMES)('%s', async (name) => {
    const securityInfo = name === 'ESP32' ? UNSUPPORTED : 'ok, 20 bytes';
    expect(await table(name, 'ROM')).toEqual({ ...ROM, GET_SECURITY_INFO: securityInfo });
  });
});

describe('the answers of the ROM in Secure Download Mode', () => {
  test.each(NAMES.slice(1))('%s', async (name) => {
    expect(await table(name, 'Secure Download Mode')).toEqual(SECURE);
  });
});

describe('the answers of the stub', () => {
  test.each(NAMES)('%s', async (name) => {
    const securityInfo = name === 'ESP32' ? 'error ff of 2' : 'ok, 20 bytes';
    expect(await table(name, 'stub')).toEqual({ ...STUB, GET_SECURITY_INFO: securityInfo });
  });
});

describe('values', () => {
  // ESP32 and C3: seen on ROM code; ESP32: also esptool-js issue 175. S3: also espressif/esp-idf issue 10959.
  test.each([
    ['ESP32', 'ROM', 0x20120707],
    ['ESP32-S3', 'ROM', 0x20120707],
    ['ESP32-C3', 'Secure Download Mode', 0x20120707],
    ['ESP32-C6', 'ROM', 0x20120707],
    ['ESP32-S3', 'stub', 0],
  ] as const)('SYNC on an %s in its %s: %i', async (name, mode, value) => {
    const client = await clientIn(name, mode);
    client.sendCommand(OP.sync, SYNC);
    for (let i = 0; i < 8; i++) expect((await client.response(500))?.value).toBe(value);
  });

  // esptool, targets: CHIP_DETECT_MAGIC_VALUE, IMAGE_CHIP_ID.
  test.each([
    ['ESP32-S3', 9, 0x9, 0],
    ['ESP32-C3', 5, 0x1b31506f, 3],
    ['ESP32-C6', 13, 0x2ce0806f, 0],
  ] as const)('identity of an %s', async (name, chipId, magic, apiVersion) => {
    const client = await clientIn(name, 'ROM');
    expect((await client.command(OP.readReg, le(0x40001000)))?.value).toBe(magic);
    const info = (await client.command(OP.getSecurityInfo, le()))?.body ?? [];
    const [flags, count, purposes] = [[0, 0, 0, 0], 0, [0, 0, 0, 0, 0, 0, 12]];
    const [status, version] = [
      [0, 0, 0, 0],
      [apiVersion, 0, 0, 0],
    ];
    expect(info).toEqual([...flags, count, ...purposes, chipId, 0, 0, 0, ...version, ...status]);
  });

  test('Secure Download Mode is flag 4 of the security info', async () => {
    const client = await clientIn('ESP32-C3', 'Secure Download Mode');
    const info = (await client.command(OP.getSecurityInfo, le()))?.body ?? [];
    expect(info.slice(0, 4)).toEqual([4, 0, 0, 0]);
  });

  test('an S3 reads 0 where an ESP32 has its chip revision, as far as is known', async () => {
    const client = await clientIn('ESP32-S3', 'ROM');
    expect(await client.command(OP.readReg, le(0x3ff5a00c))).toMatchObject({ value: 0, body: [0, 0, 0, 0] });
  });

  // esptool, loader.py: SUPPORTS_ENCRYPTED_FLASH.
  test.each([
    ['ESP32', 5],
    ['ESP32-S3', 4],
    ['ESP32-C3', 4],
    ['ESP32-C6', 4],
  ] as const)('the ROM of an %s refuses a begin of %i words', async (name, words) => {
    const client = await clientIn(name, 'ROM');
    await client.command(OP.spiAttach, le(0, 0));
    for (const op of [OP.flashBegin, OP.flashDeflBegin]) {
      expect((await client.command(op, begin(words)))?.body).toEqual([1, 5, 0, 0]);
    }
  });

  test('a ROM assumes 4 MB of flash until told otherwise', async () => {
    // espressif/esp-idf issue 10959: an S3 that was not told refused 0x613000 with 6.
    const client = new RawClient({ chip: CHIPS['ESP32-S3'], size: 0x80_0000, flashId: 0x1740ef });
    await client.connect();
    await client.command(OP.spiAttach, le(0, 0));
    const there = le(0x400, 1, 0x400, 0x61_3000, 0);
    expect((await client.command(OP.flashBegin, there))?.body).toEqual([1, 6, 0, 0]);
    await client.command(OP.spiSetParams, le(0, 0x80_0000, 0x1_0000, 0x1000, 0x100, 0xffff));
    expect((await client.command(OP.flashBegin, there))?.body.at(0)).toBe(0);
  });
});

describe('what the ROM prints', () => {
  // ESP32: logs in espressif/esptool's docs. S3: arduino-esp32 issue 6762. C3: esp-at's docs, esp-web-tools issue 465.
  // C6: espflash issue 556.
  test.each([
    [
      'ESP32',
      'power-on',
      'flash',
      ['ets Jul 29 2019 12:21:46', '', 'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)'],
    ],
    [
      'ESP32',
      'power-on',
      'download',
      ['ets Jul 29 2019 12:21:46', '', 'rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))'],
    ],
    [
      'ESP32-S3',
      'power-on',
      'flash',
      ['ESP-ROM:esp32s3-20210327', 'Build:Mar 27 2021', 'rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)'],
    ],
    [
      'ESP32-S3',
      'usb',
      'download',
      [
        'ESP-ROM:esp32s3-20210327',
        'Build:Mar 27 2021',
        'rst:0x15 (USB_UART_CHIP_RESET),boot:0x0 (DOWNLOAD(USB/UART0))',
        'Saved PC:0x40379bda',
      ],
    ],
    [
      'ESP32-C3',
      'power-on',
      'download',
      ['ESP-ROM:esp32c3-api1-20210207', 'Build:Feb  7 2021', 'rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))'],
    ],
    [
      'ESP32-C6',
      'usb',
      'flash',
      [
        'ESP-ROM:esp32c6-20220919',
        'Build:Sep 19 2022',
        'rst:0x15 (USB_UART_HPSYS),boot:0xc (SPI_FAST_FLASH_BOOT)',
        'Saved PC:0x40800540',
      ],
    ],
    [
      'ESP32-C6',
      'power-on',
      'download',
      [
        'ESP-ROM:esp32c6-20220919',
        'Build:Sep 19 2022',
        'rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/SDIO_FEI_FEO))',
      ],
    ],
  ] as const)('%s after %s into %s', (name, cause, into, lines) => {
    expect(bannerLines(CHIPS[name].rom.banner, cause, into)).toEqual(lines);
  });

  test.each([
    ['ESP32', false, 'waiting for download'],
    ['ESP32-C3', false, 'waiting for download'],
    ['ESP32-C3', true, 'wait uart download(secure mode)'],
  ] as const)('%s, secure %s: %s', async (name, secureDownload, words) => {
    const client = new RawClient({ chip: CHIPS[name], fuses: { ...OPEN_FUSES, secureDownload } });
    await client.enterRom();
    expect(client.text.endsWith(`\r\n${words}\r\n`)).toBe(true);
  });
});
