/** Computers on which time, ports, tabs and people do what they should not, under whole journeys of a good board. */
import type { Clock } from '../../flash/clock.ts';
import { memoryLocks } from '../../storage/locks.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { OP } from '../../virtual-boards/esp/frames.ts';
import { bytesSource } from '../../session/sources.ts';
import { testClock } from '../clock.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, standing } from '../esp/world.ts';
import { killable } from '../killable-store.ts';
import type { HostileCase } from './case.ts';
import { dfuJourney } from './dfu-journey.ts';
import type { EspJourney } from './esp-journey.ts';
import { agree, APP, comeBack, espJourney } from './esp-journey.ts';

/** 9 March 2026, 10:00 UTC. */
const DATE = 1_773_050_400_000;
const [HOUR, YEAR] = [3_600_000, 31_536_000_000];
/** How long a computer sleeps, or a tab is frozen, in ms. */
const FROZEN = 20_000;

interface Machine {
  readonly name: string;
  readonly attacks: string;
  readonly comes: string | RegExp;
  /** Recreated for each run. */
  readonly journey: () => EspJourney;
  readonly long?: true;
}

/** A clock whose callbacks come later than they were asked for. */
function late(clock: Clock, by: (delay: number) => number): Clock {
  return { now: () => clock.now(), at: (delay, fn) => clock.at(by(delay), fn) };
}

/** A date that jumps by `ms` once a command of a write was sent. */
function jumps(ms: number): EspJourney {
  const clock = testClock();
  let moved = 0;
  return {
    between: { clock, now: () => DATE + clock.now() + moved },
    onCommand: (op) => {
      if (op === OP.flashDeflData) moved = ms;
    },
  };
}

/** Acts at the first of these commands, once the plan was agreed to or before. */
function at(
  op: number,
  during: 'connecting' | 'writing',
  act: (world: World, wire: { pause(ms: number): void }) => void,
) {
  let done = false;
  const onCommand: EspJourney['onCommand'] = (sent, world, wire, writing) => {
    if (done || sent !== op || writing !== (during === 'writing')) return;
    done = true;
    act(world, wire);
  };
  return onCommand;
}

/**
 * The tab is frozen at a command: for a while no timer fires and nothing that arrives is seen; then all of it at once, timers
 * first.
 */
function frozen(op: number, during: 'connecting' | 'writing'): EspJourney {
  let until = 0;
  const appClock = (clock: Clock): Clock => {
    const wake = (fn: () => void) => (): void => {
      const left = until - clock.now();
      if (left > 0) clock.at(left, fn);
      else fn();
    };
    return { now: () => clock.now(), at: (delay, fn) => clock.at(delay, wake(fn)) };
  };
  const freeze = at(op, during, ({ clock }, wire) => {
    until = clock.now() + FROZEN;
    wire.pause(FROZEN);
  });
  return { between: { appClock }, onCommand: freeze, after: comeBack };
}

/** The cable is pulled at a command, and the job continued afterwards. */
const pulled = (op: number, during: 'connecting' | 'writing'): EspJourney => ({
  onCommand: at(op, during, ({ port }) => port.unplug()),
  after: comeBack,
});

/** A person who does something else while the job runs. */
const meanwhile = (act: (world: World) => Promise<unknown>): EspJourney => ({
  person: async (world) => {
    let done: Promise<unknown> | null = null;
    world.onState = (state) => {
      const busy = state.kind === 'connected' && state.work.kind === 'flashing' && state.work.progress.done > 0;
      if (busy) done ??= act(world);
    };
    await agree(world);
    await done;
  },
});

const MACHINES: readonly Machine[] = [
  {
    name: 'the date is set back by an hour while it writes',
    attacks: 'progress and time limits that go by the date',
    comes: 'verified',
    journey: () => jumps(-HOUR),
  },
  {
    name: 'the date is set forward by a year while it writes',
    attacks: 'time limits that go by the date',
    comes: 'verified',
    journey: () => jumps(YEAR),
  },
  {
    name: 'a date before 1970',
    attacks: 'records and names of files that take a date for a positive number',
    comes: 'verified',
    journey: () => ({ between: { now: () => -DATE } }),
  },
  {
    name: 'frozen for 20 s while it connects',
    attacks: 'the link: answers that arrive with all time limits over',
    comes: 'verified',
    journey: () => ({ ...frozen(OP.readReg, 'connecting') }),
  },
  {
    name: 'frozen for 20 s while it writes',
    attacks: 'the job: a block sent twice, or lost, and called written',
    comes: 'verified',
    journey: () => ({ ...frozen(OP.flashDeflData, 'writing') }),
  },
  {
    name: 'frozen for 20 s while it verifies',
    attacks: 'the proof: an answer that came too late to be asked about',
    comes: 'verified',
    journey: () => ({ ...frozen(OP.spiFlashMd5, 'writing') }),
  },
  {
    name: 'each timer a second late, as in a hidden tab',
    attacks: 'the link: waits that add up to minutes',
    comes: 'verified',
    journey: () => {
      return { between: { appClock: (clock) => late(clock, (delay) => Math.max(1000, delay)) } };
    },
  },
  {
    name: 'timers that fire up to a millisecond early',
    attacks: 'waiting: a loop that asks again at once, for ever',
    comes: 'verified',
    journey: () => {
      return { between: { appClock: (clock) => late(clock, (delay) => Math.max(0, delay - 1)) } };
    },
  },
  {
    name: 'a clock that moves in steps of 100 ms',
    attacks: 'rates and rests: a division by no time',
    comes: 'verified',
    journey: () => {
      const coarse = (clock: Clock): Clock => ({
        now: () => Math.floor(clock.now() / 100) * 100,
        at: (delay, fn) => clock.at(delay, fn),
      });
      return { between: { appClock: coarse } };
    },
  },
  {
    name: 'the cable is pulled while the loader is looked for',
    attacks: 'connecting: a port that is gone, taken for one in use',
    comes: 'verified',
    journey: () => pulled(OP.sync, 'connecting'),
  },
  {
    name: 'the cable is pulled while the stub is loaded',
    attacks: 'connecting: half a stub that is started',
    comes: 'verified',
    journey: () => pulled(OP.memData, 'connecting'),
  },
  {
    name: 'the cable is pulled while the flash is read',
    attacks: 'inspecting: half a table taken for all of it',
    comes: 'verified',
    journey: () => pulled(OP.readFlash, 'connecting'),
  },
  {
    name: 'the cable is pulled while the board is read again at the end',
    attacks: 'the result: what was verified before, called failed, or the board called connected',
    comes: 'verified lost link-lost',
    journey: () => pulled(OP.readFlash, 'writing'),
  },
  {
    name: 'the cable is pulled as a write begins',
    attacks: 'the job: erased, and nothing known of it',
    comes: 'verified',
    journey: () => pulled(OP.flashDeflBegin, 'writing'),
  },
  {
    name: 'the cable is pulled in the middle of a write',
    attacks: 'the job: half a unit called written',
    comes: 'verified',
    journey: () => pulled(OP.flashDeflData, 'writing'),
  },
  {
    name: 'the cable is pulled while it verifies',
    attacks: 'the job: written and never verified',
    comes: 'verified',
    journey: () => pulled(OP.spiFlashMd5, 'writing'),
  },
  {
    name: 'Flash is pressed twice at once',
    attacks: 'the session: one plan carried out twice',
    comes: 'verified',
    journey: () => ({
      person: async (world) => void (await Promise.all([agree(world), agree(world), flash(world.session)])),
    }),
  },
  {
    name: 'files are dropped while it writes',
    attacks: 'the session: a plan that replaces the one that runs',
    comes: 'verified',
    journey: () =>
      meanwhile(({ session }) => session.dispatch({ do: 'add-files', files: [bytesSource('b.bin', APP)] })),
  },
  {
    name: 'a backup and a setting are asked for while it writes',
    attacks: 'the session: two that talk to one board',
    comes: 'verified',
    journey: () =>
      meanwhile(async ({ session }) => {
        await Promise.all([
          session.dispatch({ do: 'back-up', range: null }),
          session.dispatch({ do: 'set', id: 'speed', value: '115200' }),
        ]);
      }),
  },
  {
    name: 'Disconnect is pressed while it writes, and then Connect again',
    attacks: 'the session: a port closed under a transfer',
    comes: 'verified',
    journey: () => ({ ...meanwhile(({ session }) => session.dispatch({ do: 'disconnect' })), after: comeBack }),
  },
  {
    name: 'Connect is pressed three times',
    attacks: 'the session: a port that is opened by two',
    comes: 'verified',
    journey: () => ({
      person: async (world) => {
        await Promise.all([1, 2, 3].map(() => world.session.dispatch({ do: 'reconnect' })));
        await agree(world);
      },
    }),
  },
];

/** The tab is closed, or its worker ended, after so many facts of a job; the next page resumes it. */
async function killed(after: 'the job is stored' | 'a unit is begun' | 'a unit is written'): Promise<string> {
  const clock = testClock();
  const kept = memoryStore();
  const tab = killable(kept);
  const first = openWorld('esp32-raft', 921600, {}, { clock, store: watching(tab.store, after, () => tab.kill()) });
  await first.session.connect();
  await first.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
  void agree(first);
  // Nothing is due any more once the tab is dead, apart from the board itself.
  await new Promise<void>((resolve) => clock.at(600_000, resolve));
  first.port.unplug();
  const next = openWorld('esp32-raft', 921600, {}, { clock, store: kept });
  next.made.flash.load(0, first.made.flash.snapshot());
  await next.session.connect();
  const { state } = next.session;
  if (state.kind !== 'connected') return standing(next.session);
  if (state.interrupted === null) return 'no job is offered';
  await next.session.dispatch({ do: 'resume', job: state.interrupted.job });
  const work = next.session.state.kind === 'connected' ? next.session.state.work : null;
  const holds = Buffer.from(next.made.flash.snapshot()).includes(Buffer.from(APP));
  next.port.unplug();
  if (work?.kind !== 'ended') return work?.kind ?? standing(next.session);
  return work.outcome === 'verified' && !holds
    ? 'WRONG: called verified, and the flash does not hold it'
    : work.outcome;
}

function watching(
  store: ReturnType<typeof memoryStore> | ReturnType<typeof killable>['store'],
  after: string,
  kill: () => void,
) {
  return {
    ...store,
    openJob: async (...given: Parameters<typeof store.openJob>) => {
      await store.openJob(...given);
      if (after === 'the job is stored') kill();
    },
    append: async (...given: Parameters<typeof store.append>) => {
      await store.append(...given);
      const [, , facts] = given;
      const wanted = after === 'a unit is begun' ? 'intent' : 'written';
      if (after !== 'the job is stored' && facts.some(({ fact }) => fact === wanted)) kill();
    },
  };
}

/** Takes longer to write than another tab takes to connect. */
const LARGE = buildAppImage({ project: 'large', version: '1.0.0', seed: 6, size: 900 * 1024 });

/** Another tab connects to the board while this one writes. */
async function twoTabs(): Promise<string> {
  const [clock, store, taken] = [testClock(), memoryStore(), new Set<string>()];
  const here = openWorld('esp32-raft', 921600, {}, { clock, store, locks: memoryLocks(taken) });
  const there = openWorld('esp32-raft', 921600, {}, { clock, store, locks: memoryLocks(taken) });
  await here.session.connect();
  await here.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', LARGE)] });
  let other: Promise<void> | null = null;
  here.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'flashing') other ??= there.session.connect();
  };
  await agree(here);
  await other;
  const seen = there.session.state;
  const work = seen.kind === 'connected' ? seen.work : null;
  const came = work?.kind === 'refused' ? `refused: ${work.refusals.map(({ kind }) => kind).join()}` : 'not refused';
  here.port.unplug();
  there.port.unplug();
  return `${standing(here.session)}; ${came}`;
}

/** Unlucky machines. */
export const MACHINE_CASES: readonly HostileCase[] = [
  ...MACHINES.map(({ journey, ...own }): HostileCase => ({
    ...own,
    run: () => espJourney({}, journey()),
  })),
  ...(['the job is stored', 'a unit is begun', 'a unit is written'] as const).map((after): HostileCase => ({
    name: `the tab is closed as soon as ${after}`,
    attacks: 'the journal: what the next page finds of a job',
    comes: 'verified',
    run: () => killed(after),
  })),
  {
    name: 'another tab connects to the same board while this one writes',
    attacks: 'locks: two tabs that work on one job',
    comes: 'ended: verified; refused: job-elsewhere',
    run: twoTabs,
  },
  {
    name: 'a USB device that is unplugged while its plan is shown, and plugged in again',
    attacks: 'the session: a plan for a board that is gone',
    comes: 'disconnected: lost dfu-lost',
    run: () => dfuJourney({}, { arm: ({ port }) => port.unplug() }),
  },
];
