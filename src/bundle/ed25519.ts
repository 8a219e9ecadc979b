/**
 * Ed25519 signatures (RFC 8032): by WebCrypto, or by @noble/ed25519 in a browser whose WebCrypto lacks them. Keys are 32 bytes,
 * signatures 64.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { hexOf, holdsAt } from '../formats/binary.ts';

/** A key pair: the seed is the private key (RFC 8032, 5.1.5). */
export interface KeyPair {
  readonly seed: Uint8Array;
  readonly key: Uint8Array;
}

/** Signs, verifies and makes keys; nothing is random but `generate`. */
export interface Ed25519 {
  generate(): Promise<KeyPair>;
  /** The public key of a seed. */
  publicKey(seed: Uint8Array): Promise<Uint8Array>;
  sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
  /** Whether the owner of a key signed exactly this message. Never rejects because of what is in its arguments. */
  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

const NAME = 'Ed25519';
/** What precedes the seed in PKCS #8 (RFC 8410, 10.3: version 0, the algorithm, an octet string in an octet string). */
export const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
/** The length of a seed and of a public key, in bytes. */
export const KEY_SIZE = 32;
/** The length of a signature, in bytes. */
export const SIGNATURE_SIZE = 64;

/**
 * The public keys of small order, without the sign bit: with them, signatures of any message can be made by anyone, and some
 * implementations accept them (libsodium, ge25519_has_small_order).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Whether bytes can be the key of one owner. */
function isKey(key: Uint8Array): boolean {
  return key.length === KEY_SIZE && !SMALL_ORDER.has(hexOf(key.map((byte, i) => (i === 31 ? byte & 0x7f : byte))));
}

let known: Promise<Ed25519> | null = null;

/** What this browser signs with: found out once. */
export function ed25519(): Promise<Ed25519> {
  known ??= hasOwn().then((own) => (own ? WEB_CRYPTO : nobleEd25519()));
  return known;
}

/** WebCrypto may lack the algorithm, or be absent as a whole outside of secure contexts. */
async function hasOwn(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('pkcs8', pkcs8(new Uint8Array(KEY_SIZE)), NAME, true, ['sign']);
    return true;
  } catch {
    return false;
  }
}

/** A copy: WebCrypto takes no view of shared memory, and its types say so. */
const own = (data: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(data);

function pkcs8(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(PKCS8_HEAD.length + KEY_SIZE);
  data.set(PKCS8_HEAD);
  data.set(seed, PKCS8_HEAD.length);
  return data;
}

const privateKey = (seed: Uint8Array) => crypto.subtle.importKey('pkcs8', pkcs8(seed), NAME, true, ['sign']);

/** The browser's own. */
export const WEB_CRYPTO: Ed25519 = {
  generate: async () => {
    const seed = crypto.getRandomValues(new Uint8Array(KEY_SIZE));
    return { seed, key: await WEB_CRYPTO.publicKey(seed) };
  },
  publicKey: async (seed) => {
    // The only form in which WebCrypto hands out the public half of a private key.
    const { x = '' } = await crypto.subtle.exportKey('jwk', await privateKey(seed));
    return Uint8Array.from(atob(x.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
  },
  sign: async (seed, message) => new Uint8Array(await crypto.subtle.sign(NAME, await privateKey(seed), own(message))),
  verify: async (key, message, signature) => {
    if (!isKey(key)) return false;
    try {
      const imported = await crypto.subtle.importKey('raw', own(key), NAME, false, ['verify']);
      return await crypto.subtle.verify(NAME, imported, own(signature), own(message));
    } catch {
      // Some implementations refuse bytes that are no point of the curve, others import them and verify nothing with them.
      return false;
    }
  },
};

/** The fallback, loaded only where it is needed. It needs nothing of WebCrypto but random numbers. */
export async function nobleEd25519(): Promise<Ed25519> {
  const noble = await import('@noble/ed25519');
  noble.hashes.sha512 = sha512;
  const fallback: Ed25519 = {
    generate: () => {
      const seed = crypto.getRandomValues(new Uint8Array(KEY_SIZE));
      return Promise.resolve({ seed, key: noble.getPublicKey(seed) });
    },
    publicKey: (seed) => Promise.resolve(noble.getPublicKey(seed)),
    sign: (seed, message) => Promise.resolve(noble.sign(message, seed)),
    verify: (key, message, signature) => {
      if (!isKey(key)) return Promise.resolve(false);
      try {
        // The strict rules of RFC 8032, as WebCrypto has them, not the wider ones of ZIP 215.
        return Promise.resolve(noble.verify(signature, message, key, { zip215: false }));
      } catch {
        return Promise.resolve(false);
      }
    },
  };
  return fallback;
}

const BEGIN = '-----BEGIN PRIVATE KEY-----';
const END = '-----END PRIVATE KEY-----';
/** The largest file that is read as a key, in bytes. */
export const LARGEST_PEM = 4096;

/** The file of a private key. */
export function privatePem(seed: Uint8Array): string {
  return `${BEGIN}\n${btoa(String.fromCharCode(...PKCS8_HEAD, ...seed))}\n${END}\n`;
}

/** The seed of the private key in a file, or what is wrong with the file, as a clause. */
export function seedInPem(text: string): Uint8Array | string {
  const [, inner] = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END PRIVATE KEY-----/.exec(text) ?? [];
  if (inner === undefined)
    return text.includes('ENCRYPTED PRIVATE KEY') ? 'it is encrypted with a passphrase' : 'it is not in PEM form';
  let data: Uint8Array;
  try {
    data = Uint8Array.from(atob(inner.replace(/\s+/g, '')), (each) => each.charCodeAt(0));
  } catch {
    return 'its text is damaged';
  }
  const isOwn = data.length === PKCS8_HEAD.length + KEY_SIZE && holdsAt(data, 0, [...PKCS8_HEAD]);
  return isOwn ? data.slice(PKCS8_HEAD.length) : 'it is not the private half of an Ed25519 key';
}
