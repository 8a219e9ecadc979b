/** Plans a write: from the wanted image and what the flash holds to the erase units that change, in which order, and why. */
import type { Refusal } from './finding.ts';
import type { Image } from './image.ts';
import { imageSize, segmentRange } from './image.ts';
import type { KeptBytes } from './journal.ts';
import type { Layout } from './layout.ts';
import { touchedUnits } from './layout.ts';
import type { EraseUnit, Range } from './map.ts';
import type { Move } from './move.ts';
import type { Changed } from './plan-unit.ts';
import { commitIn, isKept, UnitPlanner } from './plan-unit.ts';
import { refuseGeometry } from './refuse.ts';
import type { Md5, Survey } from './survey.ts';
import { unitKey } from './survey.ts';
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
 * The backup of a unit's previous content: `stored` already or known, to be `read` before the first erase, or `none`, because
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

/** A unit that holds the wanted bytes, and their MD5 (hex); without it in records of versions that did not keep it. */
export interface EqualUnit extends EraseUnit {
  readonly md5?: string;
}

/** A whole plan: plain data that can be printed, compared and stored. Stretches are in the order of work. */
export interface Plan {
  readonly version: 1;
  /** The size of the image, and a digest of what every unit that it touches will hold: plans that differ in that have another. */
  readonly image: { readonly size: number; readonly md5: string };
  readonly stretches: readonly Stretch[];
  /** Units that already hold the wanted bytes and are left alone. */
  readonly equal: readonly EqualUnit[];
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
  /** If absent, only those overwritten bytes that are known anyway are stored. */
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
export function planWrite(input: PlanInput): Planning {
  return atOnce(planInPieces(input));
}

/** How many bytes are planned in one piece: a millisecond of digests, so that what runs in between costs nothing beside them. */
const PIECE = 0x10000;

/** The same in pieces, because every byte is digested. */
export function* planInPieces(input: PlanInput): Generator<void, Planning> {
  const { image, moves = [] } = input;
  const refused = refuseGeometry(input.layout, [...image.map(segmentRange), ...moves]);
  if (refused.length > 0) return { kind: 'refused', refusals: refused };

  const changed: Changed[] = [];
  const equal: EqualUnit[] = [];
  const lost: Refusal[] = [];
  const planner = new UnitPlanner(input);
  const digests: string[] = [];
  let size = 0;
  for (const unit of touchedUnits(input.layout, [...image.map(segmentRange), ...moves, ...input.promised])) {
    if (size >= PIECE) {
      yield;
      size = 0;
    }
    size += unit.size;
    const planned = planner.plan(unit);
    if (planned.kind === 'lost') {
      lost.push(planned.refusal);
      continue;
    }
    if (planned.kind === 'changed') changed.push(planned.changed);
    else equal.push({ ...unit, md5: planned.after });
    const after = planned.kind === 'changed' ? planned.changed.unit.after : planned.after;
    digests.push(`${unitKey(unit)} ${after}`);
  }
  if (lost.length > 0) return { kind: 'refused', refusals: lost };

  // The device must not start while anything else is being written, so the unit that starts it is rewritten even if unchanged.
  const starting = changed.length === 0 ? [] : equal.filter((unit) => commitIn(input, unit) !== undefined);
  changed.push(...starting.map((unit) => planner.rewritten(unit)));
  const left = equal.filter((unit) => !starting.includes(unit));

  const stretches = intoStretches(inOrder(changed), input.rank).toSorted(
    (a, b) => Math.min(a.rank, 0) - Math.min(b.rank, 0) || startsLast(b) - startsLast(a) || a.rank - b.rank,
  );
  // The digests of all units say what the flash will hold: no byte of the image is digested a second time.
  const digest = input.md5(asBytes(digests.join('\n')));
  return { kind: 'plan', plan: { version: 1, image: { size: imageSize(image), md5: digest }, stretches, equal: left } };
}

/** The units of plans whose units were asked for. */
const PLANNED = new WeakMap<Plan, readonly UnitPlan[]>();

/** Every unit that a plan rewrites, in the order of work; the same array each time. */
export function plannedUnits(plan: Plan): readonly UnitPlan[] {
  const known = PLANNED.get(plan) ?? plan.stretches.flatMap((stretch) => stretch.units);
  PLANNED.set(plan, known);
  return known;
}

/** The ranges of rewritten units whose bytes are kept. */
export function keptRanges(plan: Plan): Range[] {
  return plannedUnits(plan).flatMap(keptOf);
}

/** The ranges of one rewritten unit whose bytes are kept. */
export function keptOf(unit: UnitPlan): Range[] {
  return rangesOf(unit, (piece) => isKept(unit, piece));
}

/** The ranges of one rewritten unit that get bytes from elsewhere on the device. */
export function movedOf(unit: UnitPlan): Range[] {
  return rangesOf(unit, (piece) => piece.source.from === 'device' && !isKept(unit, piece));
}

function rangesOf({ region, pieces }: UnitPlan, wanted: (piece: Piece) => boolean): Range[] {
  const ranges: Range[] = [];
  for (const piece of pieces) {
    const { address, size } = piece;
    if (wanted(piece)) ranges.push({ region, address, size });
  }
  return ranges;
}

/**
 * The estimated duration of a plan, in ms, at a device's pace, including what is read first; `packed` is the size of its content
 * after compression as a share of that before, null if nobody worked that out.
 */
export function estimateMs(plan: Plan, pace: Pace, packed: number | null = null): number {
  const size = plan.stretches.reduce((sum, stretch) => sum + stretch.size, 0);
  const ms = msPerByte(pace, packed);
  return Math.round(
    size * (ms.write + ms.digest) + plan.stretches.length * pace.stretchMs + bytesToRead(plan) * ms.read,
  );
}

/** How long a device takes for each byte, in ms; `packed` as in `estimateMs`. */
export function msPerByte(
  pace: Pace,
  packed: number | null,
): { readonly read: number; readonly write: number; readonly digest: number } {
  return {
    read: 1000 / pace.readBytesPerSecond,
    write: 1000 / writePace(pace, packed),
    digest: 1000 / pace.digestBytesPerSecond,
  };
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

/** Stretches with deferred bytes go first: from then on nothing starts until those bytes are written. */
function startsLast(stretch: Pick<Stretch, 'units'>): number {
  return holdsBack(stretch) ? 1 : 0;
}

/** Whether bytes of a stretch are deferred: those of its first unit, because such a unit joins no other. */
function holdsBack({ units: [first] }: Pick<Stretch, 'units'>): boolean {
  return first?.deferred !== undefined;
}

function inOrder(changed: readonly Changed[]): Changed[] {
  // Regions are in the order of their first unit; within a region, units are in address order.
  const regions = [...new Set(changed.map(({ unit }) => unit.region))];
  return changed.toSorted(
    (a, b) => regions.indexOf(a.unit.region) - regions.indexOf(b.unit.region) || a.unit.address - b.unit.address,
  );
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
      !holdsBack(last) &&
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

/** The low byte of each character; of hundreds of thousands, which an iterator takes ten times as long for. */
function asBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
