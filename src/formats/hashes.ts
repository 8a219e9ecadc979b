/** The hash functions that are handed to all code that needs one: audited JavaScript, which a strict CSP allows. */
import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Hashes } from '../flash/hash.ts';
import { hexOf } from './binary.ts';

/** MD5 and SHA-256. WebCrypto has no MD5, and its SHA-256 is not synchronous. */
export const HASHES: Hashes = { md5: (data) => md5(data), sha256: (data) => sha256(data) };

/** How many bytes are hashed in one piece. */
const PIECE = 1 << 20;

/** The MD5 of many bytes, computed in pieces. */
export function md5InPieces(data: Uint8Array): Generator<void, Uint8Array> {
  return inPieces(md5.create(), data);
}

/** The SHA-256 of many bytes, computed in pieces. */
export function sha256InPieces(data: Uint8Array): Generator<void, Uint8Array> {
  return inPieces(sha256.create(), data);
}

function* inPieces(
  hash: { update(data: Uint8Array): unknown; digest(): Uint8Array },
  data: Uint8Array,
): Generator<void, Uint8Array> {
  for (let at = 0; at < data.length; at += PIECE) {
    hash.update(data.subarray(at, at + PIECE));
    yield;
  }
  return hash.digest();
}

/** MD5 as lower-case hex, as Espressif's loader returns it and plans and reports contain it. */
export function md5Hex(data: Uint8Array): string {
  return hexOf(md5(data));
}
