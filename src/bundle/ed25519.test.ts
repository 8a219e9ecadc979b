/** Both implementations against the test vectors of RFC 8032, 7.1, and against each other. */
import { describe, expect, test } from 'vitest';
import { bytesOfHex, hexOf } from '../formats/binary.ts';
import { nobleEd25519, WEB_CRYPTO } from './ed25519.ts';

const VECTORS = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
] as const;

const bytes = (hex: string): Uint8Array => bytesOfHex(hex) ?? new Uint8Array();

describe.each([
  ['WebCrypto', () => Promise.resolve(WEB_CRYPTO)],
  ['the fallback', nobleEd25519],
])('%s', (_, make) => {
  test.each(VECTORS)('signs and verifies the vector of RFC 8032 with the key $key', async (vector) => {
    const own = await make();
    const [seed, key, message, signature] = [vector.seed, vector.key, vector.message, vector.signature].map(bytes);
    if (seed === undefined || key === undefined || message === undefined || signature === undefined)
      throw new Error('a vector without its parts');
    expect(hexOf(await own.publicKey(seed))).toBe(vector.key);
    expect(hexOf(await own.sign(seed, message))).toBe(vector.signature);
    expect(await own.verify(key, message, signature)).toBe(true);
    expect(await own.verify(key, Uint8Array.of(...message, 1), signature)).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      const changed = signature.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect(await own.verify(key, message, changed)).toBe(false);
    }
  });

  test('makes keys that differ, and what one signs another does not verify', async () => {
    const own = await make();
    const [a, b] = [await own.generate(), await own.generate()];
    const message = Uint8Array.of(1, 2, 3);
    expect(hexOf(a.seed)).not.toBe(hexOf(b.seed));
    const signature = await own.sign(a.seed, message);
    expect([await own.verify(a.key, message, signature), await own.verify(b.key, message, signature)]).toEqual([
      true,
      false,
    ]);
  });

  test.each([
    ['no point of the curve', new Uint8Array(32).fill(0xff), new Uint8Array(64)],
    ['too short', new Uint8Array(31), new Uint8Array(64)],
    [
      'a key of order 1, with which everything would be signed',
      Uint8Array.of(1, ...new Uint8Array(31)),
      Uint8Array.of(1, ...new Uint8Array(63)),
    ],
    ['a signature of no length', bytes(VECTORS[0].key), new Uint8Array()],
  ])('verifies nothing with %s', async (_what, key, signature) => {
    expect(await (await make()).verify(key, Uint8Array.of(1), signature)).toBe(false);
  });
});

test('what one signs, the other verifies', async () => {
  const noble = await nobleEd25519();
  const pair = await WEB_CRYPTO.generate();
  const message = new TextEncoder().encode('a bundle');
  expect(await noble.verify(pair.key, message, await WEB_CRYPTO.sign(pair.seed, message))).toBe(true);
  expect(await WEB_CRYPTO.verify(pair.key, message, await noble.sign(pair.seed, message))).toBe(true);
});
