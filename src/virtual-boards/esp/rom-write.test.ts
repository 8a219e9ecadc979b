/** What a ROM's own loader writes, compared over the whole flash: seen on ROM code of ESP32 (v3), S3 and C3 (rev 0). */
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { ChipName } from './chips/chip.ts';
import { CHIPS } from './chips/index.ts';
import { blockChecksum, OP } from './frames.ts';
import { bytesOf, le, RawClient } from '../../testing/virtual-boards/esp-client.ts';
import { difference, noise } from '../../testing/bytes.ts';
import { byLength, LONG } from '../../testing/long.ts';

const BLOCK = 0x400;
const WINDOW = 0x8000;
const AT = 0x10_0000;
/** What follows a written range: bits that a write can clear, and bits that are already 0. */
const NEIGHBOUR = 0x5a;

async function connected(name: ChipName, size?: number): Promise<RawClient> {
  const client = new RawClient({ chip: CHIPS[name], ...(size === undefined ? {} : { size }) });
  await client.connect();
  await client.command(OP.spiAttach, le(0, 0));
  return client;
}

const beginOf = ({ chip }: RawClient, size: number, blocks: number, at: number) =>
  le(size, blocks, BLOCK, at, ...(chip.rom.beginWords === 5 ? [0] : []));

/** Writes through the ROM; returns the status of each command. */
async function write(client: RawClient, address: number, content: Uint8Array, packed: boolean): Promise<number[][]> {
  const stream = packed ? zlibSync(content) : content;
  const blocks = Math.ceil(stream.length / BLOCK);
  const [begin, data] = packed ? [OP.flashDeflBegin, OP.flashDeflData] : [OP.flashBegin, OP.flashData];
  const said = [(await client.command(begin, beginOf(client, content.length, blocks, address)))?.body ?? []];
  for (let seq = 0; seq < blocks; seq++) {
    said.push((await client.block(data, stream.slice(seq * BLOCK, (seq + 1) * BLOCK), seq))?.body ?? []);
  }
  return said;
}

const SIZES = [0x1000, 0x7000, WINDOW, 0xa000, 2 * WINDOW];

for (const [options, sizes] of byLength(SIZES, (size) => size === 0x1000))
  describe.each(sizes)('a deflated write of %i bytes', options, (size) => {
    test.each(['ESP32-S3', 'ESP32-C3', 'ESP32-C6'] as const)('is written exactly by the ROM of an %s', async (name) => {
      const client = await connected(name);
      client.flash.load(AT, new Uint8Array(0x2_0000).fill(NEIGHBOUR));
      const wanted = client.flash.snapshot();
      wanted.set(noise(size), AT);
      expect((await write(client, AT, noise(size), true)).every(([flag]) => flag === 0)).toBe(true);
      expect(difference(client.flash.snapshot(), wanted)).toBeNull();
      expect(client.flash.violations).toEqual([]);
    });

    test('destroys what follows it on an ESP32, whose ROM writes its whole buffer', async () => {
      const client = await connected('ESP32');
      client.flash.load(AT, new Uint8Array(0x2_0000).fill(NEIGHBOUR));
      const wanted = client.flash.snapshot();
      const content = noise(size);
      wanted.set(content, AT);
      // The buffer after the last bytes: where they did not reach, it has the bytes of one buffer earlier, or none yet.
      const buffer = new Uint8Array(WINDOW);
      for (const [i, byte] of content.entries()) buffer[i % WINDOW] = byte;
      const last = AT + size - (size % WINDOW);
      for (let i = size % WINDOW; i < WINDOW; i++) wanted[last + i] = NEIGHBOUR & (buffer[i] ?? 0);
      expect((await write(client, AT, content, true)).every(([flag]) => flag === 0)).toBe(true);
      expect(difference(client.flash.snapshot(), wanted)).toBeNull();
      expect(client.flash.violations.map(({ fault }) => fault)).toContain('cell-not-erased');
    });
  });

describe('an ESP32', () => {
  test('still has the bytes of the previous write in its buffer', LONG, async () => {
    const client = await connected('ESP32');
    const first = noise(WINDOW, 2);
    await write(client, 0, first, true);
    await write(client, AT, noise(0x1000, 3), true);
    expect(client.flash.read(AT + 0x1000, 0x7000)).toEqual(first.subarray(0x1000));
  });

  test('writes nothing of a last buffer that exceeds the flash, and reports success', async () => {
    const client = await connected('ESP32');
    const before = client.flash.snapshot();
    const said = await write(client, 0x3f_f000, noise(0x1000), true);
    expect(said.every(([flag]) => flag === 0)).toBe(true);
    expect(difference(client.flash.snapshot(), before)).toBeNull();
  });

  test('reads a raw block back, and answers 8 if the flash holds something else', async () => {
    const client = await connected('ESP32');
    expect((await write(client, AT, noise(BLOCK), false)).at(-1)?.[0]).toBe(0);
    client.flash.load(AT + BLOCK, Uint8Array.of(0));
    const surplus = await client.block(OP.flashData, noise(BLOCK, 4), 1);
    expect(surplus?.body.slice(0, 2)).toEqual([1, 8]);
  });
});

test.each(['ESP32-S3', 'ESP32-C3'] as const)('the ROM of an %s does not read a raw block back', async (name) => {
  const client = await connected(name);
  await write(client, AT, noise(BLOCK), false);
  client.flash.load(AT + BLOCK, Uint8Array.of(0));
  expect((await client.block(OP.flashData, noise(BLOCK, 4), 1))?.body[0]).toBe(0);
  expect(client.flash.read(AT + BLOCK, 1)[0]).toBe(0);
  expect(client.flash.violations.map(({ address }) => address)).toEqual([AT + BLOCK]);
});

describe.each(['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6'] as const)('blocks for the ROM of an %s', (name) => {
  test('a surplus raw block is accepted', async () => {
    const client = await connected(name);
    const [content, surplus] = [noise(BLOCK), noise(BLOCK, 5)];
    await write(client, AT, content, false);
    expect((await client.block(OP.flashData, surplus, 1))?.body[0]).toBe(0);
    expect(client.flash.read(AT, 2 * BLOCK)).toEqual(bytesOf(content, surplus));
  });

  test('one with a wrong checksum counts: the same again is out of sequence, the next is accepted', async () => {
    const client = await connected(name);
    await client.command(OP.flashBegin, beginOf(client, 0x1000, 2, AT));
    const block = noise(BLOCK);
    const frame = bytesOf(le(BLOCK, 0, 0, 0), block);
    const sum = blockChecksum(block);
    expect((await client.command(OP.flashData, frame, sum ^ 1))?.body.slice(0, 2)).toEqual([1, 7]);
    expect((await client.command(OP.flashData, frame, sum))?.body.slice(0, 2)).toEqual([1, 6]);
    expect((await client.block(OP.flashData, block, 1))?.body[0]).toBe(0);
  });

  test('an end command during a write is an error, and ends the loader', async () => {
    const client = await connected(name);
    await client.command(OP.flashBegin, beginOf(client, 0x1000, 2, AT));
    await client.block(OP.flashData, noise(BLOCK), 0);
    expect((await client.command(OP.flashEnd, le(1)))?.body.slice(0, 2)).toEqual([1, 6]);
    await client.wait(50);
    expect(client.board.mode).toBe('app');
  });

  test('the flash ends at 4 MB until another size is set, and blocks have at most 1 KiB', LONG, async () => {
    const client = await connected(name, 0x80_0000);
    const begin = (...words: number[]) => client.command(OP.flashDeflBegin, le(...words, ...fifth));
    const fifth = client.chip.rom.beginWords === 5 ? [0] : [];
    expect((await begin(0x1000, 1, BLOCK, 0x40_0000))?.body.slice(0, 2)).toEqual([1, 6]);
    await client.command(OP.spiSetParams, le(0, 0x80_0000, 0x1_0000, 0x1000, 0x100, 0xffff));
    expect((await begin(0x1000, 1, BLOCK, 0x40_0000))?.body[0]).toBe(0);
    expect((await begin(0x1000, 1, BLOCK + 1, 0))?.body.slice(0, 2)).toEqual([1, 5]);
    expect((await begin(0x1000, 1, BLOCK))?.body.slice(0, 2)).toEqual([1, 5]);
    expect((await begin(0x1000, 1, BLOCK, 0))?.body[0]).toBe(0);
    expect((await client.block(OP.flashDeflData, noise(BLOCK), 0))?.body.slice(0, 2)).toEqual([1, 0x0b]);
  });
});
