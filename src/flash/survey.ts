/** What erase units held before a plan was made. */
import type { EraseUnit, Range } from './map.ts';

/** MD5 as lower-case hex; passed in, because `flash` has no hash of its own. */
export type Md5 = (bytes: Uint8Array) => string;

/** What one erase unit held: its bytes, its digest (MD5, hex), or why neither is known. */
export type UnitContent =
  | { readonly kind: 'bytes'; readonly data: Uint8Array }
  | { readonly kind: 'digest'; readonly md5: string }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'unknown' };

/** The content of erase units by `unitKey`; a unit that is not listed is `unknown`. */
export type Survey = ReadonlyMap<string, UnitContent>;

/** The key of an erase unit in a survey, a journal and a report: region and address, never the address alone. */
export function unitKey(unit: Pick<EraseUnit, 'region' | 'address'>): string {
  return `${unit.region}@${unit.address.toString(16)}`;
}

/** What a unit held; `unknown` if the survey does not list it. */
export function unitContent(survey: Survey, unit: EraseUnit): UnitContent {
  return survey.get(unitKey(unit)) ?? { kind: 'unknown' };
}

/** The bytes of a range within one unit, or null unless the survey has that unit's bytes. */
export function knownBytes(survey: Survey, unit: EraseUnit, range: Range): Uint8Array | null {
  const before = unitContent(survey, unit);
  if (before.kind !== 'bytes') return null;
  return before.data.subarray(range.address - unit.address, range.address - unit.address + range.size);
}
