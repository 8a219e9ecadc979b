/** Changes LittleFS images in place: new data into free blocks, and commits behind those that exist. */
import type { Refusal } from '../../../flash/finding.ts';
import type { YieldNow } from '../../../flash/yielding.ts';
import type { FileEdit, Rewritten } from '../file-system.ts';
import { contentRefusal } from '../refusals.ts';
import type { Item } from './build.ts';
import { buildImage } from './build.ts';
import { flush } from './flush.ts';
import { load } from './load.ts';
import type { Mounted } from './mount.ts';
import { REFUSAL_PLACE, tooLarge } from './names.ts';
import { deleteEntry, makeFolder, renameEntry, timeAttribute, writeFile } from './operations.ts';
import { mountIn, parametersOf } from './parameters.ts';
import { readCtz } from './read-ctz.ts';
import { readIn } from './reading.ts';
import { TYPE } from './tags.ts';
import { readTree } from './tree.ts';
import type { Volume } from './volume.ts';

const damaged = (why: string): Refusal =>
  contentRefusal('contents-damaged', REFUSAL_PLACE, { format: 'LittleFS', why });

/** A file system that can be changed, with what it was mounted from; `image` is changed with it. */
export function loadIn(image: Uint8Array): { readonly volume: Volume; readonly mounted: Mounted } | Refusal {
  const mounted = mountIn(image);
  if (mounted === null)
    return contentRefusal('contents-unreadable', REFUSAL_PLACE, { why: 'it is no LittleFS that mounts' });
  const { findings } = readIn(image, readTree(mounted));
  const problem = [...mounted.findings, ...findings].find(({ verdict }) => verdict === 'problem');
  if (problem !== undefined) return damaged(problem.says.replace(/\.$/, ''));
  const volume = load(image, mounted);
  return 'why' in volume ? damaged(volume.why) : { volume, mounted };
}

/** Writes what has changed. */
export function finished(volume: Volume): Rewritten {
  const { blockSize } = volume.parameters;
  if (flush(volume)) return { data: volume.image };
  return { refusal: tooLarge('The list of files', 2 * blockSize, volume.freeBlocks * blockSize) };
}

/** Everything in a file system, with all attributes; or why something could not be taken along. Nothing must be pending. */
function itemsIn(
  image: Uint8Array,
  mounted: Mounted,
): { readonly items: readonly Item[]; readonly root: Item['attributes'] } | Refusal {
  const { entries, rootAttributes, findings } = readIn(image, readTree(mounted));
  const left = findings.find(({ verdict }) => verdict !== 'note');
  if (left !== undefined) return damaged(left.says.replace(/\.$/, ''));
  const odd = entries.find(({ path }) => path.includes('\u{FFFD}'));
  if (odd !== undefined) return damaged(`the name of ${odd.path} is no UTF-8`);
  const items = entries.map(({ path, kind, struct, attributes }): Item => {
    if (kind === 'folder') return { path, kind, data: new Uint8Array(0), attributes };
    const inline = struct.type !== TYPE.ctzStruct;
    const data = inline ? struct.data : readIn(image, readCtz(mounted, { path, struct })).data;
    return { path, kind, data, attributes };
  });
  return { items, root: rootAttributes };
}

/** The same files and attributes in a new image of `size` bytes. */
export async function rebuilt(image: Uint8Array, size: number, yieldNow: YieldNow): Promise<Rewritten> {
  const mounted = mountIn(image);
  if (mounted === null) return { refusal: damaged('it no longer mounts') };
  const taken = itemsIn(image, mounted);
  if ('says' in taken) return { refusal: taken };
  return buildImage(taken.items, taken.root, size, parametersOf(mounted), yieldNow);
}

function apply(volume: Volume, edit: Exclude<FileEdit, { readonly edit: 'compact' }>): Refusal | null {
  switch (edit.edit) {
    case 'write-file':
      return writeFile(volume, edit.path, edit.data, timeAttribute(volume.parameters.time, edit.modified));
    case 'make-folder':
      return makeFolder(volume, edit.path);
    case 'delete-file':
      return deleteEntry(volume, edit.path);
    case 'rename-file':
      return renameEntry(volume, edit.path, edit.to);
  }
}

/** The image with edits applied. */
export async function editImage(image: Uint8Array, edits: readonly FileEdit[], yieldNow: YieldNow): Promise<Rewritten> {
  let loaded = loadIn(image.slice());
  for (const edit of edits) {
    if ('says' in loaded) return { refusal: loaded };
    if (edit.edit === 'compact') {
      const before = finished(loaded.volume);
      if ('refusal' in before) return before;
      const compacted = await rebuilt(before.data, image.length, yieldNow);
      if ('refusal' in compacted) return compacted;
      loaded = loadIn(compacted.data);
    } else {
      const refusal = apply(loaded.volume, edit);
      if (refusal !== null) return { refusal };
    }
    await yieldNow();
  }
  return 'says' in loaded ? { refusal: loaded } : finished(loaded.volume);
}
