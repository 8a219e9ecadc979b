/** Surveys the erase units that a write touches, with as few bytes over the wire as possible. */
import { isEncrypted } from '../../flash/ciphered.ts';
import { assemble, blanksOf } from '../../flash/content.ts';
import type { Failure, FailureFacts, FailureWords } from '../../flash/failure.ts';
import { failures } from '../../flash/failure.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { segmentRange, sizeWithin } from '../../flash/image.ts';
import type { KeptBytes } from '../../flash/journal.ts';
import type { Layout } from '../../flash/layout.ts';
import { touchedUnits } from '../../flash/layout.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { Move } from '../../flash/move.ts';
import { movesWithin, sourceOf } from '../../flash/move.ts';
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
  /** Bytes that go elsewhere: those that they are read from are surveyed too. */
  readonly moves?: readonly Move[];
  readonly promised: readonly KeptBytes[];
  readonly md5: Md5;
}

/**
 * What the units of a write hold: bytes where something in them must be kept or goes elsewhere, else a digest. Units that the
 * write fills are asked 64 KiB at a time, and one by one only where that differs from what is wanted and from blank flash.
 */
export async function takeSurvey(wish: SurveyInput): Promise<Survey> {
  const { moves = [] } = wish;
  const ranges = [...wish.image.map(segmentRange), ...wish.promised, ...moves, ...moves.map(sourceOf)];
  const touched = touchedUnits(wish.layout, ranges);
  const survey = new Map<string, UnitContent>();
  // Where the device encrypts, an answer would be ciphertext, which says nothing about the plain content.
  const [units, ciphered] = parted(touched, (unit) => !isEncrypted(wish.layout, wish.image, unit));
  for (const unit of ciphered) survey.set(unitKey(unit), { kind: 'unreadable' });
  let done = 0;
  const together = (before: EraseUnit, next: EraseUnit) =>
    inOneSpan(before, next) && askFor(wish, before) !== 'unit' && askFor(wish, before) === askFor(wish, next);
  for (const span of neighbours(units, together)) {
    wish.cancel.check();
    for (const [unit, found] of await askSpan(wish, span)) survey.set(unitKey(unit), found);
    done += spanOf(span).size;
    wish.onBytes?.(done);
  }
  return survey;
}

/**
 * What a unit is asked for: its digest where the image or moves fill it, its bytes together with its neighbours' where they
 * are the source of a move, else its bytes alone, because some of them stay.
 */
function askFor(wish: SurveyInput, unit: Range): 'digest' | 'source' | 'unit' {
  if ((wish.moves ?? []).some((move) => overlaps(sourceOf(move), unit))) return 'source';
  return isFilled(wish, unit) ? 'digest' : 'unit';
}

/** What neighbouring units hold: all of them asked for the same, or a single one. */
async function askSpan(wish: SurveyInput, units: readonly EraseUnit[]): Promise<[EraseUnit, UnitContent][]> {
  const { target, md5, image, cancel } = wish;
  const digest = target.digest === undefined ? undefined : (range: Range) => target.digest?.(range, { cancel });
  const whole = spanOf(units);
  const blank = blanksOf(wish.layout.map, md5);
  if (digest === undefined || !units.every((unit) => askFor(wish, unit) === 'digest')) {
    if (target.read === undefined) return units.map((unit) => [unit, { kind: 'unreadable' }]);
    const cut = (data: Uint8Array): [EraseUnit, UnitContent][] =>
      units.map((unit) => {
        const at = unit.address - whole.address;
        return [unit, { kind: 'bytes', data: data.subarray(at, at + unit.size) }];
      });
    // Most of a large partition was never written: nothing has to be read there.
    const moved = units.length > 1 || askFor(wish, whole) === 'source';
    const before = moved ? await digest?.(whole) : undefined;
    if (before === blank.digest(whole)) return cut(blank.bytes(whole));
    const data = await target.read(whole, { cancel });
    // Bytes that are written back later must be right, even if the link loses or changes some.
    const [first] = units;
    const answer = before ?? (await digest?.(whole));
    if (answer !== undefined && answer !== md5(data) && first !== undefined) throw unsure(first);
    return cut(data);
  }
  const each = (digestOf: (unit: EraseUnit) => string): [EraseUnit, UnitContent][] =>
    units.map((unit) => [unit, { kind: 'digest', md5: digestOf(unit) }]);
  if (units.length > 1) {
    const answer = await digest(whole);
    const known = units.every((unit) => movesWithin(wish.moves ?? [], unit).length === 0);
    if (known && answer === md5(filledBytes(image, whole))) return each((unit) => md5(filledBytes(image, unit)));
    if (answer === blank.digest(whole)) return each((unit) => blank.digest(unit));
  }
  const found: [EraseUnit, UnitContent][] = [];
  for (const unit of units) {
    wish.cancel.check();
    found.push([unit, { kind: 'digest', md5: (await digest(unit)) ?? '' }]);
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

function isFilled({ image, moves = [], promised }: SurveyInput, unit: Range): boolean {
  const claimed = movesWithin(moves, unit).reduce((sum, { size }) => sum + size, sizeWithin(image, unit));
  return claimed === unit.size && !promised.some((kept) => overlaps(kept, unit));
}
