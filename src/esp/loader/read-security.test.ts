/** Protections from eFuses and the ROM's security info, for each chip family. */
import { describe, expect, test } from 'vitest';
import { CHIPS } from '../../formats/chips/catalogue.ts';
import type { Chip, Field } from '../../formats/chips/chip.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import type { Security } from '../board/security.ts';
import type { SecuritySummary } from './read-security.ts';
import { readSecurity } from './read-security.ts';
import type { ReadField } from './registers.ts';
import { readRevision } from './registers.ts';

function chip(name: string): Chip {
  const found = chipNamed(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Reads registers given by address; all others are zero. */
function fuses(words: Readonly<Record<number, number>>): ReadField {
  return ({ register, bit, width }: Field) => Promise.resolve(((words[register] ?? 0) >>> bit) & (2 ** width - 1));
}

const summary = (about: Partial<SecuritySummary> = {}): SecuritySummary => ({
  flags: 0,
  encryptionCount: 0,
  purposes: [0, 0, 0, 0, 0, 0, 0],
  ...about,
});

interface Case {
  readonly title: string;
  readonly words?: Readonly<Record<number, number>> | null;
  readonly revision?: number;
  readonly says?: SecuritySummary | null;
  readonly expected: Partial<Security>;
}

const ESP32_CASES: readonly Case[] = [
  {
    title: 'nothing burnt',
    expected: {
      encryption: { on: false, count: { set: 0, of: 7 }, manual: 'allowed' },
      secureBoot: 'off',
      download: 'open',
      jtag: 'open',
      keys: null,
    },
  },
  {
    title: 'one bit of the counter',
    words: { 0x3ff5a000: 1 << 20 },
    expected: { encryption: { on: true, count: { set: 1, of: 7 }, manual: 'allowed' } },
  },
  {
    title: 'two bits: off again',
    words: { 0x3ff5a000: 3 << 20 },
    expected: { encryption: { on: false, count: { set: 2, of: 7 }, manual: 'allowed' } },
  },
  {
    title: 'all seven bits, the download mode may not encrypt: release mode',
    words: { 0x3ff5a000: 0x7f << 20, 0x3ff5a018: 1 << 7 },
    expected: { encryption: { on: true, count: { set: 7, of: 7 }, manual: 'disabled' } },
  },
  {
    title: 'neighbours of the counter are not the counter',
    words: { 0x3ff5a000: ~(0x7f << 20) },
    expected: { encryption: { on: false, count: { set: 0, of: 7 }, manual: 'allowed' } },
  },
  { title: 'ABS_DONE_0', words: { 0x3ff5a018: 1 << 4 }, expected: { secureBoot: 'v1' } },
  { title: 'ABS_DONE_1 on v3', words: { 0x3ff5a018: 1 << 5 }, expected: { secureBoot: 'v2' } },
  {
    title: 'ABS_DONE_1 means nothing before v3',
    words: { 0x3ff5a018: 1 << 5 },
    revision: 101,
    expected: { secureBoot: 'off' },
  },
  {
    title: 'both versions: the second rules',
    words: { 0x3ff5a018: (1 << 4) | (1 << 5) },
    expected: { secureBoot: 'v2' },
  },
  { title: 'JTAG_DISABLE', words: { 0x3ff5a018: 1 << 6 }, expected: { jtag: 'shut' } },
];

describe('ESP32, by its eFuses', () => {
  test.each(ESP32_CASES)('$title', async ({ words, revision = 301, expected }) => {
    expect(await readSecurity(chip('ESP32'), revision, null, fuses(words ?? {}))).toMatchObject(expected);
  });
});

const C3_CASES: readonly Case[] = [
  {
    title: 'nothing burnt',
    says: summary(),
    expected: {
      encryption: { on: false, count: { set: 0, of: 3 }, manual: 'allowed' },
      secureBoot: 'off',
      download: 'open',
      jtag: 'open',
      keys: [0, 1, 2, 3, 4, 5].map((block) => ({ block, purpose: 'USER/EMPTY' })),
    },
  },
  {
    title: 'development mode: one bit, manual encryption allowed',
    words: { 0x60008834: 1 << 18 },
    says: summary({ encryptionCount: 1, purposes: [4, 0, 0, 0, 0, 0, 0] }),
    expected: { encryption: { on: true, count: { set: 1, of: 3 }, manual: 'allowed' } },
  },
  {
    title: 'release mode: three bits, manual encryption off',
    words: { 0x60008830: 1 << 20, 0x60008834: 7 << 18 },
    says: summary({ encryptionCount: 7 }),
    expected: { encryption: { on: true, count: { set: 3, of: 3 }, manual: 'disabled' } },
  },
  { title: 'secure boot by the summary', says: summary({ flags: 1 }), expected: { secureBoot: 'v2' } },
  { title: 'secure boot by the fuse', words: { 0x60008838: 1 << 20 }, says: null, expected: { secureBoot: 'v2' } },
  { title: 'JTAG shut by software', says: summary({ flags: 1 << 6 }), expected: { jtag: 'until-reset' } },
  { title: 'JTAG shut for good', says: summary({ flags: (1 << 6) | (1 << 7) }), expected: { jtag: 'shut' } },
  {
    title: 'Secure Download Mode: only the summary tells, and of manual encryption nobody',
    words: null,
    says: summary({ flags: (1 << 2) | 1, encryptionCount: 1, purposes: [9, 4, 0, 0, 0, 0, 0] }),
    expected: {
      encryption: { on: true, count: { set: 1, of: 3 }, manual: 'unknown' },
      secureBoot: 'v2',
      download: 'secure',
      keys: [
        { block: 0, purpose: 'SECURE_BOOT_DIGEST0' },
        { block: 1, purpose: 'XTS_AES_128_KEY' },
        ...[2, 3, 4, 5].map((block) => ({ block, purpose: 'USER/EMPTY' })),
      ],
    },
  },
  {
    title: 'nothing tells anything',
    words: null,
    says: null,
    expected: {
      encryption: { on: 'unknown', count: null, manual: 'unknown' },
      secureBoot: 'unknown',
      jtag: 'unknown',
      keys: null,
    },
  },
  {
    title: 'a purpose without a name',
    says: summary({ purposes: [14, 0, 0, 0, 0, 0, 0] }),
    expected: {
      keys: [
        { block: 0, purpose: 'purpose 14' },
        ...[1, 2, 3, 4, 5].map((block) => ({ block, purpose: 'USER/EMPTY' })),
      ],
    },
  },
  {
    title: 'purposes by the fuses, where there is no summary',
    words: { 0x60008834: (4 << 24) | (9 << 28), 0x60008838: 8 << 12 },
    says: null,
    expected: {
      keys: [
        { block: 0, purpose: 'XTS_AES_128_KEY' },
        { block: 1, purpose: 'SECURE_BOOT_DIGEST0' },
        ...[2, 3, 4].map((block) => ({ block, purpose: 'USER/EMPTY' })),
        { block: 5, purpose: 'HMAC_UP' },
      ],
    },
  },
];

describe('ESP32-C3, by security info and eFuses', () => {
  test.each(C3_CASES)('$title', async ({ words = {}, says = summary(), expected }) => {
    const read = words === null ? null : fuses(words);
    expect(await readSecurity(chip('ESP32-C3'), 4, says, read)).toMatchObject(expected);
  });
});

describe.each(CHIPS.filter(({ security }) => security !== null).map((own) => ({ name: own.name, own })))(
  '$name',
  ({ own }) => {
    const { security, purposes } = own;
    const says = own.securityInfo === 'none' ? null : summary();
    const only = (field: Field, value: number): ReadField => fuses({ [field.register]: value << field.bit });

    test('is open if no eFuse is burnt', async () => {
      const found = await readSecurity(own, 400, says, fuses({}));
      expect(found).toMatchObject({ encryption: { on: false }, secureBoot: 'off', download: 'open', jtag: 'open' });
      expect(found.keys?.length ?? 0).toBe(Object.keys(purposes).length === 0 ? 0 : security?.keyPurposes.length);
    });

    test.each([
      ['the counter', security?.encryptionCount, { encryption: { on: true, count: { set: 1 } } }],
      ['manual encryption off', security?.manualEncryptionOff, { encryption: { manual: 'disabled' } }],
      ['secure boot', security?.secureBootV2?.field, { secureBoot: 'v2' }],
    ] as const)('reads its own eFuse for %s, if one is known', async (_, field, expected) => {
      const read = field ? only(field, 1) : fuses({});
      // Without a known eFuse the answer is `unknown`, not a guess.
      const unknown = { encryption: { manual: security?.manualEncryptionOff ? 'allowed' : 'unknown' } };
      expect(await readSecurity(own, 400, says, read)).toMatchObject(field ? expected : unknown);
    });
  },
);

test('an ESP8266 has no protections', async () => {
  const found = await readSecurity(chip('ESP8266'), null, null, fuses({}));
  expect(found).toMatchObject({ encryption: { on: false, manual: 'disabled' }, secureBoot: 'off', keys: null });
});

describe('revisions', () => {
  test.each([
    ['ESP32', {}, 0],
    ['ESP32', { 0x3ff5a00c: 1 << 15 }, 100],
    ['ESP32', { 0x3ff5a00c: 1 << 15, 0x3ff5a014: 1 << 20 }, 200],
    ['ESP32', { 0x3ff5a00c: 1 << 15, 0x3ff5a014: (1 << 20) | (1 << 24), 0x3ff6607c: 1 << 31 }, 301],
    ['ESP32-S3', { 0x60007050: 2 << 18 }, 2],
    // Block version 1.1 and minor 0: the major field of this chip holds something else.
    ['ESP32-S3', { 0x60007050: 1 << 24, 0x60007058: 3 << 24, 0x6000706c: 1 }, 0],
    ['ESP32-C3', { 0x60008850: 4 << 18 }, 4],
    ['ESP32-C3', { 0x60008850: 1 << 18, 0x60008858: (1 << 23) | (1 << 24) }, 109],
    ['ESP32-P4', { 0x5012d04c: (1 << 4) | 3 }, 103],
    ['ESP32-P4', { 0x5012d04c: (1 << 23) | 1 }, 401],
    ['ESP32-E22', {}, null],
  ])('%s with %j is %s', async (name, words, revision) => {
    expect(await readRevision(chip(name), fuses(words))).toBe(revision);
  });
});
