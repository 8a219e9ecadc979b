/** Surveys the erase units that a write touches, with as few bytes over the wire as possible. */
import { isEncrypted } from '../../flash/ciphered.ts';
import { assemble, blanksOf } from '../../flash/content.ts';
import type { Failure, FailureFacts, FailureWords } from '../../flash/failure.ts';
import { failures } from '../../flash/failure.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { imageWithin, segmentRange } from '../../flash/image.ts';
import type { KeptBytes } from '../../flash/journal.ts';
import type { Layout } from '../../flash/layout.ts';
import { touchedUnits } from '../../flash/layout.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { bare, neighbours, spanOf } from '../../flash/neighbours.ts';
import type { UnitContent, Md5, Survey } from '../../flash/survey.ts';
import { unitKey } from '../../flash/survey.ts';
import { DIGEST_SPAN } from '../../flash/surroundings.ts';
import type { Target, Watch } from '../../flash/target.ts';

/** The register of failures in reading what is to be kept. */
export const SURVEY_FAILURES = {
  'read-unsure': {
    kind: 'refused',
    says: (v) =>
      `The content of the erase unit at ${v['address']} (${v['size']}) is uncertain: two reads gave different ` +
      'results.',
    next: 'It was not erased. Check the cable, then try again.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(SURVEY_FAILURES);

/** The failure of a unit that is to be kept but gives a different answer each time. */
export function unsure(unit: EraseUnit): Failure {
  const values = { address: hex(unit.address), size: bytes(unit.size) };
  return fail('read-unsure', { values, place: { in: 'flash', range: bare(unit) } });
}

/** Whether a device refused to show a place of its flash: it still answers, and may show the others. */
export function isPlaceRefused({ kind, name, place }: FailureFacts): boolean {
  return kind === 'refused' && place?.in === 'flash' && !(name in SURVEY_FAILURES);
}

/** Whether two neighbours are digested in one command. */
export function inOneSpan(before: Range, next: Range): boolean {
  return Math.floor(before.address / DIGEST_SPAN) === Math.floor(next.address / DIGEST_SPAN);
}

/** The input of a survey; `onBytes` counts the bytes of units that are done. */
export interface SurveyInput extends Watch {
  readonly target: Target;
  readonly layout: Layout;
  readonly image: Image;
  readonly promised: readonly KeptBytes[];
  readonly md5: Md5;
}

/**
 * What the units of a write hold: bytes where something in them must be kept, else a digest. Units that the image fills are
 * compared 64 KiB at a time, and one by one only where that differs.
 */
export async function takeSurvey(wish: SurveyInput): Promise<Survey> {
  const touched = touchedUnits(wish.layout, [...wish.image.map(segmentRange), ...wish.promised]);
  const survey = new Map<string, UnitContent>();
  // Where the device encrypts, an answer would be ciphertext, which says nothing about the plain content.
  const [units, ciphered] = parted(touched, (unit) => !isEncrypted(wish.layout, wish.image, unit));
  for (const unit of ciphered) survey.set(unitKey(unit), { kind: 'unreadable' });
  let done = 0;
  const together = (before: EraseUnit, next: EraseUnit) =>
    inOneSpan(before, next) && isFilled(wish, before) && isFilled(wish, next);
  for (const span of neighbours(units, together)) {
    wish.cancel.check();
    for (const [unit, found] of await askSpan(wish, span)) survey.set(unitKey(unit), found);
    done += spanOf(span).size;
    wish.onBytes?.(done);
  }
  return survey;
}

/** What neighbouring units hold: all of them filled by the image, or a single one that is not. */
async function askSpan(wish: SurveyInput, units: readonly EraseUnit[]): Promise<[EraseUnit, UnitContent][]> {
  const { target, md5, image, cancel } = wish;
  if (target.digest === undefined || !units.every((unit) => isFilled(wish, unit))) {
    if (target.read === undefined) return units.map((unit) => [unit, { kind: 'unreadable' }]);
    const found: [EraseUnit, UnitContent][] = [];
    for (const unit of units) {
      const data = await target.read(unit, { cancel });
      // Bytes that are written back later must be right, even if the link loses or changes some.
      if (target.digest !== undefined && (await target.digest(unit, { cancel })) !== md5(data)) throw unsure(unit);
      found.push([unit, { kind: 'bytes', data }]);
    }
    return found;
  }
  const whole = spanOf(units);
  const each = (digest: (unit: EraseUnit) => string): [EraseUnit, UnitContent][] =>
    units.map((unit) => [unit, { kind: 'digest', md5: digest(unit) }]);
  if (units.length > 1) {
    const answer = await target.digest(whole, { cancel });
    if (answer === md5(filledBytes(image, whole))) return each((unit) => md5(filledBytes(image, unit)));
    // Most of a large flash was never written: there, too, one answer covers all units.
    const blank = blanksOf(wish.layout.map, md5);
    if (answer === blank.digest(whole)) return each((unit) => blank.digest(unit));
  }
  const found: [EraseUnit, UnitContent][] = [];
  for (const unit of units) {
    wish.cancel.check();
    found.push([unit, { kind: 'digest', md5: await target.digest(unit, { cancel }) }]);
  }
  return found;
}

/** The bytes of a range that an image fills. */
function filledBytes(image: Image, range: Range): Uint8Array {
  return assemble(range, [], image, () => null, 0xff) ?? new Uint8Array();
}

function parted<T>(all: readonly T[], wanted: (one: T) => boolean): [T[], T[]] {
  return [all.filter(wanted), all.filter((one) => !wanted(one))];
}

function isFilled({ image, promised }: SurveyInput, unit: EraseUnit): boolean {
  const claimed = imageWithin(image, unit).reduce((sum, part) => sum + part.data.length, 0);
  return claimed === unit.size && !promised.some((kept) => overlaps(kept, unit));
}
