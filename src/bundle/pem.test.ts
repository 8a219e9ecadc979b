/** Private keys as files. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { hexOf } from '../formats/binary.ts';
import { SEED } from '../testing/bundles.ts';
import { ed25519, privatePem, seedInPem } from './ed25519.ts';

test('a key that was exported is read back, and OpenSSL signs the same with it', async () => {
  const pem = privatePem(SEED);
  expect(seedInPem(pem)).toEqual(SEED);
  const message = new TextEncoder().encode('a manifest');
  const theirs = sign(null, message, createPrivateKey(pem));
  expect(hexOf(await (await ed25519()).sign(SEED, message))).toBe(theirs.toString('hex'));
});

test('a key of OpenSSL is read', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = seedInPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  expect(typeof seed !== 'string' && hexOf(await (await ed25519()).publicKey(seed))).toBe(raw);
});

test.each([
  ['nothing', '', 'it is not in PEM form'],
  [
    'a key of another kind',
    generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'it is not the private half of an Ed25519 key',
  ],
  [
    'an encrypted key',
    '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----',
    'it is encrypted with a passphrase',
  ],
  ['damaged text', '-----BEGIN PRIVATE KEY-----\nA=A=A\n-----END PRIVATE KEY-----', 'its text is damaged'],
])('of %s it is said what is wrong', (_, text, what) => {
  expect(seedInPem(text)).toBe(what);
});
