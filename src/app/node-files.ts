/** The files of this computer, through Node, for the command line. */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Files } from '../cli/host.ts';
import { commandFailure } from '../cli/failures.ts';
import type { Source } from '../flash/dropped-file.ts';
import { bytes } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';

/** More files than a build folder has; a mistaken home folder must not be read for minutes. */
const MOST_FILES = 20_000;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

/** Node's file system; see `Files`. */
export const nodeFiles: Files = {
  read: async (path, most) => {
    const stats = await found(path);
    if (stats.isDirectory()) throw unreadable(path, { code: 'EISDIR' });
    if (stats.size > most)
      throw commandFailure('path-too-large', {
        values: { path: plainName(path), size: bytes(stats.size), most: bytes(most) },
      });
    return reading(path, () => whole(path));
  },
  sources: async (path) => {
    const stats = await found(path);
    const name = basename(resolve(path));
    if (!stats.isDirectory()) return [sourceOf(path, name, stats.size)];
    const sources: Source[] = [];
    await reading(path, () => collect(path, name, sources));
    return sources.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  },
  write: async (path, data) => {
    let draft: string | null = null;
    try {
      // Through a link, which stays; null where nothing is yet.
      const there = await realpath(path).catch(() => null);
      const stats = there === null ? null : await stat(there);
      // A pipe or a device, such as /dev/null, would be replaced by a file.
      if (stats !== null && !stats.isFile()) return await writeFile(path, data);
      // Beside its place: only there a rename is one step.
      const place = there ?? path;
      draft = `${place}.${randomUUID()}.part`;
      await writeFile(draft, data, { flag: 'wx', ...(stats !== null && { mode: stats.mode & 0o777 }) });
      await rename(draft, place);
    } catch (error) {
      if (draft !== null) await rm(draft, { force: true }).catch(() => undefined);
      throw commandFailure('path-unwritable', { values: { path: plainName(path), why: whyOf(error) }, cause: error });
    }
  },
};

async function collect(folder: string, path: string, into: Source[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [own, shown] = [join(folder, entry.name), `${path}/${entry.name}`];
    if (entry.isDirectory()) await collect(own, shown, into);
    else if (entry.isFile()) into.push(sourceOf(own, shown, (await stat(own)).size));
    if (into.length > MOST_FILES)
      throw commandFailure('path-too-large', {
        values: { path: plainName(path), size: `more than ${MOST_FILES} files`, most: `${MOST_FILES} files` },
      });
  }
}

function sourceOf(path: string, shown: string, size: number): Source {
  return {
    path: shown,
    size,
    read: (from, to) =>
      reading(path, async () => {
        const file = await open(path);
        try {
          const data = new Uint8Array(Math.max(0, Math.min(to, size) - from));
          const { bytesRead } = await file.read(data, 0, data.length, from);
          return data.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      }),
    whole: () => reading(path, () => whole(path)),
  };
}

/** All of a file, without a copy of it: a flash is large. */
async function whole(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, length);
}

async function found(path: string): Promise<Stats> {
  return reading(path, () => stat(path));
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && 'code' in error ? unreadable(path, error) : error;
  }
}

function unreadable(path: string, error: unknown) {
  return commandFailure('path-unreadable', { values: { path: plainName(path), why: whyOf(error) }, cause: error });
}

function whyOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return WHY[code] ?? (code === '' ? 'the system gives no reason' : `the system says ${code}`);
}
