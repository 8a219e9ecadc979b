/** What distinguishes boards with the same chip: identity, and the eFuses that change what a loader may do. */
import { FlashCipher } from './flash-cipher.ts';

/** What distinguishes boards with the same chip. */
export interface Identity {
  /** Six bytes in hex, colon separated. */
  readonly mac: string;
  /** JEDEC id as RDID returns it, first byte lowest: 0x1640EF is a Winbond W25Q32 (EF 40 16). */
  readonly flashId: number;
  /** Silicon revision × 100: 300 is v3.0, 4 is v0.4. */
  readonly revision: number;
  /** Package as burnt in eFuse; on an ESP32 0 is D0WDQ6, 1 D0WD, 5 PICO-D4. */
  readonly package: number;
}

/** Parses a MAC into its six bytes; throws a `RangeError` for anything else. */
export function macBytes(mac: string): Uint8Array {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) throw new RangeError(`"${mac}" is not a MAC`);
  return Uint8Array.from(mac.split(':'), (byte) => Number.parseInt(byte, 16));
}

/** How a board is protected; none in the catalogue has `encryption-release`, which tests ask `makeBoard` for. */
export type Protection = 'none' | 'secure-download' | 'encryption-development' | 'encryption-release';

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
