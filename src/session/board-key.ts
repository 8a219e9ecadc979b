/** The keys and names by which a board is remembered. */
import type { Identity } from '../flash/target.ts';

/** The key of a board's settings: its unique ID if it has one, else its chip. */
export function boardKey({ family, chip, key }: Identity): string {
  return key === null ? `${family} ${chip}` : `${family} ${key.kind} ${key.value}`;
}

/** The key of a board's jobs and backups; without a unique ID it includes all facts that the board reports about itself. */
export function markKey(identity: Identity): string {
  const facts = identity.key === null ? identity.facts.map(({ name, value }) => `${name}=${value}`) : [];
  return [boardKey(identity), ...facts].join(' ');
}

/** A board's display name: `ESP32 24:6f:28:ab:cd:ef`. */
export function boardName({ chip, key }: Identity): string {
  return key === null ? `${chip}, no unique ID` : `${chip} ${key.value}`;
}

/** Whether two identities may belong to the same board. */
export function isSameBoard(a: Identity, b: Identity): boolean {
  if (a.family !== b.family || a.chip !== b.chip) return false;
  return a.key === null || b.key === null || a.key.value === b.key.value;
}
