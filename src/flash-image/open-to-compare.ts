/** Opens a file as the flash of a board that is known already, to compare the two. */
import { Failure } from '../flash/failure.ts';
import type { Inspection, Source } from '../flash/family.ts';
import type { ImageChoice } from '../flash/image-choice.ts';
import type { Region } from '../flash/map.ts';
import type { Target } from '../flash/target.ts';
import { DUMP_BOARDS, hasMemory } from './dfu-boards.ts';
import { imageFailure } from './failures.ts';
import { openFlashSource } from './open.ts';

/** Opens a file as the flash of this board. Rejects with a `Failure` if it cannot be that, such as the flash of another chip. */
export async function openToCompare(
  file: Source,
  { identity, layout }: Pick<Inspection, 'identity' | 'layout'>,
): Promise<Target> {
  const choice: ImageChoice = identity.family === 'esp' ? { chip: identity.chip } : boardWith(layout.map.regions);
  const opening = await openFlashSource(file, choice);
  if (opening.kind === 'failure') throw new Failure(opening.failure);
  if (opening.kind === 'partition' && identity.file?.partition !== true) {
    throw imageFailure('flash-image-not-flash', file.path, { what: 'it is one partition' });
  }
  if (opening.kind === 'question') {
    throw imageFailure('flash-image-not-flash', file.path, { what: 'nothing in it says which board it is of' });
  }
  return opening.device;
}

/** A board with this memory, whichever: only the memory is compared. */
function boardWith(regions: readonly Region[]): ImageChoice {
  const board = DUMP_BOARDS.find((each) => hasMemory(regions, each));
  return board === undefined ? {} : { board: board.id };
}
