/** Asks a device what the erase units of a wish hold, with as few bytes over the wire as it takes. */
import { isEncrypted } from '../flash/ciphered.ts';
import type { Image } from '../flash/image.ts';
import { imageWithin, segmentRange } from '../flash/image.ts';
import type { KeptBytes } from '../flash/journal.ts';
import type { Layout } from '../flash/layout.ts';
import type { EraseUnit, Range } from '../flash/map.ts';
import { overlaps, rangeEnd } from '../flash/map.ts';
import { assemble, touchedUnits } from '../flash/plan.ts';
import type { Held, Md5, Survey } from '../flash/survey.ts';
import { unitKey } from '../flash/survey.ts';
import type { Target, Watch } from '../flash/target.ts';

/** A device digests this many bytes in one command nearly as fast as one erase unit of 4 KiB. */
export const DIGEST_SPAN = 0x10000;

/** What a survey needs; `onBytes` counts the bytes of units that are settled. */
export interface SurveyWish extends Watch {
  readonly target: Target;
  readonly layout: Layout;
  readonly image: Image;
  readonly promised: readonly KeptBytes[];
  readonly md5: Md5;
}

/**
 * What the units of a wish hold: bytes where something in them must be kept, else a digest. Units that the image
 * fills are compared 64 KiB at a time, and one by one only where that differs.
 */
export async function takeSurvey(wish: SurveyWish): Promise<Survey> {
  const touched = touchedUnits(wish.layout, [...wish.image.map(segmentRange), ...wish.promised]);
  const survey = new Map<string, Held>();
  // Where the device encrypts, an answer would be ciphertext: it tells nothing of what is wanted there.
  const [units, ciphered] = parted(touched, (unit) => !isEncrypted(wish.layout, wish.image, unit));
  for (const unit of ciphered) survey.set(unitKey(unit), { kind: 'unreadable' });
  let done = 0;
  for (const span of intoSpans(units, (unit) => isFilled(wish, unit))) {
    wish.cancel.check();
    for (const [unit, found] of await askSpan(wish, span)) survey.set(unitKey(unit), found);
    done += span.units.reduce((sum, unit) => sum + unit.size, 0);
    wish.onBytes?.(done);
  }
  return survey;
}

/** Neighbouring units, of which the image fills all or (alone) not. */
interface Span {
  readonly filled: boolean;
  readonly units: readonly EraseUnit[];
}

async function askSpan(wish: SurveyWish, span: Span): Promise<[EraseUnit, Held][]> {
  const { target, md5, image, cancel } = wish;
  const [first] = span.units;
  const last = span.units.at(-1);
  if (first === undefined || last === undefined) return [];
  if (!span.filled || target.digest === undefined) {
    if (target.read === undefined) return span.units.map((unit) => [unit, { kind: 'unreadable' }]);
    const found: [EraseUnit, Held][] = [];
    for (const unit of span.units)
      found.push([unit, { kind: 'bytes', data: await target.read(unit, { cancel: wish.cancel }) }]);
    return found;
  }
  const whole = { region: first.region, address: first.address, size: rangeEnd(last) - first.address };
  const each = (digest: (unit: EraseUnit) => string): [EraseUnit, Held][] =>
    span.units.map((unit) => [unit, { kind: 'digest', md5: digest(unit) }]);
  if (span.units.length > 1) {
    const answer = await target.digest(whole, { cancel });
    if (answer === md5(filledBytes(image, whole))) return each((unit) => md5(filledBytes(image, unit)));
    // Most of a large flash was never written: there one answer stands for all units too.
    if (answer === md5(BLANK.subarray(0, whole.size))) return each((unit) => md5(BLANK.subarray(0, unit.size)));
  }
  const found: [EraseUnit, Held][] = [];
  for (const unit of span.units) {
    wish.cancel.check();
    found.push([unit, { kind: 'digest', md5: await target.digest(unit, { cancel }) }]);
  }
  return found;
}

const BLANK = new Uint8Array(DIGEST_SPAN).fill(0xff);

/** The bytes of a range that an image fills. */
function filledBytes(image: Image, range: Range): Uint8Array {
  return assemble(range, [], image, () => null) ?? new Uint8Array();
}

function parted<T>(all: readonly T[], wanted: (one: T) => boolean): [T[], T[]] {
  return [all.filter(wanted), all.filter((one) => !wanted(one))];
}

function isFilled({ image, promised }: SurveyWish, unit: EraseUnit): boolean {
  const claimed = imageWithin(image, unit).reduce((sum, part) => sum + part.data.length, 0);
  return claimed === unit.size && !promised.some((kept) => overlaps(kept, unit));
}

function intoSpans(units: readonly EraseUnit[], filled: (unit: EraseUnit) => boolean): Span[] {
  const spans: { filled: boolean; units: EraseUnit[] }[] = [];
  for (const unit of units) {
    const own = filled(unit);
    const last = spans.at(-1);
    const before = last?.units.at(-1);
    const joins =
      own &&
      last?.filled === true &&
      before !== undefined &&
      before.region === unit.region &&
      rangeEnd(before) === unit.address &&
      Math.floor(before.address / DIGEST_SPAN) === Math.floor(unit.address / DIGEST_SPAN);
    if (joins) last.units.push(unit);
    else spans.push({ filled: own, units: [unit] });
  }
  return spans;
}
