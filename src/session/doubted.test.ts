/** What is said of a board that was lost while a new layout gave the app that starts a slot of another size. */
import { expect, test } from 'vitest';
import type { Finding } from '../flash/finding.ts';
import { smallBoard } from '../testing/esp/small-board.ts';
import { doubted } from './doubted.ts';

const board = await smallBoard({
  flash: 4,
  rows: [
    ['otadata', 1, 0, 0xe000, 0x2000, { selects: 1 }],
    ['app0', 0, 0x10, 0x10000, 0x100000, { app: 0x20000 }],
    ['app1', 0, 0x11, 0x110000, 0x100000, 'nothing'],
  ],
});
const starts = board.boot?.partition ?? null;
const unit = (address: number) => ({ region: 'flash', address, size: 0x1000 });

/** What starts once app0 was to be made so large, with app1 behind it, and these units were written; the last one is not proved. */
function startsAfter(size: number, ...written: readonly number[]) {
  const partitions = board.layout.partitions.map((own) =>
    own.name === 'app0' ? { ...own, size } : own.name === 'app1' ? { ...own, address: 0x10000 + size } : own,
  );
  const changed = written.map(unit);
  const job = { changed, unproved: changed.slice(-1), starts, after: { ...board.layout, partitions } };
  return doubted(board, job).boot?.partition ?? null;
}

test('an end that the slot gives up changes nothing about the start', () => {
  expect(starts?.name).toBe('app0');
  expect(startsAfter(0xf0000, 0x100000)).toEqual(starts);
  expect(startsAfter(0xf0000, 0xff000)).toBeNull();
});

test('an app is not called unread because the end of its slot was written, which it does not use', () => {
  const found = (address: number) => {
    const job = { changed: [unit(address)], unproved: [], starts, after: board.layout };
    return doubted(board, job).contents.find((content) => content.address === 0x10000)?.kind;
  };
  expect([found(0x100000), found(0x20000)]).toEqual(['app', 'unread']);
});

test('what is wrong elsewhere still is, unless another table may say what is there', () => {
  const wrong: Finding = {
    kind: 'app-damaged',
    verdict: 'problem',
    place: { in: 'flash', range: unit(0x110000) },
    values: {},
    says: '',
  };
  const left = (address: number) => {
    const job = { changed: [unit(address)], unproved: [], starts, after: board.layout };
    return doubted({ ...board, findings: [wrong] }, job).findings.length;
  };
  expect([left(0x10000), left(0x8000), left(0x110000)]).toEqual([1, 0, 0]);
});

test('room that the slot gains is part of it afterwards: what is not proved there leaves the start open', () => {
  expect(startsAfter(0x110000, 0x10000, 0x110000)).toBeNull();
  expect(startsAfter(0x110000, 0x10000, 0x200000)).toEqual(starts);
});
