/** ZIP archives as files that can be opened: entries are unpacked on demand, and their first bytes only once. */
import type { Source } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';
import type { ZipContent, ZipEntry } from '../formats/zip.ts';
import { readZipDirectory, readZipEntry, unsupported } from '../formats/zip.ts';
import { unpackFinding } from './findings.ts';
import type { UnusedFile, Opened, Packed, Reads } from './packed.ts';
import { HEAD, inMemory, tidyPath } from './packed.ts';

/** What is in an archive, or the finding about the archive as a whole. */
export type Archive =
  | { readonly kind: 'archive'; readonly files: readonly Packed[]; readonly left: readonly UnusedFile[] }
  | { readonly kind: 'damaged'; readonly finding: Finding };

/** Metadata that macOS adds for each file: nobody's content. */
const BESIDE = /^__MACOSX\/|(^|\/)\.DS_Store$/;

/**
 * Reads the directory of an archive. Files with the same path are left out, unless they have the same CRC and size. Looking at
 * the first bytes of its files counts in the budget.
 */
export async function openArchive(source: Source, work: Reads): Promise<Archive> {
  const directory = await readZipDirectory(source, work.yieldNow);
  if ('fault' in directory) {
    const { fault, offset, values } = directory;
    return {
      kind: 'damaged',
      finding: unpackFinding(fault, { in: 'file', name: source.path, offset }, values),
    };
  }
  const byPath = new Map<string, ZipEntry[]>();
  for (const entry of directory.entries) {
    const path = tidyPath(entry.name);
    if (path === '' || BESIDE.test(path)) continue;
    const alike = byPath.get(path);
    if (alike === undefined) byPath.set(path, [entry]);
    else alike.push(entry);
  }
  const files: Packed[] = [];
  const left: UnusedFile[] = [];
  for (const [path, [entry, ...others]] of byPath) {
    if (entry === undefined) continue;
    const same = others.every(({ crc, size }) => crc === entry.crc && size === entry.size);
    if (same) files.push(inArchive(source, path, entry, work));
    else left.push({ name: path, why: `the archive has ${others.length + 1} different files of this name` });
  }
  return { kind: 'archive', files, left };
}

function inArchive(source: Source, path: string, entry: ZipEntry, { budget, yieldNow }: Reads): Packed {
  const why = unsupported(entry);
  const open = async (): Promise<Opened> => {
    if (why !== null) return { kind: 'closed', why, finding: null };
    const content = await readZipEntry(source, entry, entry.size, yieldNow);
    if (content.kind === 'bytes') return inMemory(path, content.data);
    return { kind: 'closed', why: 'it is damaged', finding: damage(source, path, content) };
  };
  const readHead = async (): Promise<Uint8Array> => {
    if (why !== null || !budget.look()) return new Uint8Array();
    const content = await readZipEntry(source, entry, Math.min(HEAD, entry.size), yieldNow);
    return content.kind === 'bytes' ? content.data : new Uint8Array();
  };
  let known: Promise<Uint8Array> | null = null;
  return { path, size: entry.size, head: () => (known ??= readHead()), open };
}

function damage(source: Source, path: string, { what, offset }: Extract<ZipContent, { kind: 'damaged' }>): Finding {
  return unpackFinding(
    'zip-entry-damaged',
    { in: 'file', name: source.path, offset },
    { entry: plainName(path), what },
  );
}
