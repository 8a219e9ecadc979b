/** Bytes that move on the device: a source is in the journal before any step overwrites it, whatever the order and the cuts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, bytesBefore } from '../../flash/content.ts';
import { Failure, makeCancel } from '../../flash/failure.ts';
import type { Piece, Plan, PlanInput } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { contentsFor } from '../../flash/journal-contents.ts';
import type { UnitContent } from '../../flash/survey.ts';
import { unitKey } from '../../flash/survey.ts';
import { layoutOf, mapOf, plainDigest } from '../../testing/flash.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import { rereadPlannedUnits, runJob } from '../job-execution/runner.ts';
import { jobJournal } from '../../storage/job-journal.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { killable, recordOf } from '../../testing/killable-store.ts';
import { manualClock } from '../../testing/manual-clock.ts';

const UNIT = 4;
const COUNT = 6;
const map = mapOf(...Array.from({ length: COUNT }, () => UNIT));
const layout = layoutOf(map);
const factory = Uint8Array.from({ length: UNIT * COUNT }, (_, i) => i + 1);

/** The source of each byte of the flash: an address in the previous content. */
type Moves = readonly number[];

/** A plan that moves every byte as `moves` says, unit by unit in this order. The planner makes no such plans yet. */
function planOf(moves: Moves, order: readonly number[]): { plan: Plan; input: PlanInput; wanted: Uint8Array } {
  const wanted = Uint8Array.from(moves, (from) => factory[from] ?? 0);
  const survey = new Map<string, UnitContent>();
  for (let n = 0; n < COUNT; n++) {
    const unit = { region: 'flash', address: n * UNIT, size: UNIT };
    survey.set(unitKey(unit), { kind: 'bytes', data: factory.slice(unit.address, unit.address + UNIT) });
  }
  const stretches = order.map((n) => {
    const unit = { region: 'flash', address: n * UNIT, size: UNIT };
    const pieces = Array.from({ length: UNIT }, (_, i): Piece => {
      const source = { from: 'device', region: 'flash', address: moves[unit.address + i] ?? 0 } as const;
      return { address: unit.address + i, size: 1, source };
    });
    const digest = (bytes: Uint8Array) => plainDigest(bytes.subarray(unit.address, unit.address + UNIT));
    const planned = {
      ...unit,
      pieces,
      before: digest(factory),
      after: digest(wanted),
      why: '',
      backup: 'stored',
    } as const;
    return { ...unit, rank: 0, encrypt: false, units: [planned] };
  });
  const plan: Plan = { version: 1, image: { size: 0, md5: '' }, stretches, equal: [] };
  const input = { layout, image: [], promised: [], survey, md5: plainDigest, rank: () => 0 };
  return { plan, input, wanted };
}

/** Runs a job with such a plan that loses cable and tab at these device steps, one after another, and is resumed each time. */
async function carriedOut(moves: Moves, order: readonly number[], cuts: readonly number[]) {
  const { plan, input, wanted } = planOf(moves, order);
  const store = memoryStore();
  await store.openJob(recordOf(plan, input), contentsFor(plan, input), []);
  const flash = factory.slice();
  for (const [time, cut] of [...cuts, Infinity].entries()) {
    const tab = killable(store);
    let step = 0;
    let pull = () => {};
    const pulled = new Promise<'pulled'>((resolve) => (pull = () => resolve('pulled')));
    const target = new PlainTarget(flash, map, plainDigest, (what, range) => {
      if (step++ !== cut) return;
      // The unit in progress holds neither its old nor its new content.
      if (what === 'program') flash.set([0xee], range.address);
      tab.kill();
      pull();
      throw new Failure({ name: 'test', kind: 'lost', says: 'test', next: 'test' });
    });
    const journal = await jobJournal(tab.store, 'job', plainDigest);
    const [cancel, clock] = [makeCancel(), manualClock()];
    const run = { plan, map, target, journal, md5: plainDigest, cancel, clock, onStep: () => undefined };
    const ended = (async () => {
      if (time > 0) await rereadPlannedUnits(run);
      return runJob(run);
    })();
    const outcome = await Promise.race([pulled, ended]);
    if (outcome !== 'pulled') return { flash, wanted, outcome: outcome.kind };
  }
  return { flash, wanted, outcome: 'pulled' };
}

describe('a move', () => {
  test('of two units that swap places, cut at every step', async () => {
    const swapped = Array.from({ length: UNIT * COUNT }, (_, i) => (i < 8 ? (i + 4) % 8 : i));
    for (let cut = 0; cut < 20; cut++) {
      const { flash, wanted, outcome } = await carriedOut(swapped, [0, 1], [cut]);
      expect(outcome).toBe('verified');
      expect(flash).toEqual(wanted);
    }
  });

  test('of everything by two bytes, which overlaps itself, in both orders', async () => {
    const shifted = Array.from({ length: UNIT * COUNT }, (_, i) => (i + 2) % (UNIT * COUNT));
    const up = [0, 1, 2, 3, 4, 5];
    for (const order of [up, up.toReversed()]) {
      for (let cut = 0; cut < 30; cut++) {
        const { flash, wanted, outcome } = await carriedOut(shifted, order, [cut, 7]);
        expect(outcome).toBe('verified');
        expect(flash).toEqual(wanted);
      }
    }
  });

  test('of any bytes to any place, in any order, with any cuts, loses none', async () => {
    const place = fc.nat(UNIT * COUNT - 1);
    const moves = fc.array(place, { minLength: UNIT * COUNT, maxLength: UNIT * COUNT });
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: COUNT });
    const cuts = fc.array(fc.nat(40), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(moves, order, cuts, async (from, units, at) => {
        const { flash, wanted, outcome } = await carriedOut(from, units, at);
        expect(outcome).toBe('verified');
        expect(flash).toEqual(wanted);
      }),
    );
  });
});

test('the new content of a unit is in the journal before the first step, not read from the device later', () => {
  const { plan, input } = planOf(
    Array.from({ length: UNIT * COUNT }, (_, i) => (i + UNIT) % (UNIT * COUNT)),
    [0, 1, 2, 3, 4, 5],
  );
  const staged = new Set(Array.from(contentsFor(plan, input), ({ md5 }) => md5));
  expect(plannedUnits(plan).filter(({ after }) => !staged.has(after))).toEqual([]);
  const [unit] = plannedUnits(plan);
  if (unit === undefined) throw new Error('the plan has units');
  expect(assemble(unit, unit.pieces, [], (range) => bytesBefore(input, range), 0xff)).toEqual(
    factory.slice(UNIT, 2 * UNIT),
  );
});
