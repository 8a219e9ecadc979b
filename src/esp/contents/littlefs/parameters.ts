/** What a LittleFS does not record everywhere, found out from how it was written. */
import type { Mounted } from './mount.ts';
import { mount } from './mount.ts';
import { readIn } from './reading.ts';
import { LIMITS, VERSION } from './superblock.ts';
import { TYPE } from './tags.ts';
import { MICROPYTHON_TIME, TIME } from './tree.ts';

/** How files' times are kept: which attribute, how many bytes, in seconds or nanoseconds. */
export type TimeStyle = 'seconds-8' | 'seconds-4' | 'nanoseconds-8';

/** The parameters of a LittleFS. Sizes in bytes. */
export interface LittleFsParameters {
  readonly version: number;
  readonly blockSize: number;
  /** Commits end on multiples of it. */
  readonly programSize: number;
  /** Files up to this size lie in metadata. A device cannot read larger ones there than its cache. */
  readonly inlineMax: number;
  readonly nameMax: number;
  readonly fileMax: number;
  readonly attributeMax: number;
  readonly time: TimeStyle;
}

/** What esp_littlefs formats with: its Kconfig's defaults, and a `time_t` of 8 bytes. */
export const DEVICE_PARAMETERS: LittleFsParameters = {
  version: VERSION.v21,
  blockSize: 4096,
  programSize: 128,
  inlineMax: 512,
  ...LIMITS,
  time: 'seconds-8',
};

/** Larger program sizes are not assumed: commits may end on multiples of them by chance. */
const LARGEST_PROGRAM = 512;

/** The program size: the forward CRCs say it, otherwise all commits end on multiples of it. */
function programSizeOf({ pairs }: Mounted): number {
  let size = LARGEST_PROGRAM;
  for (const { log } of pairs) {
    const said = log.forwardCrc?.size ?? 0;
    if (said > 0 && said <= LARGEST_PROGRAM && (said & (said - 1)) === 0) size = Math.min(size, said);
    for (const end of log.commitEnds) size = Math.min(size, end & -end);
  }
  return Math.max(4, size);
}

/** The largest inline file that is known to be readable: one that exists, or one of a program size, which every cache holds. */
function inlineMaxOf({ pairs, superblock }: Mounted, programSize: number): number {
  let largest = programSize;
  for (const { log } of pairs) {
    for (const { type, struct } of log.slots) {
      if (type === TYPE.file && struct?.type === TYPE.inlineStruct) largest = Math.max(largest, struct.data.length);
    }
  }
  return Math.min(largest, 512, superblock.attributeMax || LIMITS.attributeMax, superblock.blockSize >> 3);
}

/** How the files here keep their times; as esp_littlefs does if none has one. */
function timeStyleOf({ pairs }: Mounted): TimeStyle {
  let style: TimeStyle = 'seconds-8';
  for (const { log } of pairs) {
    for (const { type, attributes } of log.slots) {
      if (type !== TYPE.file) continue;
      const { length } = attributes.get(TIME) ?? [];
      if (length === 8) return 'seconds-8';
      if (length === 4) return 'seconds-4';
      if (attributes.get(MICROPYTHON_TIME)?.length === 8) style = 'nanoseconds-8';
    }
  }
  return style;
}

/** The parameters of a mounted file system. */
export function parametersOf(mounted: Mounted): LittleFsParameters {
  const { version, blockSize, nameMax, fileMax, attributeMax } = mounted.superblock;
  const programSize = programSizeOf(mounted);
  return {
    version,
    blockSize,
    programSize,
    inlineMax: inlineMaxOf(mounted, programSize),
    nameMax: nameMax === 0 ? LIMITS.nameMax : nameMax,
    fileMax: fileMax === 0 ? LIMITS.fileMax : fileMax,
    attributeMax: attributeMax === 0 ? LIMITS.attributeMax : attributeMax,
    time: timeStyleOf(mounted),
  };
}

/** A file system in an image in memory; null if there is none that could be mounted. */
export function mountIn(image: Uint8Array): Mounted | null {
  const mounted = readIn(image, mount(image.length));
  return mounted === null || 'lost' in mounted || !mounted.mounts ? null : mounted;
}
