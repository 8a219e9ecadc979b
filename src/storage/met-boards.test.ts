import { expect, test } from 'vitest';
import type { PlainStorage } from './met-boards.ts';
import { MOST_BOARDS, forgetBoard, meetBoard, metBoards } from './met-boards.ts';
import type { MetBoard } from './records.ts';

function plain(start: Readonly<Record<string, string>> = {}): PlainStorage {
  const kept = new Map(Object.entries(start));
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}
const board = (n: number, seen = n): MetBoard => ({
  key: `esp mac ${n}`,
  name: `ESP32 ${n}`,
  connection: { port: 'serial' },
  seen,
});

test('the board seen last is first, and stands there once', () => {
  const storage = plain();
  for (const each of [board(1), board(2), board(1, 3)]) meetBoard(storage, each);
  expect(metBoards(storage)).toEqual([board(1, 3), board(2)]);
});

test('the board not seen for longest is dropped when there are too many', () => {
  const storage = plain();
  for (let n = 0; n <= MOST_BOARDS; n++) meetBoard(storage, board(n));
  expect(metBoards(storage).map(({ seen }) => seen)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

test('a forgotten board is gone, the others stay', () => {
  const storage = plain();
  for (const each of [board(1), board(2)]) meetBoard(storage, each);
  forgetBoard(storage, board(1).key);
  expect(metBoards(storage)).toEqual([board(2)]);
});

test.each(['{', '{}', '[1, null, {"key": "a"}]', '[{"key":"a","name":"b","connection":{"port":"wifi"},"seen":1}]'])(
  'what another version stored is not taken for boards: %s',
  (kept) => expect(metBoards(plain({ 'sectorwise-boards': kept }))).toEqual([]),
);

test('a board that an earlier version remembered is known', () => {
  const { connection, ...rest } = board(1);
  const storage = plain({ 'sectorwise-boards': JSON.stringify([{ ...rest, way: connection }]) });
  expect(metBoards(storage)).toEqual([board(1)]);
});

test('a browser that denies storage remembers nothing and fails nothing', () => {
  const denied: PlainStorage = {
    getItem: () => {
      throw new DOMException('denied', 'SecurityError');
    },
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  meetBoard(denied, board(1));
  forgetBoard(denied, 'a');
  expect(metBoards(denied)).toEqual([]);
});
