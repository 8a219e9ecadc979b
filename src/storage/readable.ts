/** Which records this version can read: what lies in the database may come from another one, and look like anything. */
import type { Fact, Neighbour, RangeDigest } from '../flash/journal.ts';
import type { Fate } from '../flash/fates.ts';
import type { Layout, Partition } from '../flash/layout.ts';
import type { Range, Region } from '../flash/map.ts';
import type { Plan, Stretch, UnitPlan } from '../flash/plan.ts';
import type { Bounds, Identity } from '../flash/target.ts';
import type { Backup, BackupRecord, BoardMark, JobRecord, Outside } from './records.ts';

/** Tells whether a value is as it has to be. */
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const truth: Check = (value) => typeof value === 'boolean';
const anything: Check = () => true;
const oneOf =
  (...known: readonly unknown[]): Check =>
  (value) =>
    known.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An object whose fields are as they have to be: each field of the type is asked about, so that none is forgotten. */
function fields<T>(checks: { readonly [K in keyof T]-?: Check }): Check {
  const entries = Object.entries<Check>(checks);
  return (value) => isFields(value) && entries.every(([key, check]) => check(value[key]));
}

const region = fields<Region>({
  id: text,
  name: text,
  start: number,
  runs: listOf(fields<Region['runs'][number]>({ count: number, size: number })),
  access: fields<Region['access']>({ read: truth, erase: truth, write: truth }),
  // Absent where it is 0xFF, and from the records of versions that knew nothing else.
  erasedByte: optional(number),
});

const range = { region: text, address: number, size: number };

const partition = fields<Partition>({
  ...range,
  name: text,
  role: text,
  type: text,
  wifi: optional(oneOf(true)),
});

const layout = fields<Layout>({
  map: fields<Layout['map']>({ regions: listOf(region) }),
  partitions: listOf(partition),
  guards: listOf(fields<Layout['guards'][number]>({ ...range, reason: text })),
  ciphered: listOf(fields<Layout['ciphered'][number]>(range)),
});

const board = fields<BoardMark>({
  key: text,
  identity: fields<Identity>({
    family: text,
    chip: text,
    revision: text,
    key: orNull(fields<NonNullable<Identity['key']>>({ kind: text, value: text })),
    facts: listOf(fields<Identity['facts'][number]>({ name: text, value: text })),
  }),
  layout,
});

const rangeDigest = fields<RangeDigest>({ ...range, md5: text });

const unitPlan = fields<UnitPlan>({
  ...range,
  pieces: listOf(fields<UnitPlan['pieces'][number]>({ address: number, size: number, source: isFields })),
  before: orNull(text),
  after: text,
  why: text,
  backup: oneOf('stored', 'read', 'none'),
  deferred: optional(rangeDigest),
});

const plan = fields<Plan>({
  version: oneOf(1),
  image: fields<Plan['image']>({ size: number, md5: text }),
  stretches: listOf(fields<Stretch>({ ...range, units: listOf(unitPlan), rank: number, encrypt: truth })),
  equal: listOf(fields<Plan['equal'][number]>(range)),
});

const neighbour = fields<Neighbour>({ ...range, md5: text, units: listOf(fields<Range>(range)) });

const bounds = fields<Bounds>({ reach: number, exact: truth, eachStretch: truth, whole: truth });

const surroundings = fields<NonNullable<JobRecord['surroundings']>>({ spans: listOf(neighbour), bounds });

const found = fields<NonNullable<JobRecord['found']>>({
  contents: listOf(
    fields<NonNullable<JobRecord['found']>['contents'][number]>({
      ...range,
      kind: text,
      says: text,
      brief: optional(text),
      tiedToSize: optional(truth),
      usedBytes: optional(number),
      gap: optional(isFields),
    }),
  ),
  starts: orNull(text),
});

const fate = fields<Pick<Fate, 'fate' | 'before' | 'after'>>({
  fate: text,
  before: orNull(partition),
  after: orNull(partition),
});

const job = fields<JobRecord>({
  version: oneOf(1),
  id: text,
  purpose: (value) => isFields(value) && oneOf('flash', 'restore', 'roll-back')(value['kind']),
  board,
  files: listOf(
    fields<JobRecord['files'][number]>({ name: text, size: number, md5: text, place: text, address: text }),
  ),
  plan,
  found: optional(found),
  after: fields<JobRecord['after']>({
    layout,
    expected: orNull(text),
    says: text,
    fates: optional(listOf(fate)),
  }),
  // Absent from the records of versions that compared nothing beside their writes.
  surroundings: optional(surroundings),
  started: number,
  end: orNull(fields<NonNullable<JobRecord['end']>>({ how: text, at: number })),
});

const backup = fields<Backup>({
  version: oneOf(1),
  id: text,
  kind: text,
  board,
  name: text,
  made: number,
  units: listOf(rangeDigest),
  missing: listOf(fields<Backup['missing'][number]>(range)),
});

const outside = fields<Outside>({
  version: oneOf(1),
  id: text,
  kind: text,
  board: fields<Outside['board']>({ key: text, name: text }),
  name: text,
  made: number,
  size: number,
});

const FACTS: { readonly [K in Fact['fact']]: Check } = {
  fingerprint: fields<Extract<Fact, { fact: 'fingerprint' }>>({ fact: anything, units: listOf(rangeDigest) }),
  'backed-up': fields<Extract<Fact, { fact: 'backed-up' }>>({ fact: anything, units: listOf(rangeDigest) }),
  intent: anything,
  written: anything,
  committing: anything,
  committed: anything,
  digest: anything,
  broken: anything,
  resumed: anything,
  surroundings: fields<Extract<Fact, { fact: 'surroundings' }>>({
    fact: anything,
    spans: listOf(neighbour),
    bounds,
  }),
  compared: fields<Extract<Fact, { fact: 'compared' }>>({ fact: anything, spans: listOf(rangeDigest) }),
  recheck: anything,
};

/** Whether this is the record of a job, as this version writes them. */
export function isJobRecord(value: unknown): value is JobRecord {
  return job(value);
}

/** Whether this is the record of a backup, as this version writes them. */
export function isBackupRecord(value: unknown): value is BackupRecord {
  if (!isFields(value)) return false;
  if (value['kind'] === 'open') return backup(value['backup']);
  return value['kind'] === 'sealed' && outside(value['outside']) && value['bundle'] instanceof Uint8Array;
}

/** Whether this is the name of a kind of fact that this version knows. */
export function isFactKind(kind: unknown): kind is Fact['fact'] {
  return typeof kind === 'string' && Object.hasOwn(FACTS, kind);
}

/** Whether this is a fact that this version knows. */
export function isFact(value: unknown): value is Fact {
  return isFields(value) && isFactKind(value['fact']) && FACTS[value['fact']](value);
}

/** Why this version cannot read a record of either table. */
export function whyUnreadable(value: unknown): string {
  const inner = isFields(value) ? (value['backup'] ?? value['outside'] ?? value) : value;
  const version = isFields(inner) ? inner['version'] : undefined;
  if (typeof version === 'number' && version !== 1)
    return `it was written by another version of Sectorwise (format ${version}; this version reads 1)`;
  return 'its format is unknown: another version of Sectorwise wrote it, or it is damaged';
}
