/** An ESP32 whose flash is encrypted: what its loader shows, what it writes, and what boots. */
import { md5 } from '@noble/hashes/legacy.js';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../catalogue.ts';
import { instantClock } from '../clock.ts';
import { NorFlash } from '../nor-flash.ts';
import { makeBootLoader } from './boot.ts';
import { buildNvs } from './firmware/nvs.ts';
import { buildOtadata } from './firmware/otadata.ts';
import { buildPartitionTable, RAFT_SECRETS_ROWS } from './firmware/partition-table.ts';
import { raftDemo142, raftDemo150 } from './firmware/raft-demo.ts';
import { FlashCipher } from './flash-cipher.ts';
import { OP } from './frames.ts';
import { OPEN_FUSES, type Fuses } from './fuses.ts';
import { hex } from './ram-upload.ts';
import { le, type RawClient } from '../../testing/virtual-boards/esp-client.ts';
import { stubClient } from '../../testing/virtual-boards/upload-client.ts';
import { factoryFlash } from './firmware/factory.ts';
import { LONG } from '../../testing/long.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const encryption = { key: KEY, count: 1, manual: 'allowed' } as const;
const FUSES: Fuses = { ...OPEN_FUSES, encryption };
const cipher = new FlashCipher(KEY);
const APP1 = 0x1d0000;

const made = new Map<unknown, Uint8Array>();

/** A separate factory flash for each test; the content is built once per set of fuses. */
function factory(own: Fuses['encryption'] = encryption): NorFlash {
  const content =
    made.get(own) ??
    factoryFlash({ layout: 'raft-ota-secrets', ...(own === null ? {} : { encryption: own }) }).snapshot();
  made.set(own, content);
  const flash = new NorFlash(content.length);
  flash.load(0, content);
  return flash;
}

function said(flash: ReturnType<typeof factory>, fuses = FUSES): { running: boolean; text: string } {
  const { running, lines } = makeBootLoader({ fuses })(flash);
  return { running, text: lines.map((line) => line.text.replace(/ \(\d+\)/, '')).join('') };
}

/** Writes through the stub; `encrypt` is the fifth word of begin. Returns the status of the end command. */
async function write(client: RawClient, address: number, bytes: Uint8Array, encrypt: 0 | 1) {
  const packed = zlibSync(bytes);
  const blocks = Math.ceil(packed.length / 0x4000);
  const begin = await client.command(OP.flashDeflBegin, le(bytes.length, blocks, 0x4000, address, encrypt));
  if (begin?.body[0] !== 0) return begin?.body;
  for (let seq = 0; seq < blocks; seq++) {
    const answer = await client.block(OP.flashDeflData, packed.slice(seq * 0x4000, (seq + 1) * 0x4000), seq);
    if (answer?.body[0] !== 0) return answer?.body;
  }
  return (await client.command(OP.flashDeflEnd, le(1)))?.body;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const padded = (bytes: Uint8Array) => {
  const out = new Uint8Array(Math.ceil(bytes.length / 32) * 32).fill(0xff);
  out.set(bytes);
  return out;
};

describe('the factory flash', () => {
  test('holds bootloader, table, otadata, app and flagged partitions as ciphertext, and NVS in plain', LONG, () => {
    const flash = factory();
    const plain = factoryFlash({ layout: 'raft-ota-secrets' });
    const stays = (address: number, size: number) => same(flash.read(address, size), plain.read(address, size));
    expect([0x1000, 0x8000, 0x1e000, 0x1f000, 0x20000, 0x1a000, 0x1d000].map((at) => stays(at, 32))).toEqual(
      Array(7).fill(false),
    );
    expect([stays(0x9000, 0x11000), stays(APP1, 0x1b0000), stays(0x380000, 0x80000)]).toEqual([true, true, true]);
    expect(same(cipher.decrypt(0x20000, flash.read(0x20000, 0x10000)), plain.read(0x20000, 0x10000))).toBe(true);
    expect(flash.totalErases).toBe(0);
  });

  test('boots, and logs development mode', () => {
    const { running, text } = said(factory());
    expect(running).toBe(true);
    expect(text).toContain('I boot:  1 secrets          Unknown data     01 06 0001a000 00004000');
    expect(text).toContain(
      'I boot: Checking flash encryption...\r\nI flash_encrypt: flash encryption is enabled (3 plaintext flashes left)',
    );
    expect(text).toContain('W flash_encrypt: Flash encryption mode is DEVELOPMENT (not secure)');
  });

  test('in release mode logs that instead', LONG, () => {
    const release = { key: KEY, count: 0x7f, manual: 'disabled' } as const;
    const { text } = said(factory(release), { ...OPEN_FUSES, encryption: release });
    expect(text).toContain('(0 plaintext flashes left)');
    expect(text).toContain('I flash_encrypt: Flash encryption mode is RELEASE');
  });

  test('with an even counter is plain again', () => {
    const off = { ...encryption, count: 0b11 };
    expect(said(factory(off), { ...OPEN_FUSES, encryption: off }).text).not.toContain('flash_encrypt');
    expect(said(factory(off), { ...OPEN_FUSES, encryption: off }).running).toBe(true);
  });
});

describe('what boots', () => {
  test('plain firmware does not', () => {
    const flash = factory();
    flash.load(0x20000, raftDemo142());
    const { running, text } = said(flash);
    expect(running).toBe(false);
    expect(text).toContain('E esp_image: image at 0x20000 has invalid magic byte (nothing flashed here?)');
  });

  test('a plain table does not', () => {
    const flash = factory();
    flash.load(0x8000, buildPartitionTable(RAFT_SECRETS_ROWS));
    expect(said(flash)).toMatchObject({ running: false });
    expect(said(flash).text).toMatch(/E flash_parts: partition 0 invalid magic number 0x[0-9a-f]+/);
  });

  test('a plain bootloader is an invalid header to the ROM', () => {
    const flash = factory();
    flash.load(0x1000, factory(null).read(0x1000, 0x7000));
    const { running, text } = said(flash);
    expect(running).toBe(false);
    expect(text).toMatch(/(invalid header: 0x[0-9a-f]{8}\r\n){8}$/);
    expect(text).not.toContain('e9\r\n');
  });

  test('ciphertext moved to another address does not', () => {
    const flash = factory();
    flash.load(0x30000, flash.read(0x20000, 0x90000).slice());
    flash.load(0x20000, flash.read(0x30000, 0x90000).slice());
    expect(said(flash).running).toBe(false);
  });

  test('erased otadata counts as no record, and what the bootloader writes there is encrypted', LONG, () => {
    const flash = factory();
    flash.load(0x1e000, cipher.encrypt(0x1e000, new Uint8Array(0x2000).fill(0xff)));
    expect(said(flash).running).toBe(true);
    const record = cipher.decrypt(0x1e000, flash.read(0x1e000, 32));
    expect(hex(record)).toBe(hex(buildOtadata({ seq: 1, state: 2 }, null).subarray(0, 32)));
    flash.load(0x1e000, new Uint8Array(0x2000).fill(0xff));
    expect(said(flash).text).toContain('E boot: ota data partition invalid and no factory, will try all partitions');
  });
});

describe('the stub', () => {
  const connected = () => stubClient({ fuses: FUSES, flash: factory() });

  test('reads and hashes the stored ciphertext', async () => {
    const client = await connected();
    const digest = (await client.command(OP.spiFlashMd5, le(0x20000, 0x1000, 0, 0)))?.body.slice(0, 16);
    expect(digest).toEqual([...md5(client.flash.read(0x20000, 0x1000))]);
    expect(digest).not.toEqual([...md5(raftDemo142().subarray(0, 0x1000))]);
  });

  test('encrypts on request, so that the app boots', LONG, async () => {
    const client = await connected();
    const app = padded(raftDemo150());
    expect(await write(client, APP1, app, 1)).toEqual([0, 0]);
    expect(same(client.flash.read(APP1, app.length), cipher.encrypt(APP1, app))).toBe(true);
    const records = buildOtadata({ seq: 1 }, { seq: 2 });
    expect(await write(client, 0x1e000, records, 1)).toEqual([0, 0]);
    expect(said(client.flash).text).toContain('boot: Loaded app from partition at offset 0x1d0000');
    expect(client.flash.violations).toEqual([]);
  });

  test('writes plain bytes unchanged', async () => {
    const client = await connected();
    const nvs = buildNvs(0x3000, []);
    expect(await write(client, 0x9000, nvs, 0)).toEqual([0, 0]);
    expect(hex(client.flash.read(0x9000, nvs.length))).toBe(hex(nvs));
  });

  test.each([
    ['an address', 0x30010, 64],
    ['a size', 0x30000, 48],
  ])('cannot encrypt %s that is not a multiple of 32', async (_, address, size) => {
    const client = await connected();
    expect(await write(client, address, new Uint8Array(size), 1)).toEqual([0xc4, 0]);
    expect(client.flash.programmedBytes).toBe(0);
  });

  test.each<[string, Fuses]>([
    ['in release mode', { ...OPEN_FUSES, encryption: { key: KEY, count: 0x7f, manual: 'disabled' } }],
    ['while encryption is off', { ...OPEN_FUSES, encryption: { ...encryption, count: 3 } }],
    ['without a key', OPEN_FUSES],
  ])('does not encrypt %s', async (_, fuses) => {
    const client = await stubClient({ fuses });
    expect(await write(client, 0x30000, new Uint8Array(64), 1)).toEqual([0xc4, 0]);
    expect(client.board.lastError).toContain('does not encrypt');
    expect(client.flash.totalErases).toBe(0);
  });

  // ESP-IDF, components/efuse/esp32/esp_efuse_table.csv; espsecure and esptool read these.
  test('shows the fuses', async () => {
    const client = await connected();
    const read = async (word: number) =>
      ((await client.command(OP.readReg, le(0x3ff5a000 + 4 * word)))?.value ?? 0) >>> 0;
    const word0 = await read(0);
    expect([(word0 >>> 20) & 0x7f, (word0 >>> 16) & 1]).toEqual([1, 1]);
    expect((await read(5)) >>> 28).toBe(0xf);
    expect((await read(6)) & (1 << 7)).toBe(0);
    expect(await read(14)).toBe(0);
  });
});

describe('the board of the catalogue', () => {
  test('shows its flash raw, and decrypted on request', LONG, () => {
    const { flash, plain } = makeBoard('esp32-encrypted', instantClock());
    expect(plain(0x8000, 2)).toEqual(Uint8Array.of(0xaa, 0x50));
    expect(new TextDecoder().decode(plain(0x1a001, 10))).toBe('evice-key=');
    expect(flash.read(0x8000, 2)).not.toEqual(Uint8Array.of(0xaa, 0x50));
    const open = makeBoard('esp32-raft', instantClock());
    expect(open.plain(0x8001, 40)).toEqual(open.flash.read(0x8001, 40));
  });
});
