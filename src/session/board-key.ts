/** The keys and names by which a board is remembered. */
import { isUnset } from '../flash/identity.ts';
import type { Identity } from '../flash/target.ts';

/** The unique ID of a board; null if it has none, or one that is not set, as in a record of a board with a blank MAC. */
function uniqueId({ key }: Identity): Identity['key'] {
  return key === null || isUnset(key.value) ? null : key;
}

/** The key of a board's settings: its unique ID if it has one, else its chip. */
export function boardKey(identity: Identity): string {
  const { family, chip } = identity;
  const key = uniqueId(identity);
  return key === null ? `${family} ${chip}` : `${family} ${key.kind} ${key.value}`;
}

/** The key of a board's jobs and backups; without a unique ID it includes all facts that the board reports about itself. */
export function markKey(identity: Identity): string {
  const facts = uniqueId(identity) === null ? identity.facts.map(({ name, value }) => `${name}=${value}`) : [];
  return [boardKey(identity), ...facts].join(' ');
}

/** A board's display name: `ESP32 24:6f:28:ab:cd:ef`. */
export function boardName(identity: Identity): string {
  const { chip } = identity;
  const key = uniqueId(identity);
  return key === null ? `${chip}, no unique ID` : `${chip} ${key.value}`;
}

/** Whether two identities may belong to the same board. */
export function isSameBoard(a: Identity, b: Identity): boolean {
  if (a.family !== b.family || a.chip !== b.chip) return false;
  const [one, other] = [uniqueId(a), uniqueId(b)];
  return one === null || other === null || one.value === other.value;
}

/** Whether two identities are certainly of the same board: both have the same unique ID. */
export function isSurelySame(a: Identity, b: Identity): boolean {
  return uniqueId(a) !== null && boardKey(a) === boardKey(b);
}
