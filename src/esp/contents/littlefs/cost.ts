/** How much room files take in a LittleFS, worked out before anything is built. */
import type { NewFile } from '../file-system.ts';
import { blocksFor } from './ctz.ts';
import { splitAbove, splitAt } from './flush.ts';
import type { LittleFsParameters } from './parameters.ts';
import { timeAttribute, isInline } from './operations.ts';
import { compareNames } from './names.ts';

/** A file or folder to put into a new file system; sizes of all its attributes in bytes. */
export interface FileToStore {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly attributeSizes: readonly number[];
}

/** What a set of files needs and gets, in bytes of whole blocks; `each`: blocks of its own, or bytes among the metadata. */
export interface Cost {
  readonly needed: number;
  readonly available: number;
  readonly each: readonly number[];
}

/** Superblock entry: magic and struct with their tags. */
const SUPERBLOCK = 4 + 8 + 4 + 24;
const encoder = new TextEncoder();

/** How many pairs a folder's entries are split into. */
function pairsFor(sizes: readonly number[], most: number): number {
  let pairs = 1;
  for (let end = splitAt(sizes, sizes.length, most); end > 0; end = splitAt(sizes, end, most)) pairs++;
  return pairs;
}

/** A new file with what counts of it. */
export function costed({ path, kind, data, modified }: NewFile, { time }: LittleFsParameters): FileToStore {
  const attributes = kind === 'folder' ? [] : [...timeAttribute(time, modified).values()];
  return { path, kind, size: data.length, attributeSizes: attributes.flatMap((value) => value?.length ?? []) };
}

/** The cost of files in a file system of `size` bytes. */
export function costIn(files: readonly FileToStore[], size: number, parameters: LittleFsParameters): Cost {
  const { blockSize, programSize } = parameters;
  const folders = new Map<string, Map<string, number>>([['', new Map()]]);
  const enter = (path: string, bytes: number): void => {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return;
    const parent = path.slice(0, slash);
    if (!folders.has(parent)) {
      folders.set(parent, new Map());
      enter(parent, 8 + 4);
    }
    folders.get(parent)?.set(path.slice(slash + 1), 4 + encoder.encode(path.slice(slash + 1)).length + bytes);
  };
  let data = 0;
  const each = files.map(({ path, kind, size: length, attributeSizes }) => {
    const attributes = attributeSizes.reduce((sum, one) => sum + 4 + one, 0);
    if (kind === 'folder') {
      if (!folders.has(path)) folders.set(path, new Map());
      enter(path, 8 + 4 + attributes);
      return 2 * blockSize;
    }
    const inline = isInline(length, parameters);
    enter(path, 4 + (inline ? length : 8) + attributes);
    if (inline) return length + attributes;
    const own = blocksFor(length, blockSize) * blockSize;
    data += own;
    return own;
  });
  const most = splitAbove(blockSize, programSize);
  let pairs = 0;
  for (const [path, entries] of folders) {
    const sorted = [...entries].map(([name, bytes]) => ({ name: encoder.encode(name), bytes }));
    sorted.sort((a, b) => compareNames(a.name, b.name));
    pairs += pairsFor([...(path === '' ? [SUPERBLOCK] : []), ...sorted.map(({ bytes }) => bytes)], most);
  }
  return { needed: data + pairs * 2 * blockSize, available: Math.floor(size / blockSize) * blockSize, each };
}
