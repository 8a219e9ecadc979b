/** Recorded states for the tests and the gallery: a 4 MB ESP32 with Raft's OTA layout, and one app to be flashed. */
import { USUAL_BOUNDS } from '../../src/flash/target.ts';
import { besideFailure } from '../../src/session/job-execution/runner.ts';
import type { FailureFacts } from '../../src/flash/failure.ts';
import { stopped } from '../../src/flash/failure.ts';
import { fatesOf } from '../../src/flash/fates.ts';
import type { Refusal } from '../../src/flash/finding.ts';
import type { UnitState } from '../../src/flash/job.ts';
import type { Fact } from '../../src/flash/journal.ts';
import type { Range } from '../../src/flash/map.ts';
import { regionOf, unitsTouching } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import { estimateMs, planWrite, plannedUnits } from '../../src/flash/plan.ts';
import { summarise } from '../../src/flash/describe.ts';
import type { UnitContent } from '../../src/flash/survey.ts';
import { unitKey } from '../../src/flash/survey.ts';
import type { Report } from '../../src/session/job-execution/report.ts';
import { makeReport, reportFiles } from '../../src/session/job-execution/report.ts';
import type { FileView, Planned, Progress, UnitStates, Work } from '../../src/session/state.ts';
import { REGION, board, layout } from './fixtures.board.ts';
import { imageBoard } from './fixtures.image.ts';

export {
  badBoard,
  bigLayout,
  board,
  contents,
  editable,
  electron,
  largerFiles,
  layout,
  lockedBoard,
  stm32,
  unlocked,
} from './fixtures.board.ts';
export { build, buildParts, unreadable } from './fixtures.containers.ts';
export { compared, imageAsked, imageBoard, imageChanges } from './fixtures.image.ts';
export { selection } from './fixtures.entries.ts';
export { damagedBoard } from './fixtures.repair.ts';
export { picking, appLayouts, sectors, splitFile } from './fixtures.app-layouts.ts';
export * as inside from './fixtures.contents.ts';
export * as libraries from './fixtures.library.ts';
export { interrupted } from './fixtures.library.ts';

const APP: Range = { region: REGION, address: 0x20000, size: 1_187_344 };
const image = [
  {
    region: APP.region,
    address: APP.address,
    data: Uint8Array.from({ length: APP.size }, (_, i) => (i * 31 + (i >> 9)) & 0xff),
  },
];

/** A stand-in for MD5: these plans are shown, not carried out. */
function digest(data: Uint8Array): string {
  let a = 0x811c9dc5;
  for (let i = 0; i < data.length; i += 61) a = Math.imul(a ^ (data[i] ?? 0), 0x01000193) >>> 0;
  const word = a.toString(16).padStart(8, '0');
  return word + word + word + word;
}

const survey = new Map<string, UnitContent>(
  unitsTouching(regionOf(layout.map, REGION), APP.address, APP.size).map((unit, i, all) => {
    const offset = unit.address - APP.address;
    const same = (i > 40 && i < 70) || (i > 200 && i < 210);
    const data = image[0]?.data.slice(offset, offset + unit.size) ?? new Uint8Array();
    const content = i === all.length - 1 ? new Uint8Array(unit.size).fill(0xff) : data;
    return [
      unitKey(unit),
      i === all.length - 1
        ? { kind: 'bytes', data: content }
        : { kind: 'digest', md5: same ? digest(data) : 'f'.repeat(32) },
    ];
  }),
);

function planOf(what: typeof image, looked: ReadonlyMap<string, UnitContent>): Plan {
  const planning = planWrite({ layout, image: what, promised: [], survey: looked, md5: digest, rank: () => 0 });
  if (planning.kind !== 'plan') throw new Error('the recorded plan was refused');
  return planning.plan;
}

/** 290 units of an app in app0, 38 of them already equal, the last one shared with bytes that are kept. */
export const plan = planOf(image, survey);

/** The same plan with nothing left to do. */
export const emptyPlan: Plan = {
  ...plan,
  stretches: [],
  equal: [...plan.equal, ...plannedUnits(plan)].toSorted((a, b) => a.address - b.address),
};

/** States of the plan's units when `done` of them are verified, with a run of `busy` in progress. */
export function unitStates(done: number, busy = 64, wrong: readonly number[] = []): UnitStates {
  return plannedUnits(plan).map((_, i): UnitState => {
    if (wrong.includes(i)) return 'wrong';
    if (i < done) return 'verified';
    return i < done + busy ? (i < done + busy / 2 ? 'written' : 'unknown') : 'waiting';
  });
}

/** The same on a board that cannot verify anything. */
export function unprovedStates(done: number): UnitStates {
  return unitStates(done).map((state) => (state === 'verified' ? 'unproved' : state));
}

/** The units of a plan that was completely verified. */
export const allVerified: UnitStates = plannedUnits(plan).map(() => 'verified');
/** The units of a plan that was written on a board that cannot verify. */
export const allUnproved: UnitStates = plannedUnits(plan).map(() => 'unproved');

/** The app that is to be flashed, as recognised and placed. */
export const file: FileView = {
  id: 1,
  name: 'raft-demo-1.5.0.bin',
  size: APP.size,
  container: null,
  used: true,
  recognised: {
    kind: 'app',
    says: 'An app for the ESP32: raft-demo 1.5.0, built with ESP-IDF v5.2.1.',
    findings: [
      {
        kind: 'app-whole',
        verdict: 'good',
        place: { in: 'file', name: 'raft-demo-1.5.0.bin' },
        values: { checksum: '0x5E', sha256: '9e1cc0de…77d0' },
        says: 'The file is whole: checksum and SHA-256 match.',
      },
    ],
  },
  choices: [
    { ...layoutRange('app0'), name: 'app0', why: 'The board starts this slot.', fits: true },
    { ...layoutRange('app1'), name: 'app1', why: 'The other slot. The board would go on starting app0.', fits: true },
    {
      ...layoutRange('fs'),
      name: 'fs',
      why: 'Too small by 663,056 bytes, and it holds files, not an app.',
      fits: false,
    },
    { ...layoutRange('nvs'), name: 'nvs', why: 'Too small, and it holds settings, not an app.', fits: false },
  ],
  chosen: 0,
  picking: null,
};

/** A file that fits nowhere on the board. */
export const wrongFile: FileView = {
  id: 2,
  name: 'holiday.jpg',
  size: 3_400_112,
  container: null,
  used: true,
  recognised: {
    kind: 'unknown',
    says: 'Not a file that Sectorwise knows.',
    findings: [
      {
        kind: 'not-an-app',
        verdict: 'problem',
        place: { in: 'file', name: 'holiday.jpg', offset: 0 },
        values: { expected: 'E9', read: 'FF' },
        says: 'It does not begin like an app: the first byte is FF, not E9.',
        next: 'Choose the .bin file that your build wrote.',
      },
    ],
  },
  choices: [],
  chosen: null,
  picking: null,
};

function layoutRange(name: string): Range & { readonly id: string } {
  const { region, address, size } = layout.partitions.find((each) => each.name === name) ?? APP;
  return { id: name, region, address, size };
}

/** A refusal. */
export const refusal: Refusal = {
  kind: 'wrong-chip',
  place: { in: 'file', name: 'raft-demo-1.5.0.bin', offset: 12 },
  values: { file: 'ESP32-S3 (9)', board: 'ESP32 (0)' },
  says: 'This app is for an ESP32-S3, but the board is an ESP32.',
  next: 'Choose the file that was built for the ESP32.',
};

/** A refusal that a person can override by consent. */
export const ask: Refusal = {
  kind: 'table-damaged',
  place: { in: 'flash', range: { region: REGION, address: 0x8000, size: 0x1000 } },
  values: { expected: '5c1f…9a3c', read: '0000…0000' },
  says: 'The partition table has no valid checksum, so where app0 lies is a guess.',
  next: 'Flash a partition table first, or go on if you know that this one is right.',
  consent: 'Write to 0x20000 even if it is not app0. What lies there now would be lost.',
};

/** Progress with the fraction `part` of an app done. */
export function progress(says: string, part: number): Progress {
  const total = APP.size;
  return {
    says,
    done: Math.round(total * part),
    total,
    bytesPerSecond: 92_160,
    leftMs: Math.round(((1 - part) * total) / 92.16),
  };
}

const pace = {
  writeBytesPerSecond: 92_160,
  readBytesPerSecond: 90_000,
  digestBytesPerSecond: 1_200_000,
  stretchMs: 60,
};

/** A plan for the app, ready to flash. */
export const planned: Planned = {
  kind: 'planned',
  purpose: { kind: 'flash' },
  plan,
  layout,
  fates: fatesOf({ before: layout, after: layout, contents: board.contents, image }),
  backup: { read: 0, ms: 0, stored: 0, lost: [] },
  summary: summarise(plan),
  estimateMs: estimateMs(plan, pace),
  asks: [],
  granted: [],
  afterwards: 'The board will start app0 with raft-demo 1.5.0.',
  saves: [],
  gaps: null,
  unprovable: 0,
};

/** The failure of a lost link. */
export const lost: FailureFacts = {
  name: 'link-lost',
  heading: 'The board was disconnected',
  kind: 'lost',
  says: 'The board went away while erase unit 0xAB000 was being written.',
  next: 'Plug the cable in and connect again. Sectorwise checks what was written and goes on from there.',
  place: { in: 'flash', range: { region: REGION, address: 0xab000, size: 0x1000 } },
  values: { command: 'FLASH_DEFL_DATA', block: 17, after: '212 ms' },
};

/** The failure of a board that does not answer. */
export const notTaken: FailureFacts = {
  name: 'no-answer',
  kind: 'lost',
  says: 'The board does not answer.',
  next: 'Hold BOOT, press EN, release BOOT, and connect again. A cable that only charges gives the same picture.',
  place: { in: 'device' },
  values: { attempts: 7, baud: 115200 },
};

/** The failure of a unit with wrong content. */
export const wrongUnit: FailureFacts = {
  name: 'digest-differs',
  kind: 'refused',
  says: 'One erase unit does not hold what was written, twice in a row.',
  next: 'Try again with a lower speed. If the same address fails again, the flash chip is worn or damaged.',
  place: { in: 'flash', range: { region: REGION, address: 0x99000, size: 0x1000 } },
  values: { unit: 'erase unit 153, 0x99000, 4 KiB', 'first difference': '+0x12: expected 3F, read FF' },
};

/** The boot log of a board that starts its app. */
export const bootLog = `ets Jul 29 2019 12:21:46

rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)
I (29) boot: ESP-IDF v5.2.1 2nd stage bootloader
I (60) boot: Partition Table:
I (64) boot: ## Label            Usage          Type ST Offset   Length
I (71) boot:  0 nvs              WiFi data        01 02 00009000 00015000
I (79) boot:  1 otadata          OTA data         01 00 0001e000 00002000
I (86) boot:  2 app0             OTA app          00 10 00020000 001b0000
I (94) boot:  3 app1             OTA app          00 11 001d0000 001b0000
I (101) boot:  4 fs               Unknown data     01 83 00380000 00080000
I (109) boot: End of partition table
I (113) boot: Loaded app from partition at offset 0x20000
<b>raft-demo</b> 1.5.0 says hello
`;

/** The same board with damaged apps, as a bootloader of ESP-IDF 4.4 to 5.1 prints it: lines coloured by level. */
export const colouredLog = [
  'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
  '\u001B[0;32mI (113) boot: End of partition table\u001B[0m',
  '\u001B[0;33mW (118) boot: app0 passed over\u001B[0m',
  '\u001B[0;31mE (121) boot: No bootable app partitions in the partition table\u001B[0m',
  '',
].join('\r\n');

/** The report of a recorded job. */
export function report(job: Pick<Ended, 'plan' | 'units' | 'outcome' | 'failure' | 'start'>): Report {
  return makeReport({
    ...job,
    app: '0.1.0',
    browser: 'Chromium 156',
    estimatedMs: planned.estimateMs,
    started: Date.parse('2026-03-09T10:00:00.000Z'),
    ended: Date.parse('2026-03-09T10:00:14.200Z'),
    tookMs: 14_200,
    board,
    purpose: planned.purpose,
    fates: planned.fates,
    files: reportFiles(
      [{ file: { name: file.name, data: image[0]?.data ?? new Uint8Array() }, choice: file.choices[0] ?? null }],
      digest,
    ),
    facts: factsOf(job),
    provedBy: 'digest',
    md5: digest,
  });
}

/** A range that no job here writes. */
const BESIDE: Range = { region: REGION, address: 0x8000, size: 0x1000 };

/** A journal in which every unit that is not waiting was begun, and every verified one was digested. */
function factsOf({ plan, units, outcome }: Pick<Ended, 'plan' | 'units' | 'outcome'>): Fact[] {
  const begun = plannedUnits(plan).filter((_, i) => units[i] !== 'waiting');
  const proved = plannedUnits(plan).filter((_, i) => units[i] === 'verified');
  const beside = { ...BESIDE, md5: digest(Uint8Array.of(1)) };
  const now = outcome === 'beside' ? digest(Uint8Array.of(2)) : beside.md5;
  // A board that cannot be read cannot verify its surroundings either.
  if (outcome === 'unproved') return [{ fact: 'intent', run: 0, units: begun }];
  return [
    { fact: 'surroundings', spans: [{ ...beside, units: [] }], bounds: USUAL_BOUNDS },
    { fact: 'intent', run: 0, units: begun },
    ...proved.map((unit): Fact => ({ fact: 'digest', unit, md5: unit.after })),
    { fact: 'compared', spans: [{ ...beside, md5: now }] },
  ];
}

type Ended = Extract<Work, { kind: 'ended' }>;

/** A job that ended with this outcome. */
export function ended(outcome: Ended['outcome']): Ended {
  const partly = outcome === 'stopped' || outcome === 'failed';
  const beside = outcome === 'beside' ? besideFailure('beside-changed', [BESIDE]) : null;
  const early: Partial<Record<Ended['outcome'], FailureFacts>> = {
    failed: lost,
    wrong: wrongUnit,
    stopped: stopped().facts,
  };
  const failure = early[outcome] ?? beside;
  const good = outcome === 'verified' || outcome === 'unproved';
  const units =
    outcome === 'nothing-to-do'
      ? []
      : outcome === 'unproved'
        ? allUnproved
        : outcome === 'verified' || outcome === 'beside'
          ? allVerified
          : partly
            ? unitStates(98, 24)
            : unitStates(92, 0, [92]);
  const job = {
    plan: outcome === 'nothing-to-do' ? emptyPlan : plan,
    units,
    outcome,
    failure,
    start: good
      ? {
          log: bootLog,
          verdict: {
            partition: layout.partitions[4] ?? null,
            good: true,
            says: 'The board started app0: raft-demo 1.5.0.',
          },
        }
      : null,
  } as const;
  const connected = ['nothing-to-do', 'stopped', 'wrong', 'beside'].includes(outcome);
  return { kind: 'ended', purpose: { kind: 'flash' }, layout, ...job, report: report(job), connected };
}

/** A job on a flash image that ended well: it is in memory, and nothing was started. */
export const imageEnded: Ended = (() => {
  const work = ended('verified');
  return {
    ...work,
    start: null,
    connected: true,
    report: { ...work.report, identity: imageBoard.identity, start: null },
  };
})();
