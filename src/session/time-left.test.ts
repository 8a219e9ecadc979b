/** The time left: learned from what has been done, on a device that is slower than its pace, with a clock handed in. */
import { expect, test } from 'vitest';
import { duration } from './words/values.ts';
import type { Clock } from '../flash/clock.ts';
import { jobState } from '../flash/job.ts';
import type { Fact } from '../flash/journal.ts';
import { mapOf, plainDigest } from '../testing/flash.ts';
import { PlainTarget } from '../testing/plain-target.ts';
import { job, unit } from '../testing/storage/records.ts';
import { meterOf } from './job-execution/carry-out.ts';
import { ProgressMeter } from './progress.ts';

/** A clock that is set by hand. */
function handClock(): Clock & { set: (ms: number) => void } {
  let time = 0;
  return { now: () => time, at: () => () => undefined, set: (ms) => (time = ms) };
}

const UNITS = 100;
/** What a unit takes at the device's pace, in ms. */
const UNIT_MS = 100;

/** What is shown after each of 100 units, of which each takes `msOf` it. */
function shown(msOf: (unit: number) => number, facts: readonly Fact[] = []) {
  const record = job('one', Array<string>(UNITS).fill('new'));
  const target = new PlainTarget(new Uint8Array(4 * UNITS), mapOf(...Array<number>(UNITS).fill(4)), plainDigest);
  const perSecond = (unit(0).size * 1000) / UNIT_MS;
  const pace = { writeBytesPerSecond: perSecond, readBytesPerSecond: perSecond, digestBytesPerSecond: 1e9 };
  target.pace = () => ({ ...pace, stretchMs: 0 });
  const clock = handClock();
  const journal = [...facts];
  const meter = meterOf({ record, journal: { facts: () => facts } }, { target, clock });
  const begun: Fact = { fact: 'intent', run: 0, units: [unit(0)] };
  const seen = [meter.at(jobState(record.plan, [...journal, begun]), null)];
  const from = facts.filter(({ fact }) => fact === 'digest').length;
  let now = 0;
  const realMs = [0];
  for (let i = from; i < UNITS; i++) {
    now += msOf(i);
    clock.set(now);
    realMs.push(now);
    journal.push(...doneFacts(i));
    seen.push(meter.at(jobState(record.plan, journal), null));
  }
  return seen.map(({ leftMs, ofJob = null }, i) => ({ leftMs, ofJob, realMs: now - (realMs[i] ?? 0) }));
}

function doneFacts(i: number): readonly Fact[] {
  const own = unit(i);
  return [
    { fact: 'intent', run: i, units: [own] },
    { fact: 'written', run: i },
    { fact: 'digest', unit: own, md5: 'new' },
  ];
}

/** The largest error of the time left, as a share of what was really left, from this share of the job on. */
function worst(seen: ReturnType<typeof shown>, from: number): number {
  const late = seen.filter(({ ofJob, realMs }) => (ofJob ?? 0) >= from && realMs > 500);
  return Math.max(...late.map(({ leftMs, realMs }) => (leftMs === null ? 1 : Math.abs(leftMs - realMs) / realMs)));
}

test('at 0 %, and before it is known how fast it goes, nothing is said', () => {
  const seen = shown(() => UNIT_MS * 2);
  expect(seen.filter(({ leftMs, ofJob }) => leftMs !== null && (ofJob ?? 0) < 0.01)).toEqual([]);
  expect(seen[1]?.leftMs).toBeNull();
  // A job that is quick is over before anyone could read it.
  expect(shown(() => 1).every(({ leftMs }) => leftMs === null)).toBe(true);
});

test.each([0.5, 1, 2, 5])('on a device that takes %d times as long as usual, it is right soon', (times) => {
  const seen = shown(() => UNIT_MS * times);
  expect(worst(seen, 0.25)).toBeLessThan(0.25);
  expect(worst(seen, 0.5)).toBeLessThan(0.1);
});

test('it follows a device that becomes slower', () => {
  const seen = shown((i) => (i < 30 ? UNIT_MS : UNIT_MS * 2));
  expect(worst(seen, 0.8)).toBeLessThan(0.2);
});

test('what was done before the job was resumed says nothing of how fast it goes now', () => {
  const before = Array.from({ length: 50 }, (_, i) => doneFacts(i)).flat();
  const seen = shown(() => UNIT_MS * 2, [...before]);
  expect(seen[0]?.ofJob).toBeGreaterThan(0.4);
  expect(seen[0]?.leftMs).toBeNull();
  expect(worst(seen, 0.6)).toBeLessThan(0.25);
});

test('reading does not name a time while it shows 0 %', () => {
  const clock = handClock();
  const meter = new ProgressMeter('Reading', 4 << 20, clock);
  clock.set(2000);
  expect(meter.at(1 << 12).leftMs).toBeNull();
  const { leftMs } = meter.at(1 << 20);
  expect(duration(leftMs ?? 0)).toBe('6 s');
});
