/** The codec of LittleFS, disk versions 2.0 and 2.1, as esp_littlefs, MicroPython and Arduino use it. */
import type { YieldNow } from '../../../flash/yielding.ts';
import type { FileSystemCodec, Rewritten } from '../file-system.ts';
import { buildImage, itemOf } from './build.ts';
import { costIn, costed } from './cost.ts';
import { editImage, finished, loadIn, rebuilt } from './edit.ts';
import type { LittleFsParameters } from './parameters.ts';
import { DEVICE_PARAMETERS, mountIn, parametersOf } from './parameters.ts';
import { openLittleFs } from './read.ts';
import { superblockBytes, superblockIn } from './superblock.ts';
import { TYPE } from './tags.ts';

/** Cuts a file system off, or lets it grow, by its superblocks alone; null if blocks behind the new end are used. */
function resizedInPlace(image: Uint8Array, size: number): Rewritten | null {
  const copy = new Uint8Array(Math.max(size, image.length)).fill(0xff);
  copy.set(image);
  const loaded = loadIn(copy.subarray(0, image.length));
  if ('says' in loaded) return { refusal: loaded };
  const { volume } = loaded;
  const blockCount = Math.floor(size / volume.parameters.blockSize);
  if (volume.highestUsed >= blockCount) return null;
  for (const pair of volume.list()) {
    const superblock = superblockIn(pair.slots[0]);
    if (superblock === null || superblock.blockCount === blockCount) continue;
    // All of them: a device that demands a number of blocks looks at each.
    const data = superblockBytes({ ...superblock, blockCount });
    volume.setStruct({ pair, index: 0 }, { type: TYPE.inlineStruct, data });
  }
  const done = finished(volume);
  return 'refusal' in done ? done : { data: copy.slice(0, size) };
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
