/** What edits make of the files of SPIFFS: their names, what lies beside them, and their content. */
import { bytes } from '../../../flash/finding.ts';
import type { Refusal } from '../../../flash/finding.ts';
import { sameBytes } from '../../../formats/binary.ts';
import type { FileEdit, NewFile } from '../file-system.ts';
import { contentRefusal } from '../refusals.ts';
import type { StoredFile } from './stored-file.ts';
import { placeAt } from './findings.ts';
import type { SpiffsParameters } from './geometry.ts';
import type { FileContent } from './pages.ts';
import { metadataFor } from './pages.ts';

/** A file as it is to be. `data` is null if it stays as it is stored. */
export type Target = { readonly path: string; readonly name: Uint8Array; readonly meta: Uint8Array } & (
  { readonly stored: StoredFile; readonly data: null } | { readonly stored: null; readonly data: Uint8Array }
);

/** Why a path cannot be a name; null if it can. */
function nameRefusal(path: string, { nameSize }: SpiffsParameters): Refusal | null {
  const size = new TextEncoder().encode(path).length;
  const refuse = (why: string): Refusal => contentRefusal('bad-file-name', placeAt(0), { path, format: 'SPIFFS', why });
  if (!path.startsWith('/') || path === '/') return refuse('a name begins with / and has more than that');
  if (path.endsWith('/')) return refuse('it ends with /');
  if (path.includes('\0')) return refuse('it has a character of value 0');
  if (size > nameSize - 1) return refuse(`${bytes(size)}, and ${nameSize - 1} are possible with the folders before it`);
  return null;
}

/** Why a folder cannot be kept. */
function folderRefusal(path: string): Refusal {
  const why = 'it has no folders, only names with / in them';
  return contentRefusal('bad-file-name', placeAt(0), { path, format: 'SPIFFS', why });
}

/** The content of new files. Folders are there only as parts of names, so that an empty one is refused; all such names are listed. */
export function targetsOf(files: readonly NewFile[], parameters: SpiffsParameters): readonly FileContent[] | Refusal {
  const targets = new Map<string, FileContent>();
  const refusals: Refusal[] = [];
  for (const file of files) {
    const { path, data, modified } = file;
    const refusal = refusalOf(file, files, parameters);
    if (refusal !== null) refusals.push(refusal);
    if (targets.has(path)) return contentRefusal('file-exists', placeAt(0), { path });
    const name = new TextEncoder().encode(path);
    if (file.kind === 'file') targets.set(path, { name, meta: metadataFor(parameters, modified), data });
  }
  const [first, second] = refusals;
  if (first === undefined) return [...targets.values()];
  if (second === undefined) return first;
  const paths = refusals.map(({ values }) => `${values['path']} (${values['why']})`).join('; ');
  return contentRefusal('bad-file-names', placeAt(0), { paths, format: 'SPIFFS' });
}

function refusalOf({ path, kind }: NewFile, files: readonly NewFile[], parameters: SpiffsParameters): Refusal | null {
  if (kind === 'file') return nameRefusal(path, parameters);
  const isEmpty = !files.some((file) => file.kind === 'file' && file.path.startsWith(`${path}/`));
  return isEmpty ? folderRefusal(path) : null;
}

/** The files after edits. `read` gives the bytes of a stored file. */
export function editedTargets(
  files: readonly StoredFile[],
  edits: readonly FileEdit[],
  parameters: SpiffsParameters,
  read: (file: StoredFile) => Uint8Array,
): readonly Target[] | Refusal {
  let targets: readonly Target[] = files.map((stored) => {
    const { path, name, meta } = stored;
    return { path, name, meta, stored, data: null };
  });
  for (const edit of edits) {
    const next = edited(targets, edit, parameters, read);
    if ('kind' in next) return next;
    targets = next;
  }
  return targets;
}

function edited(
  targets: readonly Target[],
  edit: FileEdit,
  parameters: SpiffsParameters,
  read: (file: StoredFile) => Uint8Array,
): readonly Target[] | Refusal {
  switch (edit.edit) {
    case 'compact':
      return targets;
    case 'make-folder':
      return folderRefusal(edit.path);
    case 'delete-file': {
      const { path } = edit;
      const rest = targets.filter((file) => !isAt(file, path));
      return rest.length < targets.length ? rest : contentRefusal('no-such-file', placeAt(0), { path });
    }
    case 'rename-file':
      return renamed(targets, edit.path, edit.to, parameters);
    case 'write-file': {
      const { path, data, modified } = edit;
      const refusal = nameRefusal(path, parameters);
      if (refusal !== null) return refusal;
      const [old, ...others] = targets.filter((file) => file.path === path);
      const rest = targets.filter((file) => file.path !== path);
      const meta = metadataFor(parameters, modified);
      const name = new TextEncoder().encode(path);
      const stored = old?.stored ?? null;
      if (stored === null || others.length > 0 || stored.bad !== null || !sameBytes(read(stored), data)) {
        return [...rest, { path, name, meta, data, stored: null }];
      }
      const known = stored.modified === null && modified === null;
      return [...rest, { path, name: old?.name ?? name, meta: known ? stored.meta : meta, data: null, stored }];
    }
  }
}

/** Whether a file has this path, or one in this folder. */
function isAt(file: Target, path: string): boolean {
  return file.path === path || file.path.startsWith(`${path}/`);
}

function renamed(
  targets: readonly Target[],
  path: string,
  to: string,
  parameters: SpiffsParameters,
): readonly Target[] | Refusal {
  const moved = targets.filter((file) => isAt(file, path));
  if (moved.length === 0) return contentRefusal('no-such-file', placeAt(0), { path });
  const rest = new Set(targets.filter((file) => !isAt(file, path)).map((file) => file.path));
  const names = new Map<Target, string>();
  for (const file of moved) {
    const name = to + file.path.slice(path.length);
    const refusal = nameRefusal(name, parameters);
    if (refusal !== null) return refusal;
    if (rest.has(name)) return contentRefusal('file-exists', placeAt(0), { path: name });
    names.set(file, name);
    rest.add(name);
  }
  return targets.map((file) => {
    const name = names.get(file);
    return name === undefined ? file : { ...file, path: name, name: new TextEncoder().encode(name) };
  });
}
