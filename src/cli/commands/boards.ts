/** `boards`: the virtual boards, and the flash of one as a file. */
import { bytes } from '../../flash/finding.ts';
import { outputFile } from '../carry-out.ts';
import type { Answer, Call, Command } from '../command.ts';
import { openBoard } from '../flash-session.ts';
import { OUT } from '../options.ts';
import { EXIT } from '../exit-status.ts';

async function run(call: Call): Promise<Answer> {
  const { given, host } = call;
  const id = given.value('save');
  if (id === null) {
    const { boards } = host;
    const text = boards.flatMap(({ id: each, name, summary }) => [each, `  ${name}. ${summary}`]);
    return { status: EXIT.sound, result: `${text.join('\n')}\n`, json: { boards } };
  }
  const board = openBoard(id, host);
  const path = outputFile(call);
  const data = await board.bytes();
  return {
    status: EXIT.sound,
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
  options: [{ name: 'save', value: 'NAME', says: 'Save the flash of this board in its factory state.' }, OUT],
  run,
};
