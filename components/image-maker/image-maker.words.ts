/** What a folder comes to as a file system: which files are taken, what they cost, and what is too large. */
import type { ContentsTools, FileCosts } from '../../src/flash/partition-contents.ts';
import type { PickedFile } from '../../src/session/intents.ts';
import { bytes, roughly } from '../shared/format.ts';

/** A file of the folder: its path in the file system, and the bytes on this computer. */
export interface FolderFile {
  readonly path: string;
  readonly size: number;
  readonly blob: Blob;
}

/** The files of a folder as they will be in the file system: below its root, in the order of their paths. */
export function filesOf(picked: readonly PickedFile[]): readonly FolderFile[] {
  const paths = picked.map(({ path }) => path.replace(/^\/+/, ''));
  const top = paths[0]?.slice(0, paths[0].indexOf('/') + 1) ?? '';
  const isFolder = top !== '' && paths.every((path) => path.startsWith(top));
  return picked
    .map(({ blob }, i): FolderFile => {
      const path = paths[i] ?? '';
      return { path: `/${isFolder ? path.slice(top.length) : path}`, size: blob.size, blob };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A folder in a format: the costs of the files that are taken, and whether they fit. */
export interface FolderCost {
  readonly costs: FileCosts | null;
  readonly fits: boolean;
  readonly says: string;
}

/** What the files cost that are taken, in a partition of `size` bytes. */
export function folderCost(
  tools: ContentsTools,
  format: string,
  files: readonly FolderFile[],
  size: number,
): FolderCost {
  // A partition cannot hold more bytes than it has: nothing has to be worked out, and no memory taken.
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > size)
    return {
      costs: null,
      fits: false,
      says: `Too large by at least ${roughly(total - size)}: leave out the largest files.`,
    };
  const costs = tools.costOf(format, files, size);
  if (costs === null) return { costs, fits: false, says: 'This format holds no files.' };
  const { needed, available } = costs;
  return needed <= available
    ? { costs, fits: true, says: `${roughly(needed)} of ${roughly(available)} will be used.` }
    : {
        costs,
        fits: false,
        says: `Too large by ${bytes(needed - available)}: these files need ${roughly(needed)}, and there is room for ${roughly(available)}.`,
      };
}
