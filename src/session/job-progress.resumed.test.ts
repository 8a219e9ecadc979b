/** The progress of a job that was stopped and is resumed: it is less than it was at the stop only for what the flash has lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../flash/job.ts';
import { effectAfter, jobState } from '../flash/job.ts';
import type { Fact } from '../flash/journal.ts';
import { USUAL_BOUNDS } from '../flash/target.ts';
import { mapOf, plainDigest } from '../testing/flash.ts';
import { PlainTarget } from '../testing/plain-target.ts';
import { job, unit } from '../testing/storage/records.ts';
import type { JobRecord } from '../storage/records.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { meterOf } from './job-execution/carry-out.ts';

const UNITS = 4;
const TORN = 'torn';
const userStop: Fact = {
  fact: 'broken',
  failure: { name: 'stopped', kind: 'stopped', says: '', next: '', values: {} },
};

/** A job over some units of a flash that is only digests, one write at a time, stopped wherever its test wants. */
class Interrupted {
  readonly facts: Fact[] = [];
  readonly flash: string[] = Array.from({ length: UNITS }, () => 'old');
  readonly record: JobRecord;
  /** The share that was shown last, as far as the journal knew. */
  shown = 0;

  constructor(whole: boolean) {
    const surroundings = { spans: [], bounds: { ...USUAL_BOUNDS, whole } };
    const record = job('one', ['a', 'b', 'c', 'd'], { surroundings });
    const [stretch] = record.plan.stretches;
    // Each unit by itself: a stop falls between them.
    const stretches = stretch?.units.map((each) => ({ ...stretch, ...unit(each.address / each.size), units: [each] }));
    this.record = { ...record, plan: { ...record.plan, stretches: stretches ?? [] } };
    this.facts.push({ fact: 'surroundings', ...surroundings });
  }

  get meter() {
    const target = new PlainTarget(new Uint8Array(4 * UNITS), mapOf(4, 4, 4, 4), plainDigest);
    return meterOf(
      { record: this.record, journal: { facts: () => [...this.facts] } },
      { target, clock: instantClock() },
    );
  }

  get state() {
    return jobState(this.record.plan, this.facts);
  }

  digest(index: number): Fact {
    return { fact: 'digest', unit: unit(index), md5: this.flash[index] ?? '' };
  }

  /** Carries out effects until so many facts are there, or to the end: then true. The last write may be cut short. */
  run(most: number, cut: 'before' | 'torn' | 'whole' = 'before'): boolean {
    const { meter } = this;
    for (;;) {
      const effect = effectAfter(this.record.plan, this.state);
      if (effect.do === 'end') return true;
      for (const fact of this.#factsOf(effect)) {
        if (this.facts.length >= most) {
          if (fact.fact === 'written' && cut !== 'before') this.#take(effect, cut === 'torn');
          return false;
        }
        if (fact.fact === 'written') this.#take(effect, false);
        this.facts.push(fact.fact === 'digest' ? this.digest(fact.unit.address / fact.unit.size) : fact);
        this.shown = meter.at(this.state, null).ofJob ?? NaN;
      }
    }
  }

  #take(effect: Effect, torn: boolean): void {
    if (effect.do !== 'rewrite') return;
    for (const { address, size, after } of effect.units) this.flash[address / size] = torn ? TORN : after;
  }

  #factsOf(effect: Effect): Fact[] {
    switch (effect.do) {
      case 'rewrite':
        return [
          { fact: 'intent', run: effect.run, units: effect.units.map((each) => unit(each.address / each.size)) },
          { fact: 'written', run: effect.run },
        ];
      case 'digest':
        return effect.units.map((each) => this.digest(each.address / each.size));
      case 'recheck':
        return [{ fact: 'recheck' }];
      default:
        throw new RangeError(`this job has no ${effect.do}`);
    }
  }

  /** A stop by a person, or a lost link; some of what was in progress is still asked for. */
  stop(asked: number): void {
    this.facts.push(userStop);
    const unknown = [...this.state.units.values()].flatMap(({ state }, i) => (state === 'unknown' ? [i] : []));
    this.facts.push(...unknown.slice(0, asked).map((index) => this.digest(index)));
  }

  /** What is shown at first when the job is resumed, and once the board has said what it holds. */
  resume(): { readonly first: number | null; readonly read: number } {
    const first = this.meter.first('').ofJob ?? null;
    this.facts.push({ fact: 'resumed' });
    for (let index = 0; index < UNITS; index++) this.facts.push(this.digest(index));
    return { first, read: this.meter.at(this.state, null).ofJob ?? NaN };
  }
}

/** One unit of all: what a write that was cut short may cost. */
const ONE = 1 / UNITS;
const moment = fc.record({
  after: fc.integer({ min: 0, max: 20 }),
  cut: fc.constantFrom('before', 'torn', 'whole'),
  asked: fc.integer({ min: 0, max: UNITS }),
});

describe('a job that was stopped anywhere and is resumed', () => {
  test('shows no less than at the stop, but for a write that was cut short; then it rises to its end', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 3 }), fc.boolean(), (stops, whole) => {
        const all = new Interrupted(whole);
        for (const { after, cut, asked } of stops) {
          if (all.run(all.facts.length + after, cut)) break;
          const least = all.shown - (all.flash.includes(TORN) ? ONE : 0);
          all.stop(asked);
          const { first, read } = all.resume();
          expect(first ?? Infinity).toBeGreaterThanOrEqual(least);
          expect(read).toBeGreaterThanOrEqual(Math.max(first ?? 0, least));
        }
        all.run(Infinity);
        expect(all.meter.at(all.state, null).ofJob).toBe(1);
      }),
    );
  });

  test('shows what is there once the board was asked, where something else has written it in between', () => {
    fc.assert(
      fc.property(moment, fc.boolean(), ({ after, asked }, whole) => {
        const all = new Interrupted(whole);
        fc.pre(!all.run(1 + after));
        all.stop(asked);
        all.flash.fill('of another');
        expect(all.resume().read).toBe(0);
      }),
    );
  });
});

test('after a cable was pulled in the middle of a write, no share is shown before the board was asked', () => {
  const all = new Interrupted(false);
  all.run(2, 'whole');
  all.stop(0);
  expect(all.resume()).toEqual({ first: null, read: ONE });
});

test('what was written and not verified when the link was lost is not taken for lost', () => {
  const all = new Interrupted(true);
  all.run(Infinity);
  const last = all.facts.findLastIndex(({ fact }) => fact === 'recheck');
  all.facts.splice(last + 1);
  const before = all.meter.at(all.state, null).ofJob;
  all.stop(0);
  expect(before).toBeGreaterThan(0.9);
  expect(all.resume()).toEqual({ first: before, read: 1 });
});
