/** The hash functions that are handed to everything that needs one. */
import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** MD5 as lower-case hex: what Espressif's loader answers, and what plans and reports carry. */
export function md5Hex(bytes: Uint8Array): string {
  return bytesToHex(md5(bytes));
}
