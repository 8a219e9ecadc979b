/** A virtual Espressif board for one row, with the app or the peer on it. */
import { SPEED } from '../../esp/board/setting-ids.ts';
import { askKey } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { bytesSource } from '../../session/sources.ts';
import type { SessionState } from '../../session/state.ts';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import type { NorFlash } from '../../virtual-boards/nor-flash.ts';
import type { UartBoard } from '../../virtual-boards/uart.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { testClock } from '../clock.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import type { Placed, Wire } from './limit.ts';
import { Milestones } from './milestones.ts';
import { connectPeer } from './peers.ts';
import { Tap } from './tap.ts';

/** The rate of every row over a UART, in baud. */
export const BAUD = 921600;
export const UART: Wire = { by: 'uart', baud: BAUD };
export const USB: Wire = { by: 'usb' };

/** A board of the catalogue, and what its flash holds before the row. */
export interface Bench {
  readonly id: string;
  readonly prepare?: (flash: NorFlash) => void;
}

/** The app on a board, not connected yet, and what passed on the wire. */
export interface Own extends World {
  readonly tap: Tap;
  readonly milestones: Milestones;
}

/** Opens the app on a board; its speed is automatic, as it is for whoever chose none. */
export function openOwn({ id, prepare }: Bench): Own {
  const clock = testClock();
  const tap = new Tap();
  const milestones = new Milestones(clock);
  const between = { clock, store: milestones.store, wired: (board: UartBoard) => tap.on(board) };
  const world = openWorld(id, BAUD, { chosen: {} }, between);
  prepare?.(world.made.flash);
  return Object.assign(world, { tap, milestones });
}

/** The app on a board, connected and at rest; over a UART it stays at `BAUD`, where automatic speed would raise it. */
export async function connectOwn(bench: Bench): Promise<Own> {
  const own = openOwn(bench);
  await own.session.connect();
  const { state } = own.session;
  if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
  if (state.board.settings.some(({ id }) => id === SPEED))
    await own.session.dispatch({ do: 'set', id: SPEED, value: String(BAUD) });
  own.tap.reset();
  return own;
}

/** The time in ms that some work of the app takes. */
export async function msOf({ clock }: World, work: () => Promise<unknown>): Promise<number> {
  const from = clock.now();
  await work();
  return clock.now() - from;
}

/** Drops a file for a place, or for the one that the app offers first; resolves to the time until there is a plan. */
export async function drop(own: Own, name: string, data: Uint8Array, at?: Range): Promise<number> {
  const files = [bytesSource(name, data)];
  return msOf(own, () => own.session.dispatch({ do: 'add-files', files, ...(at !== undefined && { at }) }));
}

/** Agrees to everything that is asked, and flashes: how long each phase took, in ms, from the press of the button on. */
export async function flashPlan({ session, clock, milestones }: Own) {
  for (const ask of workOf(session, 'planned').asks)
    await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  const from = clock.now();
  await flash(session);
  const { outcome, failure } = workOf(session, 'ended');
  if (outcome !== 'verified') throw new Error(`${outcome}: ${JSON.stringify(failure)}`);
  return milestones.since(from);
}

/** The range of a partition of the connected board. */
export function partition({ session: { state } }: Own, name: string): Range {
  const found =
    state.kind === 'connected' ? state.board.layout.partitions.find((each) => each.name === name) : undefined;
  if (found === undefined) throw new Error(`there is no partition ${name}`);
  const { region, address, size } = found;
  return { region, address, size };
}

/** The peer on a board like that of the app. */
export async function peerOn({ id, prepare }: Bench) {
  const clock = testClock();
  const made = makeBoard(id, clock);
  prepare?.(made.flash);
  const tap = new Tap();
  const { vendorId: usbVendorId, productId: usbProductId } = made.usb;
  const port = new VirtualSerialPort(tap.on(made.board), { clock, usbVendorId, usbProductId });
  const from = clock.now();
  const peer = await connectPeer(port, clock, BAUD);
  return { clock, made, tap, peer, connectMs: clock.now() - from };
}

/** The time in ms that the peer needs to write images and check their MD5. */
export async function peerWriteMs(bench: Bench, images: readonly Placed[]): Promise<number> {
  const { clock, peer, made } = await peerOn(bench);
  const from = clock.now();
  await peer.write(images);
  for (const { address, data } of images)
    if (Buffer.compare(made.flash.read(address, data.length), data) !== 0)
      throw new Error('the peer wrote other bytes');
  return clock.now() - from;
}

/** The time in ms that the peer needs to read a range. */
export async function peerReadMs(bench: Bench, address: number, size: number): Promise<number> {
  const { clock, peer, made } = await peerOn(bench);
  const from = clock.now();
  const data = await peer.read(address, size);
  if (Buffer.compare(made.flash.read(address, size), data) !== 0) throw new Error('the peer read other bytes');
  return clock.now() - from;
}

/** Resolves with the time of the first state that `is` accepts, in ms since this call. */
export function firstState(own: Own, is: (state: SessionState) => boolean): Promise<number> {
  const from = own.clock.now();
  return new Promise((resolve) => {
    const { onState } = own;
    own.onState = (state) => {
      onState(state);
      if (is(state)) resolve(own.clock.now() - from);
    };
  });
}
