/** Paths and names that a LittleFS can have. */
import type { Place, Refusal } from '../../../flash/finding.ts';
import { contentRefusal } from '../refusals.ts';

/** Where refusals about a file system belong. */
export const HERE: Place = { in: 'file', name: 'LittleFS' };

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
  const bad = (why: string): Refusal => contentRefusal('bad-file-name', HERE, { path, format: 'LittleFS', why });
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
  return contentRefusal('contents-too-large', HERE, { what, needed, available, format: 'LittleFS' });
}
