/** What erased units are known by, where no hash is at hand: the page shows backups without loading one. */
import type { FlashMap, Range } from './map.ts';
import { erasedByteOf } from './map.ts';

/** A size in bytes, the value of an erased byte, and the MD5 of so many of them. */
type BlankDigest = readonly [size: number, erasedByte: number, md5: string];

/** For the erase units of Espressif's chips and of the STM32 families. */
export const BLANK_DIGESTS: readonly BlankDigest[] = [
  [1024, 0xff, '9a8918b11878da506f761bc1c9c4ce17'],
  [2048, 0xff, 'e0deebd3c3f560212af17c68b9344bae'],
  [4096, 0xff, '6ae59e64850377ee5470c854761551ea'],
  [8192, 0xff, '84d04c9d6cc8ef35bf825d51a5277699'],
  [16384, 0xff, '92ab673d915a94dcf187720e8ac0d608'],
  [32768, 0xff, '3df7b33399422731e8e5615785c0536d'],
  [65536, 0xff, 'ecb99e6ffea7be1e5419350f725da86b'],
  [131072, 0xff, '41d2e2c0c0edfccf76fa1c3e38bc1cf2'],
  [262144, 0xff, '09a1d434dbd7197e7c3af8a7c28ca38b'],
  [128, 0, 'f09f35a5637839458e462e6350ecbce4'],
  [256, 0, '348a9791dc41b89796ec3808b5b5262f'],
];

/** Whether a unit with this MD5 is erased; false where its size is not among the known ones. */
export function isBlankDigest(map: FlashMap, { region, size }: Range, md5: string): boolean {
  const erased = erasedByteOf(map, region);
  return BLANK_DIGESTS.some(([own, byte, digest]) => own === size && byte === erased && digest === md5);
}
