/** Test support: what breaks the rules about programs and system parts for boards in DFU mode. Nothing of the app imports it. */
import type { DroppedFile } from '../../flash/family.ts';
import type { BoardName } from '../dfu/boards.ts';
import { arranged, boardOf, flashOf, named, place } from '../dfu/boards.ts';
import { buildProgram } from '../dfu/programs.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

/** What is refused or asked about files on a board, where each goes to its best place unless another is chosen. */
async function ofFiles(
  name: BoardName,
  flash: Uint8Array,
  files: readonly DroppedFile[],
  chosen: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const board = await boardOf(name, flash);
  return kindsOf(arranged(place(files, board, chosen), board).refusals);
}

const program = (linkedFor: number) => [named('app.bin', buildProgram({ linkedFor, size: 0x2000 }))];
const inFirstSector = { 'app.bin': 'sectors@8000000' };

/** Every case about programs and system parts. */
export const DFU_FILE_CASES: readonly RuleCase[] = [
  {
    kind: 'program-linked-elsewhere',
    broken: () => ofFiles('f405', flashOf(), program(0x08008000), inFirstSector),
    mended: () => ofFiles('f405', flashOf(), program(0x08000000), inFirstSector),
  },
];
