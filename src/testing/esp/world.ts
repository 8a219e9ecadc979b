/** A session with a plugged-in virtual board, for tests of whole journeys without a browser. */
import type { MadeBoard } from '../../virtual-boards/catalogue.ts';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import type { UartBoard } from '../../virtual-boards/uart.ts';
import type { ConnectOptions } from '../../esp/loader/connect.ts';
import { connectEsp } from '../../esp/loader/connect.ts';
import { espFamily } from '../../esp/family.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import { SPEED } from '../../esp/board/setting-ids.ts';
import { linkLost } from '../../esp/loader/transport.ts';
import type { Clock } from '../../flash/clock.ts';
import { withTimeout } from '../../flash/clock.ts';
import type { FailureFacts } from '../../flash/failure.ts';
import { askKey } from '../../flash/finding.ts';
import { openToCompare } from '../../flash-image/open.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { Session } from '../../session/session.ts';
import type { SessionContext } from '../../session/session-parts.ts';
import type { SessionState, Work } from '../../session/state.ts';
import type { JobLocks } from '../../storage/locks.ts';
import type { Backup } from '../../storage/records.ts';
import type { Store } from '../../storage/store.ts';
import { testClock } from '../clock.ts';

/** A board, its port, and a session that is not connected yet. */
export interface World {
  readonly clock: Clock;
  readonly made: MadeBoard;
  readonly port: VirtualSerialPort;
  readonly session: Session<EspInspection>;
  /** Called with every state until it is replaced. */
  onState: (state: SessionState) => void;
}

/** How long a vanished port is waited for, in ms of the board's time. */
const AWAY_MS = 5000;

/** Replacements for parts of a world: its time, and wrappers between the session and the port. */
export interface Between {
  readonly clock?: Clock;
  /** The time of the app, where it is not that of the board: a frozen tab, late timers. */
  readonly appClock?: (clock: Clock) => Clock;
  /** Shared by the tabs of one browser. */
  readonly locks?: JobLocks;
  /** The date in ms since 1970; by default that of a computer whose clock nobody sets. */
  readonly now?: () => number;
  readonly through?: (port: VirtualSerialPort, clock: Clock) => SerialPort;
  /** The family for the session; the app's own by default. */
  readonly family?: typeof espFamily;
  /** What the session stores its jobs and backups in; nothing outlives it by default. */
  readonly store?: Store;
  /** The backup with this id; by default there is none. */
  readonly backup?: (id: string) => Promise<Backup | null>;
  /** Receives the files that the session makes; nobody does by default. */
  readonly onFile?: (file: { readonly name: string; readonly data: Uint8Array }) => void;
  /** Called with what a recovery bundle is to be made of; by default nobody makes one. */
  readonly onBundle?: SessionContext['onBundle'];
  /** What the session does to let other tasks run; by default what it always does. */
  readonly turn?: () => Promise<void>;
  /** Wraps the board, between it and the port. */
  readonly wired?: (board: UartBoard, clock: Clock) => UartBoard;
}

/** Plugs in a virtual board; its time jumps, so tests do not wait for silicon. */
export function openWorld(
  id: string,
  baud = 921600,
  options: Partial<ConnectOptions> = {},
  {
    clock = testClock(),
    appClock = (own) => own,
    locks,
    now = () => clock.now(),
    through = (port) => port,
    wired = (board) => board,
    turn,
    family = espFamily,
    store,
    backup,
    onFile,
    onBundle,
  }: Between = {},
): World {
  const made = makeBoard(id, clock);
  const { vendorId: usbVendorId, productId: usbProductId } = made.usb;
  const port = new VirtualSerialPort(wired(made.board, clock), { clock, usbVendorId, usbProductId });
  const seen = through(port, clock);
  const own = appClock(clock);
  const comesBack = () => reappearance(seen, own);
  const chosen = { [SPEED]: String(baud) };
  const session = new Session({
    family,
    connect: (cancel, onSay, more) =>
      connectEsp(seen, { clock: own, chosen: { ...chosen, ...more }, comesBack, ...options, cancel, onSay }),
    openImage: openToCompare,
    md5: md5Hex,
    version: 'test',
    now,
    clock: own,
    ...(turn !== undefined && { turn }),
    newId: () => crypto.randomUUID(),
    ...(store !== undefined && { store }),
    ...(backup !== undefined && { backup }),
    ...(onFile !== undefined && { onFile }),
    ...(onBundle !== undefined && { onBundle }),
    ...(locks !== undefined && { locks }),
    onState: (state) => world.onState(state),
  });
  seen.addEventListener('disconnect', () => session.lost(linkLost().facts));
  const world: World = { clock, made, port, session, onState: () => undefined };
  return world;
}

/** The port once its board has come back; null if it stays away. */
export function reappearance(port: SerialPort, clock: Clock): Promise<SerialPort | null> {
  if (port.connected) return Promise.resolve(port);
  const back = new Promise<SerialPort>((resolve) => {
    port.addEventListener('connect', () => resolve(port), { once: true });
  });
  return withTimeout(clock, AWAY_MS, back, () => null);
}

/** What these helpers need of a session of any family. */
export type AnySession = Pick<Session<EspInspection>, 'state' | 'dispatch'>;

/** The work of a connected session; fails unless it is of this kind. */
export function workOf<K extends Work['kind']>(session: AnySession, kind: K): Extract<Work, { kind: K }> {
  const { state } = session;
  const work = state.kind === 'connected' ? state.work : null;
  const is = (w: Work): w is Extract<Work, { kind: K }> => w.kind === kind;
  if (work === null || !is(work)) throw new Error(`not ${kind}: ${JSON.stringify(work ?? state).slice(0, 600)}`);
  return work;
}

/** The session's final state in words, as a page would show it. */
export function standing({ state }: AnySession): string {
  if (state.kind === 'disconnected')
    return state.failure === null ? 'disconnected' : `disconnected: ${whose(state.failure)}`;
  if (state.kind !== 'connected') return `${state.kind} for ever`;
  const { work } = state;
  if (work.kind === 'surveying' || work.kind === 'flashing' || work.kind === 'starting') return `${work.kind} for ever`;
  if (work.kind !== 'ended' || work.connected) return 'connected';
  return `ended: ${work.failure === null ? work.outcome : whose(work.failure)}`;
}

function whose({ kind, name }: FailureFacts): string {
  return `${kind} ${name}`;
}

const BLOCK = 0x1000;

/** Where two flashes differ, as [first, last] addresses; differences less than 32 bytes apart are merged. */
export function differences(a: Uint8Array, b: Uint8Array): [number, number][] {
  if (a.length !== b.length) throw new RangeError(`${a.length} bytes against ${b.length}`);
  const runs: [number, number][] = [];
  for (let i = 0; i < a.length; i++) {
    // Most of two flashes is equal: a whole block at once is compared eight times as fast as its bytes.
    if (i % BLOCK === 0 && Buffer.compare(a.subarray(i, i + BLOCK), b.subarray(i, i + BLOCK)) === 0) {
      i += BLOCK - 1;
      continue;
    }
    if (a[i] === b[i]) continue;
    const last = runs.at(-1);
    if (last !== undefined && i - last[1] <= 32) last[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}

/** Confirms the plan that is shown; does nothing if there is none. */
export function flash(session: AnySession): Promise<void> {
  const { state } = session;
  const plan = state.kind === 'connected' && state.work.kind === 'planned' ? state.work.plan.image.md5 : '';
  return session.dispatch({ do: 'flash', plan });
}

/** Consents to every current question of one kind. */
export async function consent(session: AnySession, kind: string): Promise<void> {
  for (const ask of workOf(session, 'planned').asks.filter((asked) => asked.kind === kind)) {
    await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  }
}
