/** The codec of LittleFS, disk versions 2.0 and 2.1, as esp_littlefs, MicroPython and Arduino use it. */
import type { YieldNow } from '../../../flash/yielding.ts';
import { sameBytes } from '../../../formats/binary.ts';
import type { FileSystemCodec, Rewritten } from '../file-system.ts';
import { buildImage, itemOf } from './build.ts';
import { costIn, costed } from './cost.ts';
import { editImage, finished, loadIn, rebuilt } from './edit.ts';
import type { LittleFsParameters } from './parameters.ts';
import { DEVICE_PARAMETERS, mountIn, parametersOf } from './parameters.ts';
import { openLittleFs } from './read.ts';
import { superblockBytes, superblockIn } from './superblock.ts';
import { TYPE } from './tags.ts';

/**
 * Cuts a file system off, or lets it grow, by its superblocks alone; null if blocks behind the new end are used. Each superblock is
 * written into the half of its pair that does not count: whenever power fails, the other half does, or this one is whole. With
 * `cfg.block_count = 0`, as in esp_littlefs from 1.10 on, `lfs_mount` takes the number of blocks from it: the smaller file system
 * mounts in either partition.
 */
function resizedInPlace(image: Uint8Array, size: number): Rewritten | null {
  const copy = new Uint8Array(Math.max(size, image.length)).fill(0xff);
  copy.set(image);
  const loaded = loadIn(copy.subarray(0, image.length));
  if ('says' in loaded) return { refusal: loaded };
  const { volume } = loaded;
  const blockCount = Math.floor(size / volume.parameters.blockSize);
  if (volume.highestUsed >= blockCount) return null;
  const spares = new Set<number>();
  for (const pair of volume.list()) {
    const superblock = superblockIn(pair.slots[0]);
    if (superblock === null || superblock.blockCount === blockCount) continue;
    // All of them: a device that demands a number of blocks looks at each.
    const data = superblockBytes({ ...superblock, blockCount });
    volume.setStruct({ pair, index: 0 }, { type: TYPE.inlineStruct, data });
    pair.log = null;
    spares.add(pair.spare);
  }
  const done = finished(volume);
  if ('refusal' in done) return done;
  const data = copy.slice(0, size);
  // What a power cut had left undone was finished with it, or a superblock needed a pair more: several units belong together.
  const isAlone = changedBlocks(image, data, volume.parameters.blockSize).every((block) => spares.has(block));
  return { data, ...(isAlone && { mountsUnderBoth: size < image.length ? 'rewritten' : 'replaced' }) };
}

/** The blocks of both images in which they differ. */
function changedBlocks(before: Uint8Array, after: Uint8Array, blockSize: number): number[] {
  const blocks = Array.from({ length: Math.min(before.length, after.length) / blockSize }, (_, block) => block);
  const within = (image: Uint8Array, block: number) => image.subarray(block * blockSize, (block + 1) * blockSize);
  return blocks.filter((block) => !sameBytes(within(before, block), within(after, block)));
}

async function resizeImage(image: Uint8Array, size: number, yieldNow: YieldNow): Promise<Rewritten> {
  const inPlace = resizedInPlace(image, size);
  if (inPlace !== null) return inPlace;
  const settled = await editImage(image, [], yieldNow);
  return 'refusal' in settled ? settled : rebuilt(settled.data, size, yieldNow);
}

/** See `FileSystemCodec`. */
export const littleFs: FileSystemCodec<LittleFsParameters> = {
  open: openLittleFs,
  parametersOf: (image) => {
    const mounted = mountIn(image);
    return mounted === null ? null : parametersOf(mounted);
  },
  usualParameters: () => DEVICE_PARAMETERS,
  build: (files, size, parameters, yieldNow) =>
    buildImage(
      files.map((file) => itemOf(file, parameters)),
      new Map(),
      size,
      parameters,
      yieldNow,
    ),
  edit: editImage,
  resize: resizeImage,
  costOf: (files, size, parameters) =>
    costIn(
      files.map((file) => costed(file, parameters)),
      size,
      parameters,
    ),
};
