/**
 * What the tests in Node use in place of `@noble/hashes`: the same functions from OpenSSL, ten times as fast. Digests of whole
 * flashes were a fifth of all their work. `native-hashes.test.ts` compares the two; tests in the browser, and the app, use the
 * library.
 */
import { createHash, hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** The alias that puts this file in place of the library, for Vite. */
export const NATIVE_HASHES = {
  find: /^@noble\/hashes\/(?:legacy|sha2)\.js$/,
  replacement: fileURLToPath(import.meta.url),
};

interface Running {
  update(data: Uint8Array): Running;
  digest(): Uint8Array<ArrayBuffer>;
}

function running(algorithm: string): Running {
  const sum = createHash(algorithm);
  const self = {
    update(data: Uint8Array) {
      sum.update(data);
      return self;
    },
    digest: () => new Uint8Array(sum.digest()),
  };
  return self;
}

const oneShot = (algorithm: string) => (data: Uint8Array) => new Uint8Array(hash(algorithm, data, 'buffer'));

/** MD5 of some bytes, or piece by piece with `create`. */
export const md5 = Object.assign(oneShot('md5'), { create: () => running('md5') });

/** SHA-256 likewise. */
export const sha256 = Object.assign(oneShot('sha256'), { create: () => running('sha256') });

/** SHA-512 likewise. */
export const sha512 = Object.assign(oneShot('sha512'), { create: () => running('sha512') });
