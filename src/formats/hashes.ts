/** The hash functions that are handed to all code that needs one: audited JavaScript, which a strict CSP allows. */
import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Hashes } from '../flash/hash.ts';

/** MD5 and SHA-256. WebCrypto has no MD5, and its SHA-256 is not synchronous. */
export const HASHES: Hashes = { md5: (data) => md5(data), sha256: (data) => sha256(data) };

/** MD5 as lower-case hex, as Espressif's loader returns it and plans and reports contain it. */
export function md5Hex(data: Uint8Array): string {
  return bytesToHex(md5(data));
}
