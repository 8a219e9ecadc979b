/** A layout as the fragment of an address: its CSV, percent-encoded, so that a link holds the whole of it and no server sees it. */
import { Failure } from '../../flash/failure.ts';
import type { CsvOptions } from './csv.ts';
import { writeCsv } from './csv-write.ts';
import { readCsv } from './csv.ts';
import type { TableEntry } from './table.ts';

const KEY = 'csv=';
/** A table has at most 95 rows of about 60 characters; anything longer is not one. */
const LONGEST = 32 * 1024;

/** What a fragment holds: a layout, no layout at all, or one that is not accepted, with the reason as a sentence. */
export type LinkedLayout =
  | { readonly kind: 'layout'; readonly rows: readonly TableEntry[]; readonly csv: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly says: string };

/**
 * The fragment for a layout, without `#`. Throws a `Failure` named `csv-name-unwritable`, `csv-flags-unwritable` or
 * `csv-number-unwritable` for rows that a CSV cannot express.
 */
export function linkOf(rows: readonly TableEntry[]): string {
  const csv = writeCsv(rows)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replaceAll(', ', ','))
    .join('\n');
  return `${KEY}${encodeURIComponent(csv)}`;
}

/** The address of the Layout view that shows a layout; throws as `linkOf` does. */
export function viewLink(rows: readonly TableEntry[]): string {
  return `#/layout?${linkOf(rows)}`;
}

/** The same; null where no link can express the rows, which a board may accept all the same. */
export function viewLinkIfAny(rows: readonly TableEntry[]): string | null {
  try {
    return viewLink(rows);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/**
 * Reads a fragment, with or without `#`. Strict: the layout is taken only if it breaks no rule for this board, because nobody
 * sees the text of a link before opening it.
 */
export function readLink(fragment: string, options: Omit<CsvOptions, 'name'> = {}): LinkedLayout {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(KEY)) return { kind: 'none' };
  if (text.length > LONGEST) return { kind: 'refused', says: 'The link is too long to hold a partition table.' };
  const csv = decoded(text.slice(KEY.length));
  if (csv === null) return { kind: 'refused', says: 'The link is damaged: it is not percent-encoded text.' };
  const { rows, findings } = readCsv(csv, { ...options, name: 'The layout in the link' });
  const problem = findings.find(({ verdict }) => verdict === 'problem');
  if (problem !== undefined) return { kind: 'refused', says: problem.says };
  return { kind: 'layout', rows: rows.map(({ address: _address, ...entry }) => entry), csv };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
