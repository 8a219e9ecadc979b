/** Protections in plain words: each state has its own sentence, and none claims what the chip does not report. */
import { expect, test } from 'vitest';
import { protectionsOf } from './protections.ts';
import type { Security } from './security.ts';
import { OPEN } from './security.ts';

const encryption = (set: number, manual: Security['encryption']['manual']): Security => ({
  ...OPEN,
  encryption: { on: set % 2 === 1, count: { set, of: 7 }, manual },
});

const CASES: readonly (readonly [string, Security, string, RegExp])[] = [
  ['an open chip', OPEN, 'Flash encryption: off (good)', /Writes stay readable and can be verified\.$/],
  ['an open chip', OPEN, 'Secure boot: off (good)', /starts any bootloader and any app/],
  ['an open chip', OPEN, 'Download mode: open (good)', /be read and written/],
  ['an open chip', OPEN, 'JTAG: open (good)', /debugger can be attached/],
  [
    'encryption in development',
    encryption(1, 'allowed'),
    'Flash encryption: on, 1 of 7 bits set (warning)',
    /Only the chip can read the flash content, so it can be neither compared nor verified\. Sectorwise lets the chip encrypt what it writes wherever the chip decrypts on reading\./,
  ],
  [
    'encryption for good',
    encryption(7, 'disabled'),
    'Flash encryption: on, 7 of 7 bits set, only for files encrypted with its key (problem)',
    /Only the chip can read the flash content, so it can be neither compared nor verified\. It is permanent\. The chip no longer encrypts during a serial download, so unencrypted apps are rejected\.$/,
  ],
  [
    'encryption, and no word on manual',
    encryption(3, 'unknown'),
    'Flash encryption: on, 3 of 7 bits set (warning)',
    /Only the chip can read the flash content, so it can be neither compared nor verified\. The chip does not report whether it can still encrypt during a serial download\.$/,
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
    /The chip does not report this\. If flash encryption is on, the chip reads unencrypted files as garbage\./,
  ],
  [
    'secure boot v1',
    { ...OPEN, secureBoot: 'v1' },
    'Secure boot: on, version 1 (warning)',
    /signed with its owner’s key/,
  ],
  [
    'secure boot v2',
    { ...OPEN, secureBoot: 'v2' },
    'Secure boot: on, version 2 (warning)',
    /The chip only starts software signed with its owner’s key: an app without that signature does not start\. On this board, Sectorwise does not write below the partition table and does not change headers\.$/,
  ],
  ['secure boot', { ...OPEN, secureBoot: 'on' }, 'Secure boot: on (warning)', /without that signature does not start/],
  [
    'secure boot?',
    { ...OPEN, secureBoot: 'unknown' },
    'Secure boot: unknown (warning)',
    /The chip does not report this\. If secure boot is on, only signed files start, and an unsigned bootloader would make the board unusable\./,
  ],
  [
    'a locked loader',
    { ...OPEN, download: 'secure' },
    'Download mode: secure (warning)',
    /The chip allows writes to its flash but no reads: its content cannot be shown, and writes cannot be verified\.$/,
  ],
  [
    'no encryption behind a locked loader, where nothing is proved',
    { ...OPEN, download: 'secure' },
    'Flash encryption: off (good)',
    /^Writes are stored unchanged\.$/,
  ],
  ['JTAG shut', { ...OPEN, jtag: 'shut' }, 'JTAG: permanently disabled (note)', /No debugger/],
  [
    'JTAG shut for now',
    { ...OPEN, jtag: 'until-reset' },
    'JTAG: disabled by software (note)',
    /enabled it with its key/,
  ],
  ['JTAG?', { ...OPEN, jtag: 'unknown' }, 'JTAG: unknown (note)', /does not report this/],
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
    /^1 of 2 key blocks in use\. Their content is not read\.$/,
  ],
  [
    'no keys',
    { ...OPEN, keys: [{ block: 0, purpose: 'USER/EMPTY' }] },
    'Key blocks: none in use (good)',
    /No key block is in use/,
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

test('key blocks are not mentioned for a chip without key purposes', () => {
  expect(protectionsOf(OPEN, 'stub').map(({ name }) => name)).toEqual([
    'Flash encryption',
    'Secure boot',
    'Download mode',
    'JTAG',
  ]);
});
