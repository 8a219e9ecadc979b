/** The hash functions that codecs are given: `flash` and `formats` have none of their own. */

/** MD5 (16 bytes) and SHA-256 (32 bytes) of some bytes. */
export interface Hashes {
  md5(data: Uint8Array): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
}
