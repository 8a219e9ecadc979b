/** What a board is remembered by. */
import type { Identity } from '../flash/target.ts';

/** The name under which a person's choices for a board are kept: its own where it has one, else its chip's. */
export function boardKey({ family, chip, key }: Identity): string {
  return key === null ? `${family} ${chip}` : `${family} ${key.kind} ${key.value}`;
}

/** The name under which its jobs and backups are kept: all that a board tells of itself where that is no name of its own. */
export function markKey(identity: Identity): string {
  const facts = identity.key === null ? identity.facts.map(({ name, value }) => `${name}=${value}`) : [];
  return [boardKey(identity), ...facts].join(' ');
}

/** A board as a person tells it from others: `ESP32 24:6f:28:ab:cd:ef`. */
export function boardName({ chip, key }: Identity): string {
  return key === null ? `${chip}, no unique ID` : `${chip} ${key.value}`;
}

/** Whether these may be one and the same board. */
export function isSameBoard(a: Identity, b: Identity): boolean {
  if (a.family !== b.family || a.chip !== b.chip) return false;
  return a.key === null || b.key === null || a.key.value === b.key.value;
}
