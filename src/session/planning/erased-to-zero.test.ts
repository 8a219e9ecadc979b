/** Flash that reads 00 when erased, as on STM32L0 and L1: blank is defined by the region everywhere. */
import { expect, test } from 'vitest';
import { assemble, blanksOf, withoutRange } from '../../flash/content.ts';
import { makeCancel } from '../../flash/failure.ts';
import type { FlashMap } from '../../flash/map.ts';
import { planWrite } from '../../flash/plan.ts';
import { contentsFor } from '../../flash/journal-contents.ts';
import { unitKey } from '../../flash/survey.ts';
import { checkResumable } from '../job-execution/resume.ts';
import { contextOf } from '../session-parts.ts';
import { testClock } from '../../testing/clock.ts';
import { journalOf, recordOf } from '../../testing/killable-store.ts';
import { takeFingerprint } from '../job-execution/board-fingerprint.ts';
import { imageOf, layoutOf, mapOf, mustPlan, plainDigest, inputFor } from '../../testing/flash.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import { plainFamily } from '../../testing/plain-world.ts';
import { takeSurvey } from './survey.ts';

const SIZES = [4, 4, 4, 4, 4, 4];
const ZERO: FlashMap = { regions: mapOf(...SIZES).regions.map((region) => ({ ...region, erasedByte: 0 })) };
const maps = [
  ['00', ZERO, 0],
  ['FF', mapOf(...SIZES), 0xff],
] as const;

test.each(maps)('bytes without a source, and deferred bytes, are %s', (_, map, erased) => {
  const unit = { region: 'flash', address: 0, size: 4 };
  const input = inputFor(layoutOf(map), imageOf([0, [1, 2]]), new Uint8Array(24).fill(9));
  expect(assemble(unit, [], input.image, () => null, erased)).toEqual(Uint8Array.of(1, 2, erased, erased));
  const held = withoutRange(unit, { ...unit, size: 2 }, Uint8Array.of(1, 2, 3, 4), erased);
  expect(held).toEqual(Uint8Array.of(erased, erased, 3, 4));
  const commits = [{ region: 'flash', address: 0, size: 2 }];
  const planning = planWrite({ ...input, image: imageOf([0, [1, 2, 3, 4]]), commits });
  if (planning.kind !== 'plan') throw new Error(planning.kind);
  expect(planning.plan.stretches[0]?.units[0]?.deferred?.md5).toBe(plainDigest(held));
});

test.each(maps)('a unit of %s can be kept without reading it', (_, map, erased) => {
  const input = inputFor(layoutOf(map), imageOf([0, [1, 2, 3, 4]]), new Uint8Array(24).fill(erased));
  const blank = blanksOf(map, plainDigest).digest({ region: 'flash', address: 0, size: 4 });
  const survey = new Map([[unitKey({ region: 'flash', address: 0 }), { kind: 'digest', md5: blank } as const]]);
  const known = { ...input, survey, backup: { stored: new Set<string>(), proved: true, wanted: () => true } };
  const plan = mustPlan(known);
  expect(plan.stretches[0]?.units[0]?.backup).toBe('stored');
  expect([...contentsFor(plan, known)]).toContainEqual({ md5: blank, data: new Uint8Array(4).fill(erased) });
});

test.each(maps)('many units of %s are surveyed with one digest', async (_, map, erased) => {
  let asked = 0;
  const flash = new Uint8Array(24).fill(erased);
  const target = new PlainTarget(flash, map, plainDigest, () => void asked++);
  const image = imageOf([0, Array.from({ length: 24 }, () => 7)]);
  await takeSurvey({
    target,
    layout: layoutOf(map),
    image,
    promised: [],
    md5: plainDigest,
    cancel: makeCancel(),
  });
  expect(asked).toBe(1);
});

test.each(maps)('blank units of %s do not identify a board', async (_, map, erased) => {
  const flash = new Uint8Array(24).fill(erased);
  flash.set([1, 2, 3, 4], 16);
  const target = new PlainTarget(flash, map, plainDigest);
  const layout = layoutOf(map);
  const read = await plainFamily().inspect(target, makeCancel(), () => undefined);
  const board = { ...read, layout, identity: { ...read.identity, key: null } };
  const plan = mustPlan(inputFor(layout, imageOf([0, [1, 2, 3, 4]]), flash));
  const found = await takeFingerprint({ target, board, md5: plainDigest, cancel: makeCancel() }, plan);
  expect(found.map(({ address }) => address)).toEqual([16]);
});

test.each(maps)(
  'a job on a board without an ID is not resumed because of blank units of %s',
  async (_, map, erased) => {
    const cancel = makeCancel();
    /** Interrupted before its first unit; `held` is what the units of the plan held before. */
    const resumable = async (held: number) => {
      const flash = new Uint8Array(24).fill(held);
      const input = inputFor(layoutOf(map), imageOf([0, Array.from({ length: 24 }, () => 7)]), flash);
      const plan = mustPlan(input);
      const target = new PlainTarget(flash, map, plainDigest);
      const family = plainFamily();
      const read = await family.inspect(target, cancel, () => undefined);
      const board = { ...read, layout: layoutOf(map), identity: { ...read.identity, key: null } };
      const context = contextOf({
        family,
        connect: () => Promise.resolve(target),
        md5: plainDigest,
        version: 'test',
        clock: testClock(),
        now: () => 0,
        newId: () => 'id',
        onState: () => undefined,
      });
      const nothing = () => undefined;
      const mark = { key: '', identity: board.identity, layout: board.layout };
      const bytesOf = () => Promise.resolve(new Uint8Array());
      const shows = { show: nothing, tell: nothing, lookAgain: () => Promise.resolve() };
      const work = {
        ...context,
        family,
        target,
        board,
        mark,
        readMs: 0,
        slowness: 1,
        foundCloser: [],
        bytesOf,
        cancel,
        ...shows,
      };
      const own = {
        record: recordOf(plan, input),
        journal: await journalOf(plan, input),
        layout: board.layout,
        letGo: nothing,
      };
      return (await checkResumable(own, work))?.kind ?? 'yes';
    };
    expect(await resumable(erased)).toBe('cannot-tell');
    // What is blank on the other kind of flash is content on this one.
    expect(await resumable(0xff - erased)).toBe('yes');
  },
);
