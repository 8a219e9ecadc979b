/** The ROM loader over a noisy line: damaged data is sent again, and the flash is never blamed. */
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { makeCancel } from '../../flash/failure.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { testClock } from '../../testing/clock.ts';
import { damaged, Wire } from '../../testing/wire.ts';
import { connectEsp } from './connect.ts';
import { SPEED, STUB } from '../board/setting-ids.ts';
import { REGION } from './target.ts';
import { failureOf } from '../../testing/esp/failure-of.ts';

// Shared: tests run concurrently.
const clock = testClock();

/** The loaders' commands (esptool docs, serial protocol). */
const OP = {
  begin: 0x02,
  data: 0x03,
  attach: 0x0d,
  read: 0x0e,
  deflBegin: 0x10,
  deflData: 0x11,
  digest: 0x13,
} as const;

// Three parts of 64 KiB of incompressible data.
const range = { region: REGION, address: 0x1d0000, size: 0x28000 };
let seed = 9;
const content = Uint8Array.from({ length: range.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);

async function onTable(id: string, chosen = {}) {
  const made = makeBoard(id, clock);
  const wire = new Wire(made.board, clock);
  const port = new VirtualSerialPort(wire, { clock });
  const target = await connectEsp(port, {
    clock,
    chosen: { ...chosen, [STUB]: 'no' },
    cancel: makeCancel(),
    onSay: () => undefined,
    comesBack: () => Promise.resolve(null),
  });
  expect(target.mode).toBe('rom');
  const wanted = made.flash.snapshot();
  wanted.set(content, range.address);
  wire.commands.length = 0;
  const count = (...ops: number[]) => wire.commands.filter((op) => ops.includes(op)).length;
  // The flash is attached once each time a link is opened.
  return { made, wire, target, wanted, count, resets: () => count(OP.attach) };
}

type Table = Awaited<ReturnType<typeof onTable>>;

const isBlock = (bytes: Uint8Array) => bytes[1] === 0 && (bytes[2] === OP.data || bytes[2] === OP.deflData);

/** Changes (or drops) the selected blocks of a write, numbered from 0 over all blocks sent. */
function spoil({ wire }: Table, which: (block: number) => boolean, how: (bytes: Uint8Array) => Uint8Array | null) {
  let block = 0;
  wire.toBoard = (bytes) => (isBlock(bytes) && which(block++) ? how(bytes) : bytes);
}

// After the headers, the ROM reports a wrong checksum (7). In a block's header, its sequence number: command failed (6).
const checksum = (bytes: Uint8Array) => damaged(bytes, 60);
const number = (bytes: Uint8Array) => damaged(bytes, 13);

async function rewrite(table: Table): Promise<void> {
  await table.target.rewrite(range, content, { cancel: makeCancel() });
  expect(await table.target.digest?.(range)).toBe(md5Hex(content));
  expect(Buffer.compare(table.made.flash.snapshot(), table.wanted)).toBe(0);
  expect(table.made.flash.violations).toEqual([]);
}

describe.concurrent.each(['esp32-raft', 'esp32c3-raft'])('%s', (id) => {
  test.each([
    ['its content', checksum],
    ['its number', number],
  ])('after a block damaged in %s, its part is sent again without a reset', async (_, how) => {
    const sound = await onTable(id);
    await rewrite(sound);
    const blocks = sound.count(OP.data, OP.deflData);
    const table = await onTable(id);
    spoil(table, (block) => block === 70, how);
    await rewrite(table);
    expect(table.resets()).toBe(0);
    // Only the part is repeated, not the whole range.
    const more = table.count(OP.data, OP.deflData) - blocks;
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan(70);
  });

  test('a block that is damaged twice, or gets no reply, is sent again after a reset', async () => {
    const again = await onTable(id);
    spoil(again, (block) => block === 10 || block === 15, checksum);
    await rewrite(again);
    expect(again.resets()).toBe(1);
    const lost = await onTable(id);
    spoil(
      lost,
      (block) => block === 10,
      () => null,
    );
    await rewrite(lost);
    expect(lost.resets()).toBe(1);
  });

  test('each part has all of its attempts', async () => {
    const table = await onTable(id);
    let begun = 0;
    let block = 0;
    table.wire.onCommand = (op) => {
      if (op === OP.begin || op === OP.deflBegin) [begun, block] = [begun + 1, 0];
    };
    // Damage each part when it is sent for the first time.
    table.wire.toBoard = (bytes) => (isBlock(bytes) && block++ === 5 && begun % 2 === 1 ? checksum(bytes) : bytes);
    await rewrite(table);
    expect([begun, table.resets()]).toEqual([6, 0]);
  });

  test('blocks that are always damaged end in `line-noise`, which does not mention a worn-out flash', async () => {
    const table = await onTable(id);
    spoil(table, () => true, checksum);
    const facts = await failureOf(table.target.rewrite(range, content, { cancel: makeCancel() }));
    expect(facts).toMatchObject({ name: 'line-noise', kind: 'lost', values: { code: '0x07' } });
    expect(facts.place).toMatchObject({ range: { address: range.address, size: 0x10000 } });
    expect(`${facts.says} ${facts.next}`).not.toMatch(/worn/);
    expect(facts.next).toMatch(/shorter cable/);
    expect(table.resets()).toBe(2);
  });

  test('a digest or a read without a reply is repeated', async () => {
    const table = await onTable(id);
    let swallowed = 0;
    table.wire.toBoard = (bytes) => {
      const asks = bytes[1] === 0 && (bytes[2] === OP.digest || bytes[2] === OP.read);
      return asks && swallowed++ % 5 === 0 ? null : bytes;
    };
    const held = table.made.flash.snapshot().slice(0x8000, 0x8100);
    const piece = { region: REGION, address: 0x8000, size: 0x100 };
    expect(await table.target.digest?.(piece)).toBe(md5Hex(held));
    expect(await table.target.read?.(piece, { cancel: makeCancel() })).toEqual(held);
  });

  test('a cancel between two attempts stops and keeps the link', async () => {
    const table = await onTable(id);
    const cancel = makeCancel();
    spoil(
      table,
      (block) => block === 10,
      (bytes) => {
        cancel.cancel();
        return checksum(bytes);
      },
    );
    const facts = await failureOf(table.target.rewrite(range, content, { cancel }));
    expect(facts.kind).toBe('stopped');
    expect(table.resets()).toBe(0);
    await rewrite(table);
  });
});

test('with the ROM loader, a chosen rate is set again after a reset', async () => {
  const table = await onTable('esp32c3-raft', { [SPEED]: '460800' });
  expect(table.target.speed).toBe(460800);
  spoil(
    table,
    (block) => block === 10,
    () => null,
  );
  await rewrite(table);
  expect([table.resets(), table.target.speed]).toEqual([1, 460800]);
});
