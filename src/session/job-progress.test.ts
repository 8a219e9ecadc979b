/** A job's progress: what it says it counts, and that its share and the time left are of the whole job. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../virtual-boards/esp/firmware/app-image.ts';
import type { World } from '../testing/esp/world.ts';
import { consent, flash, openWorld, workOf } from '../testing/esp/world.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { mapOf, plainDigest } from '../testing/flash.ts';
import { PlainTarget } from '../testing/plain-target.ts';
import { connectedOf } from '../testing/plain-world.ts';
import { INTENT, WRITTEN, job, unit } from '../testing/storage/records.ts';
import { jobState } from '../flash/job.ts';
import type { Fact } from '../flash/journal.ts';
import type { JobRecord } from '../storage/records.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { USUAL_BOUNDS } from '../flash/target.ts';
import { meterOf } from './job-execution/carry-out.ts';
import type { Progress, UnitStates } from './state.ts';
import { bytesSource } from './sources.ts';
import { carryOutLabel, carryingOut } from './words/carry-out.ts';
import { headlineOf } from './words/headline.ts';
import { LONG } from '../testing/long.ts';

const APP = buildAppImage({ project: 'counted', version: '1.0.0', seed: 5, size: 100 * 1024 });
const C6_APP = buildAppImage({ chipId: 13, project: 'counted', version: '1.0.0', seed: 5, size: 16 * 1024 });

test('a job first counts what it backs up, then what it writes', LONG, async () => {
  const world = openWorld('esp32-raft', 921600);
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
  if (world.session.state.kind !== 'connected') throw new Error('the board is not connected');
  const [file] = world.session.state.files;
  // What is overwritten there is read first.
  await world.session.dispatch({ do: 'place', id: file?.id ?? 0, choice: 'app0@131072' });
  for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
  const seen: { progress: Progress; units: UnitStates }[] = [];
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'flashing') seen.push(state.work);
  };
  await flash(world.session);
  const before = seen.filter(({ units }) => units.every((unit) => unit === 'waiting'));
  expect(before.some(({ progress: { phase, done } }) => phase === 'backing-up' && done > 0)).toBe(true);
  expect(before.filter(({ progress: { says } }) => /^(Writing|Verifying)/.test(says))).toEqual([]);
  // Bytes are counted as written only once there are some.
  expect(before.filter(({ progress: { phase, done } }) => phase === undefined && done > 0)).toEqual([]);
  const after = seen.slice(before.length);
  // Once it is at its end, it only reads the board again.
  const end = after.findIndex(({ progress: { phase } }) => phase === 'reading-again');
  expect(new Set(after.slice(0, end).map(({ progress }) => progress.phase))).toEqual(new Set([undefined]));
  expect(new Set(after.slice(end).map(({ progress }) => progress.phase))).toEqual(new Set(['reading-again']));
  expect(after[end]?.units.every((unit) => unit === 'verified')).toBe(true);
  expect(after.some(({ progress: { says, done } }) => says === 'Verifying the writes' && done === 0)).toBe(false);
});

test('what runs is called as the button that began it, and is written down for a resume', async () => {
  const store = memoryStore();
  const world = openWorld('esp32-raft', 921600, {}, { store });
  const { session } = world;
  await session.connect();
  const nvs = connectedOf(session).board.layout.partitions.find(({ name }) => name === 'nvs');
  if (nvs === undefined) throw new Error('no nvs');
  const edit = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' } as const;
  await session.dispatch({ do: 'edit-contents', range: nvs, edits: [edit] });
  const planned = workOf(session, 'planned');
  expect(carryOutLabel(planned, headlineOf(planned, connectedOf(session)))).toBe('Change nvs');
  const names = new Set<string>();
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'flashing')
      names.add(carryingOut(state.work, state.work.about));
  };
  await flash(session);
  expect([...names]).toEqual(['Changing nvs']);
  expect((await store.jobs()).map(({ about }) => about)).toEqual([{ what: 'edits', changes: 1 }]);
});

/** An app that is about to overwrite another, which is backed up first. */
async function overwriting() {
  const store = memoryStore();
  const world = openWorld('esp32-raft', 921600, {}, { store });
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
  const [file] = connectedOf(session).files;
  await session.dispatch({ do: 'place', id: file?.id ?? 0, choice: 'app0@131072' });
  return { ...(await follow(world)), store };
}

/** A file that a chip's own loader is about to write, which keeps what is beside it and compares the whole flash afterwards. */
async function withoutStub() {
  const world = openWorld('esp32c6-idf', 921600, { stub: false });
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', C6_APP)] });
  return follow(world);
}

/** Agrees to what is planned, and follows the progress of everything that is carried out. */
async function follow(world: World) {
  const { session } = world;
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  const seen: Progress[] = [];
  let stopAfter = Infinity;
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing' || state.work.stopping) return;
    const { progress } = state.work;
    seen.push(progress);
    if ((progress.ofJob ?? 0) < stopAfter) return;
    stopAfter = Infinity;
    void session.dispatch({ do: 'cancel' });
  };
  return { session, seen, stopAfter: (share: number) => (stopAfter = share) };
}

/** The shares of whole jobs that were shown. */
const sharesOf = (seen: readonly Progress[]) => seen.flatMap(({ ofJob }) => ofJob ?? []);
/** The times left that were shown. */
const leftOf = (seen: readonly Progress[]) => seen.flatMap(({ leftMs }) => leftMs ?? []);
const rising = (a: number, b: number) => a - b;
/** By how much a number that should fall has risen at most. */
const mostRisen = (values: readonly number[]) =>
  Math.max(0, ...values.map((value, i) => value - (values[i - 1] ?? Infinity)));
/** In ms: nobody sees that the time left was corrected by so much. */
const UNSEEN = 250;

test(
  'its share and the time left are of the whole job: writing does not begin at 0 after the backup',
  LONG,
  async () => {
    const { session, seen } = await overwriting();
    await flash(session);
    const shares = sharesOf(seen);
    expect(shares).toEqual(shares.toSorted(rising));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    const backup = sharesOf(seen.filter(({ phase }) => phase === 'backing-up')).at(-1) ?? 0;
    const verifying = sharesOf(seen.filter(({ says }) => says === 'Verifying the writes'))[0] ?? 1;
    // To read 96 KiB takes longer than to write 100 KiB that are packed.
    expect(backup).toBeGreaterThan(0.4);
    expect(backup).toBeLessThan(0.8);
    expect(verifying).toBeGreaterThan(backup);
    expect(verifying).toBeLessThan(1);
    const left = leftOf(seen);
    expect(left.length).toBeGreaterThan(4);
    expect(mostRisen(left)).toBeLessThan(UNSEEN);
  },
);

test('a job that is resumed goes on from where it stood', LONG, async () => {
  const { session, seen, stopAfter, store } = await overwriting();
  stopAfter(0.75);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('stopped');
  const [record] = await store.jobs();
  expect(record?.packed).toBeGreaterThan(0);
  const first = seen.splice(0);
  await session.dispatch({ do: 'resume', job: connectedOf(session).interrupted?.job ?? '' });
  expect(workOf(session, 'ended').outcome).toBe('verified');
  const shares = sharesOf(seen);
  expect(shares).toEqual(shares.toSorted(rising));
  // What the device had not confirmed when it was stopped does not count.
  const backup = sharesOf(first.filter(({ phase }) => phase === 'backing-up')).at(-1) ?? 1;
  expect(seen[0]?.says).toBe('Reading the board’s current content');
  expect(seen[0]?.ofJob).toBeGreaterThan(backup);
  expect(shares.at(-1)).toBe(1);
  const left = leftOf(seen);
  expect(mostRisen(left)).toBeLessThan(UNSEEN);
  expect(Math.max(0, ...left)).toBeLessThan(leftOf(first)[0] ?? 0);
});

// It digests a whole virtual flash twice.
test(
  'without the flasher stub, it begins at 0, shows the backup, and the time left is never negative',
  LONG,
  async () => {
    const { session, seen } = await withoutStub();
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    const shares = sharesOf(seen);
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    expect(Math.min(...leftOf(seen))).toBeGreaterThanOrEqual(0);
  },
);

/** The share of a job after each of these facts: it writes one unit. */
function sharesAfter(more: Partial<JobRecord>, ...facts: readonly Fact[]): number[] {
  const record = job('one', ['new'], more);
  const target = new PlainTarget(new Uint8Array(4), mapOf(4), plainDigest);
  const meter = meterOf({ record, journal: { facts: () => [] } }, { target, clock: instantClock() });
  return facts.map((_, i) => meter.at(jobState(record.plan, facts.slice(0, i + 1)), null).ofJob ?? 0);
}
const comparing = (whole: boolean) => ({ surroundings: { spans: [], bounds: { ...USUAL_BOUNDS, whole } } });

test('where the whole flash is compared, what is then digested once more counts, too', () => {
  const proved: Fact = { fact: 'digest', unit: unit(0), md5: 'new' };
  const [, written = 1, verified = 0, ...rest] = sharesAfter(
    comparing(true),
    INTENT,
    WRITTEN,
    proved,
    { fact: 'recheck' },
    proved,
  );
  expect(verified).toBeGreaterThan(written);
  expect(verified).toBeLessThan(1);
  expect(rest).toEqual([verified, 1]);
  expect(sharesAfter(comparing(false), INTENT, WRITTEN, proved).at(-1)).toBe(1);
});

test('a job that is resumed is measured by how well its content compresses, too', () => {
  const target = new PlainTarget(new Uint8Array(4), mapOf(4), plainDigest);
  const pace = { ...target.pace(), packed: { wireBytesPerSecond: 1e3, flashBytesPerSecond: 1e6 }, stretchMs: 0 };
  target.pace = () => ({ ...pace, writeBytesPerSecond: 1e3 });
  const kept: Fact = { fact: 'backed-up', units: [{ ...unit(0), md5: 'old' }] };
  const shareOf = (more: Partial<JobRecord>) => {
    const record = job('one', ['new'], more);
    const [stretch] = record.plan.stretches;
    const units = stretch?.units.map((each) => ({ ...each, backup: 'read' as const })) ?? [];
    const plan = { ...record.plan, stretches: stretch === undefined ? [] : [{ ...stretch, units }] };
    const resumed = { record: { ...record, plan }, journal: { facts: () => [kept] } };
    return meterOf(resumed, { target, clock: instantClock() }).first('').ofJob;
  };
  expect(shareOf({})).toBeLessThan(0.1);
  expect(shareOf({ packed: 0.01 })).toBeGreaterThan(0.4);
});
