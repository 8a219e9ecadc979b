/** The files of a file system as one ZIP archive. */
import { Zip, ZipDeflate } from 'fflate';
import type { FileEntry } from '../../flash/partition-contents.ts';
import { plainName } from '../../flash/plain-name.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { joinBytes } from '../../formats/binary.ts';

/** The dates that ZIP can express, in ms since 1970: 1980 to 2099. */
const EARLIEST = Date.UTC(1980, 0, 2);
const LATEST = Date.UTC(2099, 0, 1);
/** Text shrinks most of what it ever does at the lowest level. */
const LEVEL = 1;
/** How many bytes are packed at once: other tasks wait that long. */
const PIECE = 0x40000;

/**
 * An archive of files; `read` gives the bytes of one, and what it rejects with ends this. Names become neither absolute nor lead
 * out of the folder that the archive is unpacked into, and no two are the same.
 */
export async function zipFiles(
  entries: readonly FileEntry[],
  read: (path: string) => Promise<Uint8Array>,
  yieldNow: YieldNow,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    pieces.push(piece);
  });
  const taken = new Set<string>();
  for (const { path, kind, modified } of entries) {
    const name = freeName(`${safePath(path)}${kind === 'folder' ? '/' : ''}`, taken);
    const file = new ZipDeflate(name, { level: LEVEL });
    file.mtime = Math.min(Math.max(modified ?? EARLIEST, EARLIEST), LATEST);
    zip.add(file);
    const data = kind === 'folder' ? new Uint8Array() : await read(path);
    for (let at = 0; at + PIECE < data.length; at += PIECE) {
      file.push(data.subarray(at, at + PIECE), false);
      await yieldNow();
    }
    file.push(data.subarray(Math.max(0, Math.ceil(data.length / PIECE) - 1) * PIECE), true);
    await yieldNow();
  }
  zip.end();
  return joinBytes(pieces);
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
