/** What a plan says of bytes that stay inside erase units that are written. */
import { expect, test } from 'vitest';
import type { Fate } from '../../flash/fates.ts';
import { fatesOf } from '../../flash/fates.ts';
import type { Layout, Partition, PartitionRole } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { fateLines } from './plan.ts';

const UNIT = 0x1000;
const ranges = { region: 'flash', size: 0x100 } as const;

/** A unit whose first bytes are erased, and which keeps bytes at each of these addresses. */
const unitAt = (address: number, ...kept: readonly number[]): UnitPlan => ({
  region: 'flash',
  address,
  size: UNIT,
  pieces: [
    { address, size: ranges.size, source: { from: 'blank' } },
    ...kept.map((at) => ({
      address: at,
      size: ranges.size,
      source: { from: 'device', region: 'flash', address: at } as const,
    })),
  ],
  before: null,
  after: '',
  why: '',
  backup: 'none',
});
const planOf = (...units: readonly UnitPlan[]): Plan => ({
  version: 1,
  image: { md5: '', size: 0 },
  equal: [],
  stretches: units.map((unit) => ({
    region: 'flash',
    address: unit.address,
    size: UNIT,
    units: [unit],
    rank: 0,
    encrypt: false,
  })),
});
const kept = (...units: readonly UnitPlan[]) =>
  fateLines(planOf(...units), [], 'flash', [{ region: 'flash', address: 0, size: 0x10000 }])
    .filter(({ meaning }) => meaning === 'written-back')
    .map(({ says, exact }) => `${says}: ${exact}`);

test('one unit that is covered in part', () => {
  expect(kept(unitAt(0x2000, 0x2100))).toEqual([
    'The rest of a partly covered erase unit stays: 0x2100–0x21FF, 256 bytes, kept: written back',
  ]);
});

test('what no person chose is not said: the app itself chose where it begins and ends', () => {
  const plan = planOf(unitAt(0x2000, 0x2100), unitAt(0x4000, 0x4f00));
  const file = { region: 'flash', address: 0x4000, size: 0xf00 };
  const said = (...[purpose, chosen]: [Parameters<typeof fateLines>[2], readonly Range[]]) =>
    fateLines(plan, [], purpose, chosen).flatMap(({ meaning, exact }) => (meaning === 'written-back' ? [exact] : []));
  expect(said('flash', [])).toEqual([]);
  expect(said('choose-start', [])).toEqual([]);
  expect(said('restore', [file])).toEqual([]);
  // Beside a repair, the file of a person.
  expect(said('flash', [file])).toEqual(['0x4F00–0x4FFF, 256 bytes, kept: written back']);
  expect(said('erase', [])).toHaveLength(1);
});

test('several are said once, with what stays of all of them', () => {
  expect(kept(unitAt(0x2000, 0x2100, 0x2e00), unitAt(0x4000, 0x4f00), unitAt(0x6000))).toEqual([
    'The rest of 2 partly covered erase units stays: 0x2100–0x21FF, 0x2E00–0x2EFF and 0x4F00–0x4FFF, 768 bytes, kept: written back',
  ]);
});

test('settings beside a write are written back in part; a smaller file system is rewritten itself', () => {
  const partition = { region: 'flash', address: 0x2000, size: UNIT, name: 'own', type: '' };
  const settings: Partition = { ...partition, role: 'settings', wifi: true };
  const files: Partition = { ...partition, role: 'files' };
  const fates: readonly Fate[] = [
    { fate: 'kept', before: settings, after: settings, blank: false, readable: true },
    { fate: 'shrunk', before: { ...files, size: 2 * UNIT }, after: files, blank: false, readable: true },
  ];
  expect(fates.map((fate) => fateLines(planOf(unitAt(0x2000, 0x2100)), [fate])[0]?.says)).toEqual([
    'Your Wi-Fi settings stay; what shares erase units with the write is written back',
    'Your files stay',
  ]);
});

test('what stays is named for what it is: a Particle’s system module is no app slot, and option bytes are several', () => {
  const partition = (name: string, role: PartitionRole, address: number): Partition => ({
    region: 'flash',
    address,
    size: UNIT,
    name,
    role,
    type: '',
  });
  const layout: Layout = {
    map: {
      regions: [
        {
          id: 'flash',
          name: 'flash',
          start: 0,
          runs: [{ count: 4, size: UNIT }],
          access: { read: true, erase: true, write: true },
        },
      ],
    },
    partitions: [partition('system 1', 'app', 0), partition('Option Bytes', 'protected', UNIT)],
    guards: [],
    ciphered: [],
  };
  const fates = fatesOf({ before: layout, after: layout, contents: [], image: [] });
  expect(fateLines(planOf(), fates).map(({ says }) => says)).toEqual([
    'The content of system 1 stays',
    'Option Bytes: protected, not written',
  ]);
});

test('none', () => {
  expect(kept(unitAt(0x2000))).toEqual([]);
});

test('what is there already is said with where it is, which need not be where its partition begins', () => {
  const place = { region: 'flash', address: 0x2000, size: 0x4000, name: 'app0', type: 'app', role: 'app' } as const;
  const equal = { region: 'flash', address: 0x4000, size: UNIT, md5: '' };
  const fate = { fate: 'overwritten', before: place, after: place, blank: false, readable: true } as const;
  const [line] = fateLines({ ...planOf(), equal: [equal] }, [fate]);
  expect(line?.exact).toBe('app0, 0x4000, 4 KiB, equal, skipped');
});
