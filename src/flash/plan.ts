/** Plans a write: from the wanted image and what the flash holds to the erase units that change, in which order, and why. */
import type { Refusal } from './finding.ts';
import { bytes, hex } from './finding.ts';
import { isCipheredWhole, isEncrypted } from './ciphered.ts';
import type { Blanks } from './content.ts';
import { assemble, blanksOf, bytesBefore, withoutRange } from './content.ts';
import type { Image } from './image.ts';
import { imageSize, imageWithin, segmentRange } from './image.ts';
import type { Layout } from './layout.ts';
import { partitionsTouching, touchedUnits } from './layout.ts';
import type { EraseUnit, Range } from './map.ts';
import { contains, erasedByteOf, overlaps } from './map.ts';
import { refuseCiphered, refuseGeometry, refuseUnknown } from './refuse.ts';
import type { KeptBytes } from './journal.ts';
import type { Move } from './move.ts';
import { movesWithin } from './move.ts';
import type { UnitContent, Md5, Survey } from './survey.ts';
import { unitContent, unitKey } from './survey.ts';
import type { Pace } from './target.ts';
import { atOnce } from './yielding.ts';

/** Where bytes of a rewritten unit come from. "Kept" is the case where the device's address is the piece's own. */
export type Source =
  | { readonly from: 'image' }
  | { readonly from: 'blank' }
  | { readonly from: 'device'; readonly region: string; readonly address: number };

/** Some bytes of a unit and their source; the pieces of a unit cover it without gaps. */
export interface Piece {
  readonly address: number;
  readonly size: number;
  readonly source: Source;
}

/**
 * The backup of a unit's previous content: `stored` already or at hand, to be `read` before the first erase, or `none`, because
 * it is not wanted or the device does not allow reading it.
 */
export type UnitBackup = 'stored' | 'read' | 'none';

/** An erase unit that changes. Digests are MD5 in hex; `before` is null where it is unknown. */
export interface UnitPlan extends EraseUnit {
  readonly pieces: readonly Piece[];
  readonly before: string | null;
  readonly after: string;
  readonly why: string;
  readonly backup: UnitBackup;
  /** Bytes left erased until everything else is verified, and the unit's digest without them; absent for most units. */
  readonly deferred?: Range & { readonly md5: string };
}

/** Neighbouring units that one transfer rewrites. */
export interface Stretch extends Range {
  readonly units: readonly UnitPlan[];
  readonly rank: number;
  /** Whether the device encrypts these units while writing; they cannot be verified then. */
  readonly encrypt: boolean;
}

/** A whole plan: plain data that can be printed, compared and stored. Stretches are in the order of work. */
export interface Plan {
  readonly version: 1;
  readonly image: { readonly size: number; readonly md5: string };
  readonly stretches: readonly Stretch[];
  /** Units that already hold the wanted bytes and are left alone. */
  readonly equal: readonly EraseUnit[];
}

/** A plan, or every reason why there is none. */
export type Planning =
  { readonly kind: 'plan'; readonly plan: Plan } | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

/**
 * The input of planning. `promised` are bytes that an interrupted job promised to keep in units that it left unfinished: they
 * are restored whatever the new image is. `rank` is the write order: higher is later, and below 0 comes even before the bytes
 * that make the device start are erased.
 */
export interface PlanInput {
  readonly layout: Layout;
  readonly image: Image;
  /** Bytes that go elsewhere on the device; where a segment of the image claims the same bytes, the image wins. */
  readonly moves?: readonly Move[];
  readonly promised: readonly KeptBytes[];
  readonly survey: Survey;
  readonly md5: Md5;
  readonly rank: (range: Range) => number;
  /**
   * The ranges that make the device boot what is written, programmed in unit order once everything else is verified. Each lies
   * within one erase unit; absent where the target cannot commit.
   */
  readonly commits?: readonly Range[];
  /** If absent, only those overwritten bytes that are at hand anyway are stored. */
  readonly backup?: BackupPolicy;
}

/** What to do with overwritten bytes: `stored` are the MD5s of contents that are already kept. */
export interface BackupPolicy {
  /** Whether the device's own digest verifies what is read; if not, what is to be kept is read once more. */
  readonly proved: boolean;
  readonly stored: ReadonlySet<string>;
  readonly wanted: (unit: EraseUnit) => boolean;
}

/**
 * The longest stretch, in bytes: each one costs the time that a device needs for the end of it while nothing is sent. What a stop
 * or a lost link leaves unknown takes a second to digest, and two where it holds what was there and is not kept.
 */
export const STRETCH_LIMIT = 0x100000;
/** The same for erase units of at least `LARGE_UNIT`, whose devices have no digest: what is unknown is read there. */
const LARGE_UNIT = 0x4000;
const LARGE_LIMIT = 0x20000;
/** What SPI flash erases at once where it is aligned, in bytes: a third of the time that its sectors take one by one. */
const ERASE_BLOCK = 0x10000;

/** Plans the write of an image over exactly the erase units that need it. */
export function planWrite(wish: PlanInput): Planning {
  return atOnce(planInPieces(wish));
}

/** The same in pieces, because every byte is digested. */
export function* planInPieces(wish: PlanInput): Generator<void, Planning> {
  const { image, moves = [] } = wish;
  const refused = refuseGeometry(wish.layout, [...image.map(segmentRange), ...moves]);
  if (refused.length > 0) return { kind: 'refused', refusals: refused };

  const changed: Changed[] = [];
  const equal: EraseUnit[] = [];
  const lost: Refusal[] = [];
  const { map } = wish.layout;
  const blank = blanksOf(map, wish.md5);
  const digests = digestsOf(wish);
  for (const unit of touchedUnits(wish.layout, [...image.map(segmentRange), ...moves, ...wish.promised])) {
    yield;
    const encrypt = isEncrypted(wish.layout, wish.image, unit);
    // Reads return ciphertext where the device encrypts: there are no bytes to keep and nothing to compare.
    const before = encrypt ? ({ kind: 'unreadable' } as const) : unitContent(wish.survey, unit);
    const beforeBytes = before.kind === 'bytes' ? before.data : null;
    const pieces = piecesOf(unit, wish);
    const kept = (range: Range) => (encrypt ? null : bytesBefore(wish, range));
    const content = assemble(unit, pieces, wish.image, kept, erasedByteOf(map, unit.region));
    const whole = !encrypt || isCipheredWhole(wish.layout, unit);
    if (content === null || !whole) {
      lost.push(encrypt ? refuseCiphered(unit, whole) : refuseUnknown(unit));
      continue;
    }
    const after = digests.movedTo(unit, pieces) ?? wish.md5(content);
    const digest = before.kind === 'digest' ? before.md5 : beforeBytes === null ? null : digests.of(beforeBytes);
    if (digest === after) equal.push(unit);
    else {
      const why = whyChanged(wish, unit, pieces, encrypt);
      const last = heldBackOf(wish, unit, content);
      const backup = backupOf(wish, unit, pieces, before, digest, blank);
      const planned = { ...unit, pieces, before: digest, after, why, backup, ...(last && { deferred: last }) };
      changed.push({ encrypt, unit: planned });
    }
  }
  if (lost.length > 0) return { kind: 'refused', refusals: lost };

  // The device must not start while anything else is being written, so the unit that starts it is rewritten even if unchanged.
  const starting = changed.length === 0 ? [] : equal.filter((unit) => commitIn(wish, unit) !== undefined);
  changed.push(...starting.map((unit) => rewritten(wish, unit)));
  const left = equal.filter((unit) => !starting.includes(unit));

  const stretches = intoStretches(inOrder(changed), wish.rank).toSorted(
    (a, b) => Math.min(a.rank, 0) - Math.min(b.rank, 0) || startsLast(b) - startsLast(a) || a.rank - b.rank,
  );
  return { kind: 'plan', plan: { version: 1, image: yield* imageDigest(wish), stretches, equal: left } };
}

/** Digests of surveyed bytes, each worked out once: what moves from one unit to another has the same in both. */
function digestsOf({ survey, md5, promised }: Pick<PlanInput, 'survey' | 'md5' | 'promised'>) {
  const known = new WeakMap<Uint8Array, string>();
  const of = (data: Uint8Array): string => {
    const digest = known.get(data) ?? md5(data);
    known.set(data, digest);
    return digest;
  };
  /** The digest of a unit that a single unit of the device moves to; null for any other. */
  const movedTo = (unit: EraseUnit, [piece, ...more]: readonly Piece[]): string | null => {
    if (piece === undefined || more.length > 0 || piece.source.from !== 'device') return null;
    // What is promised counts instead of what was found.
    const { region, address } = piece.source;
    if (promised.some((range) => overlaps(range, { region, address, size: unit.size }))) return null;
    const source = survey.get(unitKey(piece.source));
    return source?.kind === 'bytes' && source.data.length === unit.size ? of(source.data) : null;
  };
  return { of, movedTo };
}

/** Every unit that a plan rewrites, in the order of work. */
export function plannedUnits(plan: Plan): UnitPlan[] {
  return plan.stretches.flatMap((stretch) => stretch.units);
}

/** The ranges of rewritten units whose bytes are kept. */
export function keptRanges(plan: Plan): Range[] {
  return plannedUnits(plan).flatMap(keptOf);
}

/** The ranges of one rewritten unit whose bytes are kept. */
export function keptOf(unit: UnitPlan): Range[] {
  return unit.pieces
    .filter((piece) => isKept(unit, piece))
    .map((piece) => ({ region: unit.region, address: piece.address, size: piece.size }));
}

/** The ranges of one rewritten unit that get bytes from elsewhere on the device. */
export function movedOf(unit: UnitPlan): Range[] {
  return unit.pieces
    .filter((piece) => piece.source.from === 'device' && !isKept(unit, piece))
    .map((piece) => ({ region: unit.region, address: piece.address, size: piece.size }));
}

/** Whether a piece keeps the bytes that are in its place. */
function isKept({ region }: EraseUnit, { address, source }: Piece): boolean {
  return source.from === 'device' && source.region === region && source.address === address;
}

/**
 * The estimated duration of a plan, in ms, at a device's pace, including what is read first; `packed` is the size of its content
 * after compression as a share of that before, null if nobody worked that out.
 */
export function estimateMs(plan: Plan, pace: Pace, packed: number | null = null): number {
  const size = plan.stretches.reduce((sum, stretch) => sum + stretch.size, 0);
  const perByte = 1000 / writePace(pace, packed) + 1000 / pace.digestBytesPerSecond;
  const first = (bytesToRead(plan) * 1000) / pace.readBytesPerSecond;
  return Math.round(size * perByte + plan.stretches.length * pace.stretchMs + first);
}

/** How many bytes are written in a second. */
function writePace({ writeBytesPerSecond, packed: sent }: Pace, share: number | null): number {
  if (sent === undefined || share === null) return writeBytesPerSecond;
  return Math.min(sent.wireBytesPerSecond / share, sent.flashBytesPerSecond);
}

/** How many bytes a plan has to read from the device and keep before its first erase. */
export function bytesToRead(plan: Plan): number {
  return plannedUnits(plan).reduce((sum, unit) => sum + (unit.backup === 'read' ? unit.size : 0), 0);
}

function backupOf(
  { backup }: PlanInput,
  unit: EraseUnit,
  pieces: readonly Piece[],
  before: UnitContent,
  digest: string | null,
  blank: Blanks,
): UnitBackup {
  if (digest === null) return 'none';
  const stored = digest === blank.digest(unit) || backup?.stored.has(digest) === true;
  if (stored || (before.kind === 'bytes' && backup?.proved !== false)) return 'stored';
  // Bytes that stay in the unit must be right, whether or not anyone wants the rest.
  const stays = pieces.some((piece) => isKept(unit, piece));
  return stays || backup?.wanted(unit) === true ? 'read' : 'none';
}

function piecesOf(unit: EraseUnit, { image, moves = [] }: Pick<PlanInput, 'image' | 'moves'>): Piece[] {
  const { region } = unit;
  const pieces: Piece[] = [];
  const from = (address: number, size: number, source: { region: string; address: number }) => {
    if (size > 0) pieces.push({ address, size, source: { from: 'device', ...source } });
  };
  const fromDevice = (start: number, end: number) => {
    let at = start;
    for (const move of movesWithin(moves, { region, address: start, size: end - start })) {
      from(at, move.address - at, { region, address: at });
      from(move.address, move.size, { region: move.from.region, address: move.from.address });
      at = move.address + move.size;
    }
    from(at, end - at, { region, address: at });
  };
  let at = unit.address;
  for (const part of imageWithin(image, unit)) {
    fromDevice(at, part.address);
    const source: Source = part.blank === true ? { from: 'blank' } : { from: 'image' };
    pieces.push({ address: part.address, size: part.data.length, source });
    at = part.address + part.data.length;
  }
  fromDevice(at, unit.address + unit.size);
  return pieces;
}

function whyChanged(
  { layout, promised, image, moves = [] }: PlanInput,
  unit: EraseUnit,
  pieces: readonly Piece[],
  encrypt: boolean,
): string {
  const names = partitionsTouching(layout, unit).map((partition) => partition.name);
  const where = names.length > 0 ? ` in ${names.join(', ')}` : '';
  const kept = pieces.filter((piece) => isKept(unit, piece));
  if (promised.some((range) => overlaps(range, unit))) return `bytes${where} from an interrupted job are put back`;
  if (encrypt) return `the board encrypts it while writing${where}, so the current content cannot be compared`;
  if (pieces.every((piece) => piece.source.from === 'blank')) return `its content${where} is erased`;
  const stay = kept.map((piece) => `${bytes(piece.size)} from ${hex(piece.address)}`).join(' and ');
  const own = [...movesWithin(moves, unit), ...imageWithin(image, unit)].flatMap(({ why }) => why ?? []);
  const what = own.length > 0 ? [...new Set(own)].join(', ') : `the file differs from the flash${where}`;
  return `${what}${kept.length > 0 ? `; ${stay} stay` : ''}`;
}

function commitIn({ commits = [] }: PlanInput, unit: EraseUnit): Range | undefined {
  return commits.find((commit) => overlaps(commit, unit));
}

/** A unit that already holds the wanted content and is rewritten because it starts the device. */
function rewritten(wish: PlanInput, unit: EraseUnit): Changed {
  const pieces = piecesOf(unit, wish);
  const erased = erasedByteOf(wish.layout.map, unit.region);
  const content = assemble(unit, pieces, wish.image, (range) => bytesBefore(wish, range), erased);
  if (content === null) throw new RangeError(`an equal unit at ${hex(unit.address)} whose bytes are not known`);
  const after = wish.md5(content);
  const last = heldBackOf(wish, unit, content);
  const why = 'it makes the board start, so it is erased first and written last';
  const same = { before: after, after, backup: 'stored' } as const;
  return { encrypt: false, unit: { ...unit, ...same, pieces, why, ...(last && { deferred: last }) } };
}

function heldBackOf(wish: PlanInput, unit: EraseUnit, content: Uint8Array): UnitPlan['deferred'] {
  const { md5, layout } = wish;
  const range = commitIn(wish, unit);
  if (range === undefined) return undefined;
  if (!contains(unit, range))
    throw new RangeError(`the commit at ${hex(range.address)} is in more than one erase unit`);
  return { ...range, md5: md5(withoutRange(unit, range, content, erasedByteOf(layout.map, unit.region))) };
}

/** Stretches with deferred bytes go first: from then on nothing starts until those bytes are written. */
function startsLast({ units }: Stretch): number {
  return units.some(({ deferred }) => deferred !== undefined) ? 1 : 0;
}

function inOrder(changed: readonly Changed[]): Changed[] {
  // Regions are in the order of their first unit; within a region, units are in address order.
  const regions = [...new Set(changed.map(({ unit }) => unit.region))];
  return changed.toSorted(
    (a, b) => regions.indexOf(a.unit.region) - regions.indexOf(b.unit.region) || a.unit.address - b.unit.address,
  );
}

/** A unit that changes, and whether the device encrypts it. */
interface Changed {
  readonly unit: UnitPlan;
  readonly encrypt: boolean;
}

function intoStretches(changed: readonly Changed[], rank: (range: Range) => number): Stretch[] {
  const stretches: (Omit<Stretch, 'size' | 'units'> & { size: number; units: UnitPlan[] })[] = [];
  for (const { unit, encrypt } of changed) {
    const last = stretches.at(-1);
    const own = rank(unit);
    const joins =
      last !== undefined &&
      last.region === unit.region &&
      last.address + last.size === unit.address &&
      last.rank === own &&
      last.encrypt === encrypt &&
      // A rewrite has at most one deferred range, and a stretch with one is kept as short as possible.
      unit.deferred === undefined &&
      last.units.every(({ deferred }) => deferred === undefined) &&
      // What follows begins at a block that is erased at once: a stretch that does not costs an erase for each of its sectors.
      last.size + unit.size <= (unit.size < LARGE_UNIT ? STRETCH_LIMIT - (last.address % ERASE_BLOCK) : LARGE_LIMIT);
    if (joins) {
      last.units.push(unit);
      last.size += unit.size;
    } else {
      const { region, address, size } = unit;
      stretches.push({ region, address, size, units: [unit], rank: own, encrypt });
    }
  }
  return stretches;
}

function* imageDigest({ image, moves = [], md5 }: PlanInput): Generator<void, Plan['image']> {
  // A digest over the segments' digests and addresses avoids a copy of the whole image.
  const lines: string[] = [];
  for (const { region, address, data } of image) {
    yield;
    lines.push(`${region} ${hex(address)} ${data.length} ${md5(data)}`);
  }
  for (const { region, address, size, from } of moves)
    lines.push(`${region} ${hex(address)} ${size} from ${from.region} ${hex(from.address)}`);
  return { size: imageSize(image), md5: md5(Uint8Array.from(lines.join('\n'), (letter) => letter.charCodeAt(0))) };
}
