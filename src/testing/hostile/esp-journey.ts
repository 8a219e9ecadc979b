/** Takes a hostile Espressif board through a whole journey and says what came of it. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { bytesSource } from '../../session/sources.ts';
import type { World } from '../esp/world.ts';
import { consent, flash, openWorld, standing, workOf } from '../esp/world.ts';
import { shownIn } from './shown.ts';
import type { Talk } from './tampered-uart.ts';
import { TamperedBoard } from './tampered-uart.ts';

const APP = buildAppImage({ project: 'hostile', version: '1.0.0', seed: 5, size: 24 * 1024 });
/** The longest that a board may keep the app busy, in ms of its own time. */
const LONGEST_MS = 3_600_000;

/** How a journey differs from the usual one. */
export interface EspJourney {
  readonly board?: string;
  /** Prepares the flash before the board is connected. */
  readonly flash?: (world: World) => void;
  /** The talk is true until the plan is shown. */
  readonly later?: true;
}

/** Connects, flashes an app, and answers in a line; what must never happen begins with `WRONG`. */
export async function espJourney(talk: Talk, journey: EspJourney = {}): Promise<string> {
  let armed = journey.later !== true;
  const { frame } = talk;
  const own: Talk =
    frame === undefined ? talk : { ...talk, frame: (own, ...more) => (armed ? frame(own, ...more) : [own]) };
  const world = openWorld(
    journey.board ?? 'esp32-raft',
    921600,
    {},
    {
      wired: (board, clock) => new TamperedBoard(board, clock, own),
    },
  );
  journey.flash?.(world);
  const { session, made } = world;
  const before = made.flash.snapshot();
  await session.connect();
  let [came, written] = [standing(session), false];
  if (session.state.kind === 'connected') {
    await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
    came = standing(session);
    const work = session.state.kind === 'connected' ? session.state.work : null;
    if (work?.kind === 'refused') came = `refused: ${[...new Set(work.refusals.map(({ kind }) => kind))].join(', ')}`;
    if (work?.kind === 'idle') came = 'idle';
    if (work?.kind === 'planned') {
      for (const { kind } of work.asks) await consent(session, kind);
      armed = true;
      await flash(session);
      const { outcome, failure } = workOf(session, 'ended');
      came = failure === null ? outcome : `${outcome} ${failure.kind} ${failure.name}`;
      written = true;
    }
  }
  const wrong = [
    ...shownIn(session.state),
    ...(world.clock.now() > LONGEST_MS ? [`it kept the app busy for ${Math.round(world.clock.now() / 1000)} s`] : []),
    ...(written ? beside(world, before) : []),
  ];
  world.port.unplug();
  return wrong.length === 0 ? came : `WRONG: ${wrong.join('; ')} (${came})`;
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
