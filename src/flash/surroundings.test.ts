import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact, Neighbour } from './journal.ts';
import type { Layout, Partition } from './layout.ts';
import type { Range } from './map.ts';
import { overlaps, rangeEnd } from './map.ts';
import type { Plan, UnitPlan } from './plan.ts';
import type { Bounds } from './target.ts';
import { USUAL_BOUNDS } from './target.ts';
import { isWithinReach, spansToDigestAgain, digestsAgree, SurroundingsFold, surroundingsOf } from './surroundings.ts';
import { md5Hex } from '../formats/hashes.ts';
import { LONG } from '../testing/long.ts';

const FLASH = 0x400000;
const at = (address: number, size: number): Range => ({ region: 'flash', address, size });
const partition = (name: string, role: Partition['role'], address: number, size: number): Partition => ({
  ...at(address, size),
  name,
  role,
  type: role,
});
const layout: Layout = {
  map: {
    regions: [
      {
        id: 'flash',
        name: 'Flash',
        start: 0,
        runs: [{ count: FLASH / 0x1000, size: 0x1000 }],
        access: { read: true, erase: true, write: true },
      },
    ],
  },
  partitions: [
    partition('bootloader', 'boot', 0x1000, 0x7000),
    partition('partition table', 'table', 0x8000, 0x1000),
    partition('nvs', 'settings', 0x9000, 0x5000),
    partition('otadata', 'boot-choice', 0xe000, 0x2000),
    partition('app0', 'app', 0x10000, 0x100000),
    partition('app1', 'app', 0x110000, 0x100000),
  ],
  guards: [],
  ciphered: [],
};

/** A plan that rewrites the units of these ranges, one stretch each. */
function planOf(...ranges: readonly Range[]): Plan {
  const stretches = ranges.map((range) => ({
    ...range,
    rank: 0,
    encrypt: false,
    units: Array.from({ length: range.size / 0x1000 }, (_, i): UnitPlan => {
      const unit = at(range.address + i * 0x1000, 0x1000);
      return { ...unit, pieces: [], before: null, after: 'after', why: '', backup: 'none' };
    }),
  }));
  return { version: 1, image: { size: 0, md5: '' }, stretches, equal: [] };
}

const text = (ranges: readonly Range[]) =>
  ranges.map((range) => `${range.address.toString(16)}-${rangeEnd(range).toString(16)}`).join(' ');

describe('the surroundings of a plan', () => {
  const write = at(0x110000, 0x20000);
  test.each<[string, Plan, Partial<Bounds>, string]>([
    [
      '64 KiB on each side, and what decides what starts',
      planOf(write),
      {},
      '1000-9000 e000-10000 100000-110000 130000-140000',
    ],
    [
      'neighbourhoods that overlap are taken once',
      planOf(write, at(0x138000, 0x1000)),
      {},
      '1000-9000 e000-10000 100000-110000 130000-138000 139000-140000 140000-149000',
    ],
    [
      'clipped to the flash',
      planOf(at(FLASH - 0x1000, 0x1000)),
      {},
      '1000-9000 e000-10000 3ef000-3f0000 3f0000-3ff000',
    ],
    ['what is written decides nothing beside itself', planOf(at(0xe000, 0x1000)), {}, '0-e000 f000-10000 10000-1f000'],
    ['nothing is written, nothing is compared', planOf(), { whole: true }, ''],
  ])('%s', (_, plan, bounds, spans) => {
    expect(text(surroundingsOf(layout, plan, { ...USUAL_BOUNDS, ...bounds }))).toBe(spans);
  });

  test('the whole flash is everything except what is written', () => {
    const spans = surroundingsOf(layout, planOf(write), { ...USUAL_BOUNDS, whole: true });
    expect(spans.reduce((sum, { size }) => sum + size, 0)).toBe(FLASH - write.size);
  });

  test('bytes are kept first only for a loader that is not known to be exact, and only within reach', () => {
    const keeping = { ...USUAL_BOUNDS, exact: false, whole: true };
    const spans = surroundingsOf(layout, planOf(write), keeping);
    expect(text(spans.filter(({ units }) => units.length > 0))).toBe('100000-110000 130000-140000');
    expect(spans.flatMap(({ units }) => units)).toHaveLength(32);
    expect(surroundingsOf(layout, planOf(write), USUAL_BOUNDS).flatMap(({ units }) => units)).toEqual([]);
  });

  test('an unreadable region has none', () => {
    const [region] = layout.map.regions;
    if (region === undefined) throw new Error('no region');
    const closed = { ...layout, map: { regions: [{ ...region, access: { ...region.access, read: false } }] } };
    expect(surroundingsOf(closed, planOf(write), { ...USUAL_BOUNDS, whole: true })).toEqual([]);
  });

  test('no span touches what is written, none is longer than 64 KiB, none crosses a boundary', LONG, () => {
    const unit = fc.integer({ min: 0, max: FLASH / 0x1000 - 1 });
    fc.assert(
      fc.property(fc.uniqueArray(unit, { minLength: 1, maxLength: 12 }), fc.boolean(), (units, whole) => {
        const plan = planOf(...units.map((i) => at(i * 0x1000, 0x1000)));
        const spans = surroundingsOf(layout, plan, { ...USUAL_BOUNDS, whole });
        for (const span of spans) {
          expect(plan.stretches.some((stretch) => overlaps(stretch, span))).toBe(false);
          expect(Math.floor(span.address / 0x10000)).toBe(Math.floor((rangeEnd(span) - 1) / 0x10000));
        }
        for (const [i, span] of spans.entries())
          expect(spans.slice(i + 1).some((other) => overlaps(span, other))).toBe(false);
      }),
    );
  });
});

describe('what is known of the surroundings', () => {
  const unit = at(0x20000, 0x1000);
  const near: Neighbour = { ...at(0x21000, 0xf000), md5: 'near', units: [] };
  const far: Neighbour = { ...at(0x100000, 0x10000), md5: 'far', units: [] };
  const kept: Neighbour = { ...near, units: [at(0x21000, 0x1000), at(0x22000, 0xe000)] };
  const begun = (...spans: Neighbour[]): Fact => ({ fact: 'surroundings', spans, bounds: USUAL_BOUNDS });
  const intent: Fact = { fact: 'intent', run: 0, units: [unit] };
  const found = (...spans: { address: number; size: number; md5: string }[]): Fact => ({
    fact: 'compared',
    spans: spans.map(({ address, size, md5 }) => ({ ...at(address, size), md5 })),
  });
  const saved: Fact = { fact: 'backed-up', units: kept.units.map((each, i) => ({ ...each, md5: `unit ${i}` })) };
  const after = (...facts: Fact[]) => {
    const fold = new SurroundingsFold();
    for (const fact of facts) fold.fold(fact);
    return fold.state;
  };

  test('nothing needs comparing before a write, everything after one', () => {
    expect(after(begun(near, far)).toCompare).toEqual([]);
    const state = after(begun(near, far), intent);
    expect(state.toCompare).toEqual([near, far]);
    expect(state.toCompareNear).toEqual([near]);
  });

  test('unchanged spans count as the same until something is written again', () => {
    const facts = [begun(near), intent, found(near)];
    expect(text(after(...facts).same)).toBe('21000-30000');
    expect(after(...facts).toCompare).toEqual([]);
    expect(after(...facts, intent).toCompare).toEqual([near]);
  });

  test('a digest of which the wire damaged a few bytes does not make a changed flash', () => {
    const right = '00112233445566778899aabbccddeeff';
    const damaged = `ffee22334455${right.slice(12, 28)}0000`;
    const [span, wrong] = [
      { ...far, md5: right },
      { ...far, md5: damaged },
    ];
    expect(text(after(begun(wrong), intent, found(span)).same)).toBe('100000-110000');
    expect(text(after(begun(span), intent, found(wrong)).same)).toBe('100000-110000');
    const resumed = after(begun(wrong), intent, { fact: 'resumed' }, begun(span));
    expect(resumed.meanwhile).toEqual([]);
    const other = { ...far, md5: `ffeedd334455${right.slice(12, 28)}0000` };
    expect(text(after(begun(span), intent, found(other)).changed)).toBe('100000-110000');
  });

  test('digests of different content never say the same', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(digestsAgree(md5Hex(a), md5Hex(b))).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });

  test('what changed and is not kept is reported as lost, with its place', () => {
    expect(text(after(begun(near, far), intent, found({ ...near, md5: 'other' }, far)).changed)).toBe('21000-30000');
  });

  test('what changed and is kept is restored once, unit by unit, and compared again', () => {
    const [first, second] = kept.units;
    if (first === undefined || second === undefined) throw new Error('no units');
    expect(after(begun(kept)).toKeep).toEqual([kept]);
    const other = found({ ...kept, md5: 'other' }, { ...first, md5: 'unit 0' }, { ...second, md5: 'x' });
    const facts = [begun(kept), saved, intent, other];
    expect(after(...facts).toKeep).toEqual([]);
    expect(text(after(...facts).toPutBack)).toBe('22000-30000');
    const back: Fact[] = [
      { fact: 'intent', run: 1, units: [second] },
      { fact: 'written', run: 1 },
    ];
    expect(text(after(...facts, ...back).restoring)).toBe('22000-30000');
    expect(after(...facts, ...back).toCompare).toEqual([kept]);
    const good = after(...facts, ...back, found(kept));
    expect([text(good.putBack), text(good.changed)]).toEqual(['22000-30000', '']);
    const bad = after(...facts, ...back, other);
    expect([text(bad.toPutBack), text(bad.changed)]).toEqual(['', '22000-30000']);
  });

  test('a resumed job trusts what is there now, except what it is known to have changed', () => {
    const state = after(begun(kept, far), saved, intent, found({ ...kept, md5: 'other' }, far));
    expect(text(spansToDigestAgain([kept, far], state))).toBe('100000-110000');
    const later = after(begun(near, far), intent, { fact: 'resumed' }, begun(near, { ...far, md5: 'newer' }));
    expect(text(later.meanwhile)).toBe('100000-110000');
    expect(later.toCompare).toEqual([]);
  });

  test.each<[string, Range, Range, Partial<Bounds>, boolean]>([
    ['behind a write', at(0x21000, 0x1000), unit, {}, true],
    ['64 KiB behind it', at(0x31000, 0x1000), unit, {}, false],
    ['before a write that begins a block', at(0x1f000, 0x1000), unit, {}, false],
    ['before a write inside a block', at(0x1f000, 0x1000), at(0x1ffff, 0x1000), {}, false],
    ['in the same block before it', at(0x20000, 0x1000), at(0x2f000, 0x1000), {}, true],
    ['before a write of a loader that is watched closely', at(0x1f000, 0x1000), unit, { eachStretch: true }, true],
    ['the write itself', unit, unit, { eachStretch: true }, false],
  ])('within reach: %s', (_, range, written, bounds, yes) => {
    expect(isWithinReach(range, written, { ...USUAL_BOUNDS, ...bounds })).toBe(yes);
  });
});
