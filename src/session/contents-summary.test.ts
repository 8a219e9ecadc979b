/** The titles of backups: what they hold in a few words, never a sentence of what was found. */
import { expect, test } from 'vitest';
import type { Content } from '../flash/family.ts';
import type { Layout, Partition, PartitionRole } from '../flash/layout.ts';
import { mapOf } from '../testing/flash.ts';
import { contentsSummary, summarisedParts } from './contents-summary.ts';

const part = (name: string, role: PartitionRole, address: number): Partition => ({
  name,
  role,
  type: role,
  region: 'flash',
  address,
  size: 8,
});
const BOOT = part('bootloader', 'boot', 0);
const APP = part('app0', 'app', 8);
const OTADATA = part('otadata', 'boot-choice', 16);
const LAYOUT: Layout = { map: mapOf(8, 8, 8), partitions: [BOOT, APP, OTADATA], guards: [], ciphered: [] };

const found = (contents: readonly Content[]) => ({ contents, starts: { region: 'flash', address: 8, name: 'app0' } });
const FOUND = found([
  { ...BOOT, kind: 'bootloader', says: 'A bootloader for the ESP32 and 4 MiB of flash. Its header says DIO, 40 MHz.' },
  { ...APP, kind: 'app', says: 'The app raft-demo 1.4.2 for the ESP32.', brief: 'raft-demo 1.4.2' },
]);

test.each<[string, readonly Partition[], string]>([
  ['a bootloader, of which there are no shorter words', [BOOT], 'Bootloader'],
  ['an app', [APP], 'raft-demo 1.4.2 in app0'],
  ['both', [BOOT, APP], 'Bootloader, and raft-demo 1.4.2 in app0'],
  ['an app and what selects it', [APP, OTADATA], 'raft-demo 1.4.2 in app0; app0 started'],
  ['what selects an app alone', [OTADATA], 'otadata; app0 started'],
  ['nothing', [], 'Flash outside all partitions'],
])('%s', (_, ranges, title) => {
  expect(contentsSummary(LAYOUT, ranges, FOUND)).toBe(title);
});

test('what was not recorded is named by its partition', () => {
  expect(summarisedParts(LAYOUT, [APP], null).partitions).toEqual([{ name: 'app0', holds: '' }]);
});

test('all that a title has no room for is counted, but never one alone', () => {
  const parts = ['nvs', 'fs', 'a', 'b', 'c'].map((name, i) => part(name, 'data', i * 8));
  const layout = { ...LAYOUT, map: mapOf(8, 8, 8, 8, 8), partitions: parts };
  expect(contentsSummary(layout, parts, null)).toBe('nvs, fs, a and 2 more');
  expect(contentsSummary(layout, parts.slice(0, 4), null)).toBe('nvs, fs, a and b');
});

test('a part of what selects an app is named with the part of the app that it came with', () => {
  const pieces = [
    { ...APP, size: 3 },
    { ...OTADATA, size: 4 },
  ];
  expect(contentsSummary(LAYOUT, pieces, FOUND)).toBe('Part of app0 (raft-demo 1.4.2); app0 started');
});

test('a piece of an app is named as a part of it, and several that are all of it are not', () => {
  const [first, second] = [
    { ...APP, size: 3 },
    { ...APP, address: 11, size: 5 },
  ];
  expect(contentsSummary(LAYOUT, [first], FOUND)).toBe('Part of app0 (raft-demo 1.4.2)');
  expect(contentsSummary(LAYOUT, [first, second], FOUND)).toBe('raft-demo 1.4.2 in app0');
  expect(summarisedParts(LAYOUT, [second], null).partitions).toEqual([{ name: 'app0', holds: '', isPart: true }]);
});

test('a piece that has all of an app, or the start of a slot without one, is not called a part', () => {
  const of = (usedBytes: number) => found([{ ...APP, kind: 'app', says: '', brief: 'raft-demo 1.4.2', usedBytes }]);
  const piece = { ...APP, size: 5 };
  expect(contentsSummary(LAYOUT, [piece], of(5))).toBe('raft-demo 1.4.2 in app0');
  expect(contentsSummary(LAYOUT, [piece, OTADATA], of(5))).toBe('raft-demo 1.4.2 in app0; app0 started');
  expect(contentsSummary(LAYOUT, [APP], of(5))).toBe('raft-demo 1.4.2 in app0');
  expect(contentsSummary(LAYOUT, [piece], of(6))).toBe('Part of app0 (raft-demo 1.4.2)');
  expect(contentsSummary(LAYOUT, [{ ...piece, address: 9, size: 7 }], of(5))).toBe('Part of app0 (raft-demo 1.4.2)');
  const none = found([{ ...APP, kind: 'blank', says: 'Blank (erased) in its first 4 KiB.', brief: 'no app' }]);
  expect(contentsSummary(LAYOUT, [piece], none)).toBe('app0 without an app');
  expect(contentsSummary(LAYOUT, [{ ...piece, address: 9, size: 7 }], none)).toBe('Part of app0 (no app)');
  // How much of its app is there, nobody has read.
  expect(contentsSummary(LAYOUT, [piece], FOUND)).toBe('Part of app0 (raft-demo 1.4.2)');
});

test('what a partition holds comes first: our words for it with a capital letter, the name of an app as it is', () => {
  const nvs = part('nvs', 'settings', 0);
  const layout = { ...LAYOUT, partitions: [nvs, APP, OTADATA] };
  const of = (...contents: readonly Content[]) => found(contents);
  const settings = { ...nvs, kind: 'nvs', says: 'Settings (NVS).', brief: 'settings' };
  const app = { ...APP, kind: 'app', says: '', brief: 'raft-demo 1.4.2' };
  expect(contentsSummary(layout, [nvs], of(settings))).toBe('Settings in nvs');
  expect(contentsSummary(layout, [{ ...nvs, size: 4 }], of(settings))).toBe('Part of nvs (settings)');
  // What follows a phrase is not in its partition.
  expect(contentsSummary(layout, [nvs, APP], of(settings, app))).toBe('Settings in nvs, and raft-demo 1.4.2 in app0');
  expect(contentsSummary(layout, [nvs, APP], of(settings))).toBe('Settings in nvs, and app0');
  const blank = { ...nvs, kind: 'blank', says: 'Blank (erased) throughout.', brief: 'blank' };
  expect(contentsSummary(layout, [nvs, APP], of(blank, app))).toBe('nvs (blank), and raft-demo 1.4.2 in app0');
});

test('a slot without an app is a phrase: what follows is no part of it', () => {
  const none = found([{ ...APP, kind: 'blank', says: 'Blank (erased) in its first 4 KiB.', brief: 'no app' }]);
  expect(contentsSummary(LAYOUT, [APP, OTADATA], none)).toBe('app0 without an app; app0 started');
  expect(contentsSummary(LAYOUT, [BOOT, APP], none)).toBe('Bootloader, and app0 without an app');
});

test('two backups of two changed layouts are told apart by their tables', () => {
  const table = part('partition table', 'table', 0);
  const layoutOf = (size: number): Layout => ({
    ...LAYOUT,
    partitions: [table, { ...APP, size }, part('fs', 'data', 16)],
  });
  const [first, second, third] = [8, 4, 2].map(layoutOf);
  const pieces = [table, { ...APP, size: 1 }];
  const summary = (then: Layout | undefined, next: Layout | undefined) =>
    then === undefined ? '' : contentsSummary(then, pieces, null, next);
  expect(summary(first, second)).toBe('Layout with app0 of 8 bytes; also part of app0');
  expect(summary(second, third)).toBe('Layout with app0 of 4 bytes; also part of app0');
  // Nothing but the table, or a table in which every partition is where it was.
  expect(contentsSummary(layoutOf(8), [table], null, second)).toBe('Layout with app0 of 8 bytes');
  expect(summary(first, first)).toBe('Partition table and part of app0');
  // Without the table the layout does not come back.
  expect(contentsSummary(layoutOf(8), pieces.slice(1), null, second)).toBe('Part of app0');
});
