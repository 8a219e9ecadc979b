import { md5 } from '@noble/hashes/legacy.js';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { OP } from './frames.ts';
import { type RawClient, bytesOf, le } from '../../testing/virtual-boards/esp-client.ts';
import { stubClient } from '../../testing/virtual-boards/upload-client.ts';
import { noise } from '../../testing/bytes.ts';

const OK = [0, 0];
const SYNC = bytesOf([7, 7, 0x12, 0x20], new Uint8Array(32).fill(0x55));

/** Writes a range deflated; returns the first status that is not success, or that of the end command. */
async function writeDeflated(client: RawClient, address: number, bytes: Uint8Array, announced = bytes.length) {
  const packed = zlibSync(bytes);
  const blocks = Math.ceil(packed.length / 0x4000);
  const begin = await client.command(OP.flashDeflBegin, le(announced, blocks, 0x4000, address));
  if (begin?.body[0] !== 0) return begin?.body;
  for (let seq = 0; seq < blocks; seq++) {
    const answer = await client.block(OP.flashDeflData, packed.slice(seq * 0x4000, (seq + 1) * 0x4000), seq);
    if (answer?.body[0] !== 0) return answer?.body;
  }
  return (await client.command(OP.flashDeflEnd, le(1)))?.body;
}

test('SYNC is answered eight times with value 0', async () => {
  const client = await stubClient();
  client.sendCommand(OP.sync, SYNC);
  for (let i = 0; i < 8; i++) expect(await client.response(500)).toEqual({ op: OP.sync, value: 0, body: OK });
  expect(await client.response(500)).toBeUndefined();
});

test('the flash can be used without SPI_ATTACH or SPI_SET_PARAMS', async () => {
  const client = await stubClient();
  expect(await client.command(OP.spiFlashMd5, le(0, 0x1000, 0, 0))).toEqual({
    op: OP.spiFlashMd5,
    value: 0,
    body: [...md5(new Uint8Array(0x1000).fill(0xff)), ...OK],
  });
});

describe('writing', () => {
  test('a deflated write erases blocks and sectors just as needed, and keeps its neighbours', async () => {
    const client = await stubClient();
    const bytes = noise(0x1_3000);
    client.flash.load(0xf000, new Uint8Array(0x1000).fill(1));
    client.flash.load(0x2_3000, new Uint8Array(0x1000).fill(2));
    expect(await writeDeflated(client, 0x1_0000, bytes)).toEqual(OK);
    expect(md5(client.flash.read(0x1_0000, bytes.length))).toEqual(md5(bytes));
    expect(client.flash.totalErases).toBe(19);
    expect([client.flash.eraseCount(0xf000), client.flash.eraseCount(0x2_3000)]).toEqual([0, 0]);
    expect(client.flash.violations).toEqual([]);
  });

  test('a plain write drops the padding of its last block', async () => {
    const client = await stubClient();
    const bytes = noise(0x5000);
    await client.command(OP.flashBegin, le(bytes.length, 2, 0x4000, 0x8000));
    await client.block(OP.flashData, bytes.slice(0, 0x4000), 0);
    const padded = bytesOf(bytes.slice(0x4000), new Uint8Array(0x3000));
    expect((await client.block(OP.flashData, padded, 1))?.body).toEqual(OK);
    expect((await client.command(OP.flashEnd, le(1)))?.body).toEqual(OK);
    expect(client.flash.read(0x8000, bytes.length)).toEqual(bytes);
    expect(client.flash.read(0xd000, 0x1000).every((byte) => byte === 0xff)).toBe(true);
  });

  test('a block is acknowledged before it is written', async () => {
    const client = await stubClient();
    await client.command(OP.flashBegin, le(0x4000, 1, 0x4000, 0));
    await client.block(OP.flashData, new Uint8Array(0x4000), 0);
    expect(client.flash.read(0x3ffc, 1)[0]).toBe(0xff);
    expect((await client.command(OP.flashEnd, le(1)))?.body).toEqual(OK);
    expect(client.flash.read(0x3ffc, 1)[0]).toBe(0);
  });

  test('erasing 64 KiB as a block takes 150 ms, as sectors sixteen times 45', async () => {
    const client = await stubClient();
    const time = async (address: number) => {
      const start = client.clock.now();
      await client.command(OP.eraseRegion, le(address, 0x1_0000));
      return client.clock.now() - start;
    };
    expect(await time(0x1_0000)).toBeLessThan(170);
    expect(await time(0x3_1000)).toBeGreaterThan(720);
  });

  test('an error in writing is the answer to the next command, which is not carried out', async () => {
    const client = await stubClient();
    await client.command(OP.flashDeflBegin, le(0x1000, 1, 0x4000, 0x1000));
    expect((await client.block(OP.flashDeflData, noise(100), 0))?.body).toEqual(OK);
    expect((await client.command(OP.eraseRegion, le(0x8000, 0x1000)))?.body).toEqual([0xc7, 0]);
    expect(client.flash.eraseCount(0x8000)).toBe(0);
    expect((await client.command(OP.eraseRegion, le(0x8000, 0x1000)))?.body).toEqual(OK);
    expect(client.board.lastError).toContain('0x11');
  });

  test('a begin bounds what is written', async () => {
    const client = await stubClient();
    expect(await writeDeflated(client, 0x1000, noise(0x2000), 0x1000)).toEqual([0xc9, 0]);
    expect(client.flash.programmedBytes).toBe(0);
  });

  test('FLASH_END before all data has arrived is refused', async () => {
    const client = await stubClient();
    await client.command(OP.flashBegin, le(0x8000, 2, 0x4000, 0));
    await client.block(OP.flashData, noise(0x4000), 0);
    expect((await client.command(OP.flashEnd, le(1)))?.body).toEqual([0xc0, 0]);
  });

  test.each([0, 1])('the end command (%i) stays in the stub', async (word) => {
    const client = await stubClient();
    await client.command(OP.flashBegin, le(0, 0, 0x4000, 0));
    expect((await client.command(OP.flashEnd, le(word)))?.body).toEqual(OK);
    await client.wait(500);
    expect(client.board.mode).toBe('stub');
  });

  test.each([4, 64])('a late block of %i deflated bytes is answered and ignored', async (size) => {
    const client = await stubClient();
    const bytes = noise(0x8000);
    const packed = zlibSync(bytes);
    // All but the Adler-32 in the first block: everything is already written when the second one arrives.
    await client.command(OP.flashDeflBegin, le(bytes.length, 2, packed.length, 0));
    await client.block(OP.flashDeflData, packed.slice(0, -4), 0);
    const late = bytesOf(packed.slice(-4), noise(size - 4));
    expect((await client.block(OP.flashDeflData, late, 1))?.body).toEqual(OK);
    expect((await client.command(OP.flashDeflEnd, le(1)))?.body).toEqual(OK);
    expect([client.flash.read(0, bytes.length), client.flash.programmedBytes]).toEqual([bytes, bytes.length]);
  });

  test('a late raw block is answered and ignored', async () => {
    const client = await stubClient();
    await client.command(OP.flashBegin, le(0x1000, 1, 0x1000, 0x8000));
    await client.block(OP.flashData, noise(0x1000), 0);
    expect((await client.block(OP.flashData, noise(0x1000), 1))?.body).toEqual(OK);
    expect((await client.command(OP.flashEnd, le(1)))?.body).toEqual(OK);
    expect(client.flash.read(0x9000, 0x1000).every((byte) => byte === 0xff)).toBe(true);
    expect(client.flash.violations).toEqual([]);
  });
});

describe('erasing', () => {
  test('a region', async () => {
    const client = await stubClient();
    client.flash.load(0, new Uint8Array(0x4000));
    expect((await client.command(OP.eraseRegion, le(0x1000, 0x2000)))?.body).toEqual(OK);
    expect([0, 0x1000, 0x2fff, 0x3000].map((at) => client.flash.read(at, 1)[0])).toEqual([0, 0xff, 0xff, 0]);
  });

  test('the whole chip', async () => {
    const client = await stubClient({ size: 0x10_0000, flashId: 0x1440ef });
    client.flash.load(0, new Uint8Array(0x4000));
    const start = client.clock.now();
    expect((await client.command(OP.eraseFlash, new Uint8Array(0)))?.body).toEqual(OK);
    expect(client.clock.now() - start).toBeGreaterThan(16 * 150 - 1);
    expect(client.flash.totalErases).toBe(256);
  });
});

describe('reading', () => {
  test('frames come one per acknowledgement, then the MD5 of everything', async () => {
    const client = await stubClient();
    const bytes = noise(0x2800);
    client.flash.load(0x1000, bytes);
    expect((await client.command(OP.readFlash, le(0x1000, bytes.length, 0x1000, 64)))?.body).toEqual(OK);
    const got: number[] = [];
    for (const size of [0x1000, 0x1000, 0x800]) {
      const frame = await client.frame(2000);
      expect(frame?.length).toBe(size);
      expect(await client.frame(500)).toBeUndefined();
      got.push(...(frame ?? []));
      client.sendFrame(le(got.length));
    }
    expect(got).toEqual([...bytes]);
    expect(await client.frame(2000)).toEqual(md5(bytes));
    expect((await client.command(OP.readReg, le(0x40001000)))?.value).toBe(0x00f01d83);
  });

  test.each([
    ['a wrong count', le(0xfff)],
    ['a wrong length', Uint8Array.of(0, 0x10)],
  ])('%s in an acknowledgement ends the read', async (_, acknowledgement) => {
    const client = await stubClient();
    await client.command(OP.readFlash, le(0, 0x2000, 0x1000, 64));
    const first = (await client.frame(2000)) ?? new Uint8Array(0);
    client.sendFrame(acknowledgement);
    expect(await client.frame(2000)).toEqual(md5(first));
    expect(await client.frame(500)).toBeUndefined();
    expect(client.board.lastError).toContain('acknowledgement');
  });

  test.each([
    ['packets above 4 KiB', le(0, 0x2000, 0x1001, 1), 0xc0],
    ['a range past the end', le(0x3f_f000, 0x2000, 0x1000, 1), 0xc4],
  ])('%s: acknowledged, and refused on the next command', async (name, parameters, code) => {
    const client = await stubClient();
    expect((await client.command(OP.readFlash, parameters))?.body).toEqual(OK);
    if (name.startsWith('a range')) {
      await client.frame();
      client.sendFrame(le(0x1000));
    }
    expect((await client.command(OP.readReg, le(0)))?.body).toEqual([code, 0]);
  });
});

describe('refusals', () => {
  type Act = (client: RawClient) => Promise<{ body: number[] } | undefined>;
  const cases: [string, Act, number][] = [
    ['an unknown command', (c) => c.command(0x77, new Uint8Array(0)), 0xc3],
    ['security info', (c) => c.command(OP.getSecurityInfo, new Uint8Array(0)), 0xff],
    ['a misaligned region', (c) => c.command(OP.eraseRegion, le(0x800, 0x1000)), 0xc0],
    ['a region of odd size', (c) => c.command(OP.eraseRegion, le(0x1000, 0x800)), 0xc0],
    ['a region past the end', (c) => c.command(OP.eraseRegion, le(0x3f_f000, 0x2000)), 0xc4],
    ['a begin past the end', (c) => c.command(OP.flashDeflBegin, le(0x2000, 1, 0x4000, 0x3f_f000)), 0xc4],
    ['a begin of three words', (c) => c.command(OP.flashBegin, le(0x2000, 1, 0x4000)), 0xc0],
    ['data before begin', (c) => c.block(OP.flashDeflData, Uint8Array.of(1), 0), 0xc6],
    ['an end before begin', (c) => c.command(OP.flashDeflEnd, le(1)), 0xc6],
    ['an MD5 past the end', (c) => c.command(OP.spiFlashMd5, le(0x3f_f000, 0x2000, 0, 0)), 0xc4],
    ['an attach of eight bytes', (c) => c.command(OP.spiAttach, le(0, 0)), 0xc0],
  ];
  test.each(cases)('%s', async (_, act, code) => {
    const client = await stubClient();
    expect((await act(client))?.body).toEqual([code, 0]);
    expect(client.board.lastError).toMatch(/^stub, command 0x/);
    expect(client.flash.totalErases).toBe(0);
  });

  test('a wrong checksum, a wrong sequence and a block too long, and the right block after them', async () => {
    const client = await stubClient();
    await client.command(OP.flashBegin, le(0x1000, 1, 0x1000, 0));
    const bad = await client.command(OP.flashData, bytesOf(le(4, 0, 0, 0), [1, 2, 3, 4]), 0);
    expect(bad?.body).toEqual([0xc1, 0]);
    expect((await client.block(OP.flashData, noise(0x1000), 1))?.body).toEqual([0xc0, 0]);
    expect((await client.block(OP.flashData, noise(0x1001), 0))?.body).toEqual([0xc2, 0]);
    expect((await client.block(OP.flashData, noise(0x1000), 0))?.body).toEqual(OK);
    expect((await client.command(OP.flashEnd, le(1)))?.body).toEqual(OK);
  });

  test('a flash set smaller than it is', async () => {
    const client = await stubClient();
    const parameters = le(0, 0x10_0000, 0x1_0000, 0x1000, 0x100, 0xffff);
    expect((await client.command(OP.spiSetParams, parameters))?.body).toEqual(OK);
    expect(await writeDeflated(client, 0x10_0000, noise(0x1000))).toEqual([0xc4, 0]);
  });

  test('a misaligned write', async () => {
    const client = await stubClient();
    expect(await writeDeflated(client, 0x1002, noise(0x100))).toEqual([0xc4, 0]);
  });
});

test('RUN_USER_CODE is neither answered nor carried out', async () => {
  const client = await stubClient();
  client.sendCommand(OP.runUserCode, new Uint8Array(0));
  expect(await client.response(500)).toBeUndefined();
  expect(client.board.mode).toBe('stub');
});

test('a pulled cable stops a write where it is', async () => {
  const client = await stubClient();
  await client.command(OP.flashBegin, le(0x4000, 1, 0x4000, 0));
  await client.block(OP.flashData, new Uint8Array(0x4000), 0);
  await client.wait(60);
  client.board.detach();
  const programmed = client.flash.programmedBytes;
  expect(programmed).toBeLessThan(0x4000);
  await client.wait(5000);
  expect(client.flash.programmedBytes).toBe(programmed);
});

test('a reset drops the stub', async () => {
  const client = await stubClient();
  client.board.setLines({ dtr: false, rts: true });
  await client.wait(100);
  client.board.setLines({ dtr: false, rts: false });
  await client.wait(50);
  expect([client.board.mode, client.board.baud]).toEqual(['app', 115_200]);
});
