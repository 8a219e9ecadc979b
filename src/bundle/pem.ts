/** Private keys as files: PKCS #8 in PEM (RFC 7468, RFC 8410), which OpenSSL and other tools read and write. */
import { holdsAt } from '../formats/binary.ts';
import { KEY_SIZE, PKCS8_HEAD } from './ed25519.ts';

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
