/** The chip and the flash size that a build is for, by the headers of its images. */
import type { Source } from '../../flash/dropped-file.ts';
import type { AppHead } from '../../formats/app-header.ts';
import { APP_HEAD_SIZE, readAppHead } from '../../formats/app-header.ts';
import { looksLikeZip, readZipDirectory, readZipEntry, unsupported } from '../../formats/zip.ts';

/** The most images of a folder that are looked at: a build has a handful, a mistaken folder thousands. */
const MOST_IMAGES = 200;
/** The first bytes of an archive. */
const ZIP_HEAD = 4;
const IMAGE = /\.bin$/i;

/** What the images of a build say; `flashSize` in bytes, null if no bootloader among them says it. */
export interface BuildImages {
  /** Each chip once. */
  readonly chips: readonly string[];
  readonly flashSize: number | null;
}

/** Reads the headers of the images among some files, and of those in archives. Rejects with the `Failure`s of reading. */
export async function imagesIn(sources: readonly Source[]): Promise<BuildImages> {
  const heads: AppHead[] = [];
  for (const source of sources) {
    if (heads.length >= MOST_IMAGES) break;
    const data = await source.read(0, Math.min(APP_HEAD_SIZE, source.size));
    if (looksLikeZip(data.subarray(0, ZIP_HEAD))) heads.push(...(await headsInZip(source)));
    else if (IMAGE.test(source.path)) heads.push(...headIn(data));
  }
  const chips = heads.flatMap(({ header }) => header.chip.name ?? []);
  const sizes = heads.flatMap(({ header, description }) =>
    description === null ? (header.flashSize.bytes ?? []) : [],
  );
  return { chips: [...new Set(chips)], flashSize: sizes.length === 0 ? null : Math.max(...sizes) };
}

function headIn(data: Uint8Array): AppHead[] {
  const head = readAppHead(data);
  return head === null ? [] : [head];
}

async function headsInZip(file: Source): Promise<AppHead[]> {
  const directory = await readZipDirectory(file);
  // What is wrong with an archive is said where it is unpacked.
  if (!('entries' in directory)) return [];
  const images = directory.entries.filter((entry) => IMAGE.test(entry.name) && unsupported(entry) === null);
  const heads: AppHead[] = [];
  for (const entry of images.slice(0, MOST_IMAGES)) {
    const content = await readZipEntry(file, entry, APP_HEAD_SIZE);
    if ('data' in content) heads.push(...headIn(content.data));
  }
  return heads;
}
