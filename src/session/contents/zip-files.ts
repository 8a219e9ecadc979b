/** The files of a file system as one ZIP archive. */
import type { FileEntry } from '../../flash/partition-contents.ts';
import { plainName } from '../../flash/names.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { writeZip } from '../../formats/zip-write.ts';

/** Text shrinks most of what it ever does at the lowest level. */
const LEVEL = 1;
/** How many bytes are packed at once, at that level. */
const PIECE = 256 << 10;

/**
 * An archive of files; `read` gives the bytes of one, and what it rejects with ends this. Names become neither absolute nor lead
 * out of the folder that the archive is unpacked into, and no two are the same.
 */
export function zipFiles(
  entries: readonly FileEntry[],
  read: (path: string) => Promise<Uint8Array>,
  yieldNow: YieldNow,
): Promise<Uint8Array<ArrayBuffer>> {
  const taken = new Set<string>();
  const files = entries.map(({ path, kind, modified }) => ({
    name: freeName(`${safePath(path)}${kind === 'folder' ? '/' : ''}`, taken),
    modified,
    data: () => (kind === 'folder' ? new Uint8Array() : read(path)),
  }));
  return writeZip(files, { level: LEVEL, piece: PIECE }, yieldNow);
}

/** A path inside an archive: relative, without `..`, and without what Windows or a terminal would take for something else. */
export function safePath(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  const safe = parts.map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '_') : safeName(part)));
  return safe.length === 0 ? 'unnamed' : safe.join('/');
}

/** The last part of a path as the name of a file to save. */
export function saveName(path: string): string {
  return safePath(path).split('/').at(-1) ?? 'unnamed';
}

function safeName(part: string): string {
  return plainName(part).replaceAll(/[:*?"<>|]/g, '_');
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = name.replace(/(\.[^./]*)?\/?$/, (end) => ` (${n})${end}`);
  taken.add(free);
  return free;
}
