/** Cancelling while a board no longer answers. */
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { sleep } from '../../flash/clock.ts';
import { makeCancel } from '../../flash/failure.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { testClock } from '../../testing/clock.ts';
import { connectEsp } from './connect.ts';
import { SPEED } from '../board/setting-ids.ts';
import { REGION } from './target.ts';
import { failureOf } from '../../testing/esp/failure-of.ts';

// Shared: tests run concurrently.
const clock = testClock();

const COMMANDS = { begin: 0x10, block: 0x11, end: 0x12, digest: 0x13, read: 0xd2 } as const;
const fast = { chosen: { [SPEED]: '921600' }, onSay: () => undefined, comesBack: () => Promise.resolve(null) };
const range = { region: REGION, address: 0x1d0000, size: 0x10000 };
// Compresses badly, so that there are several blocks.
let seed = 1;
const content = Uint8Array.from({ length: range.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);

/** A connected board that stops responding once this command reaches it. */
async function deaf(command: number | null) {
  const made = makeBoard('esp32-raft', clock);
  const { board } = made;
  const send = board.send.bind(board);
  let fallSilent = (): void => undefined;
  const silent = new Promise<void>((resolve) => (fallSilent = resolve));
  let hears = true;
  let late = 0;
  let armed = false;
  board.send = (data) => {
    if (!hears) late++;
    // A command starts with the SLIP END byte, "request" and its opcode.
    if (armed && hears && data[0] === 0xc0 && data[1] === 0 && data[2] === command) {
      hears = false;
      fallSilent();
    }
    if (hears) send(data);
  };
  const port = new VirtualSerialPort(board, { clock });
  const cancel = makeCancel();
  const target = await connectEsp(port, { clock, ...fast, cancel: makeCancel() });
  armed = true;
  return { made, port, target, cancel, silent, late: () => late };
}

type Connected = Awaited<ReturnType<typeof deaf>>;

describe.concurrent('a board that stops answering', () => {
  const WORK: readonly (readonly [keyof typeof COMMANDS, (world: Connected) => Promise<unknown> | undefined])[] = [
    ['begin', ({ target, cancel }) => target.rewrite(range, content, { cancel })],
    ['block', ({ target, cancel }) => target.rewrite(range, content, { cancel })],
    ['end', ({ target, cancel }) => target.rewrite(range, content, { cancel })],
    ['digest', ({ target, cancel }) => target.digest?.(range, { cancel })],
    ['read', ({ target, cancel }) => target.read?.(range, { cancel })],
  ];
  test.each(WORK)('at the command "%s" does not delay a cancel', async (name, start) => {
    const world = await deaf(COMMANDS[name]);
    const work = failureOf(start(world));
    await world.silent;
    const before = world.late();
    const from = clock.now();
    world.cancel.cancel();
    // Not reported as `stopped`, because the link is gone.
    expect(await work).toMatchObject({ name: 'stop-cost-link', kind: 'lost', place: { in: 'flash', range } });
    expect(clock.now() - from).toBeLessThan(1200);
    // The link is over: every further operation fails at once, and nothing is sent to the board.
    const next = clock.now();
    expect((await failureOf(world.target.digest?.(range))).name).toBe('stop-cost-link');
    expect((await failureOf(world.target.read?.(range, { cancel: makeCancel() }))).name).toBe('stop-cost-link');
    expect((await failureOf(world.target.tune({ [SPEED]: '115200' }))).name).toBe('stop-cost-link');
    expect(clock.now() - next).toBeLessThan(200);
    expect(world.late()).toBe(before);
    await world.target.close();
    await world.port.open({ baudRate: 115_200 });
  });

  test('fails soon during a digest that is not cancelled', async () => {
    const world = await deaf(COMMANDS.digest);
    const from = clock.now();
    expect((await failureOf(world.target.digest?.(range))).name).toBe('no-answer');
    // One second plus half a second for its size; esptool-js waits three.
    expect(clock.now() - from).toBeLessThan(2000);
  });
});

test('after a cancel that the board answers in time, the link still works', async () => {
  const { made, target, cancel } = await deaf(null);
  const work = failureOf(target.rewrite(range, content, { cancel, onBytes: () => cancel.cancel() }));
  expect((await work).kind).toBe('stopped');
  // Longer than the grace period, so that a leftover timer would show.
  await sleep(clock, 900);
  const held = made.flash.snapshot().subarray(range.address, range.address + range.size);
  expect(await target.digest?.(range)).toBe(md5Hex(held));
});

test.each([
  ['some bytes', Uint8Array.of(1, 2, 3, 4, 5), 8],
  ['erased bytes only', new Uint8Array(), 4],
])('of %s in an erase unit, only those are programmed, and the unit is erased', async (_, bytes, programmed) => {
  const { made, target, cancel } = await deaf(null);
  made.flash.load(range.address, new Uint8Array(0x3000).fill(0x55));
  const before = made.flash.programmedBytes;
  const units = { ...range, size: 0x2000 };
  const wanted = new Uint8Array(0x2000).fill(0xff);
  wanted.set(bytes, 0x1000);
  await target.rewrite(units, wanted, { cancel });
  expect(made.flash.programmedBytes - before).toBe(0x1000 + programmed);
  expect(Buffer.compare(made.flash.read(range.address, 0x2000), wanted)).toBe(0);
  expect(Buffer.compare(made.flash.read(range.address + 0x2000, 0x1000), new Uint8Array(0x1000).fill(0x55))).toBe(0);
  expect(made.flash.violations).toEqual([]);
});
