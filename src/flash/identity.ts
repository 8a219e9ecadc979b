/** Identities: one notion of "unset" for hashes, build ids, MACs, serial numbers and names; and how a chip is named. */
import type { Identity } from './target.ts';

/**
 * Serial numbers that whole series share: `00000000010C` is the string in ST's DFU examples, which firmware copies unchanged.
 */
const SHARED: ReadonlySet<string> = new Set(['00000000010C']);

/**
 * Whether an identity is not set: absent, blank, all zeros, all ones (hex F), or one that a whole series shares. Separators
 * as in MACs do not matter.
 */
export function isUnset(value: string | null | undefined): boolean {
  const digits = (value ?? '').replace(/[\s\uFFFD:._-]+/g, '');
  return digits === '' || /^(?:0x)?(?:0+|f{2,})$/i.test(digits) || SHARED.has(digits.toUpperCase());
}

/** Whether two identities are set and equal: an unset one equals nothing, not even another unset one. */
export function isSameIdentity(a: string | null | undefined, b: string | null | undefined): boolean {
  return !isUnset(a) && a === b;
}

/** A chip's revision as esptool prints it after the chip's name, `(revision v3.0)`; empty if it is not known. */
export function revisionWords({ revision }: Pick<Identity, 'revision'>): string {
  return revision === '' ? '' : `(revision ${revision})`;
}

/** A chip and its revision, as esptool prints them: `ESP32 (revision v3.0)`. */
export function chipName(identity: Pick<Identity, 'chip' | 'revision'>): string {
  return [identity.chip, revisionWords(identity)].filter((part) => part !== '').join(' ');
}
