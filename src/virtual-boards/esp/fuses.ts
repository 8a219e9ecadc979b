/** The eFuses that change what a loader may do. */
import { FlashCipher } from './flash-cipher.ts';

/** The flash encryption eFuses of an ESP32. */
export interface FlashEncryption {
  /** 32 bytes, as in espsecure's key files; software cannot read them. */
  readonly key: Uint8Array;
  /** The seven-bit counter: encryption is on while an odd number of bits is set. */
  readonly count: number;
  /** Whether a loader may still ask the chip to encrypt what it writes; not in ESP-IDF's release mode. */
  readonly manual: 'allowed' | 'disabled';
}

/** The eFuses of one board. */
export interface Fuses {
  /** Null while no key is burnt. Of the chips here, only an ESP32 can have one. */
  readonly encryption: FlashEncryption | null;
  /** Secure Download Mode: the ROM writes, but neither reads flash nor runs code. Not on an ESP32. */
  readonly secureDownload: boolean;
}

/** A chip with nothing burnt, as it leaves the factory. */
export const OPEN_FUSES: Fuses = { encryption: null, secureDownload: false };

/** How many bits are set. */
export function bitsSet(value: number): number {
  let count = 0;
  for (let bits = value; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

/** The cipher that the chip reads its flash through; null if encryption is off (ESP-IDF: an even number of bits). */
export function readingCipher({ encryption }: Fuses): FlashCipher | null {
  return encryption === null || bitsSet(encryption.count) % 2 === 0 ? null : new FlashCipher(encryption.key);
}

/** The cipher for writes that a loader asks to be encrypted; null if it may not. */
export function writingCipher(fuses: Fuses): FlashCipher | null {
  return fuses.encryption?.manual === 'allowed' ? readingCipher(fuses) : null;
}
