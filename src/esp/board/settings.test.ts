/** The settings offered for a board, and those that it fixes. */
import { expect, test } from 'vitest';
import type { TestIdentity } from '../../testing/esp/placements.ts';
import { boardOf, encrypting } from '../../testing/esp/placements.ts';
import { flashWith, signing, SOUND } from '../../testing/rules/samples.ts';
import { regionOf, regionSize } from '../../flash/map.ts';
import { ERASE, FLASH_SIZE, HEADER_FREQUENCY, HEADER_MODE, HEADER_SIZE, SPEED, STUB, TRANSFER } from './setting-ids.ts';

const settings = async (identity: TestIdentity = {}) => (await boardOf(SOUND, identity)).settings;
const setting = async (id: string, identity: TestIdentity = {}) => {
  const found = (await settings(identity)).find((each) => each.id === id);
  if (found === undefined) throw new Error(`no setting ${id}`);
  return found;
};

test('each setting starts at its usual value, which is one of its options', async () => {
  for (const { value, usual, options, help } of await settings()) {
    expect(value).toBe(usual);
    expect(options.map(({ id }) => id)).toContain(value);
    expect(help).toMatch(/\.$/);
  }
  expect((await settings()).map(({ id, value }) => [id, value])).toEqual([
    [SPEED, 'auto'],
    [TRANSFER, 'compressed'],
    [STUB, 'yes'],
    [ERASE, 'needed'],
    [HEADER_SIZE, 'keep'],
    [HEADER_MODE, 'keep'],
    [HEADER_FREQUENCY, 'keep'],
  ]);
});

test('chosen values are kept; values that are not offered are ignored', async () => {
  const chosen = { [SPEED]: '460800', [TRANSFER]: 'raw', [HEADER_SIZE]: '16MB', [HEADER_MODE]: 'slow', other: 'x' };
  const found = await settings({ chosen: { ...chosen, [STUB]: 'no' } });
  expect(found.slice(0, 6).map(({ value }) => value)).toEqual(['460800', 'raw', 'no', 'needed', 'keep', 'keep']);
});

// Only the ROMs of the S3 and C3 are known to write no more than they unpack.
const ALONE = { because: 'stub-silent', attempts: 3, times: { write: 2, read: 9 } } as const;

test.each<readonly [TestIdentity, string]>([
  [{ chip: 'ESP32', withoutStub: ALONE }, 'raw'],
  [{ chip: 'ESP32-C6', withoutStub: ALONE }, 'raw'],
  [{ chip: 'ESP32-C3', locked: true }, 'raw'],
  [{ chip: 'ESP32-C3', withoutStub: ALONE }, 'compressed'],
  [{ chip: 'ESP32' }, 'compressed'],
])('%o: data is sent uncompressed, with the reason, if the loader cannot unpack', async (identity, value) => {
  const found = await setting(TRANSFER, { ...identity, chosen: { [TRANSFER]: 'compressed' } });
  expect(found.value).toBe(value);
  expect(found.fixed?.endsWith(' only takes uncompressed data.')).toBe(value === 'raw' ? true : undefined);
});

test('header options are limited to what the flash and the chip support', async () => {
  const ids = async (id: string, identity?: TestIdentity) => (await setting(id, identity)).options.map((o) => o.id);
  expect(await ids(HEADER_SIZE)).toEqual(['keep', '1MB', '2MB', '4MB']);
  expect(await ids(HEADER_MODE)).toEqual(['keep', 'qio', 'qout', 'dio', 'dout']);
  expect(await ids(HEADER_FREQUENCY)).toEqual(['keep', '80m', '40m', '26m', '20m']);
  expect(await ids(HEADER_FREQUENCY, { chip: 'ESP32-H2' })).toEqual(['keep', '48m', '24m', '16m', '12m']);
});

test('no header settings are offered for the ESP8266, whose images have another header', async () => {
  expect((await settings({ chip: 'ESP8266' })).map(({ id }) => id)).toEqual([SPEED, TRANSFER, STUB, ERASE]);
});

test.each([HEADER_SIZE, HEADER_MODE, HEADER_FREQUENCY])(
  '%s is fixed under secure boot, whatever was chosen',
  async (id) => {
    const chosen = { [HEADER_SIZE]: '2MB', [HEADER_MODE]: 'dout', [HEADER_FREQUENCY]: '20m' };
    const found = await setting(id, { security: signing('v2'), chosen });
    expect([found.value, found.fixed]).toEqual([
      'keep',
      expect.stringMatching(/^Secure boot is on: .* would not start\.$/),
    ]);
  },
);

test('the help of a board that cannot be read says that its own bootloader is not changed', async () => {
  const out = /the one on this board cannot be read\.$/;
  expect((await setting(HEADER_SIZE, { security: encrypting('allowed') })).help).toMatch(out);
  expect((await setting(HEADER_SIZE, { locked: true })).help).toMatch(out);
  expect((await setting(HEADER_SIZE)).help).not.toMatch(out);
});

test('the help of a board without a bootloader says so', async () => {
  const help = async (fill: number) => {
    const { settings: own } = await boardOf(flashWith((f) => f.fill(fill, 0x1000, 0x8000)));
    return own.find(({ id }) => id === HEADER_SIZE)?.help;
  };
  expect(await help(0xff)).toMatch(
    /The bootloader rejects a partition table that extends past this size\. Applies to a bootloader in the chosen files; this board has none, the flash there is blank\.$/,
  );
  expect(await help(0)).toMatch(
    /The bootloader rejects a partition table that extends past this size\. Applies to a bootloader in the chosen files; this board has none\.$/,
  );
});

test('in Secure Download Mode the speed is fixed and the flash size is a setting', async () => {
  const found = await setting(SPEED, { locked: true, chosen: { [SPEED]: '921600' } });
  expect([found.value, found.fixed]).toEqual(['115200', expect.stringMatching(/Secure Download Mode/)]);
  expect(await setting(FLASH_SIZE, { locked: true })).toMatchObject({ value: '4194304', passing: true });
});

const times = { write: 8, read: 16 };

test.each<readonly [string, TestIdentity, string, RegExp]>([
  ['Secure Download Mode', { locked: true }, 'no', /Secure Download Mode/],
  [
    'a chip whose own loader will not do',
    { chip: 'ESP8266' },
    'yes',
    /The board needs it: its ROM loader erases more than requested\./,
  ],
])('use of the stub is fixed for %s', async (_, identity, value, fixed) => {
  const found = await setting(STUB, { ...identity, chosen: { [STUB]: value === 'no' ? 'yes' : 'no' } });
  expect([found.value, found.fixed]).toEqual([value, expect.stringMatching(fixed)]);
});

test('a stub that did not start can still be chosen, to try it again, or not', async () => {
  const found = await setting(STUB, { withoutStub: { because: 'stub-silent', attempts: 3, times } });
  expect([found.value, found.fixed]).toEqual(['yes', undefined]);
});

test('a chosen flash size is used for the board and its map, if the board does not report one', async () => {
  const board = await boardOf(SOUND, { locked: true, chosen: { [FLASH_SIZE]: String(16 << 20) } });
  expect(board.esp.flashSize).toBe(16 << 20);
  expect(regionSize(regionOf(board.layout.map, 'flash'))).toBe(16 << 20);
  const known = await boardOf(SOUND, { chosen: { [FLASH_SIZE]: String(16 << 20) } });
  expect(known.esp.flashSize).toBe(4 << 20);
});

test('the erase setting and an assumed flash size are not remembered', async () => {
  const passing = (await settings({ locked: true })).filter((each) => each.passing === true).map(({ id }) => id);
  expect(passing).toEqual([FLASH_SIZE, ERASE]);
});
