/** Surveys the erase units that a write touches, with as few bytes over the wire as possible. */
import { isEncrypted, touchedUnits } from '../../flash/layout.ts';
import { assemble, blanksOf } from '../../flash/content.ts';
import type { Failure, FailureFacts, FailureWords } from '../../flash/failure.ts';
import { failures } from '../../flash/failure.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { segmentRange, sizeWithin } from '../../flash/image.ts';
import type { KeptBytes } from '../../flash/journal.ts';
import type { Layout } from '../../flash/layout.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { erasedByteOf, overlaps, bare, neighbours, spanOf, sizeOf } from '../../flash/map.ts';
import type { Move } from '../../flash/move.ts';
import { movesWithin, sourceOf } from '../../flash/move.ts';
import type { UnitContent, Md5, Survey } from '../../flash/survey.ts';
import { unitContent, unitKey } from '../../flash/survey.ts';
import { DIGEST_SPAN } from '../../flash/surroundings.ts';
import type { OnProgress, Target, Watch } from '../../flash/target.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { STORE_FAILURES } from '../../storage/store.ts';
import { readLikely } from './read-likely.ts';

/** The register of failures in reading what is to be kept. */
export const SURVEY_FAILURES = {
  'read-unsure': {
    kind: 'refused',
    heading: 'Two reads differed',
    says: (v) =>
      `The content of the erase unit at ${v['address']} (${v['size']}) is uncertain: two reads gave different ` +
      'results.',
    next: 'It was not erased. Check the cable, then try again.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(SURVEY_FAILURES);

/** The failure of a unit that is to be kept but gives a different answer each time. */
export function unstableReadFailure(unit: EraseUnit): Failure {
  const values = { address: hex(unit.address), size: bytes(unit.size) };
  return fail('read-unsure', { values, place: { in: 'flash', range: bare(unit) } });
}

/** Whether a device refused to show a place of its flash: it still answers, and may show the others. */
export function isPlaceRefused({ kind, name, place }: FailureFacts): boolean {
  return kind === 'refused' && place?.in === 'flash' && !(name in SURVEY_FAILURES);
}

/**
 * Whether the board is as usable as before after a failure: one of the store, or a refusal. A board that refuses to show a place of its
 * flash still answers, and may show the others.
 */
export function leavesBoardUsable(failure: FailureFacts): boolean {
  const isKnown = failure.name in STORE_FAILURES || failure.name in SURVEY_FAILURES;
  return failure.kind === 'refused' && (isKnown || isPlaceRefused(failure));
}

/** Tells whether two neighbours are digested in one command, of at most `size` bytes. */
export function inSpansOf(size: number): (before: Range, next: Range) => boolean {
  return (before, next) => Math.floor(before.address / size) === Math.floor(next.address / size);
}

/** Whether two neighbours are digested in one command. */
export const inOneSpan = inSpansOf(DIGEST_SPAN);

/** What a survey digests at once, in bytes: what differs is digested again, and the less of it, the sooner. */
const SURVEY_SPAN = 0x8000;

/** The input of a survey; `onProgress` hears of the bytes of units that are done. */
export interface SurveyInput extends Pick<Watch, 'cancel'> {
  readonly onProgress?: OnProgress;
  readonly target: Target;
  readonly layout: Layout;
  readonly image: Image;
  /** Bytes that go elsewhere: those that they are read from are surveyed too. */
  readonly moves?: readonly Move[];
  readonly promised: readonly KeptBytes[];
  readonly md5: Md5;
  /** Whether what a unit holds, by its digest, is to be kept: it is read at once if that saves digests. Absent: it is not. */
  readonly keeps?: (unit: EraseUnit, md5: string) => Promise<boolean>;
}

/**
 * What the units of a write hold: bytes where something in them must be kept or goes elsewhere, else a digest. Units that the
 * write fills are asked 32 KiB at a time, and one by one only where that differs from what is wanted and from blank flash, or
 * where most of what lies before them did.
 */
export async function takeSurvey(input: SurveyInput): Promise<Survey> {
  const { moves = [] } = input;
  const ranges = [...input.image.map(segmentRange), ...input.promised, ...moves, ...moves.map(sourceOf)];
  const touched = touchedUnits(input.layout, ranges);
  const survey = new Map<string, UnitContent>();
  // Where the device encrypts, an answer would be ciphertext, which says nothing about the plain content.
  const [units, ciphered] = parted(touched, (unit) => !isEncrypted(input.layout, input.image, unit));
  for (const unit of ciphered) survey.set(unitKey(unit), { kind: 'unreadable' });
  const asks = new Map<EraseUnit, ReturnType<typeof askFor>>();
  for (const unit of units) asks.set(unit, askFor(input, unit));
  const inShort = inSpansOf(SURVEY_SPAN);
  const together = (before: EraseUnit, next: EraseUnit) => {
    const how = asks.get(before);
    const inOne = how === 'digest' ? inShort : inOneSpan;
    return how !== 'unit' && how === asks.get(next) && inOne(before, next);
  };
  const spans = [...neighbours(units, together)];
  const isSource = ([first]: readonly EraseUnit[]) => first !== undefined && asks.get(first) === 'source';
  const meter = new SurveyMeter(input, spans, isSource);
  // What moves is read, which takes longest, unless it is blank: that is asked of all of it first, and then it is known how long.
  const before = new Map<readonly EraseUnit[], string>();
  for (const span of spans.filter(isSource)) {
    input.cancel.check();
    const digest =
      input.target.read === undefined ? undefined : await input.target.digest?.(spanOf(span), { cancel: input.cancel });
    if (digest === undefined) break;
    before.set(span, digest);
    meter.asked(span, digest);
  }
  let alone = false;
  for (const span of spans) {
    input.cancel.check();
    const { found, differ } = await askSpan(input, span, alone, before.get(span));
    for (const [unit, content] of found) survey.set(unitKey(unit), content);
    alone = differ > span.length / 2;
    meter.found(span);
  }
  return survey;
}

/** How far a survey is, by the time that each part of it takes at the device's pace: reading takes longer than digests. */
class SurveyMeter {
  readonly #total: number;
  readonly #readMs: number;
  readonly #digestMs: number;
  /** How long what is left of each part takes, and of all of them. */
  readonly #partMs = new Map<readonly EraseUnit[], number>();
  #leftMs = 0;
  #allMs: number;
  #done = 0;

  constructor(
    private readonly input: SurveyInput,
    spans: readonly (readonly EraseUnit[])[],
    isSource: (span: readonly EraseUnit[]) => boolean,
  ) {
    const { target } = input;
    const { readBytesPerSecond, digestBytesPerSecond } = target.pace();
    this.#readMs = target.read === undefined ? 0 : 1000 / readBytesPerSecond;
    this.#digestMs = target.digest === undefined ? 0 : 1000 / digestBytesPerSecond;
    for (const span of spans) {
      // Of a unit of which some bytes stay, mostly none have to be read.
      const isRead = target.digest === undefined || isSource(span);
      this.#expect(span, spanOf(span).size * (this.#digestMs + (isRead ? this.#readMs : 0)));
    }
    this.#total = sizeOf(spans.flat());
    this.#allMs = this.#leftMs;
  }

  /** A part was digested that is then read unless it is blank: until all of these are, nobody knows how much is read. */
  asked(span: readonly EraseUnit[], digest: string): void {
    const whole = spanOf(span);
    const isBlank = digest === blanksOf(this.input.layout.map, this.input.md5).digest(whole);
    // What is not read after all was never to be done.
    if (isBlank) this.#allMs -= whole.size * this.#readMs;
    this.#expect(span, isBlank ? 0 : whole.size * this.#readMs);
    this.input.onProgress?.(0, 0);
  }

  /** It is known what a part holds. */
  found(span: readonly EraseUnit[]): void {
    this.#expect(span, 0);
    this.#done += spanOf(span).size;
    this.#tell();
  }

  #expect(span: readonly EraseUnit[], ms: number): void {
    this.#leftMs += ms - (this.#partMs.get(span) ?? 0);
    this.#partMs.set(span, ms);
  }

  #tell(): void {
    // What takes no time, as of an image in a file, goes by its bytes.
    const share = this.#allMs > 0 ? Math.min(1, Math.max(0, 1 - this.#leftMs / this.#allMs)) : undefined;
    this.input.onProgress?.(this.#done, this.#total, share);
  }
}

/** Whether the erase units that an image touches hold nothing now. Throws the `Failure`s of the device. */
export async function isBlankNow(
  input: Pick<SurveyInput, 'target' | 'layout' | 'image' | 'md5' | 'cancel'>,
): Promise<boolean> {
  const { layout, image, md5 } = input;
  const survey = await takeSurvey({ ...input, promised: [] });
  const blanks = blanksOf(layout.map, md5);
  return touchedUnits(layout, image.map(segmentRange)).every((unit) => {
    const found = unitContent(survey, unit);
    if (found.kind === 'digest') return found.md5 === blanks.digest(unit);
    return found.kind === 'bytes' && isFilledWith(found.data, erasedByteOf(layout.map, unit.region));
  });
}

/**
 * What a unit is asked for: its digest where the image or moves fill it, its bytes together with its neighbours' where they
 * are the source of a move, else its bytes alone, because some of them stay.
 */
function askFor(input: SurveyInput, unit: Range): 'digest' | 'source' | 'unit' {
  if ((input.moves ?? []).some((move) => overlaps(sourceOf(move), unit))) return 'source';
  return isFilled(input, unit) ? 'digest' : 'unit';
}

type Found = readonly [EraseUnit, UnitContent];

/** What was found in neighbours, and how many of them were digested one by one and are neither as wanted nor blank. */
interface FoundIn {
  readonly found: readonly Found[];
  readonly differ: number;
}

/** What neighbouring units hold: all of them asked for the same, or a single one. `alone`: they are not digested together. */
async function askSpan(
  input: SurveyInput,
  units: readonly EraseUnit[],
  alone: boolean,
  before: string | undefined,
): Promise<FoundIn> {
  const { target, cancel } = input;
  const digest = (range: Range) => target.digest?.(range, { cancel }) ?? Promise.resolve('');
  if (target.digest !== undefined && units.every((unit) => askFor(input, unit) === 'digest'))
    return digestSpan(input, units, digest, alone);
  return { found: await readSpan(input, units, target.digest === undefined ? null : digest, before), differ: 0 };
}

type Digest = (range: Range) => Promise<string>;

/** The bytes of neighbouring units, confirmed by the device's digest if it has one; `known` is that digest where it was asked for. */
async function readSpan(
  input: SurveyInput,
  units: readonly EraseUnit[],
  digest: Digest | null,
  known?: string,
): Promise<Found[]> {
  const { target, md5, cancel } = input;
  const whole = spanOf(units);
  const blank = blanksOf(input.layout.map, md5);
  if (target.read === undefined) return units.map((unit) => [unit, { kind: 'unreadable' }]);
  const cut = (data: Uint8Array): Found[] =>
    units.map((unit) => {
      const at = unit.address - whole.address;
      return [unit, { kind: 'bytes', data: data.subarray(at, at + unit.size) }];
    });
  if (digest === null) return cut(await target.read(whole, { cancel }));
  // Most of a large partition was never written: nothing has to be read there.
  const before = known ?? (await digest(whole));
  if (before === blank.digest(whole)) return cut(blank.bytes(whole));
  const [first] = units;
  if (first === undefined) return [];
  // An update of an app ends in a unit that mostly holds what it will hold. What moves may be anything.
  const likely = askFor(input, first) === 'unit' ? filledBytes(input.image, first) : null;
  const data = await (likely === null ? target.read(whole, { cancel }) : readLikely(input, first, likely, before));
  // Bytes that are written back later must be right, even if the link loses or changes some.
  if (data === null || before !== md5(data)) throw unstableReadFailure(first);
  return cut(data);
}

/**
 * The digests of neighbouring units that the image or moves fill. Once one of them differs and is read, the digest of all of them
 * tells whether the others are as wanted: most updates change few units.
 */
async function digestSpan(
  input: SurveyInput,
  units: readonly EraseUnit[],
  digest: Digest,
  alone: boolean,
): Promise<FoundIn> {
  const { image, md5, cancel, moves = [] } = input;
  const whole = spanOf(units);
  const blank = blanksOf(input.layout.map, md5);
  const each = (some: readonly EraseUnit[], digestOf: (unit: EraseUnit) => string): Found[] =>
    some.map((unit) => [unit, { kind: 'digest', md5: digestOf(unit) }]);
  // What moves here is not known yet.
  const known = units.every((unit) => movesWithin(moves, unit).length === 0);
  const wanted = (range: Range) => (known ? md5(filledBytes(image, range)) : null);
  const together = units.length > 1 && !alone ? await digest(whole) : null;
  if (together !== null && together === wanted(whole)) {
    return { found: each(units, (unit) => md5(filledBytes(image, unit))), differ: 0 };
  }
  if (together === blank.digest(whole)) return { found: each(units, (unit) => blank.digest(unit)), differ: 0 };
  const found: Found[] = [];
  let differ = 0;
  let guesses = known && together !== null;
  for (const [i, unit] of units.entries()) {
    cancel.check();
    const own = await digest(unit);
    const isOther = own !== wanted(unit);
    if (isOther && own !== blank.digest(unit)) differ++;
    const data = isOther && guesses ? await keptAtOnce(input, unit, own) : null;
    if (isOther) guesses = false;
    found.push([unit, data === null ? { kind: 'digest', md5: own } : { kind: 'bytes', data }]);
    if (data === null) continue;
    const all = filledBytes(image, whole).slice();
    all.set(data, unit.address - whole.address);
    const rest = units.slice(i + 1);
    if (together === md5(all))
      return { found: [...found, ...each(rest, (next) => md5(filledBytes(image, next)))], differ };
  }
  return { found, differ };
}

/** What a unit with this digest holds, if it is to be kept before it is overwritten; null where it is not, or cannot be sure. */
async function keptAtOnce(input: SurveyInput, unit: EraseUnit, own: string): Promise<Uint8Array | null> {
  const { target, image, keeps } = input;
  if (target.readsProved !== true || target.read === undefined || (await keeps?.(unit, own)) !== true) return null;
  return readLikely(input, unit, filledBytes(image, unit), own);
}

/** The bytes of a range that an image fills. */
function filledBytes(image: Image, range: Range): Uint8Array {
  return assemble(range, [], image, () => null, 0xff) ?? new Uint8Array();
}

function parted<T>(all: readonly T[], wanted: (one: T) => boolean): [T[], T[]] {
  const [is, others]: [T[], T[]] = [[], []];
  for (const one of all) (wanted(one) ? is : others).push(one);
  return [is, others];
}

function isFilled({ image, moves = [], promised }: SurveyInput, unit: Range): boolean {
  const claimed = movesWithin(moves, unit).reduce((sum, { size }) => sum + size, sizeWithin(image, unit));
  return claimed === unit.size && !promised.some((kept) => overlaps(kept, unit));
}
