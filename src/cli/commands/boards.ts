/** `boards`: the virtual boards, and the flash of one as a file. */
import { bytes } from '../../flash/finding.ts';
import type { Answer, Call, Command } from '../command.ts';
import { commandFailure } from '../failures.ts';
import { OUT } from '../options.ts';
import { wrongValue } from '../arguments.ts';

async function run({ given, desk }: Call): Promise<Answer> {
  const id = given.value('save');
  if (id === null) {
    const { boards } = desk;
    const text = boards.flatMap(({ id: each, name, summary }) => [each, `  ${name}. ${summary}`]);
    return { status: 0, result: `${text.join('\n')}\n`, json: { boards } };
  }
  if (!desk.boards.some((board) => board.id === id)) throw commandFailure('no-such-board', { values: { board: id } });
  const path = given.value('out');
  if (path === null) throw wrongValue('out', 'a file for the flash', '');
  const data = await desk.openBoard(id).bytes();
  return {
    status: 0,
    result: '',
    json: { board: id, file: path, size: data.length },
    files: [{ path, data }],
    notes: [`${path}: the flash of ${id}, ${bytes(data.length)}.`],
  };
}

/** The command. */
export const boards: Command = {
  name: 'boards',
  operands: '',
  least: 0,
  most: 0,
  says: 'List the virtual boards, or save the flash of one.',
  options: [{ name: 'save', value: 'NAME', says: 'Save the flash of this board, as it leaves the bench.' }, OUT],
  run,
};
