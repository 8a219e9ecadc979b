import { describe, expect, test } from 'vitest';
import type { Identity } from '../flash/target.ts';
import { boardKey, boardName, isSameBoard, markKey } from './board-key.ts';

const board = (mac: string | null, crystal = '40 MHz'): Identity => ({
  family: 'esp',
  chip: 'ESP32',
  revision: '3',
  key: mac === null ? null : { kind: 'mac', value: mac },
  facts: [{ name: 'Crystal', value: crystal }],
});

test('boards with a MAC are kept apart by it', () => {
  const [a, b] = [board('24:6f:28:ab:cd:ef'), board('24:6f:28:ab:cd:f0')];
  expect(isSameBoard(a, a)).toBe(true);
  expect(isSameBoard(a, b)).toBe(false);
  expect(boardKey(a)).toBe('esp mac 24:6f:28:ab:cd:ef');
  expect(markKey(board('24:6f:28:ab:cd:ef', '26 MHz'))).toBe(markKey(a));
});

describe('a MAC that is not set, as an older record may hold it', () => {
  test.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', ''])('%s is no unique ID', (mac) => {
    const [unset, none] = [board(mac), board(null)];
    expect([boardKey(unset), boardName(unset), markKey(unset)]).toEqual([
      boardKey(none),
      boardName(none),
      markKey(none),
    ]);
    expect(markKey(board(mac, '26 MHz'))).not.toBe(markKey(unset));
    // It may be any board of this kind, and none is refused for it.
    expect(isSameBoard(unset, board('24:6f:28:ab:cd:ef'))).toBe(true);
  });
});
