/** Encrypted backup files that were tampered with: what each is, and how it must be refused. */
import { encryptBackup } from '../../backups/encryption.ts';
import { encryptedLabelOf } from '../../backups/library-items.ts';
import { BACKUP } from '../backup-files.ts';
import type { Damaged } from './damaged-backups.ts';
import { BACKUP_FILE } from './damaged-backups.ts';

/** The passphrase of the file. */
export const PASSPHRASE = 'correct horse battery';
/** Few iterations: a test cannot afford the usual number. */
export const FEW = { iterations: 2 };
/** The encrypted file. */
export const ENCRYPTED = await encryptBackup(BACKUP_FILE, encryptedLabelOf(BACKUP), PASSPHRASE, FEW);
/** Where its header ends. */
export const HEADER_END = 12 + new DataView(ENCRYPTED.buffer, ENCRYPTED.byteOffset).getUint32(8, true);
/** Its header. */
export const HEADER = new TextDecoder().decode(ENCRYPTED.subarray(12, HEADER_END));

/** The encrypted file with its header changed as text, and the length field adjusted. */
export function withHeaderChanged(from: string | RegExp, to: string): Uint8Array {
  const text = HEADER.replace(from, to);
  if (text === HEADER) throw new Error(`nothing to change: ${from}`);
  return withHeader(new TextEncoder().encode(text));
}

function withHeader(bytes: Uint8Array): Uint8Array {
  const start = ENCRYPTED.slice(0, 12);
  new DataView(start.buffer).setUint32(8, bytes.length, true);
  return Uint8Array.from([...start, ...bytes, ...ENCRYPTED.subarray(HEADER_END)]);
}

/** None of these is decrypted. */
export const DAMAGED_ENCRYPTED: readonly Damaged[] = [
  [
    'too often round',
    withHeaderChanged('"iterations":2', '"iterations":5000001'),
    'encrypted-backup-unknown',
    /a\.encrypted is encrypted in a way that this version of Sectorwise does not support: header\.iterations: 5000001 is out of range \(1 to 5000000\)\./,
  ],
  [
    'not once round',
    withHeaderChanged('"iterations":2', '"iterations":0'),
    'encrypted-backup-unknown',
    /a\.encrypted is encrypted in a way that this version of Sectorwise does not support: header\.iterations: 0 is out of range \(1 to 5000000\)\./,
  ],
  [
    'round a number that is none',
    withHeaderChanged('"iterations":2', '"iterations":"2"'),
    'encrypted-backup-unknown',
    /a\.encrypted is encrypted in a way that this version of Sectorwise does not support: header\.iterations: expected a whole number\./,
  ],
  [
    'another cipher',
    withHeaderChanged('AES-256-GCM', 'ROT-13'),
    'encrypted-backup-unknown',
    /a\.encrypted is encrypted in a way that this version of Sectorwise does not support: header\.cipher: expected one of AES-256-GCM\./,
  ],
  ['another way to the key', withHeaderChanged('PBKDF2-HMAC-SHA-256', 'MD5'), 'encrypted-backup-unknown', /kdf/],
  [
    'a short salt',
    withHeaderChanged(/"salt":"[^"]*"/, '"salt":"AAAA"'),
    'encrypted-backup-unknown',
    /salt: there are not 16 bytes/,
  ],
  [
    'a nonce that is no base64',
    withHeaderChanged(/"nonce":"[^"]*"/, '"nonce":"A"'),
    'encrypted-backup-unknown',
    /nonce: there are not 12 bytes/,
  ],
  [
    'a nonce of nothing',
    withHeaderChanged(/"nonce":"[^"]*"/, '"nonce":""'),
    'encrypted-backup-unknown',
    /a\.encrypted is encrypted in a way that this version of Sectorwise does not support: header\.nonce: expected base64\./,
  ],
  [
    'another form',
    Uint8Array.from([...new TextEncoder().encode('SWSEAL2\n'), ...ENCRYPTED.subarray(8)]),
    'encrypted-backup-unknown',
    /a different format/,
  ],
  ['no id outside', withHeaderChanged('"b-1"', '""'), 'encrypted-backup-damaged', /header\.outside\.id/],
  [
    'an impossible size outside',
    withHeaderChanged('"size":896', '"size":-1'),
    'encrypted-backup-damaged',
    /header\.outside\.size/,
  ],
  [
    'a header that is none',
    withHeader(new TextEncoder().encode('[]')),
    'encrypted-backup-damaged',
    /a\.encrypted is damaged: its header is not a JSON object\./,
  ],
  [
    'a header longer than any',
    Uint8Array.from([...ENCRYPTED.subarray(0, 8), 0xff, 0xff, 0xff, 0xff]),
    'encrypted-backup-damaged',
    /4294967295 bytes/,
  ],
  // The board was changed, and nothing else: it must not pass for another board's backup.
  ['another board outside', withHeaderChanged('24:6f', '24:60'), 'backup-not-decrypted', /cannot be decrypted/],
];
