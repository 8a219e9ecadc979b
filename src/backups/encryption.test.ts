/** An encrypted backup: useless without its passphrase, and no byte of it can be changed unnoticed. */
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import { HASHES } from '../formats/hashes.ts';
import { writeBundle } from './bundle.ts';
import { BACKUP, bytesOf, content, holds, SECRET } from '../testing/bundles.ts';
import { ITERATIONS, outsideOfEncrypted, encryptBundle, decryptBundle } from './encryption.ts';
import { outsideOf } from './library-items.ts';

const PASS = 'correct horse battery';
const FEW = { iterations: 2 };
const outside = outsideOf(BACKUP);
const bundle = await writeBundle(BACKUP, { content, hashes: HASHES, app: 'Sectorwise 0.1.0' });
const sealed = await encryptBundle(bundle, outside, PASS, FEW);
const HEADER_END = 12 + new DataView(sealed.buffer, sealed.byteOffset).getUint32(8, true);
const header = new TextDecoder().decode(sealed.subarray(12, HEADER_END));

async function failureOf(data: Uint8Array, passphrase = PASS): Promise<FailureFacts> {
  return decryptBundle(data, passphrase, 'a.sealed').then(() => Promise.reject(new Error('it opened')), factsOf);
}

/** The encrypted file with its header changed as text, and the length field adjusted. */
function reported(from: string | RegExp, to: string): Uint8Array {
  const text = header.replace(from, to);
  if (text === header) throw new Error(`nothing to change: ${from}`);
  return withHeader(new TextEncoder().encode(text));
}

function withHeader(bytes: Uint8Array): Uint8Array {
  const start = sealed.slice(0, 12);
  new DataView(start.buffer).setUint32(8, bytes.length, true);
  return Uint8Array.from([...start, ...bytes, ...sealed.subarray(HEADER_END)]);
}

describe('an encrypted backup', () => {
  test('is decrypted with its passphrase', async () => {
    expect(await decryptBundle(sealed, PASS, 'a.sealed')).toEqual({ outside, bundle });
  });

  test('shows everyone which board it is of, and when it was made', () => {
    expect(outsideOfEncrypted(sealed, 'a.sealed')).toEqual({
      version: 1,
      id: 'b-1',
      kind: 'overwritten',
      board: { key: 'esp mac 24:6f:28:ab:cd:ef', name: 'ESP32 24:6f:28:ab:cd:ef' },
      name: 'blink.bin to app1',
      made: BACKUP.made,
      size: 896,
    });
  });

  test('starts with a readable description of itself', () => {
    expect(new TextDecoder().decode(sealed.subarray(0, 8))).toBe('SWSEAL1\n');
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
      const seal1 = await encryptBundle(data, outside, PASS, FEW);
      expect(holds(seal1, SECRET)).toBe(false);
      // Any sixteen bytes of the plaintext, after the readable header.
      const ciphertext = new TextDecoder('latin1').decode(
        seal1.subarray(12 + new DataView(seal1.buffer).getUint32(8, true)),
      );
      const text = new TextDecoder('latin1').decode(data);
      let found = false;
      for (let at = 0; at + 16 <= text.length; at += 8) found ||= ciphertext.includes(text.slice(at, at + 16));
      expect(found).toBe(false);
    }
  });

  test('is different each time', async () => {
    const again = await encryptBundle(bundle, outside, PASS, FEW);
    expect(again.subarray(HEADER_END)).not.toEqual(sealed.subarray(HEADER_END));
  });

  test('is decrypted with the same letters in other code points', async () => {
    const typed = await encryptBundle(bundle, outside, 'Caf\u00e9 \ufb01ve', FEW);
    expect((await decryptBundle(typed, 'Cafe\u0301 five', 'a')).bundle).toEqual(bundle);
  });

  test('is not decrypted with another passphrase, and says what else may be wrong', async () => {
    for (const other of [`${PASS} `, PASS.toUpperCase(), 'x']) {
      const failure = await failureOf(sealed, other);
      expect([failure.name, failure.says]).toEqual([
        'seal-not-opened',
        expect.stringMatching(/passphrase.*or the file was changed/),
      ]);
    }
  });

  test.each(['', ' ', '\u3000\t'])('is not made with the passphrase "%s"', async (nothing) => {
    await expect(encryptBundle(bundle, outside, nothing, FEW)).rejects.toMatchObject({ name: 'passphrase-empty' });
    expect(await failureOf(sealed, nothing)).toMatchObject({ name: 'passphrase-empty' });
  });
});

describe('a changed file is not decrypted', () => {
  test('with any byte changed', async () => {
    const names = new Set<string>();
    for (let at = 0; at < sealed.length; at++) {
      // A digit of the iterations could become a larger one, which costs time and shows nothing.
      if (at === 12 + header.indexOf('"iterations":') + 13) continue;
      const copy = sealed.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      names.add((await failureOf(copy)).name);
    }
    expect([...names].toSorted()).toEqual(['seal-damaged', 'seal-not-opened', 'seal-unknown']);
  });

  test('truncated anywhere, or with bytes appended', async () => {
    for (let length = 0; length < sealed.length; length += 7) {
      expect((await failureOf(sealed.subarray(0, length))).name).toMatch(/^seal-/);
    }
    expect(await failureOf(Uint8Array.from([...sealed, 0]))).toMatchObject({ name: 'seal-not-opened' });
  });

  test.each<readonly [what: string, data: Uint8Array, name: string, says: RegExp]>([
    [
      'too often round',
      reported('"iterations":2', '"iterations":5000001'),
      'seal-unknown',
      /a\.sealed is encrypted in a way that this version of Sectorwise does not support: header\.iterations: 5000001 is out of range \(1 to 5000000\)\./,
    ],
    [
      'not once round',
      reported('"iterations":2', '"iterations":0'),
      'seal-unknown',
      /a\.sealed is encrypted in a way that this version of Sectorwise does not support: header\.iterations: 0 is out of range \(1 to 5000000\)\./,
    ],
    [
      'round a number that is none',
      reported('"iterations":2', '"iterations":"2"'),
      'seal-unknown',
      /a\.sealed is encrypted in a way that this version of Sectorwise does not support: header\.iterations: expected a whole number\./,
    ],
    [
      'another cipher',
      reported('AES-256-GCM', 'ROT-13'),
      'seal-unknown',
      /a\.sealed is encrypted in a way that this version of Sectorwise does not support: header\.cipher: expected one of AES-256-GCM\./,
    ],
    ['another way to the key', reported('PBKDF2-HMAC-SHA-256', 'MD5'), 'seal-unknown', /kdf/],
    ['a short salt', reported(/"salt":"[^"]*"/, '"salt":"AAAA"'), 'seal-unknown', /salt: there are not 16 bytes/],
    [
      'a nonce that is no base64',
      reported(/"nonce":"[^"]*"/, '"nonce":"A"'),
      'seal-unknown',
      /nonce: there are not 12 bytes/,
    ],
    [
      'a nonce of nothing',
      reported(/"nonce":"[^"]*"/, '"nonce":""'),
      'seal-unknown',
      /a\.sealed is encrypted in a way that this version of Sectorwise does not support: header\.nonce: expected base64\./,
    ],
    [
      'another form',
      Uint8Array.from([...new TextEncoder().encode('SWSEAL2\n'), ...sealed.subarray(8)]),
      'seal-unknown',
      /a different format/,
    ],
    ['no id outside', reported('"b-1"', '""'), 'seal-damaged', /header\.outside\.id/],
    ['an impossible size outside', reported('"size":896', '"size":-1'), 'seal-damaged', /header\.outside\.size/],
    [
      'a header that is none',
      withHeader(new TextEncoder().encode('[]')),
      'seal-damaged',
      /a\.sealed is damaged: its header is not a JSON object\./,
    ],
    [
      'a header longer than any',
      Uint8Array.from([...sealed.subarray(0, 8), 0xff, 0xff, 0xff, 0xff]),
      'seal-damaged',
      /4294967295 bytes/,
    ],
    // The board was changed, and nothing else: it must not pass for another board's backup.
    ['another board outside', reported('24:6f', '24:60'), 'seal-not-opened', /cannot be decrypted/],
  ])('%s', async (_, data, name, says) => {
    const failure = await failureOf(data);
    expect([failure.name, failure.says]).toEqual([name, expect.stringMatching(says)]);
    expect(failure.place).toMatchObject({ in: 'file', name: 'a.sealed' });
  });
});

describe('by default', () => {
  let usual: Uint8Array;
  beforeAll(async () => {
    usual = await encryptBundle(bundle, outside, PASS);
  });

  test('a passphrase takes 600,000 iterations', async () => {
    expect(ITERATIONS).toBe(600_000);
    expect(new TextDecoder('latin1').decode(usual)).toContain('"iterations":600000');
    expect((await decryptBundle(usual, PASS, 'a')).bundle).toEqual(bundle);
  });
});

test('key and plaintext are as the standards define them', async () => {
  // A second decoder, written from the description of the file, with Node's own functions.
  const { createDecipheriv, pbkdf2Sync } = await import('node:crypto');
  const binary = (name: string) => Buffer.from(new RegExp(`"${name}":"([^"]*)"`).exec(header)?.[1] ?? '', 'base64');
  const key = pbkdf2Sync(PASS, binary('salt'), 2, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-gcm', key, binary('nonce'));
  decipher.setAAD(sealed.subarray(0, HEADER_END)).setAuthTag(sealed.subarray(-16));
  const clear = [decipher.update(sealed.subarray(HEADER_END, -16)), decipher.final()];
  expect(Uint8Array.from(clear.flatMap((part) => [...part]))).toEqual(bundle);
});
