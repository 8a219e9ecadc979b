/** A device that writes outside its range: what was to stay is verified, put back, or reported as lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bounds } from '../../flash/target.ts';
import { USUAL_BOUNDS } from '../../flash/target.ts';
import { drop, flash, makeWorld, connectedOf, workOf } from '../../testing/plain-world.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { rangesText } from '../planning/surroundings.ts';

const CAREFUL: Bounds = { ...USUAL_BOUNDS, exact: false, eachStretch: true };
const WATCHED: Bounds = { ...USUAL_BOUNDS, eachStretch: true, whole: true };

/** Writes bytes at an address with a device that spills, and returns the flash and the outcome. */
async function write(at: number, data: readonly number[], spill: number, bounds: Bounds | null) {
  const { session, world } = makeWorld();
  Object.assign(world, { spill, bounds });
  const owed = world.flash.slice();
  owed.set(data, at);
  await session.connect();
  await drop(session, at, ...data);
  await flash(session);
  const work = workOf(session);
  if (work.kind !== 'ended') throw new Error(work.kind);
  return { work, flash: world.flash, owed };
}

const NEW = [99, 98, 97, 96, 95, 94, 93, 92];

describe('a device that writes beyond its range', () => {
  test('unexpectedly: the change is reported with its place, and the board is not started', async () => {
    const { work } = await write(8, NEW, 4, null);
    expect(work).toMatchObject({
      outcome: 'beside',
      failure: { name: 'beside-changed', values: { ranges: '0x10–0x1F' }, place: { in: 'flash' } },
      start: null,
      report: { surroundings: { changed: [{ address: '0x10', size: 16 }] } },
    });
  });

  test('as its loader may: what it changed was kept, is put back and verified, and that is reported', async () => {
    const { work, flash: unitContent, owed } = await write(8, NEW, 4, { ...CAREFUL, eachStretch: false });
    // Restoring the neighbour spills again, into the next one, which is restored too.
    expect(work).toMatchObject({ outcome: 'verified', failure: { name: 'beside-restored' } });
    expect(unitContent).toEqual(owed);
    expect(work.report.surroundings.says).toContain('put back and verified');
  });

  test('into what it had written before: that is verified once more, and written again', async () => {
    const { session, world } = makeWorld({ rank: ({ address }) => -address });
    world.spill = 2;
    const owed = world.flash.slice();
    owed.set(NEW, 16);
    owed.set(NEW, 24);
    await session.connect();
    await drop(session, 16, ...NEW, ...NEW);
    await flash(session);
    expect(workOf(session)).toMatchObject({ outcome: 'verified' });
    expect(world.flash).toEqual(owed);
  });

  test('that cannot be read: the report says that nothing beside the write is verified', async () => {
    const { session, world } = makeWorld();
    Object.assign(world, { open: false, mac: 'two' });
    await session.connect();
    await drop(session, 8, ...NEW);
    await flash(session);
    expect(workOf(session)).toMatchObject({
      outcome: 'unproved',
      report: { surroundings: { says: 'The flash around the writes is not verified: this board cannot be read.' } },
    });
  });

  test('is never called verified unless everything else is unchanged', async () => {
    const address = fc.integer({ min: 0, max: 31 });
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 32 });
    const cases = fc.tuple(address, bytes, fc.integer({ min: 0, max: 12 }), fc.constantFrom(null, CAREFUL, WATCHED));
    await fc.assert(
      fc.asyncProperty(cases, async ([at, all, spill, bounds]) => {
        const { work, flash: unitContent, owed } = await write(at, all.slice(0, 32 - at), spill, bounds);
        const good = work.outcome === 'verified' || work.outcome === 'nothing-to-do';
        expect(good ? unitContent : owed).toEqual(owed);
        expect(good || ['beside-changed', 'unit-wrong'].includes(work.failure?.name ?? '')).toBe(true);
        expect(spill === 0 ? work.failure : null).toBeNull();
      }),
    );
  });
});

test('the whole flash is compared if the user asks for it', async () => {
  const { session, world } = makeWorld();
  // Nothing is within this reach, so only the comparison of the whole flash sees the change.
  world.bounds = { ...USUAL_BOUNDS, reach: 0 };
  world.spill = 4;
  await session.connect();
  await session.dispatch({ do: 'set', id: 'compare', value: 'whole' });
  await drop(session, 8, ...NEW);
  await flash(session);
  expect(workOf(session)).toMatchObject({ outcome: 'beside', failure: { name: 'beside-changed' } });
});

test('a tab that is killed while the neighbours are being restored: Resume restores them', async () => {
  const store = memoryStore();
  const first = makeWorld({}, { store });
  Object.assign(first.world, { spill: 4, bounds: CAREFUL });
  const owed = first.world.flash.slice();
  owed.set(NEW, 8);
  await first.session.connect();
  await drop(first.session, 8, ...NEW);
  let programs = 0;
  first.world.fault = (step) => {
    if (step === 'program' && ++programs === 2) throw new DOMException('gone', 'NetworkError');
  };
  await flash(first.session);
  const second = makeWorld({}, { store });
  Object.assign(second.world, { flash: first.world.flash, bounds: CAREFUL });
  await second.session.connect();
  await second.session.dispatch({ do: 'resume', job: connectedOf(second.session).interrupted?.job ?? '' });
  expect(workOf(second.session)).toMatchObject({ outcome: 'verified', failure: { name: 'beside-restored' } });
  expect(second.world.flash).toEqual(owed);
});

test('a tab that is killed while the neighbours are being restored: Roll back restores them too', async () => {
  const store = memoryStore();
  const first = makeWorld({}, { store });
  Object.assign(first.world, { spill: 4, bounds: CAREFUL });
  const before = first.world.flash.slice();
  await first.session.connect();
  await drop(first.session, 8, ...NEW);
  let programs = 0;
  first.world.fault = (step) => {
    if (step === 'program' && ++programs === 2) throw new DOMException('gone', 'NetworkError');
  };
  await flash(first.session);
  const second = makeWorld({}, { store });
  Object.assign(second.world, { flash: first.world.flash });
  await second.session.connect();
  await second.session.dispatch({ do: 'roll-back', job: connectedOf(second.session).interrupted?.job ?? '' });
  await flash(second.session);
  expect(workOf(second.session)).toMatchObject({ outcome: 'verified' });
  expect(second.world.flash).toEqual(before);
});

test('a roll back does not promise what changed outside the plan and was not kept', async () => {
  const { session, world } = makeWorld();
  world.spill = 4;
  await session.connect();
  await drop(session, 8, ...NEW);
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'roll-back', job: connectedOf(session).interrupted?.job ?? '' });
  expect(workOf(session)).toMatchObject({
    kind: 'planned',
    afterwards:
      'The board will have its previous content, byte for byte, except 0x10–0x1F, which changed outside the plan and was not backed up.',
  });
});

test('ranges are named by their first and last address, and many are counted', () => {
  const ranges = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ region: 'main', address: n * 0x2000, size: 0x1000 }));
  expect(rangesText(ranges(2))).toBe('0x0–0xFFF, 0x2000–0x2FFF');
  expect(rangesText(ranges(6))).toMatch(/0xA000–0xAFFF$/);
  expect(rangesText(ranges(34))).toBe(
    '0x0–0xFFF, 0x2000–0x2FFF, 0x4000–0x4FFF, 0x6000–0x6FFF, 0x8000–0x8FFF and 29 more, 136 KiB in all',
  );
});
