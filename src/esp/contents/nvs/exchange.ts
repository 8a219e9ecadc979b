/** What export and import of settings as files have in common. */
import { plainName } from '../../../flash/names.ts';
import type { Refusal } from '../../../flash/finding.ts';
import { contentRefusal } from '../refusals.ts';
import type { SettingEdit } from './model.ts';
import { exactText, nameBytes } from './values.ts';
import type { NvsType, NvsValue } from './values.ts';

/** A file's text, and the values that it cannot hold, each with the reason: the end of a sentence “… is left out: …”. */
export interface ExportedSettings {
  readonly text: string;
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/** The edits that set everything in a file, or what is wrong with it. */
export type ImportedSettings = { readonly edits: readonly SettingEdit[] } | { readonly refusal: Refusal };

/** A value that a file can hold; `text` is a string's text and null for all others. */
export interface Exportable {
  readonly namespace: string;
  readonly key: string;
  readonly type: NvsType;
  readonly data: Uint8Array;
  readonly text: string | null;
}

/** Values that a text can hold exactly, each name once, and the others. `why` tells of one that the file's format cannot hold. */
export function exportable(
  values: readonly NvsValue[],
  why: (value: Exportable) => string | null,
): { readonly fit: readonly Exportable[]; readonly leftOut: ExportedSettings['leftOut'] } {
  const fit: Exportable[] = [];
  const leftOut: { name: string; why: string }[] = [];
  const known = new Set<string>();
  for (const { namespace, namespaceIndex, key, bytes, type, data } of values) {
    const name = `${namespace ?? namespaceIndex}/${key}`;
    if (namespace === null) leftOut.push({ name, why: 'its namespace has lost its name' });
    else if (data === null) leftOut.push({ name, why: 'it cannot be read' });
    else if (nameBytes(namespace) !== bytes.namespace || nameBytes(key) !== bytes.key)
      leftOut.push({ name, why: 'its name is not plain text' });
    else if (known.has(name)) leftOut.push({ name, why: 'there is another value of this name' });
    else {
      const text = type === 'string' ? exactText(data) : null;
      const value = { namespace, key, type, data, text };
      const wrong = type === 'string' && text === null ? 'it is not UTF-8 text' : why(value);
      if (wrong !== null) leftOut.push({ name, why: wrong });
      else fit.push(value);
      known.add(name);
    }
  }
  return { fit, leftOut };
}

/** The refusal of a file; `at` names the place in it: `line 4`. */
export function fileRefusal(file: string, at: string, why: string, line?: number): { readonly refusal: Refusal } {
  const place = { in: 'file' as const, name: file, ...(line !== undefined && { line }) };
  return { refusal: contentRefusal('settings-file-wrong', place, { file: plainName(file), at, why }) };
}

/** The name that is set twice; null if none is. */
export function repeated(edits: readonly SettingEdit[]): string | null {
  const known = new Set<string>();
  for (const each of edits) {
    if (each.edit !== 'set') continue;
    const name = `${each.namespace}/${each.key}`;
    if (known.has(name)) return plainName(name, 40);
    known.add(name);
  }
  return null;
}

/** Bytes at once: a call takes that many arguments. */
const PIECE = 0x3000;

/** The base64 text of bytes, with padding. */
export function toBase64(data: Uint8Array): string {
  let text = '';
  // A multiple of three, so that the pieces can be joined.
  for (let at = 0; at < data.length; at += PIECE) text += btoa(String.fromCharCode(...data.subarray(at, at + PIECE)));
  return text;
}

/** The bytes of a base64 text, in which white space is allowed; null if it is none. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
