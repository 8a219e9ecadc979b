/**
 * A backup as one file: a ZIP archive with a manifest and the raw bytes of the flash, one file for each run of neighbouring
 * erase units, so that it is usable without Sectorwise too.
 */
import { plainName } from '../flash/names.ts';
import type { Source } from '../flash/dropped-file.ts';
import { bytes, hex } from '../flash/finding.ts';
import { LARGEST_FLASH } from '../flash/map.ts';
import type { Hashes } from '../flash/hash.ts';
import type { Content } from '../flash/journal.ts';
import { hexOf } from '../formats/binary.ts';
import type { ZipEntry, ZipFaultKind } from '../formats/zip.ts';
import { looksLikeZip, readZipDirectory, readZipEntry, unsupported } from '../formats/zip.ts';
import { writeZip } from '../formats/zip-write.ts';
import { backupFileFailure } from './failures.ts';
import type { ManifestFile } from './backup-manifest.ts';
import { LARGEST_MANIFEST, manifestOf, readManifest, runsOf } from './backup-manifest.ts';
import type { Backup } from '../storage/records.ts';
import { storeFailure } from '../storage/store.ts';
import { nextTurn } from '../session/next-turn.ts';

/** The largest backup file, in bytes: flash content does not always compress. */
export const LARGEST_BACKUP_FILE = LARGEST_FLASH + LARGEST_MANIFEST + (16 << 20);
const MANIFEST = 'manifest.json';
/** How many bytes are compressed at once: a few milliseconds of work. */
const SLICE = 128 << 10;
/** fflate's `mem` for a hash table of 128 KiB. */
const TABLE = 4;

/** A backup read from a file, and the bytes of all its units, each content once. */
export interface BackupFile {
  readonly backup: Backup;
  readonly contents: readonly Content[];
}

/** What writing a backup file needs: the bytes of a unit by MD5, hash functions, and the writing program (`Sectorwise 0.1.0`). */
export interface BackupFileParts {
  readonly content: (md5: string) => Promise<Uint8Array>;
  readonly hashes: Hashes;
  readonly app: string;
}

/** Writes a backup as a file. Rejects if any of its bytes are unavailable. */
export async function writeBackupFile(backup: Backup, { content, hashes, app }: BackupFileParts): Promise<Uint8Array> {
  const runs: { readonly file: ManifestFile; readonly data: Uint8Array }[] = [];
  for (const run of runsOf(backup)) {
    const data = new Uint8Array(run.size);
    for (const { address, size, md5 } of run.units) {
      const unit = await content(md5);
      if (unit.length !== size) throw storeFailure('content-gone', { values: { md5, how: 'damaged' } });
      data.set(unit, address - run.address);
    }
    const { units, ...range } = run;
    runs.push({ file: { ...range, sha256: hexOf(hashes.sha256(data)), units }, data });
  }
  const text = JSON.stringify(
    manifestOf(
      backup,
      runs.map(({ file }) => file),
      app,
    ),
    null,
    1,
  );
  const manifest = new TextEncoder().encode(text);
  // A file that cannot be read back is worse than none.
  readManifest(manifest, 'The new file');
  const files = [{ name: MANIFEST, data: manifest }, ...runs.map(({ file, data }) => ({ name: file.path, data }))];
  return writeZip(
    files.map(({ name, data }) => ({ name, modified: backup.made, data: () => data })),
    { level: 6, mem: TABLE, piece: SLICE },
    // A board may be being written on this thread.
    nextTurn,
  );
}

const FAULTS: Readonly<Record<ZipFaultKind, string>> = {
  'zip-no-directory': 'its end, with the central directory, is missing',
  'zip-directory-damaged': 'its central directory cannot be read',
  'zip-too-many-entries': 'it has more files than any backup',
  'zip-not-readable': 'it is a kind of ZIP archive that Sectorwise does not write',
};

/**
 * Reads a backup file and checks all of it: only what the manifest lists is unpacked, and never more than it says. Rejects with
 * a `Failure` of `BACKUP_FILE_FAILURES` that says what is wrong and where.
 */
export async function readBackupFile(file: Source, hashes: Hashes): Promise<BackupFile> {
  if (file.size > LARGEST_BACKUP_FILE) throw tooLarge(file.path, `it has ${bytes(file.size)}`, LARGEST_BACKUP_FILE);
  if (!looksLikeZip(await file.read(0, Math.min(4, file.size)))) {
    throw backupFileFailure('backup-file-foreign', file.path, {
      what: 'it is neither a ZIP archive nor an encrypted backup',
    });
  }
  const entries = await entriesOf(file);
  const listed = entries.get(MANIFEST);
  if (listed === undefined)
    throw backupFileFailure('backup-file-foreign', file.path, { what: `it has no ${MANIFEST}` });
  if (listed.size > LARGEST_MANIFEST)
    throw tooLarge(file.path, `its manifest has ${bytes(listed.size)}`, LARGEST_MANIFEST);
  const { backup, files } = readManifest(await unpacked(file, listed), file.path);
  const contents = new Map<string, Content>();
  for (const each of files) {
    const entry = entries.get(each.path);
    const wrong = (what: string) =>
      backupFileFailure('backup-file-damaged', file.path, { what: `${each.path} ${what}` }, entry?.at);
    if (entry === undefined) throw wrong('is missing');
    if (entry.size !== each.size) throw wrong(`has ${entry.size} bytes, and should have ${each.size}`);
    const data = await unpacked(file, entry);
    for (const { address, size, md5 } of each.units) {
      // A copy, because a view of one kept unit would keep all others in memory.
      const unit = data.slice(address - each.address, address - each.address + size);
      if (hexOf(hashes.md5(unit)) !== md5) throw wrong(`does not match its MD5 at ${hex(address)}`);
      contents.set(md5, { md5, data: unit });
    }
    if (hexOf(hashes.sha256(data)) !== each.sha256) throw wrong('does not match its SHA-256');
  }
  return { backup, contents: [...contents.values()] };
}

async function entriesOf(file: Source): Promise<ReadonlyMap<string, ZipEntry>> {
  const directory = await readZipDirectory(file);
  if ('fault' in directory) {
    throw backupFileFailure('backup-file-damaged', file.path, { what: FAULTS[directory.fault] }, directory.offset);
  }
  const entries = new Map<string, ZipEntry>();
  for (const entry of directory.entries) {
    if (entries.has(entry.name)) {
      throw backupFileFailure(
        'backup-file-damaged',
        file.path,
        { what: `it has two files named ${plainName(entry.name)}` },
        entry.at,
      );
    }
    entries.set(entry.name, entry);
  }
  return entries;
}

async function unpacked(file: Source, entry: ZipEntry): Promise<Uint8Array> {
  const why = unsupported(entry);
  if (why !== null)
    throw backupFileFailure(
      'backup-file-damaged',
      file.path,
      { what: `${plainName(entry.name)} cannot be read: ${why}` },
      entry.at,
    );
  const content = await readZipEntry(file, entry);
  if (content.kind === 'bytes') return content.data;
  throw backupFileFailure(
    'backup-file-damaged',
    file.path,
    { what: `of ${plainName(entry.name)}, ${content.what}` },
    content.offset,
  );
}

function tooLarge(file: string, what: string, limit: number) {
  return backupFileFailure('backup-file-too-large', file, { what, limit: bytes(limit) });
}
