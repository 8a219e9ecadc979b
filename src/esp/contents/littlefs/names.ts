/** Names in a LittleFS: which ones are possible, their order, and paths made of them. */
import type { Place, Refusal } from '../../../flash/finding.ts';
import { contentRefusal } from '../refusals.ts';

/** Where refusals about a file system belong. */
export const REFUSAL_PLACE: Place = { in: 'file', name: 'LittleFS' };

const encoder = new TextEncoder();

/** Why a name cannot be one; null if it can. `nameMax` in bytes. */
function whyNot(name: string, nameMax: number): string | null {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it stands for a folder';
  if (name.includes('\0')) return 'it contains a zero byte';
  const { length } = encoder.encode(name);
  return length > nameMax ? `it has ${length} bytes, and ${nameMax} are possible` : null;
}

/** The names in a path that begins with `/`, as bytes, or why they cannot be. */
export function namesIn(path: string, nameMax: number): readonly Uint8Array[] | Refusal {
  const bad = (why: string): Refusal =>
    contentRefusal('bad-file-name', REFUSAL_PLACE, { path, format: 'LittleFS', why });
  if (!path.startsWith('/')) return bad('it does not begin with /');
  const names = path.slice(1).split('/');
  for (const name of names) {
    const why = whyNot(name, nameMax);
    if (why !== null) return bad(names.length === 1 ? why : `${JSON.stringify(name)}: ${why}`);
  }
  return names.map((name) => encoder.encode(name));
}

/** The refusal of something that is too large; in bytes. */
export function tooLarge(what: string, needed: number, available: number): Refusal {
  return contentRefusal('contents-too-large', REFUSAL_PLACE, { what, needed, available, format: 'LittleFS' });
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A name as text, with U+FFFD for what is no UTF-8. */
export function textOfName(name: Uint8Array): string {
  return decoder.decode(name);
}

/** A name as text; null if it could not be one part of a path. */
export function nameInPath(name: Uint8Array): string | null {
  const text = textOfName(name);
  return text === '' || text === '.' || text === '..' || /[/\0]/.test(text) ? null : text;
}

/**
 * The order of names in a folder: by bytes; of two names of which one begins with the other, the longer one is first
 * (measured on the library).
 */
export function compareNames(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}
