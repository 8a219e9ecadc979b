/** Compares the flash of the connected board, or of the open image, with a flash image in a file. */
import type { Comparison } from '../flash/compare.ts';
import { comparableUnits, comparisonOf } from '../flash/compare.ts';
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import type { Source } from '../flash/dropped-file.ts';
import type { Inspection } from '../flash/family.ts';
import type { EraseUnit } from '../flash/map.ts';
import { bare, neighbours, spanOf } from '../flash/map.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Target, Watch } from '../flash/target.ts';
import { digestBy } from './planning/proof.ts';
import { inOneSpan } from './planning/survey.ts';

/** Opens a file as a flash image of the same kind of board. Rejects with a `Failure` if it is none. */
export type OpenImage = (file: Source, board: Pick<Inspection, 'identity' | 'layout'>) => Promise<Target>;

/** What a comparison found, or why the file could not be compared. */
export type ComparisonView = { readonly file: string } & (
  { readonly comparison: Comparison } | { readonly failure: FailureFacts }
);

/** The flash to compare, and what is needed for it. */
interface Compared extends Watch {
  readonly target: Target;
  readonly board: Pick<Inspection, 'identity' | 'layout'>;
  readonly md5: Md5;
}

/**
 * Compares with a file: first 64 KiB at a time by digest, and unit by unit only where that differs. What is wrong with the file is in
 * the result; throws the `Failure`s of the board.
 */
export async function compareWith(file: Source, open: OpenImage, compared: Compared): Promise<ComparisonView> {
  const name = file.path.split('/').at(-1) ?? file.path;
  let image: Target;
  try {
    image = await open(file, compared.board);
  } catch (error) {
    return { file: name, failure: factsOf(error) };
  }
  const { board, cancel, onBytes } = compared;
  const { units, left } = comparableUnits(board.layout.map, await image.readMap());
  const different: EraseUnit[] = [];
  let done = 0;
  for (const group of neighbours(units, inOneSpan)) {
    cancel.check();
    if (!(await isEqual(spanOf(group), image, compared))) {
      for (const unit of group) if (group.length === 1 || !(await isEqual(unit, image, compared))) different.push(unit);
    }
    done += spanOf(group).size;
    onBytes?.(done);
  }
  return { file: name, comparison: comparisonOf(board.layout, units, different, left) };
}

async function isEqual(range: EraseUnit, image: Target, { target, md5, cancel }: Compared): Promise<boolean> {
  const [own, other] = [
    await digestBy(target, bare(range), md5, cancel),
    await digestBy(image, bare(range), md5, cancel),
  ];
  return own === other;
}
