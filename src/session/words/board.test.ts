/** What a board starts, in one sentence: an app that is there is never called missing. */
import { expect, test } from 'vitest';
import type { BootState, Inspection, KeptApp } from '../../flash/family.ts';
import { startReason, summaryOf } from './board.ts';

const says = 'Nothing starts: the bootloader rejects this partition table, which is damaged.';
const app: KeptApp = { region: 'flash', address: 0x20000, name: 'app0', app: 'the app raft-demo 1.4.2' };
const other: KeptApp = { region: 'flash', address: 0x1d0000, name: 'app1', app: 'an app' };

const headline = (boot: BootState | null) => {
  const identity = { family: 'esp', chip: 'ESP32', revision: '', key: null, facts: [] };
  const board: Pick<Inspection, 'identity' | 'contents' | 'boot'> = { identity, contents: [], boot };
  return summaryOf(board).says;
};

test.each<[string, BootState | null, string]>([
  ['no app is there', { partition: null, says }, 'No bootable app found'],
  ['one is there that something keeps from starting', { partition: null, says, apps: [app] }, 'The app cannot start'],
  ['several are there', { partition: null, says, apps: [app, other] }, 'No app can start'],
  ['nobody knows', { partition: null, says, unsure: true }, 'It is unknown what starts next'],
  ['it cannot be known', null, 'It is unknown what starts next'],
])('%s', (_, boot, words) => {
  expect(headline(boot)).toBe(words);
});

test('the reason says where the apps lie', () => {
  expect(startReason({ partition: null, says })).toBe(says);
  expect(startReason({ partition: null, says, apps: [app, other] })).toBe(
    `${says} The flash holds the app raft-demo 1.4.2 at 0x20000 and an app at 0x1D0000.`,
  );
});

test('a board that its loader holds runs nothing: what it starts is said, with the app in it', () => {
  const range = { region: 'flash', address: 0x20000, size: 0x1b0000 };
  const boot: BootState = { partition: { ...range, name: 'app0' }, says: 'otadata selects app0.' };
  const identity = { family: 'esp', chip: 'ESP32', revision: '', key: null, facts: [] };
  const content = { ...range, kind: 'app', says: 'The app raft-demo 1.4.2.', brief: 'raft-demo 1.4.2' };
  expect(summaryOf({ identity, boot, contents: [content] })).toEqual({
    says: 'Starts',
    app: 'raft-demo 1.4.2',
    place: 'app0',
  });
});

test('where one of two apps starts, both are named', () => {
  expect(headline({ partition: null, says, unsure: true, either: [app, other] })).toBe('Starts app0 or app1 next');
});
