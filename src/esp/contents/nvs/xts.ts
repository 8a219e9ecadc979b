/** AES-256-XTS as NVS encryption uses it: every entry is its own data unit, and its offset is the tweak. */
import { ecb } from '@noble/ciphers/aes.js';
import { viewOf } from '../../../formats/binary.ts';
import { romCrc32 } from '../../../formats/crc32.ts';

/** The size of the two keys in a key partition, in bytes; their CRC follows. */
export const KEYS_SIZE = 64;
const BLOCK = 16;

/** Encrypts and decrypts entries; offsets in bytes from the partition's start. */
export interface Xts {
  encrypt(plain: Uint8Array, offset: number): Uint8Array;
  decrypt(cipher: Uint8Array, offset: number): Uint8Array;
}

/** What a key partition holds: its 64 bytes of keys, or why there are none. */
export type KeyPartition =
  { readonly kind: 'keys'; readonly keys: Uint8Array } | { readonly kind: 'blank' | 'damaged' | 'too-short' };

/** Reads an `nvs_keys` partition: 64 bytes of keys and their CRC-32 (ESP-IDF, “NVS encryption”). */
export function readKeyPartition(data: Uint8Array): KeyPartition {
  if (data.length < KEYS_SIZE + 4) return { kind: 'too-short' };
  const keys = data.subarray(0, KEYS_SIZE);
  if (keys.every((byte) => byte === 0xff)) return { kind: 'blank' };
  if (viewOf(data).getUint32(KEYS_SIZE, true) !== romCrc32(keys)) return { kind: 'damaged' };
  return { kind: 'keys', keys: keys.slice() };
}

/** Multiplies a tweak by x in GF(2^128), little-endian (IEEE 1619-2007, 5.2). */
function double(tweak: Uint8Array): void {
  let carry = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = tweak[i] ?? 0;
    tweak[i] = (byte << 1) | carry;
    carry = byte >> 7;
  }
  if (carry === 1) tweak[0] = (tweak[0] ?? 0) ^ 0x87;
}

/** The cipher for 64 bytes of keys: the first half encrypts data, the second one tweaks. */
export function xtsOf(keys: Uint8Array): Xts {
  const data = keys.slice(0, KEYS_SIZE / 2);
  const tweaks = keys.slice(KEYS_SIZE / 2, KEYS_SIZE);
  const masks = (size: number, offset: number): Uint8Array => {
    const number = new Uint8Array(BLOCK);
    viewOf(number).setUint32(0, offset, true);
    const tweak = ecb(tweaks, { disablePadding: true }).encrypt(number);
    const all = new Uint8Array(size);
    for (let at = 0; at < size; at += BLOCK) {
      all.set(tweak, at);
      double(tweak);
    }
    return all;
  };
  const run = (way: 'encrypt' | 'decrypt', bytes: Uint8Array, offset: number): Uint8Array => {
    const mask = masks(bytes.length, offset);
    const out = ecb(data, { disablePadding: true })[way](bytes.map((byte, i) => byte ^ (mask[i] ?? 0)));
    return out.map((byte, i) => byte ^ (mask[i] ?? 0));
  };
  return {
    encrypt: (plain, offset) => run('encrypt', plain, offset),
    decrypt: (cipher, offset) => run('decrypt', cipher, offset),
  };
}
