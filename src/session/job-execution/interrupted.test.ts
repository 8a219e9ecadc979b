/** A job that was interrupted, by whatever: what the user is told, and that nothing is lost whichever button they press. */
import { describe, expect, test } from 'vitest';
import type { Family, Inspection } from '../../flash/family.ts';
import { askKey } from '../../flash/finding.ts';
import { layoutOf, mapOf } from '../../testing/flash.ts';
import { backedUp } from '../../flash/job-extent.ts';
import type { PlainWorld } from '../../testing/plain-world.ts';
import { drop, flash, makeWorld, plainFamily, connectedOf, workOf } from '../../testing/plain-world.ts';
import type { Session } from '../session.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { JobLocks } from '../../storage/locks.ts';
import type { Store } from '../../storage/store.ts';
import { storeFailure } from '../../storage/store.ts';
import { killable } from '../../testing/killable-store.ts';

/** 1 to 32, in four erase units of 8 bytes. */
const factory = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const NEW = [90, 91, 92, 93, 94, 95, 96, 97, 98, 99];
/** Ten bytes from address 10: two units, each of which keeps some of its bytes. */
const wanted = factory.slice();
wanted.set(NEW, 10);

/** A family with named partitions, one of which is an app. */
const NAMED: Partial<Family> = {
  inspect: async (target, cancel, say) => ({
    ...(await plainFamily().inspect(target, cancel, say)),
    layout: {
      ...layoutOf(mapOf(8, 8, 8, 8)),
      partitions: [
        { region: 'flash', address: 0, size: 8, name: 'settings', role: 'settings', type: 'data' },
        { region: 'flash', address: 8, size: 16, name: 'app', role: 'app', type: 'app' },
        { region: 'flash', address: 24, size: 8, name: 'files', role: 'files', type: 'data' },
      ],
    },
  }),
};

/** Opens a new page with what this browser has stored; `flashNow` is what the board holds by then. */
function openPage(store: Store, flashNow: Uint8Array, mac: string | null = 'one', locks?: JobLocks) {
  const page = makeWorld(NAMED, { store, ...(locks && { locks }) });
  Object.assign(page.world, { flash: flashNow, mac });
  return page;
}

/** Counts the device's steps and kills the tab at step k, cutting off the write in progress. */
function killAt(world: PlainWorld, k: number, kill: () => void) {
  let step = 0;
  world.fault = () => {
    if (step++ !== k) return;
    kill();
    throw new DOMException('gone', 'NetworkError');
  };
  return () => step;
}

/** Flashes ten bytes at 10 and kills the tab at the device's step k after the user agreed; the board keeps its flash. */
async function killed(k: number, mac: string | null = 'one', store: Store = memoryStore()) {
  const tab = killable(store);
  const { session, world } = openPage(tab.store, factory.slice(), mac);
  await session.connect();
  await drop(session, 10, ...NEW);
  const done = new Promise<void>((resolve) => {
    killAt(world, k, () => {
      tab.kill();
      resolve();
    });
  });
  void flash(session);
  await done;
  return { store, flash: world.flash };
}

const interrupted = (session: Session<Inspection>) => connectedOf(session).interrupted;

/** Presses a button, by its intent; the plan of a roll back is agreed to like any other. */
async function press(session: Session<Inspection>, what: 'resume' | 'roll-back' | 'abandon-job'): Promise<void> {
  const job = interrupted(session)?.job ?? '';
  await session.dispatch({ do: what, job });
  if (what === 'roll-back') await flash(session);
}

/** Erase and program of two units, one digest of both, and those of the units around them. */
const STEPS = [0, 1, 2, 3, 4, 5, 6];

describe('a tab that is killed', () => {
  test('can be killed at exactly these steps', async () => {
    const { session, world } = openPage(memoryStore(), factory.slice());
    await session.connect();
    await drop(session, 10, ...NEW);
    const count = killAt(world, -1, () => undefined);
    await flash(session);
    expect(count()).toBe(STEPS.length);
  });

  test.each(STEPS)('at step %i: the next one shows how far the job got, and Resume finishes it', async (k) => {
    const { store, flash: half } = await killed(k);
    const { session, world } = openPage(store, half);
    await session.connect();
    expect(interrupted(session)).toMatchObject({
      purpose: 'flash',
      says: '10 to 10',
      extent:
        k < 5
          ? { total: 2, verified: 0, begun: 2, open: { region: 'flash', address: 8, size: 8 } }
          : { total: 2, verified: 2, begun: 2, open: null },
      noResume: null,
      noRollBack: null,
    });
    await press(session, 'resume');
    expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
    expect(world.flash).toEqual(wanted);
    expect(interrupted(session)).toBeNull();
    expect((await store.jobs()).map(({ end }) => end?.how)).toEqual(['verified']);
  });

  test.each(STEPS)('at step %i: Roll back shows a plan and restores every byte', async (k) => {
    const { store, flash: half } = await killed(k);
    const { session, world } = openPage(store, half);
    await session.connect();
    await session.dispatch({ do: 'roll-back', job: interrupted(session)?.job ?? '' });
    expect(workOf(session)).toMatchObject({ kind: 'planned', purpose: { kind: 'roll-back' }, backup: { lost: [] } });
    expect(world.flash).toEqual(half);
    await flash(session);
    expect(world.flash).toEqual(factory);
    expect(interrupted(session)).toBeNull();
    expect((await store.jobs()).map(({ end }) => end?.how).toSorted()).toEqual(
      k === 0 ? ['rolled-back'] : ['rolled-back', 'verified'],
    );
  });

  test.each(STEPS.flatMap((k) => STEPS.map((j) => [k, j] as const)))(
    'at step %i, and again at step %i of the roll back: the roll back is resumed',
    async (k, j) => {
      const { store, flash: half } = await killed(k);
      const tab = killable(store);
      const second = openPage(tab.store, half);
      await second.session.connect();
      await second.session.dispatch({ do: 'roll-back', job: interrupted(second.session)?.job ?? '' });
      const done = new Promise<void>((resolve) => {
        killAt(second.world, j, () => {
          tab.kill();
          resolve();
        });
      });
      const work = flash(second.session);
      await Promise.race([done, work]);
      const third = openPage(store, second.world.flash);
      await third.session.connect();
      const left = interrupted(third.session);
      // A roll back that had nothing to do is not a job, so nothing is left to ask about.
      expect([left?.purpose ?? 'roll-back', left?.noResume ?? null]).toEqual(['roll-back', null]);
      await press(third.session, 'resume');
      expect(third.world.flash).toEqual(factory);
      expect(interrupted(third.session)).toBeNull();
    },
  );

  test.each(STEPS)(
    'at step %i: Abandon writes nothing and asks no more, and what was kept stays available',
    async (k) => {
      const { store, flash: half } = await killed(k);
      const { session, world } = openPage(store, half);
      await session.connect();
      const as = half.slice();
      await press(session, 'abandon-job');
      expect(world.flash).toEqual(as);
      expect(interrupted(session)).toBeNull();
      const [job] = await store.jobs();
      const kept = job === undefined ? [] : backedUp(job.plan, await store.facts(job.id));
      const bytes = await Promise.all(kept.map(({ md5 }) => store.content(md5)));
      expect(bytes).toEqual([factory.slice(8, 16), factory.slice(16, 24)]);
    },
  );

  test.each(STEPS)(
    'at step %i: flashing another file to the same place replaces the job, and keeps what was to stay',
    async (k) => {
      const { store, flash: half } = await killed(k);
      const { session, world } = openPage(store, half);
      await session.connect();
      await drop(session, 12, 7);
      await flash(session);
      expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
      const stays = [8, 9, 20, 21, 22, 23];
      expect(stays.map((at) => world.flash[at])).toEqual(stays.map((at) => factory[at]));
      expect(world.flash[12]).toBe(7);
    },
  );
});

test('the content of an app slot is read and kept before the first erase, and the plan says so', async () => {
  const { session, world } = openPage(memoryStore(), factory.slice());
  await session.connect();
  await drop(session, 8, ...Array.from({ length: 16 }, () => 77));
  expect(workOf(session)).toMatchObject({ kind: 'planned', backup: { read: 16, stored: 0, lost: [] } });
  const steps: string[] = [];
  world.fault = (step) => steps.push(step);
  await flash(session);
  expect(steps.slice(0, 2)).toEqual(['read', 'erase']);
  // Once stored, it is not read again: the content that was just flashed is known too.
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'remove-file', id: 1 });
  await drop(session, 8, ...Array.from({ length: 16 }, () => 78));
  expect(workOf(session)).toMatchObject({ kind: 'planned', backup: { read: 0, stored: 16, lost: [] } });
});

test('without backups of apps the plan says what is given up; settings are kept all the same', async () => {
  const { session } = openPage(memoryStore(), factory.slice());
  await session.connect();
  await session.dispatch({ do: 'set', id: 'backup', value: 'not-apps' });
  await drop(session, 0, ...Array.from({ length: 24 }, () => 77));
  expect(workOf(session)).toMatchObject({
    kind: 'planned',
    backup: { read: 8, stored: 0, lost: [{ region: 'flash', address: 8, size: 16 }] },
  });
});

describe('a job is resumed only on the right board', () => {
  test('another board with a unique ID is not asked about it', async () => {
    const { store } = await killed(2);
    const { session } = openPage(store, factory.slice(), 'two');
    await session.connect();
    expect(interrupted(session)).toBeNull();
  });

  test('a board without a unique ID and with different content is refused, and not written', async () => {
    const { store } = await killed(2, null);
    const other = Uint8Array.from({ length: 32 }, (_, i) => 100 + i);
    const { session, world } = openPage(store, other.slice(), null);
    await session.connect();
    expect(interrupted(session)).toMatchObject({ noResume: null });
    await press(session, 'resume');
    expect(workOf(session)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'not-that-board' }] });
    expect(world.flash).toEqual(other);
  });

  test('a board without a unique ID and with unchanged content is taken for the same one', async () => {
    const { store, flash: half } = await killed(2, null);
    const { session, world } = openPage(store, half, null);
    await session.connect();
    await press(session, 'resume');
    expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
    expect(world.flash).toEqual(wanted);
  });

  test('a job killed right after its intent puts back every byte that it promised to keep', async () => {
    // Killed before the first unit is erased.
    const { store, flash: half } = await killed(0);
    const facts = await store.facts((await store.jobs())[0]?.id ?? '');
    expect(facts.map(({ fact }) => fact)).toEqual(['surroundings', 'intent']);
    const { session, world } = openPage(store, half);
    // Both units were begun by that intent: their content is unknown, and the promised bytes are put back.
    await session.connect();
    await press(session, 'resume');
    expect(world.flash).toEqual(wanted);
  });
});

describe('two tabs', () => {
  /** Locks shared by tabs. */
  function shared() {
    const taken = new Map<string, number>();
    return (tab: number): JobLocks => ({
      take: async (job) => {
        if (taken.has(job)) return null;
        taken.set(job, tab);
        return () => void taken.delete(job);
      },
      isTaken: async (job) => taken.has(job) && taken.get(job) !== tab,
    });
  }

  test('are kept apart: what one works on, the other neither resumes nor overwrites', async () => {
    const store = memoryStore();
    const locks = shared();
    const first = openPage(store, factory.slice(), 'one', locks(1));
    await first.session.connect();
    await drop(first.session, 10, ...NEW);
    const second = openPage(store, first.world.flash, 'one', locks(2));
    let seen: unknown = null;
    let writes = 0;
    const meanwhile = async () => {
      await second.session.connect();
      seen = interrupted(second.session);
      await drop(second.session, 0, 77);
      await flash(second.session);
      await press(second.session, 'resume');
      writes = second.world.flash.filter((byte, i) => byte !== factory[i] && i < 8).length;
    };
    let other: Promise<void> | null = null;
    first.world.fault = (step) => {
      if (step === 'digest') other ??= meanwhile();
    };
    await flash(first.session);
    await other;
    expect(workOf(first.session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
    expect(seen).toMatchObject({ noResume: { kind: 'job-elsewhere' }, noRollBack: { kind: 'job-elsewhere' } });
    expect(writes).toBe(0);
    expect(first.world.flash).toEqual(wanted);
  });

  test('a job that another tab finished since this one last looked stays finished when it is abandoned here', async () => {
    const { store, flash: half } = await killed(4);
    const locks = shared();
    const first = openPage(store, half, 'one', locks(1));
    await first.session.connect();
    const second = openPage(store, half, 'one', locks(2));
    await second.session.connect();
    await press(first.session, 'resume');
    await press(second.session, 'abandon-job');
    expect((await store.jobs()).map(({ end }) => end?.how)).toEqual(['verified']);
  });

  test('a job that another tab resumed since this one last looked is not abandoned here', async () => {
    const { store, flash: half } = await killed(4);
    const locks = shared();
    const first = openPage(store, half, 'one', locks(1));
    await first.session.connect();
    const ends: unknown[] = [];
    const watched: Store = {
      ...store,
      endJob: async (id, how, at) => {
        ends.push(how);
        await store.endJob(id, how, at);
      },
    };
    const second = openPage(watched, half, 'one', locks(2));
    await second.session.connect();
    expect(interrupted(second.session)).toMatchObject({ noResume: null });
    let abandoned: Promise<void> | null = null;
    first.world.fault = () => {
      abandoned ??= press(second.session, 'abandon-job');
    };
    await press(first.session, 'resume');
    await abandoned;
    expect(ends).toEqual([]);
    expect(interrupted(second.session)).toMatchObject({ noResume: { kind: 'job-elsewhere' } });
    expect(workOf(first.session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
    expect(first.world.flash).toEqual(wanted);
  });
});

describe('a backup made on request', () => {
  test('of the whole flash is restored byte for byte, even after everything was overwritten', async () => {
    const store = memoryStore();
    const backup = async (id: string) => {
      const record = (await store.backups()).find((each) => each.kind === 'open' && each.backup.id === id);
      return record?.kind === 'open' ? record.backup : null;
    };
    const page = makeWorld(NAMED, { store, backup });
    const { session, world } = page;
    await session.connect();
    await session.dispatch({ do: 'back-up', range: null });
    const [record] = await store.backups();
    if (record?.kind !== 'open') throw new Error('nothing was kept');
    expect(record.backup).toMatchObject({ kind: 'device', name: 'Whole flash: app', missing: [] });
    world.flash.fill(0x55);
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'restore', backup: record.backup.id });
    expect(workOf(session)).toMatchObject({ kind: 'planned', purpose: { kind: 'restore' }, asks: [] });
    await flash(session);
    expect(world.flash).toEqual(factory);
  });

  test('of a partition holds only that; an identical board gets it only with consent', async () => {
    const store = memoryStore();
    const backup = async () => {
      const [record] = await store.backups();
      return record?.kind === 'open' ? record.backup : null;
    };
    const { session, world } = makeWorld(NAMED, { store, backup });
    await session.connect();
    await session.dispatch({ do: 'back-up', range: { region: 'flash', address: 24, size: 8 } });
    const kept = await backup();
    expect(kept?.units.map(({ address }) => address)).toEqual([24]);
    Object.assign(world, { mac: 'two', flash: new Uint8Array(32).fill(9) });
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'restore', backup: kept?.id ?? '' });
    expect(workOf(session)).toMatchObject({ kind: 'planned', asks: [{ kind: 'backup-of-another' }] });
    await flash(session);
    expect(world.flash.every((byte) => byte === 9)).toBe(true);
  });
});

test.each([
  [
    'without its table is described in the layout that the board has',
    { region: 'flash', address: 8, size: 8 },
    ['table', 'young'],
  ],
  ['with its table is described in the layout that comes back with it', null, ['table', 'old', 'former young']],
])('a backup %s', async (_, range, names) => {
  const part = (name: string, address: number, size: number, role: 'table' | 'data') =>
    ({ region: 'flash', name, address, size, role, type: role }) as const;
  const table = part('table', 0, 8, 'table');
  let partitions = [table, part('old', 8, 8, 'data')];
  const store = memoryStore();
  const backup = async () => {
    const [record] = await store.backups();
    return record?.kind === 'open' ? record.backup : null;
  };
  const inspect: Family['inspect'] = async (...given) => ({
    ...(await plainFamily().inspect(...given)),
    layout: { ...layoutOf(mapOf(8, 8, 8, 8)), partitions },
  });
  const { session, world } = makeWorld({ inspect }, { store, backup });
  await session.connect();
  await session.dispatch({ do: 'back-up', range });
  partitions = [table, part('young', 8, 16, 'data')];
  world.flash.fill(9);
  await session.dispatch({ do: 'reconnect' });
  const oldPlaces = [{ region: 'flash', address: 8, size: 8 }];
  await session.dispatch({ do: 'restore', backup: (await backup())?.id ?? '', oldPlaces });
  const work = workOf(session);
  expect(work.kind === 'planned' ? work.layout.partitions.map(({ name }) => name) : work).toEqual(names);
});

test('lost bytes of a job do not lock the user out: the job can be abandoned and its place flashed over', async () => {
  const { store, flash: half } = await killed(2);
  const rotten: Store = {
    ...store,
    content: async (md5) => (await store.content(md5))?.map((byte) => byte ^ 1) ?? null,
  };
  const { session, world } = openPage(rotten, half);
  await session.connect();
  expect(interrupted(session)).toMatchObject({ noResume: { kind: 'kept-gone' } });
  // Nothing was chosen, so nothing is refused.
  expect(workOf(session)).toEqual({ kind: 'idle', inJob: true });
  await drop(session, 12, 7);
  expect(workOf(session)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'kept-gone' }] });
  expect(world.flash).toEqual(half);
  Object.assign(rotten, { content: store.content });
  await press(session, 'abandon-job');
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
  expect(world.flash[12]).toBe(7);
});

describe('a full disk', () => {
  test.each(['opening', 'keeping'] as const)(
    '(%s) stops the job before the first erase, and is reported',
    async (call) => {
      const store = memoryStore();
      const full: Store =
        call === 'opening'
          ? { ...store, openJob: () => Promise.reject(fullDisk()) }
          : {
              ...store,
              append: (job, from, facts, contents = []) =>
                contents.length > 0 ? Promise.reject(fullDisk()) : store.append(job, from, facts),
            };
      const { session, world } = openPage(full, factory.slice());
      await session.connect();
      await drop(session, 8, ...Array.from({ length: 16 }, () => 77));
      let erases = 0;
      world.fault = (step) => {
        if (step === 'erase') erases++;
      };
      await flash(session);
      expect(erases).toBe(0);
      expect(world.flash).toEqual(factory);
      expect(JSON.stringify(workOf(session))).toContain('storage-full');
    },
  );
});

function fullDisk(): Error {
  return storeFailure('storage-full');
}

describe('boards without a unique ID', () => {
  const other = Uint8Array.from({ length: 32 }, (_, i) => 100 + i);

  test('do not end each other’s jobs: the same file on another board leaves the first job open', async () => {
    const { store, flash: half } = await killed(2, null);
    const second = openPage(store, other.slice(), null);
    await second.session.connect();
    await drop(second.session, 10, ...NEW);
    for (const ask of planned(second.session).asks)
      await second.session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
    await flash(second.session);
    expect(workOf(second.session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
    const first = openPage(store, half, null);
    await first.session.connect();
    expect(interrupted(first.session)).toMatchObject({ noResume: null });
    await press(first.session, 'resume');
    expect(first.world.flash).toEqual(wanted);
  });

  test('end a job when the same board is written again', async () => {
    const { store, flash: half } = await killed(2, null);
    const { session } = openPage(store, half, null);
    await session.connect();
    await drop(session, 10, ...NEW);
    for (const ask of planned(session).asks) await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
    await flash(session);
    expect(interrupted(session)).toBeNull();
  });
});

function planned(session: Session<Inspection>) {
  const work = workOf(session);
  if (work.kind !== 'planned') throw new Error(work.kind);
  return work;
}
