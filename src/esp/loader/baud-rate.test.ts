/** Automatic speed: raised while there are no errors, lowered on errors, and nothing is lost by that. */
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { testClock } from '../../testing/clock.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import type { UartBoard } from '../../virtual-boards/uart.ts';
import type { Cancel } from '../../flash/failure.ts';
import { makeCancel } from '../../flash/failure.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { connectEsp } from './connect.ts';
import { SPEED } from '../board/setting-ids.ts';
import { REGION } from './target.ts';
import { failureOf } from '../../testing/esp/failure-of.ts';
import { LONG } from '../../testing/long.ts';

// Shared: tests run concurrently.
const clock = testClock();

const range = { region: REGION, address: 0x1d0000, size: 0x20000 };
let seed = 3;
const content = Uint8Array.from({ length: range.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);

/** A cable that works up to a rate, in both directions or in one. */
class Cable {
  limit = Infinity;
  toBoard = true;
  toHost = true;
  /** Called at each damaged byte. */
  onDamage = (): void => undefined;
  #host = 0;

  constructor(board: UartBoard) {
    const setBaud = board.setBaud.bind(board);
    const send = board.send.bind(board);
    const attach = board.attach.bind(board);
    board.setBaud = (rate) => setBaud((this.#host = rate));
    board.send = (bytes) => send(this.#carry(bytes, this.toBoard));
    board.attach = (receive) => attach((bytes) => receive(this.#carry(bytes, this.toHost)));
  }

  #carry(bytes: Uint8Array, damaged: boolean): Uint8Array {
    if (!damaged || this.#host <= this.limit) return bytes;
    this.onDamage();
    return bytes.map((byte, i) => (i % 7 === 3 ? byte ^ 0x24 : byte));
  }
}

function table() {
  const made = makeBoard('esp32-raft', clock);
  const cable = new Cable(made.board);
  const port = new VirtualSerialPort(made.board, { clock });
  const said: string[] = [];
  const connect = (chosen = {}, cancel: Cancel = makeCancel()) =>
    connectEsp(port, {
      clock,
      chosen,
      cancel,
      onSay: (words) => said.push(words),
      comesBack: () => Promise.resolve(null),
    });
  return { made, cable, said, connect, clock };
}

const calm = () => ({ cancel: makeCancel() });

describe.concurrent('connecting', () => {
  test('over a good cable raises the speed to the usual rate, without a reset', async () => {
    const { connect, said, made } = table();
    const target = await connect();
    expect(target.speed).toBe(921600);
    expect(said.filter((words) => words.startsWith('Raising'))).toEqual(['Raising the speed to 921,600 baud']);
    expect(made.flash.totalErases).toBe(0);
  });

  test.each([
    [460800, 'both', true, true],
    [460800, 'to the board', true, false],
    [460800, 'to the host', false, true],
    [230400, 'both', true, true],
    [115200, 'both', true, true],
  ])('over a cable that works up to %i baud (damage: %s) ends at a working rate', LONG, async (limit, _, up, down) => {
    const { connect, cable } = table();
    Object.assign(cable, { limit, toBoard: up, toHost: down });
    const target = await connect();
    expect(target.speed).toBeLessThanOrEqual(limit);
    expect(target.speed).toBeGreaterThanOrEqual(limit / 2);
    await target.rewrite(range, content, calm());
    expect(await target.digest?.(range)).toBe(md5Hex(content));
  });

  test('at a chosen rate that fails falls back to the ROM’s own rate, and says so', async () => {
    const { connect, cable, said } = table();
    cable.limit = 460800;
    const target = await connect({ [SPEED]: '921600' });
    expect(target.speed).toBe(115200);
    expect(said).toContain('No response at 921,600 baud: trying a lower speed');
  });

  test('at a chosen rate keeps it, even above the usual one', async () => {
    const { connect } = table();
    const target = await connect({ [SPEED]: '1500000' });
    expect(target.speed).toBe(1500000);
    await target.tune({ [SPEED]: '115200' });
    expect(target.speed).toBe(115200);
    await target.tune({ [SPEED]: 'auto' });
    expect(target.speed).toBe(921600);
  });
});

test(
  'the next rate is tried after 512 KiB without errors; if the cable fails at it, nothing is lost',
  LONG,
  async () => {
    const { connect, cable, made } = table();
    const target = await connect();
    cable.limit = 921600;
    const half = { region: REGION, address: 0, size: 0x80000 };
    await target.read?.(half, calm());
    expect(target.speed).toBe(921600);
    const before = made.flash.snapshot().slice(0, 0x1000);
    expect(await target.read?.({ ...half, size: 0x1000 }, calm())).toEqual(before);
    expect(target.speed).toBe(921600);
    cable.limit = Infinity;
    await target.read?.({ ...half, size: 0x90000 }, calm());
    // It was tried once and is not tried again.
    expect(target.speed).toBe(921600);

    const sound = table();
    const other = await sound.connect();
    await other.read?.({ ...half, size: 0x81000 }, calm());
    expect(other.speed).toBe(1500000);
  },
);

type Connected = Awaited<ReturnType<typeof connectEsp>>;

/** Operations that return the MD5 of the range as they see it; `begin` is called while they are running. */
const WORK: readonly (readonly [string, (target: Connected, begin: () => void) => Promise<string | undefined>])[] = [
  [
    'a rewrite',
    async (target, begin) => {
      await target.rewrite(range, content, { ...calm(), onBytes: (done) => done > 0x8000 && begin() });
      return target.digest?.(range);
    },
  ],
  [
    'a read',
    async (target, begin) =>
      md5Hex((await target.read?.(range, { ...calm(), onBytes: (done) => done > 0x8000 && begin() })) ?? content),
  ],
  [
    'a digest',
    (target, begin) => {
      begin();
      return target.digest?.(range) ?? Promise.resolve('');
    },
  ],
];

// Concurrent: a lost reply costs seconds of real time.
describe.concurrent('a cable that goes bad in the middle', { timeout: 15_000 }, () => {
  test.each(WORK)('of %s: the work is repeated at a lower rate and is correct', LONG, async (what, work) => {
    const { connect, cable, made } = table();
    const target = await connect();
    const wanted = made.flash.snapshot();
    if (what === 'a rewrite') wanted.set(content, range.address);
    const seen = await work(target, () => (cable.limit = 460800));
    expect(seen).toBe(md5Hex(wanted.slice(range.address, range.address + range.size)));
    expect(target.speed).toBe(460800);
    expect(Buffer.compare(made.flash.snapshot(), wanted)).toBe(0);
    expect(made.flash.violations).toEqual([]);
  });

  test('with a chosen speed: the failure is reported, and no other speed is tried', async () => {
    const { connect, cable } = table();
    const target = await connect({ [SPEED]: '921600' });
    cable.limit = 460800;
    expect((await failureOf(target.digest?.(range))).name).toMatch(/no-answer|device-refused/);
    expect(target.speed).toBe(921600);
  });

  test('a cancel during a repair takes effect within about a second', async () => {
    const { connect, cable } = table();
    const target = await connect();
    const cancel = makeCancel();
    let from = Infinity;
    cable.limit = 460800;
    cable.onDamage = () => {
      if (from !== Infinity) return;
      from = clock.now();
      cancel.cancel();
    };
    expect((await failureOf(target.rewrite(range, content, { cancel }))).kind).toBe('stopped');
    expect(clock.now() - from).toBeLessThan(1200);
  });

  test('if there is no reply after the reset either, the first failure is reported', LONG, async () => {
    const { connect, made } = table();
    const target = await connect();
    made.board.send = () => undefined;
    expect((await failureOf(target.digest?.(range))).name).toBe('no-answer');
  });

  test('if another board answers after the reset, it is left alone', LONG, async () => {
    const [one, other] = [makeBoard('esp32-raft', clock), makeBoard('esp32-otadata-lost', clock)];
    const before = other.flash.snapshot();
    let swapped = false;
    const now = () => (swapped ? other.board : one.board);
    let receive = (_: Uint8Array): void => undefined;
    const both: UartBoard = {
      attach: (heard) => {
        receive = heard;
        one.board.attach((bytes) => swapped || receive(bytes));
        other.board.attach((bytes) => swapped && receive(bytes));
      },
      detach: () => [one, other].forEach(({ board }) => board.detach()),
      send: (bytes) => now().send(bytes),
      setLines: (lines) => now().setLines(lines),
      setBaud: (rate) => [one, other].forEach(({ board }) => board.setBaud(rate)),
    };
    const port = new VirtualSerialPort(both, { clock });
    const target = await connectEsp(port, {
      clock,
      chosen: {},
      cancel: makeCancel(),
      onSay: () => undefined,
      comesBack: () => Promise.resolve(null),
    });
    const onBytes = () => (swapped = true);
    const failure = await failureOf(target.rewrite(range, content, { ...calm(), onBytes }));
    expect(failure).toMatchObject({ name: 'other-board', kind: 'lost' });
    expect(Buffer.compare(other.flash.snapshot(), before)).toBe(0);
  });
});
