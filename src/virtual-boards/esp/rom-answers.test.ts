/** Leftovers of earlier answers in a ROM's answers: seen on ROM code of ESP32 (v3), S3 and C3 (rev 0). */
import { describe, expect, test } from 'vitest';
import type { ChipName } from './chips/chip.ts';
import { CHIPS } from './chips/index.ts';
import { blockChecksum, OP } from './frames.ts';
import { bytesOf, le, RawClient } from '../../testing/virtual-boards/esp-client.ts';

const MAGIC = 0x40001000;
const NONE = new Uint8Array(0);
const PAST_END = le(0x3f_fff0, 0x40);
const MD5_PAST_END = le(0x3f_f000, 0x2000, 0, 0);
/** MD5 of 4 KiB of FF, as text. */
const BLANK_MD5 = '6ae59e64850377ee5470c854761551ea';

async function connected(name: ChipName = 'ESP32'): Promise<RawClient> {
  const client = new RawClient({ chip: CHIPS[name] });
  await client.connect();
  await client.command(OP.spiAttach, le(0, 0));
  return client;
}

const bodyOf = async (client: RawClient, op: number, data: Uint8Array) => (await client.command(op, data))?.body ?? [];
const text = (bytes: readonly number[]) => String.fromCharCode(...bytes);

describe.each(['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6'] as const)('the ROM of an %s', (name) => {
  test('answers an unknown command once, with the opcode and value of the previous command', async () => {
    const client = await connected(name);
    const { value } = (await client.command(OP.readReg, le(MAGIC))) ?? {};
    await client.command(OP.spiAttach, le(0, 0));
    for (const op of [0x77, OP.readFlash]) {
      expect(await client.command(op, NONE)).toMatchObject({ op: OP.spiAttach, value });
      expect(await client.response(500)).toBeUndefined();
    }
    expect(await bodyOf(client, 0x77, NONE)).toEqual([1, 5, 0, 0]);
  });

  test('repeats the value of the last READ_REG, or before any that of SYNC', async () => {
    const client = await connected(name);
    expect((await client.command(OP.spiAttach, le(0, 0)))?.value).toBe(0x20120707);
    const { value } = (await client.command(OP.readReg, le(MAGIC))) ?? {};
    expect(value).not.toBe(0x20120707);
    expect((await client.command(OP.spiAttach, le(0, 0)))?.value).toBe(value);
    expect((await client.command(OP.spiFlashMd5, le(0, 0x1000, 0, 0)))?.value).toBe(value);
  });

  test('writes only the first status byte on success', async () => {
    const client = await connected(name);
    await client.command(0x77, NONE);
    expect(await bodyOf(client, OP.spiAttach, le(0, 0))).toEqual([0, 5, 0, 0]);
    await client.command(OP.readFlashSlow, PAST_END);
    expect((await bodyOf(client, OP.readFlashSlow, le(0, 64))).slice(64)).toEqual([0, 9, 0, 0]);
    // The flash was blank: its bytes are where a shorter answer has its status.
    expect(await bodyOf(client, OP.spiAttach, le(0, 0))).toEqual([0, 0xff, 0xff, 0xff]);
  });

  test('puts the bytes of an earlier answer before the error of a slow read or a digest', async () => {
    const client = await connected(name);
    expect(text((await bodyOf(client, OP.spiFlashMd5, le(0, 0x1000, 0, 0))).slice(0, 32))).toBe(BLANK_MD5);
    const digest = await bodyOf(client, OP.spiFlashMd5, MD5_PAST_END);
    expect(text(digest.slice(0, 32))).toBe(BLANK_MD5);
    expect(digest.slice(32)).toEqual([1, 9, 0, 0]);
    const slow = await bodyOf(client, OP.readFlashSlow, PAST_END);
    expect(text(slow.slice(0, 32))).toBe(BLANK_MD5);
    expect([slow.length, ...slow.slice(64)]).toEqual([68, 1, 9, 0, 0]);
  });

  test('answers a corrupted MEM_DATA block with 7, and accepts it when it is intact', async () => {
    const client = await connected(name);
    const from = client.chip.bootloader.ram[0]?.from ?? 0;
    await client.command(OP.memBegin, le(4, 1, 4, from));
    const block = bytesOf(le(4, 0, 0, 0), [1, 2, 3, 4]);
    const sum = blockChecksum(Uint8Array.of(1, 2, 3, 4));
    expect((await client.command(OP.memData, block, sum ^ 1))?.body.slice(0, 2)).toEqual([1, 7]);
    expect((await client.command(OP.memData, block, sum))?.body[0]).toBe(0);
  });
});
