/** What one erase unit comes to in a plan: where each of its bytes comes from, and whether and why it changes. */
import type { Blanks } from './content.ts';
import { assemble, blanksOf, bytesBefore, withoutRange } from './content.ts';
import type { Refusal } from './finding.ts';
import { bytes, hex } from './finding.ts';
import type { Image } from './image.ts';
import { imageWithin } from './image.ts';
import type { Partition } from './layout.ts';
import { isCipheredWhole, isEncrypted, partitionsTouching } from './layout.ts';
import type { EraseUnit, Range } from './map.ts';
import { contains, erasedByteOf, overlaps, rangeEnd } from './map.ts';
import type { Move } from './move.ts';
import { movesWithin } from './move.ts';
import type { Piece, PlanInput, Source, UnitBackup, UnitPlan } from './plan.ts';
import { refuseCiphered, refuseUnknown } from './refuse.ts';
import type { UnitContent } from './survey.ts';
import { unitContent, unitKey } from './survey.ts';

/** Where the bytes of most pieces come from. */
const FROM_IMAGE: Source = { from: 'image' };
const FROM_BLANK: Source = { from: 'blank' };

/** A unit that changes, and whether the device encrypts it. */
export interface Changed {
  readonly unit: UnitPlan;
  readonly encrypt: boolean;
}

/** What a unit comes to: it holds the wanted bytes already, it changes, or bytes that must stay in it would be lost. */
export type PlannedUnit =
  | { readonly kind: 'equal'; readonly after: string }
  | { readonly kind: 'changed'; readonly changed: Changed }
  | { readonly kind: 'lost'; readonly refusal: Refusal };

/** What of the input of planning lies within one unit, looked for once: thousands of units ask for it several times each. */
interface Within {
  readonly image: Image;
  readonly moves: readonly Move[];
}

/** Plans the units of what one input of planning touches. */
export class UnitPlanner {
  readonly #blank: Blanks;
  /** Digests of surveyed bytes, each worked out once: what moves from one unit to another has the same in both. */
  readonly #digests = new Map<Uint8Array, string>();
  /** The partition that units lay in last, alone, as its place in a sentence. */
  #in: { readonly partition: Partition; readonly where: string } | null = null;

  constructor(private readonly input: PlanInput) {
    this.#blank = blanksOf(input.layout.map, input.md5);
  }

  /** What a unit comes to. Digests what it holds and will hold, where the survey has no digest of that. */
  plan(unit: EraseUnit): PlannedUnit {
    const { layout, survey, md5 } = this.input;
    const own = within(this.input, unit);
    const encrypt = isEncrypted(layout, own.image, unit);
    // Reads return ciphertext where the device encrypts: there are no bytes to keep and nothing to compare.
    const before: UnitContent = encrypt ? { kind: 'unreadable' } : unitContent(survey, unit);
    const pieces = piecesOf(unit, own);
    const content = () => this.#contentAfter(unit, pieces, own.image, encrypt);
    const whole = !encrypt || isCipheredWhole(layout, unit);
    const moved = this.#movedTo(unit, pieces);
    const made = moved === null ? content() : null;
    const after = made === null ? moved : md5(made);
    if (after === null || !whole) {
      return { kind: 'lost', refusal: encrypt ? refuseCiphered(unit, whole) : refuseUnknown(unit) };
    }
    const digest = before.kind === 'digest' ? before.md5 : before.kind === 'bytes' ? this.#digestOf(before.data) : null;
    if (digest === after) return { kind: 'equal', after };
    const why = whyChanged(this.input, own, unit, pieces, encrypt, this.#where(unit));
    const backup = this.#backupOf(unit, pieces, before, digest);
    const deferred = deferredOf(this.input, unit, content);
    const { region, address, size } = unit;
    const planned = { region, address, size, pieces, before: digest, after, why, backup };
    return { kind: 'changed', changed: { encrypt, unit: deferred === null ? planned : { ...planned, deferred } } };
  }

  /** A unit that already holds the wanted content and is rewritten because it starts the device. */
  rewritten(unit: EraseUnit): Changed {
    const { image, moves } = within(this.input, unit);
    const pieces = piecesOf(unit, { image, moves });
    const content = this.#contentAfter(unit, pieces, image, false);
    if (content === null) throw bytesMissing(unit);
    const after = this.input.md5(content);
    const deferred = deferredOf(this.input, unit, () => content);
    const why = 'it makes the board start, so it is erased first and written last';
    const same = { before: after, after, backup: 'stored' } as const;
    return { encrypt: false, unit: { ...unit, ...same, pieces, why, ...(deferred !== null && { deferred }) } };
  }

  #contentAfter(unit: EraseUnit, pieces: readonly Piece[], image: Image, encrypt: boolean): Uint8Array | null {
    const kept = (range: Range) => (encrypt ? null : bytesBefore(this.input, range));
    return assemble(unit, pieces, image, kept, erasedByteOf(this.input.layout.map, unit.region));
  }

  /** Where a unit lies, for a sentence: ` in nvs, otadata`; empty outside all partitions. */
  #where(unit: EraseUnit): string {
    const touched = partitionsTouching(this.input.layout, unit);
    const [partition] = touched;
    if (partition === undefined) return '';
    if (touched.length > 1) return ` in ${touched.map(({ name }) => name).join(', ')}`;
    if (this.#in?.partition !== partition) this.#in = { partition, where: ` in ${partition.name}` };
    return this.#in.where;
  }

  #digestOf(data: Uint8Array): string {
    const digest = this.#digests.get(data) ?? this.input.md5(data);
    this.#digests.set(data, digest);
    return digest;
  }

  /** The digest of a unit that a single unit of the device moves to; null for any other. */
  #movedTo(unit: EraseUnit, pieces: readonly Piece[]): string | null {
    const [piece] = pieces;
    if (piece === undefined || pieces.length > 1 || piece.source.from !== 'device') return null;
    // What is promised counts instead of what was found.
    const { promised, survey } = this.input;
    const { region, address } = piece.source;
    if (promised.some((range) => overlaps(range, { region, address, size: unit.size }))) return null;
    const source = survey.get(unitKey(piece.source));
    return source?.kind === 'bytes' && source.data.length === unit.size ? this.#digestOf(source.data) : null;
  }

  #backupOf(unit: EraseUnit, pieces: readonly Piece[], before: UnitContent, digest: string | null): UnitBackup {
    const { backup } = this.input;
    if (digest === null) return 'none';
    const stored = digest === this.#blank.digest(unit) || backup?.stored.has(digest) === true;
    if (stored || (before.kind === 'bytes' && backup?.proved !== false)) return 'stored';
    // Bytes that stay in the unit must be right, whether or not anyone wants the rest.
    const stays = pieces.some((piece) => isKept(unit, piece));
    return stays || backup?.wanted(unit) === true ? 'read' : 'none';
  }
}

/** The range of a unit that makes the device start and is written last; undefined if there is none. */
export function commitIn({ commits = [] }: PlanInput, unit: EraseUnit): Range | undefined {
  return commits.find((commit) => overlaps(commit, unit));
}

/** Whether a piece keeps the bytes that are in its place. */
export function isKept({ region }: EraseUnit, { address, source }: Piece): boolean {
  return source.from === 'device' && source.region === region && source.address === address;
}

function within({ image, moves = [] }: PlanInput, unit: EraseUnit): Within {
  return { image: imageWithin(image, unit), moves: movesWithin(moves, unit) };
}

function piecesOf(unit: EraseUnit, { image, moves }: Within): Piece[] {
  const pieces: Piece[] = [];
  let at = unit.address;
  for (const part of image) {
    if (at < part.address) pieces.push(...fromDevice(unit.region, at, part.address, moves));
    pieces.push({
      address: part.address,
      size: part.data.length,
      source: part.blank === true ? FROM_BLANK : FROM_IMAGE,
    });
    at = part.address + part.data.length;
  }
  if (at < rangeEnd(unit)) pieces.push(...fromDevice(unit.region, at, rangeEnd(unit), moves));
  return pieces;
}

/** The pieces of a range that no segment fills: what moves there, and what stays in its place. */
function fromDevice(region: string, start: number, end: number, moves: readonly Move[]): Piece[] {
  const pieces: Piece[] = [];
  const from = (address: number, size: number, source: { readonly region: string; readonly address: number }) => {
    if (size > 0)
      pieces.push({ address, size, source: { from: 'device', region: source.region, address: source.address } });
  };
  let at = start;
  for (const move of movesWithin(moves, { region, address: start, size: end - start })) {
    from(at, move.address - at, { region, address: at });
    from(move.address, move.size, move.from);
    at = move.address + move.size;
  }
  from(at, end - at, { region, address: at });
  return pieces;
}

function whyChanged(
  { promised }: PlanInput,
  { image, moves }: Within,
  unit: EraseUnit,
  pieces: readonly Piece[],
  encrypt: boolean,
  where: string,
): string {
  if (promised.some((range) => overlaps(range, unit))) return `bytes${where} from an interrupted job are put back`;
  if (encrypt) return `the board encrypts it while writing${where}, so the current content cannot be compared`;
  if (pieces.every((piece) => piece.source.from === 'blank')) return `its content${where} is erased`;
  const own: string[] = [];
  for (const parts of [moves, image])
    for (const { why } of parts) if (why !== undefined && !own.includes(why)) own.push(why);
  const what = own.length > 0 ? own.join(', ') : `the file differs from the flash${where}`;
  const kept = pieces.filter((piece) => isKept(unit, piece));
  if (kept.length === 0) return what;
  return `${what}; kept: ${kept.map((piece) => `${bytes(piece.size)} from ${hex(piece.address)}`).join(' and ')}`;
}

function deferredOf(
  input: PlanInput,
  unit: EraseUnit,
  content: () => Uint8Array | null,
): NonNullable<UnitPlan['deferred']> | null {
  const { md5, layout } = input;
  const range = commitIn(input, unit);
  if (range === undefined) return null;
  if (!contains(unit, range))
    throw new RangeError(`the commit at ${hex(range.address)} is in more than one erase unit`);
  const data = content();
  if (data === null) throw bytesMissing(unit);
  return { ...range, md5: md5(withoutRange(unit, range, data, erasedByteOf(layout.map, unit.region))) };
}

function bytesMissing(unit: EraseUnit): RangeError {
  return new RangeError(`the bytes that the unit at ${hex(unit.address)} will hold are not known`);
}
