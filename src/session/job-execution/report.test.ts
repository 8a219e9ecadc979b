import { expect, test } from 'vitest';
import type { Placement } from '../../flash/dropped-file.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Fate } from '../../flash/fates.ts';
import type { Partition } from '../../flash/layout.ts';
import { regionOf, unitsTouching } from '../../flash/map.ts';
import type { Fact } from '../../flash/journal.ts';
import { plannedUnits, planWrite } from '../../flash/plan.ts';
import type { UnitContent } from '../../flash/survey.ts';
import { USUAL_BOUNDS } from '../../flash/target.ts';
import { unitKey } from '../../flash/survey.ts';
import { makeReport, reportFiles } from './report.ts';

const region = {
  id: 'flash',
  name: 'Flash',
  start: 0,
  runs: [{ count: 8, size: 0x1000 }],
  access: { read: true, erase: true, write: true },
};
const partition = (name: string, address: number, size: number): Partition => ({
  region: 'flash',
  name,
  role: 'data',
  type: 'data',
  address,
  size,
});
const board: Inspection = {
  identity: {
    family: 'esp',
    chip: 'ESP32',
    revision: 'v3.1',
    key: { kind: 'mac', value: '24:6f:28:ab:cd:ef' },
    facts: [],
  },
  layout: {
    map: { regions: [region] },
    partitions: [partition('settings', 0, 0x2000), partition('app', 0x2000, 0x4000)],
    guards: [],
    ciphered: [],
  },
  contents: [
    { region: 'flash', address: 0, size: 0x2000, kind: 'settings', says: 'Settings: 3 entries.' },
    { region: 'flash', address: 0x2000, size: 0x2000, kind: 'app', says: 'An app.' },
    { region: 'flash', address: 0x4000, size: 0x2000, kind: 'blank', says: 'Blank.' },
  ],
  findings: [],
  boot: null,
  examinable: null,
  protections: [],
  settings: [],
  saves: [],
};
const file = { name: 'app.bin', data: new Uint8Array(0x1800).fill(7) };
const choice = { id: 'app', name: 'app', why: '', fits: true, region: 'flash', address: 0x2000, size: 0x4000 };
const placements: Placement[] = [{ file, choice }];
const md5 = (data: Uint8Array) => `${data.length} bytes, ${data.reduce((sum, byte) => sum + byte, 0)}`;
const survey = new Map(
  unitsTouching(region, 0x2000, 0x1800).map((unit): [string, UnitContent] => [
    unitKey(unit),
    { kind: 'bytes', data: new Uint8Array(0x1000).fill(1) },
  ]),
);
const planning = planWrite({
  layout: board.layout,
  image: [{ region: regionOf(board.layout.map, 'flash').id, address: 0x2000, data: file.data }],
  promised: [],
  survey,
  md5,
  rank: () => 0,
});
if (planning.kind !== 'plan') throw new Error('the plan was refused');
const { plan } = planning;
const job = {
  app: '1.2.3',
  started: 1000,
  ended: 3500,
  tookMs: 2500,
  board,
  purpose: { kind: 'flash' },
  fates: board.layout.partitions.map((partition): Fate => ({
    fate: 'kept',
    before: partition,
    after: partition,
    blank: false,
    readable: true,
  })),
  files: reportFiles(placements, md5),
  plan,
  outcome: 'verified',
  provedBy: 'digest',
  md5,
  failure: null,
  start: null,
  estimatedMs: null,
} as const;

const units = plannedUnits(plan);
const beside = { region: 'flash', address: 0x4000, size: 0x1000, md5: 'as it was' };
const facts: Fact[] = [
  { fact: 'surroundings', spans: [{ ...beside, units: [] }], bounds: USUAL_BOUNDS },
  { fact: 'intent', run: 0, units },
  ...units.map((unit): Fact => ({ fact: 'digest', unit, md5: unit.after })),
  { fact: 'compared', spans: [beside] },
];

test('a wrong unit is not reported to have kept anything, and its measured digest is shown beside the wanted one', () => {
  const measured = units.map((unit): Fact => ({ fact: 'digest', unit, md5: 'something else' }));
  const report = makeReport({
    ...job,
    units: ['wrong', 'waiting'],
    facts: [...facts.slice(0, 2), ...measured],
    outcome: 'wrong',
  });
  expect(report.kept).toEqual([]);
  expect(report.units.map((unit) => unit.measured)).toEqual(['something else', 'something else']);
  // A unit that was interrupted is waiting again, but is still known to have been begun.
  expect(report.timings.rewritten).toBe(0x2000);
});

test('what was read back is not reported as confirmed by a digest', () => {
  const report = makeReport({ ...job, provedBy: 'read-back', units: ['verified', 'verified'], facts });
  expect(report.says).toBe('Verified: every erase unit was read back and compared.');
});

test('a report says what was done, with what, how long it took, what was kept and what was lost', () => {
  const report = makeReport({
    ...job,
    units: ['verified', 'verified'],
    facts,
    browser: 'Chromium 156',
    estimatedMs: 2000,
  });
  expect(report).toEqual({
    format: 'sectorwise-report',
    version: 1,
    app: '1.2.3',
    browser: 'Chromium 156',
    started: '1970-01-01T00:00:01.000Z',
    ended: '1970-01-01T00:00:03.500Z',
    timings: { ms: 2500, estimatedMs: 2000, rewritten: 0x2000, onlyErased: false },
    identity: board.identity,
    purpose: { kind: 'flash' },
    files: [{ name: 'app.bin', size: 0x1800, md5: '6144 bytes, 43008', place: 'app', address: '0x2000' }],
    plan: [
      '2 erase units change. Kept around the writes: 2 KiB.',
      '1. 0x2000 to 0x3FFF, 8 KiB, 2 erase units: the file differs from the flash in app',
      'kept: written back, 2 KiB at 0x3800',
    ],
    outcome: 'verified',
    says: 'Verified: the board confirmed every erase unit by digest.',
    failure: null,
    protections: [],
    settings: [],
    partitions: [
      {
        region: 'flash',
        partition: 'settings',
        address: '0x0',
        size: 0x2000,
        type: 'data',
        found: 'Settings: 3 entries.',
        fate: 'kept',
        readable: true,
        rewrittenUnits: 0,
        rewrittenBytes: 0,
        onlyErased: false,
        blankUnits: 0,
        backedUpUnits: 0,
      },
      {
        region: 'flash',
        partition: 'app',
        address: '0x2000',
        size: 0x4000,
        type: 'data',
        found: 'An app.; Blank.',
        fate: 'kept',
        readable: true,
        rewrittenUnits: 2,
        rewrittenBytes: 0x2000,
        onlyErased: false,
        blankUnits: 0,
        backedUpUnits: 2,
      },
    ],
    units: [
      {
        region: 'flash',
        address: '0x2000',
        size: 0x1000,
        before: '4096 bytes, 4096',
        after: '4096 bytes, 28672',
        measured: '4096 bytes, 28672',
        state: 'verified',
      },
      {
        region: 'flash',
        address: '0x3000',
        size: 0x1000,
        before: '4096 bytes, 4096',
        after: '4096 bytes, 16384',
        measured: '4096 bytes, 16384',
        state: 'verified',
      },
    ],
    equalUnits: 0,
    kept: [{ region: 'flash', address: '0x3800', size: 0x800, partition: 'app' }],
    surroundings: {
      says: 'The flash around the writes is verified as unchanged.',
      same: [{ region: 'flash', address: '0x4000', size: 0x1000, partition: 'app' }],
      changed: [],
      putBack: [],
      notCompared: [],
    },
    lost: [],
    start: null,
  });
});

test('the flash beside the writes is reported as far as it is known', () => {
  const says = (...all: Fact[]) =>
    makeReport({ ...job, units: ['verified', 'verified'], facts: all }).surroundings.says;
  expect(says(...facts.slice(1, -1))).toBe('The flash around the writes is not verified: this board cannot be read.');
  expect(says(...facts.slice(0, -1))).toBe(
    'The flash around the writes was not compared with its previous content, because the job ended first.',
  );
  expect(says(...facts.slice(0, -1), { fact: 'compared', spans: [{ ...beside, md5: 'other' }] })).toBe(
    'Changed outside the planned range: 0x4000–0x4FFF.',
  );
  expect(says()).toBe('');
});

test('what was never begun is not reported as lost', () => {
  const report = makeReport({ ...job, units: ['waiting', 'waiting'], facts: [], outcome: 'stopped' });
  expect(report.lost).toEqual([]);
  expect(report.partitions.map((each) => each.rewrittenUnits)).toEqual([0, 0]);
  expect(report.timings).toEqual({ ms: 2500, estimatedMs: null, rewritten: 0, onlyErased: false });
});

test('what was overwritten without a backup is lost', () => {
  const stretches = plan.stretches.map((stretch) => ({
    ...stretch,
    units: stretch.units.map((unit) => ({ ...unit, backup: 'none' as const })),
  }));
  const report = makeReport({ ...job, plan: { ...plan, stretches }, units: ['verified', 'verified'], facts });
  expect(report.lost).toEqual([{ region: 'flash', address: '0x2000', size: 0x2000, partition: 'app', was: 'An app.' }]);
  expect(report.partitions.map(({ rewrittenUnits, backedUpUnits }) => [rewrittenUnits, backedUpUnits])).toEqual([
    [0, 0],
    [2, 0],
  ]);
});

test('what was blank before is no content that could be backed up, and what is only erased is not written', () => {
  const blank = md5(new Uint8Array(0x1000).fill(0xff));
  const changed = (unit: (typeof units)[number]) => ({
    ...unit,
    before: blank,
    pieces: [{ address: unit.address, size: unit.size, source: { from: 'blank' as const } }],
  });
  const stretches = plan.stretches.map((stretch) => ({ ...stretch, units: stretch.units.map(changed) }));
  const report = makeReport({ ...job, plan: { ...plan, stretches }, units: ['verified', 'verified'], facts });
  expect(report.partitions.at(-1)).toMatchObject({ blankUnits: 2, backedUpUnits: 0, onlyErased: true });
  expect(report.timings.onlyErased).toBe(true);
  // Found changed just before it was written: then it was not blank.
  const [first] = units;
  const since: readonly Fact[] = first === undefined ? [] : [{ fact: 'digest', unit: first, md5: 'something else' }];
  const late = makeReport({
    ...job,
    plan: { ...plan, stretches },
    units: ['verified', 'verified'],
    facts: [...since, ...facts],
  });
  expect(late.partitions.at(-1)).toMatchObject({ blankUnits: 1 });
});

test('a stop before the first erase has overwritten nothing, and the report lists nothing as rewritten', () => {
  const asBefore = units.map((unit): Fact => ({ fact: 'digest', unit, md5: unit.before ?? '' }));
  const report = makeReport({
    ...job,
    units: ['waiting', 'waiting'],
    facts: [...facts.slice(0, 2), ...asBefore],
    outcome: 'stopped',
  });
  expect(report.timings.rewritten).toBe(0);
  expect(report.lost).toEqual([]);
  expect(new Set(report.partitions.map(({ rewrittenUnits }) => rewrittenUnits))).toEqual(new Set([0]));
});

test('what the board said is kept as text, without the codes of its colours', () => {
  const log = '\u001B[0;32mI (113) boot: Loaded app from partition at offset 0x2000\u001B[0m\r\n';
  const start = { log, verdict: null };
  expect(makeReport({ ...job, units: ['verified', 'verified'], facts, start }).start?.log).toBe(
    'I (113) boot: Loaded app from partition at offset 0x2000\r\n',
  );
});

test('what looks like a secret in the board’s output is not in the report, in whatever colours it was printed', () => {
  const log = '\u001B[0;32mI (812) mqtt: host=broker pass\u001B[1mword=\u001B[0mhunter2\u001B[0m\r\nready\r\n';
  const start = { log, verdict: null };
  expect(makeReport({ ...job, units: ['verified', 'verified'], facts, start }).start?.log).toBe(
    'I (812) mqtt: host=broker password=[hidden]\r\nready\r\n',
  );
});
