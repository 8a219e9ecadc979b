/** Makes new LittleFS images. */
import type { Refusal } from '../../../flash/finding.ts';
import type { YieldNow } from '../../../flash/yielding.ts';
import type { NewFile, Rewritten } from '../file-system.ts';
import { CommitWriter } from './commit.ts';
import { costIn } from './cost.ts';
import { flush } from './flush.ts';
import { namesIn, tooLarge } from './names.ts';
import type { Attributes } from './operations.ts';
import { makeFolder, setAttributes, timeAttribute, writeFile } from './operations.ts';
import type { LittleFsParameters } from './parameters.ts';
import { MAGIC, superblockBytes } from './superblock.ts';
import { TYPE } from './tags.ts';
import type { WritablePair, WritableSlot } from './volume.ts';
import { Volume, slotEntries } from './volume.ts';

/** A file or folder for a new file system, with all its attributes. */
export interface Item {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly data: Uint8Array;
  readonly attributes: Attributes;
}

/** A new file with the attributes that esp_littlefs would give it: a time for files, none for folders. */
export function itemOf({ path, kind, data, modified }: NewFile, { time }: LittleFsParameters): Item {
  const attributes: Attributes = kind === 'folder' ? new Map() : timeAttribute(time, modified);
  return { path, kind, data, attributes };
}

/** An empty file system, formatted as the library does: one superblock in block 0; the pair's next revision goes to block 1. */
function format(image: Uint8Array, parameters: LittleFsParameters, blockCount: number): Volume {
  const { version, blockSize, nameMax, fileMax, attributeMax, programSize } = parameters;
  const superblock = { version, blockSize, blockCount, nameMax, fileMax, attributeMax };
  const slot: WritableSlot = {
    name: MAGIC,
    type: TYPE.superblock,
    struct: { type: TYPE.inlineStruct, data: superblockBytes(superblock) },
    attributes: new Map(),
  };
  const writer = CommitWriter.start(image.subarray(0, blockSize), { programSize, version }, 1);
  for (const entry of slotEntries(slot, 0)) writer.add(entry);
  writer.finish();
  const first: WritablePair = {
    active: 0,
    spare: 1,
    revision: 1,
    slots: [slot],
    next: null,
    hard: false,
    state: new Uint8Array(12),
    log: null,
    pending: [],
    // Written in any case.
    tailChanged: true,
    stateChanged: false,
  };
  const volume = new Volume(image, parameters, blockCount, { first, root: first });
  volume.claim([]);
  return volume;
}

function put(volume: Volume, { path, kind, data, attributes }: Item): Refusal | null {
  if (kind === 'file') return writeFile(volume, path, data, attributes);
  return makeFolder(volume, path) ?? setAttributes(volume, path, attributes);
}

/** A new image of `size` bytes with these items; all that they do not need is erased. */
export async function buildImage(
  items: readonly Item[],
  rootAttributes: Attributes,
  size: number,
  parameters: LittleFsParameters,
  yieldNow: YieldNow,
): Promise<Rewritten> {
  const { blockSize } = parameters;
  for (const { path } of items) {
    const names = namesIn(path, parameters.nameMax);
    if ('says' in names) return { refusal: names };
  }
  const sized = items.map(({ path, kind, data, attributes }) => ({
    path,
    kind,
    size: data.length,
    attributeSizes: [...attributes.values()].flatMap((value) => value?.length ?? []),
  }));
  const cost = costIn(sized, size, parameters);
  const what = items.length === 1 ? (items[0]?.path ?? '') : `What is to be put into it (${items.length} entries)`;
  if (cost.needed > cost.available) return { refusal: tooLarge(what, cost.needed, cost.available) };
  const image = new Uint8Array(size).fill(0xff);
  const volume = format(image, parameters, Math.floor(size / blockSize));
  setAttributes(volume, '/', rootAttributes);
  for (const item of items) {
    const refusal = put(volume, item);
    if (refusal !== null) return { refusal };
    await yieldNow();
  }
  if (!flush(volume)) return { refusal: tooLarge(what, cost.needed + 2 * blockSize, cost.available) };
  return { data: image };
}
