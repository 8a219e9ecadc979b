/** The hash functions that are handed to everything that needs one: audited JavaScript, which a strict CSP allows. */
import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Hashes } from '../flash/hash.ts';

/** MD5 and SHA-256. WebCrypto has no MD5, and its SHA-256 cannot answer at once. */
export const HASHES: Hashes = { md5: (data) => md5(data), sha256: (data) => sha256(data) };

/** MD5 as lower-case hex: what Espressif's loader answers, and what plans and reports carry. */
export function md5Hex(data: Uint8Array): string {
  return bytesToHex(md5(data));
}
