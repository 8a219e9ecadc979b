/** An encrypted backup: useless without its passphrase, and no byte of it can be changed unnoticed. */
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import { BACKUP, bytesOf, holds, SECRET } from '../testing/backup-files.ts';
import { BACKUP_FILE } from '../testing/hostile/damaged-backups.ts';
import {
  DAMAGED_ENCRYPTED,
  FEW,
  HEADER,
  HEADER_END,
  ENCRYPTED,
  PASSPHRASE,
} from '../testing/hostile/damaged-encryption.ts';
import { ITERATIONS, outsideOfEncrypted, encryptBackup, decryptBackup } from './encryption.ts';
import { encryptedLabelOf } from './library-items.ts';
import { LONG } from '../testing/long.ts';

const PASS = PASSPHRASE;
const outside = encryptedLabelOf(BACKUP);
const [bundle, encrypted, header] = [BACKUP_FILE, ENCRYPTED, HEADER];

async function failureOf(data: Uint8Array, passphrase = PASS): Promise<FailureFacts> {
  return decryptBackup(data, passphrase, 'a.encrypted').then(() => Promise.reject(new Error('it opened')), factsOf);
}

describe('an encrypted backup', () => {
  test('is decrypted with its passphrase', async () => {
    expect(await decryptBackup(encrypted, PASS, 'a.encrypted')).toEqual({ outside, bundle });
  });

  test('shows everyone which board it is of, and when it was made', () => {
    expect(outsideOfEncrypted(encrypted, 'a.encrypted')).toEqual({
      version: 1,
      id: 'b-1',
      kind: 'overwritten',
      board: { key: 'esp mac 24:6f:28:ab:cd:ef', name: 'ESP32 24:6f:28:ab:cd:ef' },
      name: 'blink.bin to app1',
      made: BACKUP.made,
      size: 896,
    });
  });

  test('shows names that cannot disguise themselves', async () => {
    const disguised = { ...outside, name: 'a\u202eb', board: { key: 'k', name: `c\u200b${'d'.repeat(500)}` } };
    const shown = outsideOfEncrypted(await encryptBackup(bundle, disguised, PASS, FEW), 'a.encrypted');
    expect(shown.name).toBe('a\ufffdb');
    expect(shown.board.name).toMatch(/^c\ufffdd+…d+$/);
  });

  test('starts with a readable description of itself', () => {
    expect(new TextDecoder().decode(encrypted.subarray(0, 8))).toBe('SWSEAL1\n');
    expect(JSON.parse(header)).toEqual({
      cipher: 'AES-256-GCM',
      nonce: expect.stringMatching(/^[\w+/]{16}$/),
      kdf: 'PBKDF2-HMAC-SHA-256',
      iterations: 2,
      salt: expect.stringMatching(/^[\w+/]{22}==$/),
      outside: { ...outside, made: '2026-11-26T00:52:00.000Z' },
    });
  });

  test('contains none of the flash in plain form, compressed or not', async () => {
    const [first] = BACKUP.units;
    const flash = first === undefined ? new Uint8Array() : bytesOf(first);
    expect(holds(flash, SECRET)).toBe(true);
    const unpacked = Object.values(unzipSync(bundle));
    expect(unpacked.some((file) => holds(file, SECRET))).toBe(true);
    for (const data of [...unpacked, flash, bundle]) {
      const file = await encryptBackup(data, outside, PASS, FEW);
      expect(holds(file, SECRET)).toBe(false);
      // Any sixteen bytes of the plaintext, after the readable header.
      const ciphertext = new TextDecoder('latin1').decode(
        file.subarray(12 + new DataView(file.buffer).getUint32(8, true)),
      );
      const text = new TextDecoder('latin1').decode(data);
      let found = false;
      for (let at = 0; at + 16 <= text.length; at += 8) found ||= ciphertext.includes(text.slice(at, at + 16));
      expect(found).toBe(false);
    }
  });

  test('is different each time', async () => {
    const again = await encryptBackup(bundle, outside, PASS, FEW);
    expect(again.subarray(HEADER_END)).not.toEqual(encrypted.subarray(HEADER_END));
  });

  test('is decrypted with the same letters in other code points', async () => {
    const typed = await encryptBackup(bundle, outside, 'Caf\u00e9 \ufb01ve', FEW);
    expect((await decryptBackup(typed, 'Cafe\u0301 five', 'a')).bundle).toEqual(bundle);
  });

  test('is not decrypted with another passphrase, and says what else may be wrong', async () => {
    for (const other of [`${PASS} `, PASS.toUpperCase(), 'x']) {
      const failure = await failureOf(encrypted, other);
      expect([failure.name, failure.says]).toEqual([
        'backup-not-decrypted',
        expect.stringMatching(/passphrase.*or the file was changed/),
      ]);
    }
  });

  test.each(['', ' ', '\u3000\t'])('is not made with the passphrase "%s"', async (nothing) => {
    await expect(encryptBackup(bundle, outside, nothing, FEW)).rejects.toMatchObject({ name: 'passphrase-empty' });
    expect(await failureOf(encrypted, nothing)).toMatchObject({ name: 'passphrase-empty' });
  });
});

describe('a changed file is not decrypted', () => {
  test('with any byte changed', LONG, async () => {
    const names = new Set<string>();
    for (let at = 0; at < encrypted.length; at++) {
      // A digit of the iterations could become a larger one, which costs time and shows nothing.
      if (at === 12 + header.indexOf('"iterations":') + 13) continue;
      const copy = encrypted.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      names.add((await failureOf(copy)).name);
    }
    expect([...names].toSorted()).toEqual([
      'backup-not-decrypted',
      'encrypted-backup-damaged',
      'encrypted-backup-unknown',
    ]);
  });

  test('truncated anywhere, or with bytes appended', LONG, async () => {
    for (let length = 0; length < encrypted.length; length += 7) {
      expect((await failureOf(encrypted.subarray(0, length))).name).toMatch(/^(encrypted-backup|backup-not-decrypted)/);
    }
    expect(await failureOf(Uint8Array.from([...encrypted, 0]))).toMatchObject({ name: 'backup-not-decrypted' });
  });

  test.each(DAMAGED_ENCRYPTED)('%s', async (_, data, name, says) => {
    const failure = await failureOf(data);
    expect([failure.name, failure.says]).toEqual([name, expect.stringMatching(says)]);
    expect(failure.place).toMatchObject({ in: 'file', name: 'a.encrypted' });
  });
});

describe('by default', () => {
  let usual: Uint8Array;
  beforeAll(async () => {
    usual = await encryptBackup(bundle, outside, PASS);
  });

  test('a passphrase takes 600,000 iterations', LONG, async () => {
    expect(ITERATIONS).toBe(600_000);
    expect(new TextDecoder('latin1').decode(usual)).toContain('"iterations":600000');
    expect((await decryptBackup(usual, PASS, 'a')).bundle).toEqual(bundle);
  });
});

test('key and plaintext are as the standards define them', async () => {
  // A second decoder, written from the description of the file, with Node's own functions.
  const { createDecipheriv, pbkdf2Sync } = await import('node:crypto');
  const binary = (name: string) => Buffer.from(new RegExp(`"${name}":"([^"]*)"`).exec(header)?.[1] ?? '', 'base64');
  const key = pbkdf2Sync(PASS, binary('salt'), 2, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-gcm', key, binary('nonce'));
  decipher.setAAD(encrypted.subarray(0, HEADER_END)).setAuthTag(encrypted.subarray(-16));
  const clear = [decipher.update(encrypted.subarray(HEADER_END, -16)), decipher.final()];
  expect(Uint8Array.from(clear.flatMap((part) => [...part]))).toEqual(bundle);
});
