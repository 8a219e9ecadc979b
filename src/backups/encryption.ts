/**
 * Backups encrypted with a passphrase: AES-256-GCM with a key derived by PBKDF2-HMAC-SHA-256 (NIST SP 800-38D, RFC 8018). The
 * file is a magic, the length of the header (32 bits, little-endian), the header as JSON, and the ciphertext with its tag;
 * everything before the ciphertext is authenticated along with it.
 */
import { plainName } from '../flash/names.ts';
import { ascii, holdsAt, joinBytes, viewOf } from '../formats/binary.ts';
import { readJson } from '../formats/json.ts';
import { Field } from '../formats/field.ts';
import { LONGEST_TEXT } from './backup-board.ts';
import { LARGEST_FLASH } from '../flash/map.ts';
import { KINDS, readJob, readId } from './backup-manifest.ts';
import { encryptionFailure } from './failures.ts';
import type { EncryptedBackupLabel } from '../storage/records.ts';

/** The number of PBKDF2 iterations (OWASP Password Storage Cheat Sheet, 2023: 600,000 for HMAC-SHA-256). */
export const ITERATIONS = 600_000;
/** More would take many seconds: no file of ours needs that, and a malicious one must not get it. */
const MOST_ITERATIONS = 5_000_000;
const LARGEST_HEADER = 128 << 10;
const SALT = 16;
const NONCE = 12;
const TAG = 16;
const ANY_FORM = ascii('SWSEAL');
const MAGIC = ascii('SWSEAL1\n');
const START = MAGIC.length + 4;
const CIPHER = 'AES-256-GCM';
const KDF = 'PBKDF2-HMAC-SHA-256';

/** `iterations` is for tests, which cannot afford the usual number. */
export interface EncryptionOptions {
  readonly iterations?: number;
}

/** The header of an encrypted file, and the offset of its ciphertext. */
interface Header {
  readonly outside: EncryptedBackupLabel;
  readonly iterations: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly end: number;
}

/** Whether a file starts like an encrypted backup, whatever its version. */
export function looksEncrypted(head: Uint8Array): boolean {
  return holdsAt(head, 0, ANY_FORM);
}

/** Encrypts a backup file; `outside` stays readable. Rejects with `passphrase-empty`. */
export async function encryptBackup(
  bundle: Uint8Array,
  outside: EncryptedBackupLabel,
  passphrase: string,
  { iterations = ITERATIONS }: EncryptionOptions = {},
): Promise<Uint8Array> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const { made, ...seen } = outside;
  const header = new TextEncoder().encode(
    JSON.stringify({
      cipher: CIPHER,
      nonce: toBase64(nonce),
      kdf: KDF,
      iterations,
      salt: toBase64(salt),
      outside: { ...seen, made: new Date(made).toISOString() },
    }),
  );
  const length = new Uint8Array(4);
  viewOf(length).setUint32(0, header.length, true);
  const before = joinBytes([Uint8Array.from(MAGIC), length, header]);
  const key = await keyOf(passphrase, salt, iterations);
  const about = { name: 'AES-GCM', iv: nonce, additionalData: before, tagLength: TAG * 8 };
  const ciphertext = await crypto.subtle.encrypt(about, key, new Uint8Array(bundle));
  return joinBytes([before, new Uint8Array(ciphertext)]);
}

/** The readable part of an encrypted file, which is authenticated only by `decryptBackup`. Throws a `Failure`. */
export function outsideOfEncrypted(data: Uint8Array, file: string): EncryptedBackupLabel {
  return readHeader(data, file).outside;
}

/** Decrypts a file. Rejects with a `Failure` of `ENCRYPTION_FAILURES`; `file` is the name that it uses. */
export async function decryptBackup(
  data: Uint8Array,
  passphrase: string,
  file: string,
): Promise<{ readonly outside: EncryptedBackupLabel; readonly bundle: Uint8Array }> {
  const { outside, iterations, salt, nonce, end } = readHeader(data, file);
  const key = await keyOf(passphrase, salt, iterations);
  const about = { name: 'AES-GCM', iv: nonce, additionalData: data.slice(0, end), tagLength: TAG * 8 };
  try {
    return { outside, bundle: new Uint8Array(await crypto.subtle.decrypt(about, key, data.slice(end))) };
  } catch (cause) {
    // WebCrypto only reports that the tag does not match; AES-GCM cannot tell why.
    throw encryptionFailure('backup-not-decrypted', { values: { file }, place: { in: 'file', name: file }, cause });
  }
}

async function keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number) {
  const { subtle } = crypto;
  // Computers differ in the code points of the same letters: é may be one code point, or e and a combining accent.
  const normal = passphrase.normalize('NFKC');
  if (normal.trim() === '') throw encryptionFailure('passphrase-empty');
  const material = await subtle.importKey('raw', new TextEncoder().encode(normal), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function readHeader(data: Uint8Array, file: string): Header {
  const damaged = (what: string, offset: number) => broken('encrypted-backup-damaged', file, what, offset);
  if (!looksEncrypted(data)) throw damaged('it does not begin like an encrypted backup', 0);
  if (data.length < START) throw damaged('it ends before its header', data.length);
  if (!holdsAt(data, 0, MAGIC)) throw broken('encrypted-backup-unknown', file, 'it has a different format', 0);
  const end = START + viewOf(data).getUint32(MAGIC.length, true);
  if (end > START + LARGEST_HEADER) throw damaged(`its header would have ${end - START} bytes`, MAGIC.length);
  if (data.length < end + TAG) throw damaged('its end is missing', data.length);
  const json = readJson(data.subarray(START, end));
  if (json.kind !== 'object') throw damaged('its header is not a JSON object', START);
  const field = (complain: 'encrypted-backup-damaged' | 'encrypted-backup-unknown') =>
    new Field(json.object, 'header', (where, what) => broken(complain, file, `${where}: ${what}`, START));
  const [header, way] = [field('encrypted-backup-damaged'), field('encrypted-backup-unknown')];
  way.at('cipher').oneOf([CIPHER]);
  way.at('kdf').oneOf([KDF]);
  return {
    outside: readOutside(header.at('outside')),
    iterations: way.at('iterations').whole(1, MOST_ITERATIONS),
    salt: fromBase64(way.at('salt'), SALT),
    nonce: fromBase64(way.at('nonce'), NONCE),
    end,
  };
}

function readOutside(field: Field): EncryptedBackupLabel {
  field.at('version').whole(1, 1);
  const board = field.at('board');
  return {
    version: 1,
    id: readId(field.at('id')),
    kind: field.at('kind').oneOf(KINDS),
    board: { key: board.at('key').text(LONGEST_TEXT), name: plainName(board.at('name').text(LONGEST_TEXT)) },
    name: plainName(field.at('name').text(LONGEST_TEXT)),
    made: field.at('made').time(),
    ...readJob(field),
    size: field.at('size').whole(0, LARGEST_FLASH),
  };
}

function broken(
  name: 'encrypted-backup-damaged' | 'encrypted-backup-unknown',
  file: string,
  what: string,
  offset: number,
) {
  return encryptionFailure(name, { values: { file, what }, place: { in: 'file', name: file, offset } });
}

function toBase64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data));
}

/** So many bytes in base64, written in the one way that gives these bytes. */
function fromBase64(field: Field, size: number): Uint8Array<ArrayBuffer> {
  const text = field.matching(/^[A-Za-z0-9+/]+={0,2}$/, 'base64');
  // `atob` throws if the length is not a multiple of four.
  const data = text.length % 4 === 0 ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : new Uint8Array();
  if (data.length !== size) throw field.wrong(`there are not ${size} bytes`);
  return data;
}
