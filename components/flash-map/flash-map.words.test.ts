import { describe, expect, test } from 'vitest';
import { bare, unitsOf } from '../../src/flash/map.ts';
import type { Range } from '../../src/flash/map.ts';
import { plannedUnits } from '../../src/flash/plan.ts';
import {
  allUnproved,
  allVerified,
  contents,
  electron,
  emptyPlan,
  largerFiles,
  layout,
  plan,
  planned,
  stm32,
  unitStates,
} from '../gallery/fixtures.ts';
import {
  changesLayout,
  contentsAfter,
  contentsAt,
  describeMap,
  foundIn,
  foundRuns,
  isSmall,
  legendOf,
  mapStateOf,
  readout,
  runsOf,
} from './flash-map.words.ts';

const [region] = layout.map.regions;
const app0 = layout.partitions.find((partition) => partition.name === 'app0');
const nvs = layout.partitions.find((partition) => partition.name === 'nvs');
if (region === undefined || app0 === undefined || nvs === undefined) throw new Error('the fixture lost a partition');

describe('runs', () => {
  test('without a plan there are none', () => {
    expect(runsOf(region, null, null)).toEqual([]);
  });

  test('units are joined, and together cover exactly what changes', () => {
    const runs = runsOf(region, plan, null);
    const waiting = runs.filter((run) => run.state === 'waiting');
    expect(runs[0]).toMatchObject({ state: 'kept', size: 0x400000 });
    expect(waiting).toHaveLength(3);
    expect(waiting.reduce((sum, run) => sum + run.size, 0)).toBe(plannedUnits(plan).length * 0x1000);
    expect(runs.filter((run) => run.state === 'equal').reduce((sum, run) => sum + run.size, 0)).toBe(
      plan.equal.length * 0x1000,
    );
    expect(runs.find((run) => run.state === 'beside')?.size).toBe(496);
  });

  test('failed units come last, so that nothing covers them', () => {
    expect(runsOf(region, plan, unitStates(92, 0, [92])).at(-1)).toMatchObject({ state: 'wrong', size: 0x1000 });
  });
});

describe('words', () => {
  test.each([
    [null, { state: 'waiting', says: '252 erase units change' }],
    [unitStates(98), { state: 'unknown', says: '98 of 252 erase units verified' }],
    [allVerified, { state: 'verified', says: '252 erase units verified' }],
    [allUnproved, { state: 'unproved', says: '252 erase units written, not verifiable' }],
    [unitStates(92, 0, [92]), { state: 'wrong', says: '1 of 252 erase units failed' }],
  ])('of a partition that changes', (units, state) => {
    expect(mapStateOf(app0, plan, units)).toMatchObject(state);
  });

  test('of partitions that do not', () => {
    expect(mapStateOf(nvs, plan, null)).toMatchObject({ state: 'kept', says: 'kept' });
    expect(mapStateOf(app0, emptyPlan, null)).toMatchObject({ state: 'equal', says: 'kept, already equal' });
    expect(mapStateOf(nvs, null, null)).toBeNull();
  });

  test('the map is described in a few sentences', () => {
    expect(describeMap(layout, plan, null)).toBe(
      'SPI flash: 4\u00a0MiB in 1,024 erase units from 0x0. 5 partitions. app0: 252 erase units change. Everything else is kept.',
    );
  });

  test('a unit is described with its offset in its partition', () => {
    expect(
      readout([{ region: 'flash', address: 0x24000, size: 0x1000 }], layout, contents, plan, null).slice(0, 4),
    ).toEqual(['0x24000–0x24FFF', '4\u00a0KiB', 'app0 +0x4000', '1 erase unit changes']);
  });

  test('what was found is how it was before, while units are written', () => {
    const found = (stale: boolean) => readout([nvs], layout, contents, plan, allVerified, stale).at(-1);
    expect(found(false)).toBe('21 pages, 3 in use, 14 entries');
    expect(found(true)).toBe('Before: 21 pages, 3 in use, 14 entries');
  });

  test('a sentence that is found at several places of a range stands once', () => {
    const places = [0, 4096].map((at) => ({ ...nvs, address: nvs.address + at, size: 4096, kind: 'unread' }));
    const [first, second] = places.map((place) => ({ ...place, says: 'Not read since it was written.' }));
    if (first === undefined || second === undefined) throw new Error('no places');
    expect(foundIn(nvs, [first, second])).toBe('Not read since it was written.');
    expect(foundIn(nvs, [first, { ...second, says: 'Blank.' }])).toBe('Not read since it was written. Blank.');
  });

  test('of ranges that belong together, each is described', () => {
    const both = [0x24000, 0x30000].map((address) => ({ region: 'flash', address, size: 0x1000 }));
    expect(readout(both, layout, contents, plan, null)).toEqual([
      '0x24000–0x24FFF, 4\u00a0KiB',
      '0x30000–0x30FFF, 4\u00a0KiB',
    ]);
  });
});

test('only memories of a few bytes, or tiny beside the flash and with one name, are small', () => {
  const { map } = stm32.layout;
  expect(map.regions.map((each) => isSmall(each, stm32.layout))).toEqual([false, true, true, true]);
  expect(isSmall({ ...region, runs: [{ count: 1, size: 16 }] }, { map: { regions: [region] }, partitions: [] })).toBe(
    true,
  );
  const only = { ...region, runs: [{ count: 1, size: 16 }] };
  expect(isSmall(only, { map: { regions: [only] }, partitions: [] })).toBe(false);
  const [, smaller, files] = electron.map.regions;
  expect(electron.map.regions.map((each) => isSmall(each, electron))).toEqual([false, false, true]);
  expect(smaller?.id).toBe('upper');
  const halves = [0, 1].map((i) => ({ region: 'files', name: `half ${i}`, address: i * 0x2000, size: 0x2000 }));
  const named = halves.map((half) => ({ ...half, role: 'data' as const, type: 'data' }));
  expect(files !== undefined && isSmall(files, { map: electron.map, partitions: named })).toBe(false);
});

test('a layout changes with the place, the size or the type of a partition, and not with a name alone', () => {
  const { partitions } = layout;
  expect(changesLayout(partitions, [...partitions])).toBe(false);
  expect(changesLayout(partitions, largerFiles.partitions)).toBe(true);
  expect(changesLayout(partitions, partitions.slice(1))).toBe(true);
  expect(
    changesLayout(
      partitions,
      partitions.map((each) => ({ ...each, name: `${each.name}2` })),
    ),
  ).toBe(false);
});

test('of a blank start only what was read is blank, on the map, in its legend and in words', () => {
  const place = { region: 'flash', address: 0x1d0000, size: 0x1b0000 };
  const start = {
    ...place,
    kind: 'blank',
    says: 'Blank (erased) in its first 4 KiB.',
    blankIn: [{ from: 0, size: 0x1000 }],
  };
  expect(foundRuns(start)).toEqual([
    { ...place, found: 'unread' },
    { ...place, size: 0x1000, found: 'blank' },
  ]);
  expect(legendOf([region], null, null, [start])).toEqual(['blank', 'unread']);
  expect(foundIn(place, [start])).toBe('Blank (erased) in its first 4 KiB. What follows was not read.');
  const { blankIn: _, ...all } = { ...start, says: 'Blank (erased) throughout.' };
  expect(foundRuns(all)).toEqual([{ ...place, found: 'blank' }]);
  expect(foundIn(place, [all])).toBe(all.says);
  // A gap is drawn as what its first bytes are.
  const gap = { ...place, kind: 'gap', says: 'Outside every partition: blank.' };
  expect(foundRuns({ ...gap, gap: { holds: 'blank', words: 'blank' } })).toEqual([{ ...place, found: 'blank' }]);
  expect(foundRuns({ ...gap, gap: { holds: 'unread', words: 'not read' } })).toEqual([{ ...place, found: 'unread' }]);
  expect(foundRuns({ ...gap, gap: { holds: 'data', words: 'data' } })).toEqual([{ ...place, found: 'content' }]);
  // What was moved is read where it was.
  const moved = { ...start, address: 0x20000 };
  expect(foundRuns(moved)[1]).toMatchObject({ address: 0x20000, size: 0x1000 });
});

test('the legend of a plan that reaches every erase unit has nothing that is not touched', () => {
  const all = unitsOf(region).map((unit) => ({ ...unit, md5: '' }));
  expect(legendOf([region], { ...plan, stretches: [], equal: all }, null, [])).toEqual(['equal']);
  expect(legendOf([region], { ...plan, stretches: [], equal: all.slice(1) }, null, [])).toEqual(['kept', 'equal']);
});

test('the legend has the states that are there', () => {
  expect(legendOf([region], null, null, contents)).toEqual(['blank']);
  expect(legendOf([region], null, null, [])).toEqual([]);
  expect(legendOf([region], plan, null, contents)).toEqual(['waiting', 'kept', 'beside', 'equal']);
  expect(legendOf([region], plan, allVerified, contents)).toEqual(['verified', 'kept', 'beside', 'equal']);
});

test('afterwards a partition holds what it keeps or what moves there, and nothing is claimed of what is written', () => {
  const [first, second] = layout.partitions.filter(({ role }) => role === 'app');
  if (first === undefined || second === undefined) throw new Error('the layout has two apps');
  const held = (brief: string, { region, address, size }: typeof first) => ({
    region,
    address,
    size,
    brief,
    kind: 'app',
    says: `The app ${brief}.`,
  });
  const found = [held('one', first), held('two', second)];
  const moved = { ...first, address: first.address + 0x10000 };
  const after = contentsAfter(
    [
      { fate: 'moved', before: first, after: moved, blank: false, readable: true },
      { fate: 'overwritten', before: second, after: second, blank: false, readable: true },
    ],
    found,
  );
  expect(after).toEqual([{ ...held('one', first), address: moved.address }]);
});

test('pointed at, a place that only the planned layout has is said to hold what moves there, and nothing where that is unknown', () => {
  const fs = layout.partitions.find(({ name }) => name === 'fs');
  if (planned.kind !== 'planned' || fs === undefined) throw new Error('the fixture lost its plan');
  const found = [{ ...bare(fs), kind: 'littlefs', says: 'LittleFS, 3 files.' }];
  const moved = { ...fs, address: fs.address - 0x10000 };
  const fresh = { ...nvs, address: 0x3f0000, name: 'logs' };
  const work = {
    ...planned,
    fates: [
      { fate: 'moved', before: fs, after: moved, blank: false, readable: true },
      { fate: 'new', before: null, after: fresh },
    ],
  } as const;
  const said = (range: Range) =>
    readout([bare(range)], layout, contentsAt([bare(range)], layout, work, found), null, null).slice(3);
  expect(said(moved)).toEqual(['LittleFS, 3 files.']);
  expect(said(fresh)).toEqual([]);
  expect(said(fs)).toEqual(['LittleFS, 3 files.']);
});
