/** The hash functions that codecs are handed: `flash` and `formats` bring none of their own. */

/** MD5 (16 bytes) and SHA-256 (32 bytes) of a stretch of bytes. */
export interface Hashes {
  md5(data: Uint8Array): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
}
