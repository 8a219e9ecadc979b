/** Content whose start does not tell what it is, in a partition that grows: what is said of it is what the whole of it showed. */
import { expect, test } from 'vitest';
import { contentRefusal } from '../contents/refusals.ts';
import { smallBoard } from '../../testing/esp/small-board.ts';
import { carriagesOf } from './carry.ts';

const before = { region: 'flash', address: 0x10000, size: 0x10000 };
const after = { size: 0x20000, format: 'fat' };
const refusal = contentRefusal('contents-damaged', { in: 'flash', range: before }, { format: 'FAT', why: 'it is cut' });

async function carried(known: { readonly known?: true }) {
  const board = await smallBoard({ flash: 4, rows: [['fs', 1, 0x81, before.address, before.size, 'data']] });
  const rows = board.esp.table.reading.rows.map((row) => ({ ...row, size: after.size }));
  const [carriage] = carriagesOf({ board, rows, rebuilt: [{ before, after, result: { refusal }, ...known }] });
  return [carriage?.parts === null, carriage?.why];
}

test('a file system that cannot be written for more room is given up: wear levelling ends with its partition', async () => {
  expect(await carried({ known: true })).toEqual([
    true,
    'this FAT is damaged (it is cut), so changing it could lose what is left',
  ]);
});

test('bytes in which nobody finds a file system stay as they are', async () => {
  expect(await carried({})).toEqual([false, 'its address is the same, and the added space is unused']);
});

test('of an app slot whose start is blank it is said that there is no app: no more of it was read', async () => {
  const board = await smallBoard({ flash: 4, rows: [['app', 0, 0, 0x10000, 0x10000, 'nothing']] });
  const rows = board.esp.table.reading.rows.map((row) => ({ ...row, offset: 0x20000 }));
  expect(carriagesOf({ board, rows, rebuilt: [] }).map(({ why }) => why)).toEqual(['it holds no app']);
});
