/** A cable that is pulled at any moment of a job: what is called not begun, and as before, is so on the board. */
import { expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { bytesSource } from '../../session/sources.ts';
import type { SessionState } from '../../session/state.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { sampleApplication } from '../../virtual-boards/dfu/firmware/sample.ts';
import type { Clock } from '../../virtual-boards/clock.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { AnySession } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';

/** What these tests need of a world of any family. */
interface Pulled {
  readonly session: AnySession & { connect(): Promise<void> };
  readonly clock: Clock;
  readonly port: { unplug(): void };
  onState: (state: SessionState) => void;
}

/** A board of one family with an update for it. */
interface Update {
  readonly open: () => { readonly world: Pulled; readonly bytesOf: (range: Range) => Uint8Array };
  readonly data: Uint8Array;
}

const UPDATES: Readonly<Record<string, Update>> = {
  'an ESP32': {
    open: () => {
      const world = openWorld('esp32-raft');
      return { world, bytesOf: ({ address, size }) => world.made.flash.snapshot().slice(address, address + size) };
    },
    data: buildAppImage({ project: 'raft-demo', version: '2.0.0', seed: 5, chipId: 0, size: 0x8230 }),
  },
  'a Photon': {
    open: () => {
      const world = openDfuWorld('photon');
      const start = 0x08000000;
      return {
        world,
        bytesOf: ({ address, size }) => world.made.flash.snapshot().slice(address - start, address - start + size),
      };
    },
    data: sampleApplication('photon', 'ordinary'),
  },
};

/** The writes that the job announces: each is shown before anything of it is sent. */
function writesOf(state: SessionState): string | null {
  if (state.kind !== 'connected' || state.work.kind !== 'flashing') return null;
  const { says } = state.work.progress;
  return says.startsWith('Erasing') ? says : null;
}

/** Plans the update and carries it out; the cable is pulled `ms` after the `n`th write was announced, from 0. */
async function pulledAfter({ open, data }: Update, n: number, ms: number | null) {
  const { world, bytesOf } = open();
  const { session, clock, port } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', data)] });
  const units = plannedUnits(workOf(session, 'planned').plan);
  const before = units.map(bytesOf);
  const announced: string[] = [];
  let from = Infinity;
  world.onState = (state) => {
    const writes = writesOf(state);
    if (writes === null || announced.at(-1) === writes) return;
    announced.push(writes);
    if (announced.length !== n + 1) return;
    from = clock.now();
    if (ms === 0) port.unplug();
    else if (ms !== null) clock.at(ms, () => port.unplug());
  };
  await flash(session);
  const ended = workOf(session, 'ended');
  const asBefore = units.map((unit, i) => Buffer.compare(bytesOf(unit), before[i] ?? new Uint8Array()) === 0);
  return { ended, asBefore, announced, tookMs: clock.now() - from };
}

test.each(Object.entries(UPDATES))(
  '%s: a pull before anything of a write was sent leaves it not begun',
  async (_, update) => {
    const first = await pulledAfter(update, 0, 0);
    expect(first.asBefore).not.toContain(false);
    expect(first.ended.units.every((unit) => unit === 'waiting')).toBe(true);
    expect(verdictOf(first.ended).says).toBe('Nothing was overwritten: the board is unchanged.');
  },
);

test('what starts, announced and not sent, is not begun, and the app in front of it is verified', async () => {
  const { ended } = await pulledAfter(UPDATES['an ESP32'] ?? raise(), 1, 0);
  expect(verdictOf(ended).says).toMatch(
    /^Of 10 erase units in the plan: 9 verified, 1 as before\. Not begun: otadata\.$/,
  );
});

test.each(Object.entries(UPDATES))('%s: at any moment, what is called as before is so', async (_, update) => {
  const { announced, tookMs } = await pulledAfter(update, 0, null);
  expect(announced.length).toBeGreaterThan(0);
  const early = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89];
  const all = Array.from({ length: 12 }, (_, i) => Math.round((tookMs * (i + 1)) / 14));
  const found = { begun: 0, waiting: 0 };
  const wrong: object[] = [];
  for (const ms of [...early, ...all]) {
    const { ended, asBefore } = await pulledAfter(update, 0, ms);
    for (const [i, state] of ended.units.entries()) {
      found[state === 'waiting' ? 'waiting' : 'begun']++;
      if (state === 'waiting' && asBefore[i] !== true) wrong.push({ ms, unit: i });
    }
  }
  expect(wrong).toEqual([]);
  expect(found.begun).toBeGreaterThan(0);
});

function raise(): never {
  throw new Error('no such update');
}
