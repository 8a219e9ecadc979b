/** Settings as a model has them, whatever edits came before; and damage of any kind, which must neither crash nor hang. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../../testing/cases.ts';
import { unitChanges } from '../../../testing/contents/nor.ts';
import { nvsVectors } from '../../../testing/contents/nvs-images.ts';
import { compact, edit, make, resize } from './edit.ts';
import { listNvs } from './list.ts';
import type { SettingEdit } from './model.ts';
import { readNvs } from './read.ts';

const PAGE = 0x1000;
const VECTORS = nvsVectors();
const EMPTY = new Uint8Array();

const names = fc.constantFrom('a', 'b', 'ssid', 'a-key-of-15-chr', 'ä');
const byte = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).padStart(2, '0'));
const value = fc.oneof(
  fc.record({ type: fc.constantFrom('u8', 'i16', 'u32', 'i64'), value: fc.integer({ min: 0, max: 127 }).map(String) }),
  fc.record({ type: fc.constant('string'), value: fc.stringMatching(/^[ -~ä]{0,300}$/) }),
  fc.record({
    type: fc.constant('blob'),
    value: fc.tuple(byte, fc.integer({ min: 0, max: 5000 })).map(([digits, size]) => digits.repeat(size)),
  }),
);
const change: fc.Arbitrary<SettingEdit> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(names, names, value)
      .map(([namespace, key, set]) => ({ edit: 'set' as const, namespace, key, ...set })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(names, names).map(([namespace, key]) => ({ edit: 'delete-setting' as const, namespace, key })),
  },
  { weight: 1, arbitrary: fc.constant({ edit: 'compact' as const }) },
);

const STARTS = [
  new Uint8Array(3 * PAGE).fill(0xff),
  new Uint8Array(7 * PAGE).fill(0xff),
  ...VECTORS.filter(({ name }) => /^(?:fresh-3000|aged)/.test(name)).map(({ image }) => image),
];

/** Settings by name. */
function settingsOf(image: Uint8Array): Map<string, string> {
  const { settings } = listNvs(image);
  return new Map(settings.map(({ namespace, key, type, value }) => [`${namespace}/${key}`, `${type} ${value}`]));
}

/** In which names two lists of settings differ. */
function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}

/** Pages that have other bits set than an erased and newly begun page could have. */
function wronglySet(before: Uint8Array, after: Uint8Array): number[] {
  const [old, now] = [readNvs(before).pages, readNvs(after).pages];
  return [...unitChanges(before, after).entries()].flatMap(([page, how]) => {
    const isNew = now[page]?.sequence === null || now[page]?.sequence !== old[page]?.sequence;
    return how === 'erased' && !isNew ? [page] : [];
  });
}

/** The image after an edit with its model, or what is wrong with it. */
function after(image: Uint8Array, model: Map<string, string>, each: SettingEdit): Uint8Array | string {
  const changed = edit(image, [each]);
  const name = each.edit === 'compact' ? '' : `${each.namespace}/${each.key}`;
  if ('refusal' in changed) {
    const { kind } = changed.refusal;
    if (each.edit === 'delete-setting' && kind === 'no-such-setting' && !model.has(name)) return image;
    const isFull = ['contents-too-large', 'settings-do-not-pack', 'bad-setting'].includes(kind);
    return each.edit === 'set' && isFull ? image : `${name}: ${changed.refusal.says}`;
  }
  if (each.edit === 'set') model.set(name, `${each.type} ${each.value}`);
  else if (each.edit === 'delete-setting') model.delete(name);
  const wrong = differing(settingsOf(changed.data), model);
  if (wrong.length > 0) return `after ${each.edit} ${name} these differ: ${wrong.join()}`;
  const set = wronglySet(image, changed.data);
  return set.length > 0 ? `after ${each.edit} ${name} pages ${set.join()} have bits set` : changed.data;
}

/** Does edits one after another; the last image, or what is wrong with one. */
function afterAll(start: Uint8Array, changes: readonly SettingEdit[]): Uint8Array | string {
  let image = start;
  const model = settingsOf(image);
  for (const each of changes) {
    const next = after(image, model, each);
    if (typeof next === 'string') return next;
    image = next;
  }
  return image;
}

describe('settings after any edits', () => {
  it('are those of a model, on flash that was only written and erased', () => {
    fc.assert(
      fc.property(fc.nat(STARTS.length - 1), fc.array(change, { minLength: 1, maxLength: 16 }), (start, changes) => {
        expect(afterAll(STARTS[start] ?? EMPTY, changes)).toBeInstanceOf(Uint8Array);
      }),
      { numRuns: cases(20) },
    );
  });

  it('survive growing, shrinking and compacting', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.integer({ min: 2, max: 12 }), (changes, pages) => {
        const image = afterAll(new Uint8Array(6 * PAGE).fill(0xff), changes);
        expect(image).toBeInstanceOf(Uint8Array);
        if (typeof image === 'string') return;
        const resized = resize(image, pages * PAGE);
        const compacted = compact(image);
        expect('data' in compacted ? settingsOf(compacted.data) : compacted).toEqual(settingsOf(image));
        const outcome =
          'data' in resized ? differing(settingsOf(resized.data), settingsOf(image)) : resized.refusal.kind;
        expect([[], 'contents-too-large', 'settings-do-not-pack']).toContainEqual(outcome);
      }),
      { numRuns: cases(15) },
    );
  });
});

/** What is lost when a setting is added to an image; also grows it. Throws where the code does. */
function lossesOf(image: Uint8Array): string[] {
  const { values } = readNvs(image);
  resize(image, image.length - (image.length % PAGE) + PAGE);
  const set = edit(image, [{ edit: 'set', namespace: 'n', key: 'k', type: 'string', value: 'v' }]);
  if ('refusal' in set) return [];
  const now = settingsOf(set.data);
  const kept = values.filter(({ namespace, data }) => data !== null && namespace !== null);
  return ['n/k', ...kept.map(({ namespace, key }) => `${namespace}/${key}`)].filter((name) => !now.has(name));
}

describe('damaged settings', () => {
  const small = VECTORS.filter(({ image }) => image.length <= 5 * PAGE);

  it('are read when cut off at any page or entry', () => {
    const [first = EMPTY] = small.map(({ image }) => image);
    const cut = small.flatMap(({ image }) => [1, 2, 3, 4].map((pages) => image.subarray(0, pages * PAGE)));
    for (let at = 64; at < PAGE; at += 128) cut.push(first.slice().fill(0xff, at, PAGE), first.subarray(0, PAGE + at));
    expect(cut.flatMap(lossesOf)).toEqual([]);
  });

  it('are read with any bytes changed', () => {
    // Headers, bitmaps and first entries are met more often than the rest.
    const at = fc.oneof(fc.nat(95), fc.nat(PAGE - 9));
    const write = fc.tuple(fc.nat(2), at, fc.uint8Array({ minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(fc.nat(small.length - 1), fc.array(write, { minLength: 1, maxLength: 6 }), (which, writes) => {
        const damaged = (small[which]?.image ?? EMPTY).slice();
        for (const [page, at, bytes] of writes) damaged.set(bytes, page * PAGE + at);
        expect(lossesOf(damaged)).toEqual([]);
      }),
      { numRuns: cases(40) },
    );
  });

  it('make no page of random bytes an endless one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2 * PAGE, maxLength: 2 * PAGE }), (image) => {
        expect(lossesOf(image)).toEqual([]);
      }),
      { numRuns: cases(10) },
    );
  });

  it('take little time even if one page repeats itself through a large partition', () => {
    const made = make(256 * PAGE);
    const blank = 'data' in made ? made.data : EMPTY;
    const large = edit(blank, [
      { edit: 'set', namespace: 'n', key: 'large', type: 'blob', value: 'ab'.repeat(100_000) },
    ]);
    const image = 'data' in large ? large.data : blank;
    for (let page = 40; page < 255; page++) image.copyWithin(page * PAGE, 0, PAGE);
    const before = performance.now();
    expect(lossesOf(image)).toEqual([]);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
