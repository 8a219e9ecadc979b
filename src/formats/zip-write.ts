/** Writes ZIP archives piece by piece, so that other tasks run in between; `zip.ts` reads them. */
import type { DeflateOptions } from 'fflate';
import { Zip, ZipDeflate } from 'fflate';
import { joinBytes } from './binary.ts';

/** The dates that ZIP can express, in ms since 1970: 1980 to 2099 (APPNOTE.TXT 4.4.6). */
const EARLIEST = Date.UTC(1980, 0, 2);
const LATEST = Date.UTC(2099, 11, 30);

/** A file of an archive; a folder ends with `/` and has no bytes. `modified` in ms since 1970, null where it is not known. */
export interface FileToZip {
  readonly name: string;
  readonly modified: number | null;
  readonly data: () => Uint8Array | Promise<Uint8Array>;
}

/** How files are packed; `piece` is how many bytes at once, for which other tasks wait. */
export interface Packing extends Pick<DeflateOptions, 'level' | 'mem'> {
  readonly piece: number;
}

/** An archive of these files in this order; `yieldNow` is called after each piece. Rejects as `data` and `yieldNow` do. */
export async function writeZip(
  files: Iterable<FileToZip>,
  { piece, ...options }: Packing,
  yieldNow: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  const zip = new Zip((error, packed) => {
    if (error !== null) throw error;
    pieces.push(packed);
  });
  for (const { name, modified, data } of files) {
    const file = new ZipDeflate(name, options);
    file.mtime = Math.min(Math.max(modified ?? EARLIEST, EARLIEST), LATEST);
    zip.add(file);
    const bytes = await data();
    for (let at = 0; at === 0 || at < bytes.length; at += piece) {
      file.push(bytes.subarray(at, at + piece), at + piece >= bytes.length);
      await yieldNow();
    }
  }
  zip.end();
  return joinBytes(pieces);
}
