/** Takes a hostile DFU device through a whole journey and says what came of it. */
import { consent, flash, standing, workOf } from '../esp/world.ts';
import type { DfuWorld, UsbBetween } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { hexFile } from '../esp/archives.ts';
import { text } from '../esp/archives.ts';
import { bytesSource } from '../../session/sources.ts';
import { shownIn } from './shown.ts';
import type { Tampering } from './tampered-usb.ts';
import { tampered } from './tampered-usb.ts';
import { difference, noise } from '../bytes.ts';

/** Part of the last sector of an STM32F405; what else is in it has to be kept. */
const PART = { address: 0x080e1000, data: noise(0x3000, 11) };
const SECTOR = { start: 0xe0000, end: 0x100000 };
/** The longest that a device may keep the app busy, in ms of its own time: an hour is as long as for ever to a person. */
const LONGEST_MS = 3_600_000;

/** How a journey differs from the usual one. */
export interface DfuJourney {
  /** Arms the board once the plan is shown: until then it is honest. */
  readonly arm?: (world: DfuWorld) => void;
  /** The device answers as if all was done, so that no driver can notice: what is verified is what it says. */
  readonly perfectLiar?: true;
  readonly board?: string;
}

/** A device made of a tampering, or of a function that wraps one. */
export type HostileDevice = Tampering | UsbBetween;

/**
 * Connects, flashes part of a sector, and answers in a line: `lost dfu-lost` where it did not connect, `refused: …` with the
 * kinds of the plan's refusals, or how the job ended. Findings that a person should see come first. What must never happen
 * begins with `WRONG`.
 */
export async function dfuJourney(device: HostileDevice, journey: DfuJourney = {}): Promise<string> {
  const through: UsbBetween = typeof device === 'function' ? device : (usb) => tampered(usb, device);
  const world = openDfuWorld(journey.board ?? 'stm32f405', undefined, through);
  const before = world.made.flash.snapshot();
  before.set(noise(SECTOR.end - SECTOR.start, 4), SECTOR.start);
  world.made.flash.load(0x08000000 + SECTOR.start, before.subarray(SECTOR.start));
  await world.session.connect();
  const { state } = world.session;
  const came =
    state.kind === 'connected'
      ? await flashed(world, journey)
      : state.kind === 'disconnected' && state.failure !== null
        ? `${state.failure.kind} ${state.failure.name}`
        : state.kind;
  const after = world.made.flash.snapshot();
  const wrong = [
    ...shownIn(world.session.state),
    ...(world.clock.now() > LONGEST_MS ? [`it kept the app busy for ${Math.round(world.clock.now() / 1000)} s`] : []),
    ...(difference(after.subarray(0, SECTOR.start), before.subarray(0, SECTOR.start)) === null
      ? []
      : ['bytes outside of the plan were changed']),
    ...(came.endsWith('verified') && journey.perfectLiar !== true && !isWritten(after, before)
      ? ['called verified, and the flash does not hold it']
      : []),
  ];
  return wrong.length === 0 ? came : `WRONG: ${wrong.join('; ')} (${came})`;
}

async function flashed(world: DfuWorld, { arm }: DfuJourney): Promise<string> {
  const { session } = world;
  const board = session.state.kind === 'connected' ? session.state.board : null;
  const seen = new Set(
    (board?.findings ?? []).filter(({ verdict }) => verdict !== 'good' && verdict !== 'note').map(({ kind }) => kind),
  );
  const noted = [...seen].filter((kind) => kind.startsWith('memory')).map((kind) => `${kind}; `);
  await session.dispatch({
    do: 'add-files',
    files: [bytesSource('part.hex', text(hexFile([[PART.address, PART.data]])))],
  });
  const { state } = session;
  if (state.kind !== 'connected') return `${noted.join('')}${standing(session)}`;
  if (state.work.kind === 'idle') {
    const choices = state.files.flatMap((file) => file.choices);
    return `${noted.join('')}idle, ${choices.length === 0 ? 'no place is offered' : `of ${choices.length} places none fits`}`;
  }
  if (state.work.kind === 'refused')
    return `${noted.join('')}refused: ${[...new Set(state.work.refusals.map(({ kind }) => kind))].join(', ')}`;
  const blocking = workOf(session, 'planned');
  for (const { kind } of blocking.asks) await consent(session, kind);
  arm?.(world);
  await flash(session);
  if (session.state.kind !== 'connected') return `${noted.join('')}${standing(session)}`;
  const ended = workOf(session, 'ended');
  const why = ended.failure === null ? '' : ` ${ended.failure.kind} ${ended.failure.name}`;
  return `${noted.join('')}${ended.outcome}${why}`;
}

function isWritten(after: Uint8Array, before: Uint8Array): boolean {
  const wanted = before.slice();
  wanted.set(PART.data, PART.address - 0x08000000);
  return difference(after, wanted) === null;
}
