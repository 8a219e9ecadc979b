/** Takes a hostile Espressif board, or a good one on an unlucky machine, through a whole journey and says what came of it. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Between, World } from '../esp/world.ts';
import { consent, flash, openWorld, standing, workOf } from '../esp/world.ts';
import { Wire } from '../wire.ts';
import { shownIn } from './shown.ts';
import type { Talk } from './tampered-uart.ts';
import { TamperedBoard } from './tampered-uart.ts';

/** The app that is flashed. */
export const APP = buildAppImage({ project: 'hostile', version: '1.0.0', seed: 5, size: 24 * 1024 });
/** The longest that a board may keep the app busy, in ms of its own time. */
const LONGEST_MS = 3_600_000;

/** How a journey differs from the usual one. */
export interface EspJourney {
  readonly board?: string;
  /** Prepares the flash before the board is connected. */
  readonly flash?: (world: World) => void;
  /** The talk is true until the plan is shown. */
  readonly later?: true;
  /** Time, port and storage of the session. */
  readonly between?: Omit<Between, 'wired'>;
  /** Called for each command before it reaches the board; `writing` from when the plan was agreed to. */
  readonly onCommand?: (op: number, world: World, wire: Wire, writing: boolean) => void;
  /** What a person does instead of agreeing once and waiting; the job need not have ended afterwards. */
  readonly person?: (world: World) => Promise<void>;
  /** What a person does once the job has ended, until it ends again. */
  readonly after?: (world: World) => Promise<void>;
}

/** Connects, flashes an app, and answers in a line; what must never happen begins with `WRONG`. */
export async function espJourney(talk: Talk, journey: EspJourney = {}): Promise<string> {
  let writing = false;
  const { frame } = talk;
  const own: Talk =
    frame === undefined || journey.later !== true
      ? talk
      : { ...talk, frame: (each, ...more) => (writing ? frame(each, ...more) : [each]) };
  const world: World = openWorld(
    journey.board ?? 'esp32-raft',
    921600,
    {},
    {
      ...journey.between,
      wired: (board, clock) => {
        const wire = new Wire(new TamperedBoard(board, clock, own), clock);
        wire.onCommand = (op) => journey.onCommand?.(op, world, wire, writing);
        return wire;
      },
    },
  );
  journey.flash?.(world);
  const { session, made } = world;
  const before = made.flash.snapshot();
  await session.connect();
  if (session.state.kind === 'disconnected' && journey.after !== undefined) await journey.after(world);
  let came = standing(session);
  if (session.state.kind === 'connected') {
    await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
    writing = true;
    came = await flashed(world, journey);
  }
  const ended = session.state.kind === 'connected' && session.state.work.kind === 'ended';
  const wrong = [
    ...shownIn(session.state),
    ...(world.clock.now() > LONGEST_MS ? [`it kept the app busy for ${Math.round(world.clock.now() / 1000)} s`] : []),
    ...(ended ? beside(world, before) : []),
  ];
  world.port.unplug();
  return wrong.length === 0 ? came : `WRONG: ${wrong.join('; ')} (${came})`;
}

async function flashed(world: World, { person = agree, after }: EspJourney): Promise<string> {
  const { session } = world;
  await person(world);
  const first = session.state.kind === 'connected' ? session.state.work : null;
  const done = first?.kind === 'ended' && first.outcome === 'verified';
  if (after !== undefined && !done) await after(world);
  const { state } = session;
  const work = state.kind === 'connected' ? state.work : null;
  if (work?.kind === 'refused') return `refused: ${[...new Set(work.refusals.map(({ kind }) => kind))].join(', ')}`;
  if (work?.kind !== 'ended') return work === null ? standing(session) : work.kind;
  const { outcome, failure } = work;
  return failure === null ? outcome : `${outcome} ${failure.kind} ${failure.name}`;
}

/** Agrees to the plan that is shown, if there is one, and waits until the job has ended. */
export async function agree({ session }: World): Promise<void> {
  const { state } = session;
  if (state.kind !== 'connected' || state.work.kind !== 'planned') return;
  for (const { kind } of state.work.asks) await consent(session, kind);
  await flash(session);
}

/** Plugs the board in again, connects, and resumes the job that was interrupted, or plans it again. */
export async function comeBack(world: World): Promise<void> {
  const { session, port } = world;
  port.plug();
  await session.dispatch({ do: 'reconnect' });
  const { state } = session;
  if (state.kind !== 'connected') return;
  if (state.interrupted !== null) await session.dispatch({ do: 'resume', job: state.interrupted.job });
  else await agree(world);
}

/** What a job changed outside of its plan, and whether it holds what was called verified. */
function beside({ session, made }: World, before: Uint8Array): string[] {
  const { plan, outcome } = workOf(session, 'ended');
  const after = made.beforeStart() ?? made.flash.snapshot();
  const [now, wanted] = [after.slice(), before.slice()];
  for (const { address, size } of plannedUnits(plan)) {
    now.fill(0, address, address + size);
    wanted.fill(0, address, address + size);
  }
  const holds = Buffer.from(after).includes(Buffer.from(APP));
  return [
    ...(Buffer.compare(now, wanted) === 0 ? [] : ['bytes outside of the plan were changed']),
    ...(outcome === 'verified' && !holds ? ['called verified, and the flash does not hold it'] : []),
  ];
}
