/** What firmware reads from its settings. */
import { expect, test } from 'vitest';
import { buildNvs } from './nvs.ts';
import { readSettings } from './nvs-read.ts';

const made = () =>
  buildNvs(0x5000, [
    {
      name: 'wifi',
      entries: [
        { key: 'ssid', type: 'string', value: 'workshop' },
        { key: 'channel', type: 'u8', value: 6 },
      ],
    },
    { name: 'raft', entries: [{ key: 'trim', type: 'i32', value: -12 }] },
  ]);

test('strings and numbers, by namespace and key', () => {
  const settings = readSettings(made());
  expect(['ssid', 'channel'].map((key) => settings?.('wifi', key))).toEqual(['workshop', 6]);
  expect(settings?.('raft', 'trim')).toBe(-12);
  expect(settings?.('raft', 'ssid')).toBeUndefined();
  expect(settings?.('nothing', 'ssid')).toBeUndefined();
});

test('what was erased, or is damaged, is not read', () => {
  const erased = made();
  // The entries: wifi, ssid (two), channel. Their states are two bits each.
  erased.set([0b10_00_00_10], 32);
  expect(readSettings(erased)?.('wifi', 'ssid')).toBeUndefined();
  expect(readSettings(erased)?.('wifi', 'channel')).toBe(6);
  const damaged = made();
  damaged.set([0], 64 + 32 * 2);
  expect(readSettings(damaged)?.('wifi', 'ssid')).toBeUndefined();
});

test('of two copies in two pages, the one in the newer page counts', () => {
  const both = made();
  const second = buildNvs(0x1000, [{ name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'attic' }] }]);
  both.set(second, 0x2000);
  expect(readSettings(both)?.('wifi', 'ssid')).toBe('attic');
});

test('a partition without a sound page has no settings', () => {
  expect(readSettings(new Uint8Array(0x3000).fill(0xff))).toBeNull();
  expect(readSettings(new Uint8Array(0x3000))).toBeNull();
});
