/** What a partition holds, as text: each file with its bytes, each setting with its value. */
import { FORMATS } from '../../esp/contents/formats.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { hexOf } from '../../formats/binary.ts';
import { md5Hex } from '../../formats/hashes.ts';

/** The format of the bytes of a partition and what is in it, sorted; null if it holds nothing known. */
export async function listingOf(
  image: Uint8Array,
  keys: Uint8Array | null = null,
): Promise<{ readonly format: string; readonly total: number; readonly entries: readonly string[] } | null> {
  for (const { id, open } of FORMATS) {
    const opened = await open(imageBytes(image), { keys }, false);
    if (opened === null) continue;
    const { listing, readFile } = opened;
    if (listing.kind === 'settings') {
      const entries = listing.settings.map(({ namespace, key, type, value }) => `${namespace}/${key} ${type} ${value}`);
      return { format: id, total: image.length, entries: entries.toSorted() };
    }
    if (listing.kind !== 'files') return null;
    const entries: string[] = [];
    for (const { path, kind, modified } of listing.entries)
      if (kind === 'file') {
        const data = await readFile(path).catch(() => null);
        entries.push(
          `${path} ${modified} ${data === null ? 'damaged' : `${data.length} ${md5Hex(data)} ${hexOf(data.subarray(0, 8))}`}`,
        );
      }
    return { format: id, total: listing.totalBytes, entries: entries.toSorted() };
  }
  return null;
}
