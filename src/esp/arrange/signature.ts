/** Whether an app carries a signature for secure boot; whether it is the right one only the chip can tell. */
import type { AppImage } from '../../formats/app-image.ts';
import { isFilledWith, viewOf } from '../../formats/binary.ts';
import type { Security } from '../board/security.ts';

// ESP-IDF docs, "Secure Boot v1": a version word of 0 and 64 bytes of signature behind the image.
const V1_SIZE = 4 + 64;
// ESP-IDF bootloader_support, secure_boot.h: a signature block lies at the next 4 KiB and begins with magic and version.
const V2_ALIGNMENT = 0x1000;
const V2_MAGIC = 0xe7;
const V2_VERSIONS: readonly (number | undefined)[] = [2, 3];

/** Whether an image is followed by a signature of the kind that the chip asks for; of any kind if that is not known. */
export function isSigned(data: Uint8Array, image: AppImage, kind: Security['secureBoot']): boolean {
  const { length } = image;
  if (length === null) return false;
  return (kind !== 'v1' && hasV2(data, length)) || (kind !== 'v2' && hasV1(data, length));
}

function hasV1(data: Uint8Array, at: number): boolean {
  if (data.length < at + V1_SIZE || viewOf(data).getUint32(at, true) !== 0) return false;
  const signature = data.subarray(at + 4, at + V1_SIZE);
  return !isFilledWith(signature, 0) && !isFilledWith(signature, 0xff);
}

function hasV2(data: Uint8Array, length: number): boolean {
  const at = Math.ceil(length / V2_ALIGNMENT) * V2_ALIGNMENT;
  return data[at] === V2_MAGIC && V2_VERSIONS.includes(data[at + 1]);
}
