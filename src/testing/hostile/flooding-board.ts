/** A board that floods its port after it was flashed, and never stops. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { bytesSource } from '../../session/sources.ts';
import { cpuTimer } from '../cpu.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import type { Between } from '../esp/world.ts';
import { Wire } from '../wire.ts';

const APP = buildAppImage({ project: 'talks', version: '1.0.0', seed: 5, size: 8 * 1024 });
/** What the bootloader says of the app that was written. */
export const STARTED = '\r\nI (62) boot: Loaded app from partition at offset 0x1d0000\r\n';

/** 600 KB/s: this many bytes every so many ms. */
export const [PIECE, PIECE_MS] = [1200, 2];
/** How long a board that never falls silent is listened to. */
export const LISTENS_MS = 20_000;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Bytes that are still in use. */
function heap(): number {
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

/** A log that never ends. */
export const lines = (piece: number) => {
  const line = (i: number) => `\u001B[0;32mI (${piece}) sensor ${i}: ${'0.123 '.repeat(10)}\u001B[0m\r\n`;
  return Array.from({ length: 20 }, (_, i) => line(i))
    .join('')
    .slice(0, PIECE);
};
/** Text without a line end. */
export const withoutEnd = () => '0123456789ab'.repeat(PIECE / 12);
/** Not even text. */
export const noise = (piece: number) => Uint8Array.from({ length: PIECE }, (_, i) => ((i * 7 + piece) % 0x70) | 0x80);

/** What a board says, and when. */
export interface Flood {
  readonly talks: (piece: number) => string | Uint8Array;
  /** When the bootloader says what it starts, in ms after the reset. */
  readonly startsAt: number;
}

/** Flashes an app; the board then floods the port and never stops. */
export async function flashed({ talks, startsAt }: Flood) {
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
    if (state.kind === 'connected' && state.work.kind === 'starting') shown.push(state.work.bootLog?.length ?? 0);
  };
  armed = true;
  const spent = cpuTimer();
  await flash(session);
  const cpu = spent();
  const ended = workOf(session, 'ended');
  return { ended, said, shown, cpu, heaps, listened: world.clock.now() - from };
}
