import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { OP } from './frames.ts';
import { RawClient, bytesOf, le } from '../../testing/virtual-boards/esp-client.ts';
import { uploadStub } from '../../testing/virtual-boards/upload-client.ts';

const SYNC = bytesOf([7, 7, 0x12, 0x20], new Uint8Array(32).fill(0x55));
const OK = [0, 0, 0, 0];
const data = Uint8Array.from({ length: 0x400 }, (_, i) => (i * 7) & 0xff);

async function connected(attached = true): Promise<RawClient> {
  const client = new RawClient();
  await client.connect();
  if (attached) await client.command(OP.spiAttach, le(0, 0));
  return client;
}

test('SYNC is answered eight times, with a value that distinguishes the ROM from the stub', async () => {
  const client = new RawClient();
  await client.enterRom();
  client.sendCommand(OP.sync, SYNC);
  const answers = [];
  for (let answer = await client.response(500); answer !== undefined; answer = await client.response(500)) {
    answers.push(answer);
  }
  expect(answers).toEqual(Array.from({ length: 8 }, () => ({ op: OP.sync, value: 0x20120707, body: OK })));
});

test('before SYNC everything else is ignored', async () => {
  const client = new RawClient();
  await client.enterRom();
  client.sendCommand(OP.readReg, le(0x40001000));
  expect(await client.response(1000)).toBeUndefined();
});

test.each([
  ['a wrong length field', [0, OP.readReg, 5, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
  ['a response', [1, OP.readReg, 4, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
  ['a stump', [0, OP.readReg]],
])('%s is not answered', async (_, frame) => {
  const client = await connected();
  client.sendFrame(Uint8Array.from(frame));
  expect(await client.response(500)).toBeUndefined();
});

describe('registers', () => {
  test.each([
    ['magic', 0x40001000, 0x00f01d83],
    ['MAC, low word', 0x3ff5a004, 0xc4123456],
    ['package and revision bit 0', 0x3ff5a00c, 0xa200],
    ['revision bit 1', 0x3ff5a014, 0x0010_0000],
    ['revision bit 2', 0x3ff6607c, 0x8000_0000],
    ['UART date', 0x60000078, 0x15122500],
    ['one that nobody models', 0x3ff00000, 0],
  ])('%s', async (_, address, value) => {
    const client = await connected();
    expect(await client.command(OP.readReg, le(address))).toEqual({ op: OP.readReg, value, body: OK });
  });

  test('MAC, high word with its CRC', async () => {
    const client = await connected();
    const value = (await client.command(OP.readReg, le(0x3ff5a008)))?.value ?? 0;
    expect(value & 0xffff).toBe(0x240a);
    expect(value >>> 16).toBeLessThanOrEqual(0xff);
  });

  test('the UART divider implies a 40 MHz crystal', async () => {
    const client = await connected();
    const divider = (await client.command(OP.readReg, le(0x3ff40014)))?.value ?? 0;
    expect(((divider & 0xfffff) * 115_200) / 1e6).toBeCloseTo(40, 0);
  });

  test('a masked write keeps the other bits', async () => {
    const client = await connected();
    await client.command(OP.writeReg, le(0x3ff00010, 0x1234_5678, 0xffff_ffff, 0));
    await client.command(OP.writeReg, le(0x3ff00010, 0xffff_ffff, 0x0000_ff00, 1000));
    expect((await client.command(OP.readReg, le(0x3ff00010)))?.value).toBe(0x1234_ff78);
  });

  test.each([
    [true, 0x9f, 24, 0x1640ef],
    [true, 0x05, 8, 0],
    [false, 0x9f, 24, 0xffffff],
  ])('attached %s: flash instruction %i reads %i bits: %i', async (attached, instruction, bits, value) => {
    const client = await connected(attached);
    const spi = 0x3ff42000;
    await client.command(OP.writeReg, le(spi + 0x2c, bits - 1, 0xffff_ffff, 0));
    await client.command(OP.writeReg, le(spi + 0x1c, 0x9000_0000, 0xffff_ffff, 0));
    await client.command(OP.writeReg, le(spi + 0x24, 0x7000_0000 | instruction, 0xffff_ffff, 0));
    await client.command(OP.writeReg, le(spi, 1 << 18, 0xffff_ffff, 0));
    expect((await client.command(OP.readReg, le(spi)))?.value).toBe(0);
    expect((await client.command(OP.readReg, le(spi + 0x80)))?.value).toBe(value);
  });
});

describe('flash', () => {
  test('begin erases before it answers, blocks are written before they are acknowledged', async () => {
    const client = await connected();
    const start = client.clock.now();
    expect((await client.command(OP.flashBegin, le(0x1_1000, 2, 0x400, 0x1_0000)))?.body).toEqual(OK);
    expect(client.clock.now() - start).toBeGreaterThan(195);
    expect(client.flash.totalErases).toBe(17);
    expect((await client.block(OP.flashData, data, 0))?.body).toEqual(OK);
    expect(client.flash.read(0x1_0000, 0x400)).toEqual(data);
    expect((await client.block(OP.flashData, data, 1))?.body).toEqual(OK);
    expect(client.flash.read(0x1_0400, 0x400)).toEqual(data);
  });

  test('a deflated write', async () => {
    const client = await connected();
    const packed = zlibSync(data);
    const blocks = Math.ceil(packed.length / 0x100);
    await client.command(OP.flashDeflBegin, le(data.length, blocks, 0x100, 0x2000));
    for (let seq = 0; seq < blocks; seq++) {
      const answer = await client.block(OP.flashDeflData, packed.slice(seq * 0x100, (seq + 1) * 0x100), seq);
      expect(answer?.body).toEqual(OK);
    }
    expect(client.flash.read(0x2000, data.length)).toEqual(data);
  });

  test('MD5 comes as 32 hex digits in ASCII', async () => {
    const client = await connected();
    const body = (await client.command(OP.spiFlashMd5, le(0, 0x1000, 0, 0)))?.body ?? [];
    expect(String.fromCharCode(...body.slice(0, 32))).toBe('6ae59e64850377ee5470c854761551ea');
    expect(body.slice(32)).toEqual(OK);
  });

  test('the slow read always returns 64 bytes', async () => {
    const client = await connected();
    client.flash.load(0, Uint8Array.of(1, 2, 3));
    const body = (await client.command(OP.readFlashSlow, le(0, 3)))?.body ?? [];
    expect(body).toEqual([1, 2, 3, ...Array.from({ length: 61 }, () => 0), ...OK]);
  });

  test.each([0, 1])('the end command (%i) leaves the loader for a normal boot', async (word) => {
    const client = await connected();
    await client.command(OP.flashBegin, le(0, 0, 0x400, 0));
    expect((await client.command(OP.flashEnd, le(word)))?.body).toEqual(OK);
    await client.wait(50);
    expect(client.board.mode).toBe('app');
  });
});

describe('refusals', () => {
  type Act = (client: RawClient) => Promise<{ body: number[] } | undefined>;
  const begun =
    (act: Act): Act =>
    async (client) => {
      await client.command(OP.flashBegin, le(0x1000, 2, 0x400, 0x1000));
      return act(client);
    };
  const cases: [string, Act, number][] = [
    ['blocks above 0x400 bytes', (c) => c.command(OP.flashBegin, le(0x4000, 1, 0x4000, 0)), 5],
    ['deflated blocks above 0x400 bytes', (c) => c.command(OP.flashDeflBegin, le(0x4000, 1, 0x4000, 0)), 5],
    ['a fifth word in begin', (c) => c.command(OP.flashBegin, le(0x400, 1, 0x400, 0, 0)), 5],
    ['a begin past the end', (c) => c.command(OP.flashBegin, le(0x2000, 1, 0x400, 0x3f_f000)), 6],
    ['a wrong checksum', begun((c) => c.command(OP.flashData, bytesOf(le(4, 0, 0, 0), [1, 2, 3, 4]), 1)), 7],
    ['a wrong size word', begun((c) => c.command(OP.flashData, bytesOf(le(5, 0, 0, 0), [1, 2, 3, 4]), 0xef)), 5],
    ['a wrong sequence number', begun((c) => c.block(OP.flashData, data, 1)), 6],
    ['a block longer than announced', begun((c) => c.block(OP.flashData, new Uint8Array(0x401), 0)), 5],
    ['data before begin', (c) => c.block(OP.flashData, data, 0), 6],
    ['what is no zlib stream', deflated(data), 0x0b],
    ['a zlib stream with a wrong Adler-32', deflated(spoilt(zlibSync(data.slice(0, 64)))), 0x0b],
    ['a zlib stream cut short', deflated(zlibSync(data.slice(0, 64)).slice(0, -9)), 0x0b],
    ['more than begin announced', deflated(zlibSync(new Uint8Array(0x1001))), 8],
    ['a slow read of more than 64 bytes', (c) => c.command(OP.readFlashSlow, le(0, 65)), 0x0a],
    ['a slow read past the end', (c) => c.command(OP.readFlashSlow, le(0x40_0000 - 1, 2)), 9],
    ['an MD5 past the end', (c) => c.command(OP.spiFlashMd5, le(0x3f_0000, 0x2_0000, 0, 0)), 9],
    ['an attach of four bytes', (c) => c.command(OP.spiAttach, le(0)), 5],
    ['a register address of two bytes', (c) => c.command(OP.readReg, Uint8Array.of(0, 0)), 5],
    ['a SYNC that is none', (c) => c.command(OP.sync, new Uint8Array(36)), 5],
    ['memory data before begin', (c) => c.block(OP.memData, data, 0), 6],
    ['memory data with a wrong checksum', (c) => c.command(OP.memData, bytesOf(le(1, 0, 0, 0), [1]), 0), 7],
  ];
  test.each(cases)('%s', async (_, act, code) => {
    const client = await connected();
    expect((await act(client))?.body.slice(-4)).toEqual([1, code, 0, 0]);
    expect(client.board.lastError).toMatch(/^ROM, command 0x/);
    expect(client.flash.programmedBytes).toBe(0);
  });

  function deflated(stream: Uint8Array): Act {
    return async (client) => {
      await client.command(OP.flashDeflBegin, le(0x1000, 1, 0x400, 0x1000));
      return client.block(OP.flashDeflData, stream, 0);
    };
  }

  function spoilt(stream: Uint8Array): Uint8Array {
    return stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte));
  }

  test('flash commands before the flash is attached', async () => {
    const client = await connected(false);
    expect((await client.command(OP.flashBegin, le(0x1000, 1, 0x400, 0)))?.body).toEqual([1, 6, 0, 0]);
    expect((await client.command(OP.spiFlashMd5, le(0, 16, 0, 0)))?.body.slice(32)).toEqual([1, 6, 0, 0]);
  });
});

describe('running uploaded code', () => {
  test('a whole stub greets', async () => {
    const client = await connected(false);
    expect(await uploadStub(client)).toEqual(OK);
    expect(String.fromCharCode(...((await client.frame(1000)) ?? []))).toBe('OHAI');
    expect(client.board.mode).toBe('stub');
  });

  test('a slow stub greets late, after MEM_END was answered', async () => {
    const client = new RawClient({ stubStartMs: 250 });
    await client.connect();
    expect(await uploadStub(client)).toEqual(OK);
    expect(await client.frame(240)).toBeUndefined();
    expect(String.fromCharCode(...((await client.frame(20)) ?? []))).toBe('OHAI');
  });

  test.each([
    ['a block is missing', { dropBlock: true }],
    ['a byte differs', { flipByte: true }],
    ['the entry is another', { entry: 0x400a9030 }],
    ['its data segment is missing', { onlyText: true }],
  ])('%s: the board acknowledges, then stays silent until it is reset', async (_, spoil) => {
    const client = await connected(false);
    expect(await uploadStub(client, spoil)).toEqual(OK);
    expect(await client.frame(5000)).toBeUndefined();
    expect(client.board.mode).toBe('hung');
    client.sendCommand(OP.sync, SYNC);
    expect(await client.response(1000)).toBeUndefined();
    await client.connect();
    expect(client.board.mode).toBe('rom');
  });

  test('MEM_END can stay in the loader', async () => {
    const client = await connected(false);
    expect((await client.command(OP.memEnd, le(1, 0)))?.body).toEqual(OK);
    expect((await client.command(OP.readReg, le(0x40001000)))?.value).toBe(0x00f01d83);
  });
});
