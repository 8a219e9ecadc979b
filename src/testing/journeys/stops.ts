/**
 * A person stops, or requests something else, just as the board pauses: either the session keeps working, or it says that the
 * link is lost and reconnecting works. A link that was given up is never mistaken for the person's own stop.
 * `stops.test.ts` takes the stop at each moment, `stops.long.test.ts` the rest.
 */
import { describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { SPEED } from '../../esp/board/setting-ids.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Intent } from '../../session/intents.ts';
import { testClock } from '../clock.ts';
import type { Between, World } from '../esp/world.ts';
import { consent, flash, openWorld, standing, workOf } from '../esp/world.ts';
import { byLength } from '../long.ts';
import { Wire } from '../wire.ts';

const APP = buildAppImage({ project: 'stops', version: '1.0.0', seed: 5, size: 100 * 1024 });
const APP1 = 0x1d0000;

/** Opcodes of the loaders (esptool docs, serial protocol). */
const OP = { register: 0x0a, rate: 0x0f, block: 0x11, digest: 0x13, read: 0xd2 } as const;

const clock = testClock();

interface Stopping extends World {
  readonly wire: Wire;
}

function onTable(): Stopping {
  const wires: Wire[] = [];
  const wired: Between['wired'] = (board, own) => {
    const wire = new Wire(board, own);
    wires.push(wire);
    return wire;
  };
  const world = openWorld('esp32-raft', 921600, {}, { clock, wired });
  const [wire] = wires;
  if (wire === undefined) throw new Error('no wire');
  return { ...world, wire };
}

const dropped: Intent = { do: 'add-files', files: [bytesSource('app.bin', APP)] };

async function connected(): Promise<Stopping> {
  const world = onTable();
  await world.session.connect();
  workOf(world.session, 'idle');
  return world;
}

async function planned(): Promise<Stopping> {
  const world = await connected();
  await world.session.dispatch(dropped);
  for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
  return world;
}

/** The n-th command of a kind. */
interface At {
  readonly op: number;
  readonly nth?: number;
}

const fresh = () => Promise.resolve(onTable());

/** Where a session is when the board pauses: what was done before, what is in progress, and the current command. */
const MOMENTS: readonly (readonly [
  what: string,
  before: () => Promise<Stopping>,
  begin: (world: Stopping) => Promise<unknown>,
  at: At,
])[] = [
  ['connects', fresh, ({ session }) => session.connect(), { op: OP.register }],
  ['changes the speed as it connects', fresh, ({ session }) => session.connect(), { op: OP.rate }],
  // The first one tests the baud rate.
  ['reads the board as it connects', fresh, ({ session }) => session.connect(), { op: OP.read, nth: 3 }],
  ['surveys, at a digest', connected, ({ session }) => session.dispatch(dropped), { op: OP.digest }],
  ['reads the apps', connected, ({ session }) => session.dispatch({ do: 'examine' }), { op: OP.read }],
  [
    'keeps a partition',
    connected,
    ({ session }) => session.dispatch({ do: 'back-up', range: { region: 'flash', address: 0x9000, size: 0x15000 } }),
    { op: OP.read },
  ],
  ['writes', planned, ({ session }) => flash(session), { op: OP.block }],
  ['proves', planned, ({ session }) => flash(session), { op: OP.digest }],
  [
    'changes the speed',
    connected,
    ({ session }) => session.dispatch({ do: 'set', id: SPEED, value: '460800' }),
    { op: OP.rate },
  ],
];

/** The moment at which most is at stake: the others are as long, and much the same. */
const QUICK = 'writes';

/** What a person does at that moment. */
const INTENTS: readonly (readonly [string, Intent])[] = [
  ['stops', { do: 'cancel' }],
  ['drops a file', dropped],
  ['chooses a speed', { do: 'set', id: SPEED, value: '115200' }],
  ['asks for the apps', { do: 'examine' }],
];

/** Starts, then makes the board pause and the person act as the command goes out. */
async function stopAt({ session, wire }: Stopping, begin: () => Promise<unknown>, at: At, ms: number, intent: Intent) {
  let sent: Promise<void> | null = null;
  let left = at.nth ?? 1;
  wire.onCommand = (op) => {
    if (op !== at.op || --left !== 0) return;
    wire.pause(ms);
    sent = session.dispatch(intent);
  };
  await begin();
  await sent;
  expect(sent).not.toBeNull();
}

/** At each moment: what a person does who stops, or who does anything else; a pause that is too short to lose the link. */
export function actingWhileBoardPauses(acts: 'stops' | 'others'): void {
  const intents = INTENTS.filter(([, { do: what }]) => (what === 'cancel') === (acts === 'stops'));
  for (const [options, moments] of byLength(MOMENTS, ([what]) => what === QUICK))
    describe.each(moments)('while a session %s', options, (what, before, begin, at) => {
      test.each(intents)('and a board pauses 1.5 s as a person %s', async (_, intent) => {
        const world = await before();
        await stopAt(world, () => begin(world), at, 1500, intent);
        const stands = standing(world.session);
        // Only a job that nobody stopped runs to its end: drops and clicks meanwhile do not disturb it.
        const job = intent.do !== 'cancel' && (what === 'writes' || what === 'proves');
        expect(stands).toMatch(
          job ? /^ended: verified$/ : /^(connected|disconnected|(disconnected|ended): lost stop-cost-link)$/,
        );
        // Without an explanation only if nobody was connected yet.
        expect(stands === 'disconnected' && !what.includes('connects')).toBe(false);

        // A session that looks connected works, and one that does not works once it is connected again.
        const { session } = world;
        if (stands !== 'connected') await session.dispatch({ do: 'reconnect' });
        const { state } = session;
        for (const { id } of state.kind === 'connected' ? state.files : [])
          await session.dispatch({ do: 'remove-file', id });
        await session.dispatch(dropped);
        for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
        await flash(session);
        expect(workOf(session, 'ended').outcome).toBe(job ? 'nothing-to-do' : 'verified');
        const held = world.made.flash.read(APP1, APP.length);
        expect(Buffer.compare(held, APP)).toBe(0);
        expect(world.made.flash.violations).toEqual([]);
      });

      if (acts === 'stops') return;
      test('and the board pauses only briefly: the link stays', async () => {
        const world = await before();
        await stopAt(world, () => begin(world), at, 200, { do: 'cancel' });
        expect(standing(world.session)).toBe(what.includes('connects') ? 'disconnected' : 'connected');
      });
    });
}
