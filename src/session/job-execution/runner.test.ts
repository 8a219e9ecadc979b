import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../flash/failure.ts';
import { Failure, makeCancel } from '../../flash/failure.ts';
import type { Journal } from '../../flash/journal.ts';
import type { Plan, PlanInput } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { openPromises } from '../../flash/job-extent.ts';
import { flashAfter, imageOf, layoutOf, mapOf, mustPlan, plainDigest, inputFor } from '../../testing/flash.ts';
import type { BeforeStep } from '../../testing/plain-target.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import type { JobRun } from './runner.ts';
import { explainWrong, runJob } from './runner.ts';
import { USUAL_BOUNDS } from '../../flash/target.ts';
import { takeSurvey } from '../planning/survey.ts';
import { storeFailure } from '../../storage/store.ts';
import { journalOf } from '../../testing/killable-store.ts';
import { manualClock } from '../../testing/manual-clock.ts';

const map = mapOf(8, 8, 8, 8, 8);
const layout = layoutOf(map);
const factory = Uint8Array.from({ length: 40 }, (_, i) => i + 1);
const image = imageOf([3, [91, 92, 93, 94, 95, 96, 97, 98, 99]], [30, [81, 82, 83]]);
const input = inputFor(layout, image, factory);
const plan = mustPlan({ ...input, rank: ({ address }) => (address < 8 ? 1 : 0) });
const wanted = flashAfter(plan, input, factory);

/** A device that encrypts what it is asked to encrypt: reads there return ciphertext. */
function encrypting(target: PlainTarget): PlainTarget {
  const write = target.rewrite.bind(target);
  target.rewrite = (range, content, watch) =>
    write(range, watch.encrypt === true ? content.map((byte) => byte ^ 0x5a) : content, watch);
  return target;
}

async function makeRun(before: BeforeStep = () => undefined, own: Plan = plan, made: PlanInput = input) {
  const target = new PlainTarget(factory.slice(), map, plainDigest, before);
  const run: JobRun = {
    plan: own,
    map,
    target,
    journal: await journalOf(own, made),
    md5: plainDigest,
    cancel: makeCancel(),
    clock: manualClock(),
    onStep: () => undefined,
  };
  return { run, target };
}

/** The bytes that the job of this plan promised to keep and left unfinished. */
async function promisedBy(journal: Journal) {
  const open = openPromises(plan, journal.facts());
  return Promise.all(
    open.map(async ({ range, unit }) => {
      const content = await journal.content(unit.after);
      const from = range.address - unit.address;
      return { ...range, data: content.slice(from, from + range.size) };
    }),
  );
}

const failure = (kind: FailureKind) => new Failure({ name: 'test', kind, says: 'test', next: 'test' });

test('a job without trouble ends verified, and the whole flash is as planned', async () => {
  const { run, target } = await makeRun();
  expect(await runJob(run)).toEqual({ kind: 'verified' });
  expect(target.flash).toEqual(wanted);
  expect(target.erases).toBe(4);
});

describe('pulling the cable before any step of the device', () => {
  // Erase and program of four units, and one digest for each of three spans of them.
  const steps = 11;

  test('takes that many steps in total', async () => {
    let count = 0;
    await runJob((await makeRun(() => count++)).run);
    expect(count).toBe(steps);
  });

  test.each(Array.from({ length: steps }, (_, k) => k))(
    '%i, then resuming from the journal, loses nothing',
    async (k) => {
      let count = 0;
      const { run, target } = await makeRun(() => {
        if (count++ === k) throw failure('lost');
      });
      const first = await runJob(run);
      expect(first).toMatchObject({ kind: 'broken', failure: { kind: 'lost' } });
      expect(await runJob(run)).toEqual({ kind: 'verified' });
      expect(target.flash).toEqual(wanted);
    },
  );

  test.each(Array.from({ length: steps }, (_, k) => k))(
    '%i, then planning for another file, still puts back what was promised',
    async (k) => {
      let count = 0;
      const { run, target } = await makeRun(() => {
        if (count++ === k) throw failure('lost');
      });
      await runJob(run);
      const promised = await promisedBy(run.journal);
      const other = imageOf([20, [7]]);
      const cancel = makeCancel();
      const survey = await takeSurvey({ target, layout, image: other, promised, md5: plainDigest, cancel });
      const next = { layout, image: other, promised, survey, md5: plainDigest, rank: () => 0 };
      const job = mustPlan(next);
      const outcome = await runJob({
        ...run,
        plan: job,
        journal: await journalOf(job, next),
      });
      expect(outcome).toEqual({ kind: 'verified' });
      // Outside both images every byte is the factory's, or was not promised (the first image, half written).
      for (const range of plan.stretches.flatMap((stretch) => stretch.units).flatMap((unit) => unit.pieces)) {
        if (range.source.from !== 'device') continue;
        for (let at = range.address; at < range.address + range.size; at++) {
          expect(target.flash[at], `byte ${at}`).toBe(at === 20 ? 7 : factory[at]);
        }
      }
    },
  );
});

describe('deferred bytes, with the cable pulled before any step of the device', () => {
  const commits = [{ region: 'flash', address: 8, size: 4 }];
  const unitContent = mustPlan({ ...input, commits, rank: ({ address }) => (address < 8 ? 1 : 0) });
  // Erase and program of four units, one digest for each of three spans of them, and the commit with its digest.
  const steps = 13;

  test('takes that many steps in total, and the deferred bytes come last', async () => {
    const done: string[] = [];
    const { run, target } = await makeRun((step, { address }) => done.push(`${step} ${address}`), unitContent);
    expect(await runJob(run)).toEqual({ kind: 'verified' });
    expect(done).toHaveLength(steps);
    expect(done.slice(-2)).toEqual(['program 8', 'digest 8']);
    expect(target.flash).toEqual(wanted);
  });

  test.each(Array.from({ length: steps }, (_, k) => k))('%i, nothing is lost, and nothing starts early', async (k) => {
    let count = 0;
    const { run, target } = await makeRun(() => {
      if (count++ === k) throw failure('lost');
    }, unitContent);
    expect(await runJob(run)).toMatchObject({ kind: 'broken' });
    const others = [...target.flash].every((byte, at) => (at >= 8 && at < 12) || byte === wanted[at]);
    const starts = target.flash.slice(8, 12).every((byte, at) => byte === wanted[8 + at]);
    expect(starts && !others).toBe(false);
    expect(await runJob(run)).toEqual({ kind: 'verified' });
    expect(target.flash).toEqual(wanted);
  });
});

describe('deferred bytes of a device that is read instead of digested', () => {
  const commits = [{ region: 'flash', address: 8, size: 2 }];
  const alone = inputFor(layout, imageOf([8, [91, 92, 93, 94, 95, 96, 97, 98]]), factory);

  /** Carries out a plan; a write reaches two bytes far. What follows the commit, which may spoil a byte the first time. */
  async function committed(own: PlanInput, spoils?: number): Promise<string[]> {
    const done: string[] = [];
    const owed = { ...own, commits };
    const { run, target } = await makeRun(
      (step, { address, size }) => {
        done.push(`${step} ${address}+${size}`);
        const isFirst = done.filter((each) => each === 'program 8+2').length === 1;
        if (done.at(-1) === 'program 8+2' && isFirst && spoils !== undefined) target.flash[spoils] = 0;
      },
      mustPlan(owed),
      owed,
    );
    Object.assign(target, { digest: undefined, bounds: () => ({ ...USUAL_BOUNDS, reach: 2 }) });
    expect(await runJob(run)).toEqual({ kind: 'verified' });
    expect(target.flash).toEqual(flashAfter(mustPlan(own), own, factory));
    return done.slice(done.indexOf('program 8+2') + 1);
  }

  test('only what lies within reach of them is read once they are programmed', async () => {
    expect(await committed(alone)).toEqual(['read 8+4']);
  });

  test('a byte within reach that changed with them is found, and the unit is written again', async () => {
    const after = await committed(alone, 11);
    expect(after).toEqual(['read 8+4', 'erase 8+8', 'program 8+8', 'read 8+8', 'program 8+2', 'read 8+4']);
  });

  test('all of the unit is read if something else was written since it was read', async () => {
    expect((await committed(input))[0]).toBe('read 8+8');
  });
});

test('a stop digests the units in progress and reports that it stopped', async () => {
  const cancel = makeCancel();
  const { run, target } = await makeRun((step) => {
    if (step === 'program') cancel.cancel();
  });
  const outcome = await runJob({ ...run, cancel });
  expect(outcome).toMatchObject({ kind: 'broken', failure: { kind: 'stopped' } });
  expect(run.journal.facts().at(-1)).toMatchObject({ fact: 'digest' });
  expect(await runJob({ ...run, cancel: makeCancel() })).toEqual({ kind: 'verified' });
  expect(target.flash).toEqual(wanted);
});

test('a link that is lost when the time after a stop is up is recorded all the same', async () => {
  const [cancel, clock] = [makeCancel(), manualClock()];
  const { run } = await makeRun((step) => {
    if (step === 'program') cancel.cancel();
    if (step !== 'digest') return;
    clock.pass(1000);
    throw failure('lost');
  });
  expect(await runJob({ ...run, cancel, clock })).toMatchObject({ kind: 'broken', failure: { kind: 'stopped' } });
  expect(run.journal.facts().at(-1)).toMatchObject({ fact: 'broken', failure: { kind: 'lost' } });
});

test('a job goes on although this browser has lost what its units held before', async () => {
  let isLost = false;
  const { run, target } = await makeRun((step, { address }) => {
    if (step !== 'erase' || address !== 24 || isLost) return;
    isLost = true;
    throw failure('lost');
  });
  expect(await runJob(run)).toMatchObject({ kind: 'broken', failure: { kind: 'lost' } });
  const before = new Set(plannedUnits(plan).map((unit) => unit.before));
  const content = (md5: string) =>
    before.has(md5)
      ? Promise.reject(storeFailure('content-gone', { values: { md5, how: 'gone' } }))
      : run.journal.content(md5);
  expect(await runJob({ ...run, journal: { ...run.journal, content } })).toEqual({ kind: 'verified' });
  expect(target.flash).toEqual(wanted);
});

test('a promise that cannot be stored durably stops the job before the erase', async () => {
  const { run, target } = await makeRun();
  const journal = { ...run.journal, append: () => Promise.reject(new Error('disk full')) };
  expect(await runJob({ ...run, journal })).toMatchObject({ kind: 'broken', failure: { kind: 'mistake' } });
  expect(target.erases).toBe(0);
});

test('a stuck cell is written twice, then reported to the byte', async () => {
  const { run, target } = await makeRun();
  const write = target.rewrite.bind(target);
  target.rewrite = async (range, content, watch) => {
    await write(range, content, watch);
    target.flash[9] = 0;
  };
  const outcome = await runJob(run);
  if (outcome.kind !== 'wrong') throw new Error(`ended ${outcome.kind}`);
  expect((await explainWrong(run, outcome.units)).says).toBe(
    'The erase unit at 0x8 (8 bytes) was written twice and is still wrong: first difference at +0x1: expected 61, read 00.',
  );
});

test('a device that can neither read nor digest is not called verified', async () => {
  const { run, target } = await makeRun();
  const blind: JobRun['target'] = {
    identify: () => target.identify(),
    readMap: () => target.readMap(),
    rewrite: (range, content, watch) => target.rewrite(range, content, watch),
    restart: () => target.restart(),
    close: () => target.close(),
    pace: () => target.pace(),
  };
  expect(await runJob({ ...run, target: blind })).toEqual({ kind: 'unproved' });
  expect(target.flash).toEqual(wanted);
});

describe('where the device encrypts', () => {
  const ciphered = [{ region: 'flash', address: 8, size: 16 }];
  const secret = { ...layout, ciphered };
  const whole = imageOf([3, [91, 92, 93]], [8, Array.from({ length: 16 }, (_, i) => 60 + i)]);

  async function begin(before: BeforeStep = () => undefined) {
    const { run, target } = await makeRun(before);
    encrypting(target);
    const cancel = makeCancel();
    const survey = await takeSurvey({ target, layout: secret, image: whole, promised: [], md5: plainDigest, cancel });
    const asked = { layout: secret, image: whole, promised: [], survey, md5: plainDigest, rank: () => 0 };
    const own = mustPlan(asked);
    return { target, run: { ...run, plan: own, journal: await journalOf(own, asked) } };
  }

  const sound = (flash: Uint8Array) => {
    expect(Array.from(flash.subarray(8, 24), (byte) => byte ^ 0x5a)).toEqual(
      Array.from({ length: 16 }, (_, i) => 60 + i),
    );
    expect(Array.from(flash.subarray(0, 8))).toEqual([1, 2, 3, 91, 92, 93, 7, 8]);
  };

  test('the device encrypts exactly those units, and the outcome says that they are not verified', async () => {
    const asked: string[] = [];
    const { run, target } = await begin((step, { address }) => {
      if (step === 'digest' || step === 'read') asked.push(`${step} ${address}`);
    });
    expect(await runJob(run)).toEqual({ kind: 'unproved' });
    sound(target.flash);
    expect(
      run.journal
        .facts()
        .filter((fact) => fact.fact === 'digest')
        .map(({ md5 }) => md5 === null),
    ).toEqual([false, true, true]);
    // The plain unit is digested, read, which that confirms, written and digested; the others are never asked about.
    expect(asked).toEqual(['digest 0', 'read 0', 'digest 0']);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])('a cable pulled at step %i: units that were begun are written again', async (k) => {
    let count = 0;
    let armed = false;
    const { run, target } = await begin(() => {
      if (armed && count++ === k) throw failure('lost');
    });
    armed = true;
    expect(await runJob(run)).toMatchObject({ kind: 'broken' });
    expect(await runJob(run)).toEqual({ kind: 'unproved' });
    sound(target.flash);
  });
});
