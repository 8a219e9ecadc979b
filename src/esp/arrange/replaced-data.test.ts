/** What a file would replace: also what was found blank only at its start, where content may begin behind that. */
import { expect, test } from 'vitest';
import { smallBoard } from '../../testing/esp/small-board.ts';
import { predictBoot } from '../boot/prediction.ts';
import { contextOf } from './context.ts';
import { replacedData } from './replaced-data.ts';

test.each([
  ['FAT, which wear levelling moves along', 0x81, ['fs']],
  ['a kind of its own', 0x40, ['fs']],
  ['SPIFFS, which marks its first blocks', 0x82, []],
  ['LittleFS, which begins with its superblock', 0x83, []],
])('a partition for %s, blank at its start', async (_, subtype, held) => {
  const board = await smallBoard({ flash: 4, rows: [['fs', 1, subtype, 0x10000, 0x10000, 'nothing']] });
  const ranges = [{ region: 'flash', address: 0x10000, size: 0x1000 }];
  expect(replacedData(ranges, contextOf([], board, predictBoot)).map(({ row }) => row.name)).toEqual(held);
});
