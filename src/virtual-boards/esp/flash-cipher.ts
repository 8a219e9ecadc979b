/** Flash encryption of an ESP32: AES-256 with a key that is tweaked by the address of each 32-byte block. */
import { ecb } from '@noble/ciphers/aes.js';
import type { ReadableFlash } from './boot-flash.ts';

/** Block size of flash encryption, in bytes: addresses and sizes of encrypted writes are multiples of it. */
export const CIPHER_BLOCK = 32;
const AES_BLOCK = 16;
const NO_PADDING = { disablePadding: true };
const PAGE = 0x1000;

/**
 * Which bit of the address flips which bit of the key, with FLASH_CRYPT_CONFIG 0xF (ESP-IDF docs, "Flash Encryption
 * Algorithm"; espsecure): bits 23 down to 5 three times, then the last few of them, in four groups.
 */
const TWEAK: readonly number[] = [14, 12, 10, 8].flatMap((first) => {
  const down = (from: number): number[] => Array.from({ length: from - 4 }, (_, i) => from - i);
  return [...down(23), ...down(23), ...down(23), ...down(first)];
});

/** The key bits that each address bit flips, as a 32-byte mask; none for bits below 5 and above 23. */
const FLIPS: readonly Uint8Array[] = Array.from({ length: 24 }, (_, from) => {
  const flips = new Uint8Array(32);
  for (const [bit, by] of TWEAK.entries())
    if (by === from) flips[bit >> 3] = (flips[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return flips;
});

/** The cipher of one key. Inputs stay unchanged; throws a `RangeError` unless address and size are multiples of 32. */
export class FlashCipher {
  /** `key`: 32 bytes as in espsecure's key files; throws a `RangeError` for any other length. */
  constructor(private readonly key: Uint8Array) {
    if (key.length !== 32) throw new RangeError(`a key of ${key.length} bytes`);
  }

  /** What the flash holds where the cache shows `plain`. AES is used in reverse: this runs its decryption (espsecure). */
  encrypt(address: number, plain: Uint8Array): Uint8Array {
    return this.each(address, plain, (key, bytes) => ecb(key, NO_PADDING).decrypt(bytes));
  }

  /** What the cache shows where the flash holds `cipher`. */
  decrypt(address: number, cipher: Uint8Array): Uint8Array {
    return this.each(address, cipher, (key, bytes) => ecb(key, NO_PADDING).encrypt(bytes));
  }

  private each(
    address: number,
    bytes: Uint8Array,
    step: (key: Uint8Array, bytes: Uint8Array) => Uint8Array,
  ): Uint8Array {
    if (address % CIPHER_BLOCK !== 0 || bytes.length % CIPHER_BLOCK !== 0) {
      throw new RangeError(`${bytes.length} bytes at 0x${address.toString(16)} are not whole encrypted blocks`);
    }
    const out = bytes.slice();
    // The hardware takes each AES block with its last byte first.
    const turn = (block: Uint8Array) => {
      for (let at = 0; at < CIPHER_BLOCK; at += AES_BLOCK) block.subarray(at, at + AES_BLOCK).reverse();
    };
    for (let at = 0; at < out.length; at += CIPHER_BLOCK) {
      const block = out.subarray(at, at + CIPHER_BLOCK);
      turn(block);
      block.set(step(this.keyAt(address + at), block));
      turn(block);
    }
    return out;
  }

  private keyAt(address: number): Uint8Array {
    const key = this.key.slice();
    for (let bit = 5; bit < FLIPS.length; bit++) {
      if (((address >>> bit) & 1) === 0) continue;
      const flips = FLIPS[bit];
      if (flips !== undefined) for (let i = 0; i < key.length; i++) key[i] = (key[i] ?? 0) ^ (flips[i] ?? 0);
    }
    return key;
  }
}

/** The flash as the chip's cache shows it: every read is decrypted, whatever is there. Valid until the next write. */
export function deciphered(flash: ReadableFlash, cipher: FlashCipher): ReadableFlash {
  const pages = new Map<number, Uint8Array>();
  const page = (number: number): Uint8Array => {
    let bytes = pages.get(number);
    if (bytes === undefined) {
      bytes = cipher.decrypt(number * PAGE, flash.read(number * PAGE, PAGE));
      pages.set(number, bytes);
    }
    return bytes;
  };
  return {
    size: flash.size,
    read(address, size) {
      const out = new Uint8Array(size);
      for (let done = 0; done < size;) {
        const at = address + done;
        const part = page(Math.floor(at / PAGE)).subarray(at % PAGE, (at % PAGE) + size - done);
        out.set(part, done);
        done += part.length;
      }
      return out;
    },
  };
}
