/** A board may talk as much as it likes after its start: what it said first and last is kept, and nothing waits for the rest. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { KEPT } from '../../flash/bounded-log.ts';
import { bytesSource } from '../../session/sources.ts';
import { cpuTimer } from '../cpu.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import type { Between } from '../esp/world.ts';
import { Wire } from '../wire.ts';

const APP = buildAppImage({ project: 'talks', version: '1.0.0', seed: 5, size: 8 * 1024 });
const STARTED = '\r\nI (62) boot: Loaded app from partition at offset 0x1d0000\r\n';

/** 600 KB/s: this many bytes every so many ms. */
const [PIECE, PIECE_MS] = [1200, 2];
/** How long a board that never falls silent is listened to. */
const LISTENS_MS = 20_000;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Bytes that are still in use. */
function heap(): number {
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

const lines = (piece: number) => {
  const line = (i: number) => `\u001B[0;32mI (${piece}) sensor ${i}: ${'0.123 '.repeat(10)}\u001B[0m\r\n`;
  return Array.from({ length: 20 }, (_, i) => line(i))
    .join('')
    .slice(0, PIECE);
};
const withoutEnd = () => '0123456789ab'.repeat(PIECE / 12);
/** Not even text. */
const noise = (piece: number) => Uint8Array.from({ length: PIECE }, (_, i) => ((i * 7 + piece) % 0x70) | 0x80);

interface Flood {
  readonly talks: (piece: number) => string | Uint8Array;
  /** When the bootloader says what it starts, in ms after the reset. */
  readonly startsAt: number;
}

/** Flashes an app; the board then floods the port and never stops. */
async function flashed({ talks, startsAt }: Flood) {
  const wires: Wire[] = [];
  const wired: Between['wired'] = (board, clock) => {
    const wire = new Wire(board, clock);
    wires.push(wire);
    const { attach } = wire;
    let receive = (_: Uint8Array): void => undefined;
    wire.attach = (own, bus) => {
      receive = own;
      attach.call(wire, own, bus);
    };
    const encoder = new TextEncoder();
    const say = (what: string | Uint8Array) => receive(typeof what === 'string' ? encoder.encode(what) : what);
    wire.onLines = ({ dtr, rts }) => {
      if (rts) {
        held = true;
        run++;
      } else if (held && !dtr && armed) {
        // From here on only the flood is heard. The last reset counts: opening and closing a port moves the lines too.
        wire.toHost = () => null;
        held = false;
        from = clock.now();
        const own = run;
        const next = (piece: number): void => {
          if (own !== run) return;
          const at = piece * PIECE_MS;
          if (at === 2000 || at === 18_000) heaps.push(heap());
          if (startsAt >= at && startsAt < at + PIECE_MS) say(STARTED);
          say(talks(piece));
          said += PIECE;
          if (at < LISTENS_MS + 1000) clock.at(from + at + PIECE_MS - clock.now(), () => next(piece + 1));
        };
        next(0);
      }
    };
    return wire;
  };
  let [held, armed, said, from, run] = [false, false, 0, Number.NaN, 0];
  const heaps: number[] = [];
  const world = openWorld('esp32-raft', 921600, {}, { wired });
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  const shown: number[] = [];
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'starting') shown.push(state.work.bootLog.length);
  };
  armed = true;
  const spent = cpuTimer();
  await flash(session);
  const cpu = spent();
  const ended = workOf(session, 'ended');
  return { ended, said, shown, cpu, heaps, listened: world.clock.now() - from };
}

/** The most that is kept: both ends, the line between them, and a colour code. */
const MOST = 2 * KEPT + 100;

test.each([
  ['lines', lines],
  ['text without a line end', withoutEnd],
  ['noise', noise],
])('the verdict at the end of 20 s of %s at 600 KB/s is found, in bounded memory', async (_, talks) => {
  const { ended, said, shown, cpu, heaps, listened } = await flashed({ talks, startsAt: 19_500 });
  expect(ended.start?.verdict).toMatchObject({ good: true, says: 'The board started app1 (0x1d0000).' });
  expect(ended.outcome).toBe('verified');
  expect(said).toBeGreaterThan(11e6);
  expect(listened).toBeLessThan(LISTENS_MS);
  // What it said last is kept, and how much is missing is said, in the report too.
  const { log = '' } = ended.start ?? {};
  expect(log.length).toBeLessThan(MOST);
  expect(log.slice(-2 * PIECE)).toContain(STARTED);
  expect(log).toMatch(/… \d+\.\d\d MiB not kept …/);
  expect(ended.report.start?.log?.length).toBeLessThan(MOST);
  expect(ended.report.start?.log).toMatch(/… \d+\.\d\d MiB not kept …/);
  // The page is sent little, and seldom.
  expect(shown.length).toBeLessThan(LISTENS_MS / 100);
  expect(Math.max(...shown)).toBeLessThan(MOST / 4);
  const [early = 0, late = 0] = heaps;
  expect(heaps).toHaveLength(2);
  expect(late - early).toBeLessThan(4e6);
  expect(cpu).toBeLessThan(3000);
});

test('a verdict at the beginning ends the listening, however much the board goes on talking', async () => {
  const { ended, listened } = await flashed({ talks: lines, startsAt: 0 });
  expect(ended.start?.verdict).toMatchObject({ good: true });
  expect(listened).toBeLessThan(1000);
});

test('a board that talks all the time without a verdict is listened to for 20 s and no longer', async () => {
  const { ended, listened } = await flashed({ talks: lines, startsAt: Infinity });
  expect(ended.start?.verdict).toBeNull();
  expect(listened).toBeLessThan(LISTENS_MS + 100);
});
