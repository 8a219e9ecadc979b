/** A file system's entries with the chosen edits, as rows to show; and what a file's bytes are, for a preview. */
import type { FileEntry } from '../../src/flash/partition-contents.ts';
import type { OwnEdit } from '../settings-table/settings-table.words.ts';

/** One row: the entry as it is on the board, null for a new one, and what becomes of it, null if it stays. */
export interface FileRow {
  readonly path: string;
  readonly kind: FileEntry['kind'];
  /** How many folders it is in. */
  readonly depth: number;
  readonly now: FileEntry | null;
  readonly edits: readonly { readonly id: number; readonly says: string }[];
  readonly gone: boolean;
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

/** The entries with their edits, in the order of their paths, each below its folder. */
export function fileRows(entries: readonly FileEntry[], edits: readonly OwnEdit[]): readonly FileRow[] {
  const rows = new Map<
    string,
    { kind: FileEntry['kind']; now: FileEntry | null; edits: FileRow['edits']; gone: boolean }
  >(entries.map((now) => [now.path, { kind: now.kind, now, edits: [], gone: false }]));
  const note = (path: string, kind: FileEntry['kind'], id: number, says: string, gone: boolean) => {
    const before = rows.get(path) ?? { kind, now: null, edits: [], gone: false };
    rows.set(path, { ...before, edits: [...before.edits, { id, says }], gone });
  };
  for (const { id, edit } of edits) {
    // What is recreated holds nothing but what is written after that.
    if (edit.edit === 'make')
      for (const [path, row] of rows) {
        if (row.now === null) rows.delete(path);
        else rows.set(path, { ...row, edits: [], gone: true });
      }
    if (edit.edit === 'write-file') {
      const says = rows.get(edit.path)?.gone === false ? 'will be replaced' : 'will be added';
      note(edit.path, 'file', id, says, false);
    } else if (edit.edit === 'make-folder') note(edit.path, 'folder', id, 'will be added', false);
    else if (edit.edit === 'delete-file') note(edit.path, 'file', id, 'will be deleted', true);
    else if (edit.edit === 'rename-file') note(edit.path, 'file', id, `will become ${edit.to}`, false);
  }
  const deleted = edits.flatMap(({ edit }) => (edit.edit === 'delete-file' ? [`${edit.path}/`] : []));
  for (const [path, row] of rows)
    if (row.edits.length === 0 && deleted.some((folder) => path.startsWith(folder)))
      rows.set(path, { ...row, gone: true });
  return [...rows]
    .map(([path, row]): FileRow => ({ path, depth: path.split('/').length - (path.startsWith('/') ? 2 : 1), ...row }))
    .toSorted((a, b) => order(keyOf(a.path), keyOf(b.path)));
}

/** Folders sort with what is in them. */
function keyOf(path: string): string {
  return path.replaceAll('/', '\u0001');
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a file is shown as. */
export type Preview =
  | { readonly as: 'text'; readonly text: string }
  | { readonly as: 'picture'; readonly type: string }
  | { readonly as: 'bytes' };

/** The first bytes of the pictures that browsers show; none of these formats can hold a script. */
const PICTURES: readonly (readonly [string, readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/bmp', [0x42, 0x4d]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
];
/** What to show a file as; markup is text like any other. */
export function previewOf(data: Uint8Array): Preview {
  const type = PICTURES.find(([, magic]) => magic.every((byte, i) => data[i] === byte))?.[0];
  if (type !== undefined) return { as: 'picture', type };
  try {
    // The end of a long file may have been cut in the middle of a character.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data, { stream: true });
    const controls = /\p{Cc}/u.test(text.replaceAll(/[\t\n\v\f\r]/g, ''));
    return controls ? { as: 'bytes' } : { as: 'text', text };
  } catch {
    return { as: 'bytes' };
  }
}
