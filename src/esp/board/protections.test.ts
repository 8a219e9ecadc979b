/** A chip's protection in plain words: each state has its own, and none claims what nobody could ask. */
import { expect, test } from 'vitest';
import { protectionsOf } from './protections.ts';
import type { Security } from './security.ts';
import { OPEN } from './security.ts';

const encryption = (set: number, manual: Security['encryption']['manual']): Security => ({
  ...OPEN,
  encryption: { on: set % 2 === 1, count: { set, of: 7 }, manual },
});

const CASES: readonly (readonly [string, Security, string, RegExp])[] = [
  ['an open chip', OPEN, 'Flash encryption: off (good)', /stays readable, and can be verified\.$/],
  ['an open chip', OPEN, 'Secure boot: off (good)', /starts any bootloader and any app/],
  ['an open chip', OPEN, 'Download mode: open (good)', /be read and written/],
  ['an open chip', OPEN, 'JTAG: open (good)', /debugger can be attached/],
  [
    'encryption in development',
    encryption(1, 'allowed'),
    'Flash encryption: on, 1 of 7 bits set (warning)',
    /only the chip can read, so that nothing there can be compared or verified\. Sectorwise has the chip encrypt/,
  ],
  [
    'encryption for good',
    encryption(7, 'disabled'),
    'Flash encryption: on, 7 of 7 bits set, for files of its own key only (problem)',
    /It is on for good\. The chip encrypts nothing for a loader any more: plain apps are refused\.$/,
  ],
  [
    'encryption, and no word on manual',
    encryption(3, 'unknown'),
    'Flash encryption: on, 3 of 7 bits set (warning)',
    /Whether the chip still encrypts what a loader writes cannot be asked\.$/,
  ],
  [
    'encryption switched off again',
    encryption(2, 'allowed'),
    'Flash encryption: off, 2 of 7 bits set (good)',
    /It was on before and has been switched off again\.$/,
  ],
  [
    'a chip that does not tell',
    { ...OPEN, encryption: { on: 'unknown', count: null, manual: 'unknown' } },
    'Flash encryption: unknown (warning)',
    /does not tell\. If it is on, plain files would be noise/,
  ],
  [
    'secure boot v1',
    { ...OPEN, secureBoot: 'v1' },
    'Secure boot: on, version 1 (warning)',
    /signed with its owner’s key/,
  ],
  ['secure boot v2', { ...OPEN, secureBoot: 'v2' }, 'Secure boot: on, version 2 (warning)', /changes no header\.$/],
  ['secure boot', { ...OPEN, secureBoot: 'on' }, 'Secure boot: on (warning)', /without that signature does not start/],
  ['secure boot?', { ...OPEN, secureBoot: 'unknown' }, 'Secure boot: unknown (warning)', /does not tell\. If it is on/],
  [
    'a locked loader',
    { ...OPEN, download: 'secure' },
    'Download mode: secure (warning)',
    /what was written cannot be verified\.$/,
  ],
  [
    'no encryption behind a locked loader, where nothing is proved',
    { ...OPEN, download: 'secure' },
    'Flash encryption: off (good)',
    /^What is written stays as it is\.$/,
  ],
  ['JTAG shut', { ...OPEN, jtag: 'shut' }, 'JTAG: shut for good (note)', /No debugger/],
  ['JTAG shut for now', { ...OPEN, jtag: 'until-reset' }, 'JTAG: shut by software (note)', /opened it with its key/],
  ['JTAG?', { ...OPEN, jtag: 'unknown' }, 'JTAG: unknown (note)', /does not tell/],
  [
    'keys',
    {
      ...OPEN,
      keys: [
        { block: 0, purpose: 'XTS_AES_128_KEY' },
        { block: 1, purpose: 'USER/EMPTY' },
      ],
    },
    'Key blocks: block 0: XTS_AES_128_KEY (note)',
    /^1 of 2 key blocks are taken\. What they hold is not read\.$/,
  ],
  [
    'no keys',
    { ...OPEN, keys: [{ block: 0, purpose: 'USER/EMPTY' }] },
    'Key blocks: none with a purpose (good)',
    /No key block has a purpose/,
  ],
];

test.each(CASES)('%s: %#', (_, security, wanted, says) => {
  const reported = protectionsOf(security, 'stub').map((each) => [
    `${each.name}: ${each.state} (${each.verdict})`,
    each.says,
  ]);
  expect(reported.map(([head]) => head)).toContain(wanted);
  expect(reported.find(([head]) => head === wanted)?.[1]).toMatch(says);
});

test('a chip that has no key blocks with purposes says nothing of them', () => {
  expect(protectionsOf(OPEN, 'stub').map(({ name }) => name)).toEqual([
    'Flash encryption',
    'Secure boot',
    'Download mode',
    'JTAG',
  ]);
});
