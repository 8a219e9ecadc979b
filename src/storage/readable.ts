/**
 * Which records this version can read: another version may have written what is in the database, under names of its own, or it may
 * be damaged.
 */
import type { Content } from '../flash/family.ts';
import type { Fact, Neighbour, RangeDigest } from '../flash/journal.ts';
import type { Fate } from '../flash/fates.ts';
import type { Layout, Partition, StartPlace } from '../flash/layout.ts';
import type { Range, Region } from '../flash/map.ts';
import type { Plan, Stretch, UnitPlan } from '../flash/plan.ts';
import type { Bounds, Identity } from '../flash/target.ts';
import type { Reader, Readers } from '../formats/field.ts';
import { isReadable } from '../formats/field.ts';
import { isObject } from '../formats/json.ts';
import type { About, Backup, BackupRecord, BoardMark, JobRecord, EncryptedBackupLabel, Purpose } from './records.ts';

const text: Reader<unknown> = (field) => field.text();
const number: Reader<unknown> = (field) => field.number();
/** What a `Date` can hold: showing any other number as a time throws. */
const LATEST = 8.64e15;
const time: Reader<unknown> = (field) => {
  if (!(Math.abs(field.number()) <= LATEST)) throw field.wrong('expected a time');
};
const share: Reader<unknown> = (field) => {
  if (!(field.number() > 0 && field.number() <= 1)) throw field.wrong('expected a share');
};
const truth: Reader<unknown> = (field) => field.flag();
const anything: Reader<unknown> = (field) => field.value;
const object: Reader<unknown> = (field) => field.object();
const oneOf =
  (...known: readonly (string | number | boolean)[]): Reader<unknown> =>
  (field) =>
    field.oneOf(known);
const orNull =
  (read: Reader<unknown>): Reader<unknown> =>
  (field) =>
    field.value === null ? null : read(field);
const optional =
  (read: Reader<unknown>): Reader<unknown> =>
  (field) =>
    field.value === undefined ? undefined : read(field);
const listOf =
  (read: Reader<unknown>): Reader<unknown> =>
  (field) =>
    field.list().forEach(read);
const fields =
  <T>(readers: Readers<T>): Reader<unknown> =>
  (field) =>
    field.each(readers);

const region = fields<Region>({
  id: text,
  name: text,
  start: number,
  runs: listOf(fields<Region['runs'][number]>({ count: number, size: number })),
  access: fields<Region['access']>({ read: truth, erase: truth, write: truth }),
  // Absent if it is 0xFF, and from records of versions that knew no other value.
  erasedByte: optional(number),
});

const range = { region: text, address: number, size: number };

const partition = fields<Partition>({
  ...range,
  name: text,
  role: text,
  type: text,
  wifi: optional(oneOf(true)),
  byType: optional(oneOf(true)),
  system: optional(oneOf(true)),
  former: optional(oneOf(true)),
});

/** Only a name in records of versions that compared starts by name. */
const startPlace = fields<StartPlace>({ region: text, address: number, name: text });
const start: Reader<unknown> = orNull((field) => (typeof field.value === 'string' ? field.text() : startPlace(field)));

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
    file: optional(
      fields<NonNullable<Identity['file']>>({ name: text, size: number, partition: optional(oneOf(true)) }),
    ),
  }),
  layout,
});

const rangeDigest = fields<RangeDigest>({ ...range, md5: text });

const unitPlan = fields<UnitPlan>({
  ...range,
  pieces: listOf(fields<UnitPlan['pieces'][number]>({ address: number, size: number, source: object })),
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
  equal: listOf(fields<Plan['equal'][number]>({ ...range, md5: optional(text) })),
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
      awaits: optional(text),
      digest: optional(text),
      tiedToSize: optional(truth),
      tiedToPlace: optional(truth),
      blankIn: optional(listOf(fields<NonNullable<Content['blankIn']>[number]>({ from: number, size: number }))),
      partly: optional(truth),
      usedBytes: optional(number),
      usedUnits: optional(listOf(number)),
      gap: optional(object),
    }),
  ),
  starts: start,
});

const fate = fields<Pick<Fate, 'fate' | 'before' | 'after'>>({
  fate: text,
  before: orNull(partition),
  after: orNull(partition),
});

const job = fields<JobRecord>({
  version: oneOf(1),
  id: text,
  purpose: fields<Pick<Purpose, 'kind'>>({ kind: oneOf('flash', 'erase', 'choose-start', 'restore', 'roll-back') }),
  about: optional(
    fields<About>({
      what: oneOf('files', 'layout', 'edits', 'mixed', 'erase', 'else'),
      changes: number,
      keepsAll: optional(oneOf(true)),
    }),
  ),
  board,
  files: listOf(
    fields<JobRecord['files'][number]>({
      name: text,
      size: number,
      md5: text,
      place: text,
      address: text,
      changed: optional(listOf(text)),
    }),
  ),
  plan,
  packed: optional(share),
  found: optional(found),
  after: fields<JobRecord['after']>({
    layout,
    expected: start,
    says: text,
    fates: optional(listOf(fate)),
  }),
  // Absent from records of versions that compared nothing next to their writes.
  surroundings: optional(surroundings),
  started: time,
  end: orNull(fields<NonNullable<JobRecord['end']>>({ how: text, at: time })),
});

const backup = fields<Backup>({
  version: oneOf(1),
  id: text,
  kind: text,
  board,
  name: text,
  made: time,
  // Absent from records of versions that did not write it down.
  doing: optional(text),
  end: optional(text),
  units: listOf(rangeDigest),
  missing: listOf(fields<Backup['missing'][number]>(range)),
});

const outside = fields<EncryptedBackupLabel>({
  version: oneOf(1),
  id: text,
  kind: text,
  board: fields<EncryptedBackupLabel['board']>({ key: text, name: text }),
  name: text,
  made: time,
  doing: optional(text),
  end: optional(text),
  size: number,
});

const FACTS: { readonly [K in Fact['fact']]: Reader<unknown> } = {
  fingerprint: fields<Extract<Fact, { fact: 'fingerprint' }>>({ fact: anything, units: listOf(rangeDigest) }),
  stays: fields<Extract<Fact, { fact: 'stays' }>>({ fact: anything, spans: listOf(rangeDigest) }),
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

/** The stored record of a job, with today's names; null if this version cannot read it. */
export function asJob(stored: unknown): JobRecord | null {
  const record = renamedJob(stored);
  return isJob(record) ? record : null;
}

function isJob(value: unknown): value is JobRecord {
  return isReadable(value, job);
}

/** The stored record of a backup, with today's names; null if this version cannot read it. */
export function asBackup(stored: unknown): BackupRecord | null {
  const record = renamedBackup(stored);
  return isBackup(record) ? record : null;
}

function isBackup(value: unknown): value is BackupRecord {
  if (!isObject(value)) return false;
  if (value['kind'] === 'open') return isReadable(value['backup'], backup);
  return (
    value['kind'] === 'encrypted' && isReadable(value['outside'], outside) && value['bundle'] instanceof Uint8Array
  );
}

/** Whether this version knows a stored kind of fact, also by its former name. */
export function isKnownFactKind(stored: unknown): boolean {
  return isFactKind(factKind(stored));
}

function isFactKind(kind: unknown): kind is Fact['fact'] {
  return typeof kind === 'string' && Object.hasOwn(FACTS, kind);
}

/** A stored fact, with today's names; null if this version cannot read it. */
export function asFact(stored: unknown): Fact | null {
  const fact = renamedFact(stored);
  return isFact(fact) ? fact : null;
}

function isFact(value: unknown): value is Fact {
  return isObject(value) && isFactKind(value['fact']) && isReadable(value, FACTS[value['fact']]);
}

/** Why this version cannot read a record of either table. */
export function whyUnreadable(value: unknown): string {
  const inner = isObject(value) ? (value['backup'] ?? value['outside'] ?? value) : value;
  const version = isObject(inner) ? inner['version'] : undefined;
  if (typeof version === 'number' && version !== 1)
    return `it was written by another version of Sectorwise (format ${version}; this version reads 1)`;
  return 'its format is unknown: another version of Sectorwise wrote it, or it is damaged';
}

/** Today's kinds of facts by their former names. */
const OLD_FACTS: Readonly<Record<string, Fact['fact']>> = { witness: 'fingerprint' };

/** Today's name of a stored kind of fact; any other value is returned as it is. */
export function factKind(name: unknown): unknown {
  return typeof name === 'string' ? (OLD_FACTS[name] ?? name) : name;
}

/** A stored fact with today's name of its kind. */
export function renamedFact(fact: unknown): unknown {
  return isObject(fact) && 'fact' in fact ? { ...fact, fact: factKind(fact['fact']) } : fact;
}

/** A stored job record with today's field names: `heldBack` of its planned units became `deferred`, `anew` of its fates `recreated`. */
export function renamedJob(record: unknown): unknown {
  if (!isObject(record)) return record;
  const { plan, after } = record;
  return {
    ...record,
    ...(isObject(plan) && { plan: withEach(plan, 'stretches', (stretch) => withEach(stretch, 'units', renamedUnit)) }),
    ...(isObject(after) && { after: withEach(after, 'fates', renamedFate) }),
  };
}

/** A stored backup record with today's name of its kind: `sealed` became `encrypted`. */
export function renamedBackup(record: unknown): unknown {
  return isObject(record) && record['kind'] === 'sealed' ? { ...record, kind: 'encrypted' } : record;
}

/** An object with each item of a list in it renamed; anything else as it is. */
function withEach(value: unknown, field: string, renamed: (item: unknown) => unknown): unknown {
  const list = isObject(value) ? value[field] : undefined;
  return isObject(value) && Array.isArray(list) ? { ...value, [field]: list.map(renamed) } : value;
}

function renamedFate(fate: unknown): unknown {
  if (!isObject(fate) || !('anew' in fate)) return fate;
  const { anew, ...rest } = fate;
  return { ...rest, recreated: anew };
}

function renamedUnit(unit: unknown): unknown {
  if (!isObject(unit) || !('heldBack' in unit)) return unit;
  const { heldBack, ...rest } = unit;
  return { ...rest, deferred: heldBack };
}
