/** The eFuses that change what a loader may do: what is burnt once and for all. */
import { FlashCipher } from './flash-cipher.ts';

/** Flash encryption as an ESP32 has it. */
export interface FlashEncryption {
  /** 32 bytes that no software can read, as espsecure's key files have them. */
  readonly key: Uint8Array;
  /** The bits of the counter: encryption is on while an odd number of the seven is set. */
  readonly count: number;
  /** Whether a loader may still ask the chip to encrypt what it writes: not in what ESP-IDF calls release mode. */
  readonly manual: 'allowed' | 'disabled';
}

/** What is burnt into one board. */
export interface Fuses {
  /** Null while no key is burnt. Of the chips here, only an ESP32 can have one. */
  readonly encryption: FlashEncryption | null;
  /** Secure Download Mode: the ROM writes, and neither reads nor runs code. Not on an ESP32. */
  readonly secureDownload: boolean;
}

/** A chip as it leaves the factory. */
export const OPEN_FUSES: Fuses = { encryption: null, secureDownload: false };

/** How many bits are set. */
export function bitsSet(value: number): number {
  let count = 0;
  for (let bits = value; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

/** What the chip reads its flash through; null where encryption is off (ESP-IDF: an even number of bits). */
export function readingCipher({ encryption }: Fuses): FlashCipher | null {
  return encryption === null || bitsSet(encryption.count) % 2 === 0 ? null : new FlashCipher(encryption.key);
}

/** What a loader can have its writes encrypted with; null where it cannot. */
export function writingCipher(fuses: Fuses): FlashCipher | null {
  return fuses.encryption?.manual === 'allowed' ? readingCipher(fuses) : null;
}
