/** What is said of an app beyond its description: where it is loaded, and what signs it. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { imageBytes } from '../../flash/partition-contents.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { openEspStored } from './stored.ts';

const APP = buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x4000 });
const BLOCK = 1216;

/** A signature block as espsecure lays it out; the signature itself is made up. */
function block(version: 2 | 3, curve = 2): Buffer {
  const data = Buffer.alloc(BLOCK, 0x5a);
  data.set([0xe7, version, 0, 0]);
  if (version === 3) data[36] = curve;
  data.writeUInt32LE(crc32(data.subarray(0, 1196)), 1196);
  return data;
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

async function signatures(...behind: readonly Uint8Array[]): Promise<string[]> {
  const data = new Uint8Array(0x10000).fill(0xff);
  data.set(APP);
  let at = Math.ceil(APP.length / 0x1000) * 0x1000;
  for (const each of behind) {
    data.set(each, at);
    at += each.length;
  }
  const { listing } = await openEspStored({ bytes: imageBytes(data), type: null, keys: null });
  const facts = listing.kind === 'explained' ? listing.facts : [];
  return facts.filter(({ name }) => name.startsWith('Signature')).map(({ name, value }) => `${name}: ${value}`);
}

test('an app without a signature says so', async () => {
  expect(await signatures()).toEqual(['Signature: none']);
});

test('each signature block has its scheme, its place, and the digest that eFuses hold of its key', async () => {
  const [rsa, ecdsa] = [block(2), block(3)];
  const wrong = block(2);
  wrong[100] = 0;
  const found = await signatures(rsa, ecdsa, wrong);
  expect(found).toEqual([
    `Signature block 1: Secure Boot v2, RSA-3072, at 0x4000: its CRC is correct. SHA-256 of its key: ${sha256(rsa.subarray(36, 812))}`,
    `Signature block 2: Secure Boot v2, ECDSA, at 0x44C0: its CRC is correct. SHA-256 of its key: ${sha256(ecdsa.subarray(36, 101))}`,
    expect.stringContaining('Signature block 3: Secure Boot v2, RSA-3072, at 0x4980: its CRC is wrong'),
  ]);
  expect(await signatures(block(3, 9))).toEqual([expect.stringContaining('of an unknown curve')]);
});

test('a signature of version 1 lies directly behind the image', async () => {
  const data = new Uint8Array(0x10000).fill(0xff);
  data.set(APP);
  data.set([0, 0, 0, 0, ...new Uint8Array(64).fill(7)], APP.length);
  const { listing } = await openEspStored({ bytes: imageBytes(data), type: null, keys: null });
  expect(listing).toMatchObject({
    facts: expect.arrayContaining([{ name: 'Signature', value: 'Secure Boot v1, at 0x4000' }]),
  });
});
