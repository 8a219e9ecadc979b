/** An `esp_secure_cert` partition says what it holds and how its key is kept, and never a byte of a key. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExplainedContent } from '../../../flash/partition-contents.ts';
import { hexOf } from '../../../formats/binary.ts';
import { cases } from '../../../testing/cases.ts';
import { countedBytes } from '../../../testing/contents/littlefs-vectors.ts';
import { buildSecureCert } from '../../../virtual-boards/esp/firmware/secure-cert.ts';
import type { CertEntry } from '../../../virtual-boards/esp/firmware/secure-cert.ts';
import { explainSecureCert } from './explain.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const CERTIFICATE = { type: 1, data: text('-----BEGIN CERTIFICATE-----\nMIIB') };
const SECRET = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 + i);
const EC_KEY = Uint8Array.from([0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20, ...SECRET]);
/** Up to the parameters of the algorithm, id-ecPublicKey. */
const PKCS8 = [0x30, 0x81, 0x87, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

async function explain(...entries: readonly CertEntry[]): Promise<ExplainedContent> {
  const got = await explainSecureCert(countedBytes(buildSecureCert(entries)));
  if (got === null) throw new Error('no entry was found');
  return got;
}

describe('esp_secure_cert', () => {
  it('says which entries it has, their sizes and places', async () => {
    const got = await explain(CERTIFICATE, { type: 0, data: text('-----BEGIN CERTIFICATE-----') });
    expect(got.says).toBe('esp_secure_cert with the device certificate and the CA certificate.');
    expect(got.facts).toEqual([
      { name: 'Device certificate', value: '32 bytes at 0x0, PEM' },
      { name: 'CA certificate', value: '27 bytes at 0x30, PEM' },
    ]);
    expect(got.findings).toEqual([]);
  });

  it.each<[string, Uint8Array, string]>([
    ['SEC 1', EC_KEY, 'ECDSA key, DER'],
    ['PKCS#1', Uint8Array.from([0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00, 0x02, 0x82, ...SECRET]), 'RSA key, DER'],
    ['PKCS#8', Uint8Array.from([...PKCS8, ...SECRET]), 'ECDSA key, DER'],
    ['PEM', text('-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0'), 'RSA key, PEM'],
  ])('says the kind of a key in %s, and none of its bytes', async (_, data, says) => {
    const got = await explain({ type: 2, data });
    expect(got.facts[0]?.value).toContain(says);
    expect(got.findings.map(({ kind }) => kind)).toEqual(['secure-cert-plain-key']);
    expect(got.saves).toEqual([]);
    expect(JSON.stringify(got)).not.toMatch(/c2VjcmV0|a0a1|160,161/i);
    expect(JSON.stringify(got)).not.toContain(hexOf(SECRET.subarray(0, 4)));
  });

  it.each([
    [0x80, 'encrypted with a key that is derived from an HMAC key in eFuse'],
    [0x40, 'derived from an HMAC key in eFuse and the salt, not stored'],
    [0x08, 'in an eFuse key block for the ECDSA peripheral, not stored'],
  ])('says how a key with the flags %i is kept', async (flags, says) => {
    const got = await explain({ type: 2, flags, data: SECRET });
    expect(got.facts[0]?.value).toBe(`32 bytes at 0x0, ${says}`);
    expect(got.findings).toEqual([]);
  });

  it('names types that the library does not, and subtypes', async () => {
    const got = await explain({ type: 52, data: SECRET }, { type: 99, subtype: 2, data: SECRET });
    expect(got.facts.map(({ name }) => name)).toEqual(['User data 2', 'Data of type 99 (subtype 2)']);
  });

  it('reads on behind an entry whose CRC is wrong, and names its place', async () => {
    const partition = buildSecureCert([CERTIFICATE, { type: 9, data: SECRET }]);
    partition[20] = 0;
    const got = await explainSecureCert(countedBytes(partition));
    expect(got?.findings).toMatchObject([{ kind: 'secure-cert-crc', place: { offset: 0 } }]);
    expect(got?.facts).toHaveLength(2);
  });

  it('is not found where there is no entry', async () => {
    expect(await explainSecureCert(countedBytes(new Uint8Array(0x2000).fill(0xff)))).toBeNull();
    expect(await explainSecureCert(countedBytes(new Uint8Array(4)))).toBeNull();
  });

  it('is explained or refused whatever its bytes are', async () => {
    const entry = fc.record({ type: fc.nat({ max: 255 }), flags: fc.nat({ max: 255 }), data: fc.uint8Array() });
    const change = fc.record({ at: fc.nat({ max: 300 }), value: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 5 }), fc.array(change, { maxLength: 4 }), async (entries, all) => {
        const partition = buildSecureCert(entries);
        for (const { at, value } of all) partition[at] = value;
        const got = await explainSecureCert(countedBytes(partition));
        for (const { says } of got?.findings ?? []) expect(says).not.toMatch(/undefined|NaN/);
      }),
      { numRuns: cases(200) },
    );
  });
});
