/** A plan that changes what starts: only the entries that select the app are written. */
import { isSameChoice } from '../../flash/boot-choice.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Target } from '../../flash/target.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Purpose } from '../../storage/records.ts';
import type { Planning } from './planning.ts';
import { planFiles } from './planning.ts';

type ChooseStart = Extract<Purpose, { kind: 'choose-start' }>;

/** Plans a change of what starts, and the purpose with its words. Throws the `Failure`s of the device and the store. */
export async function planStart<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  aim: ChooseStart,
): Promise<{ readonly planning: Planning; readonly aim: Purpose }> {
  const { board, family } = work;
  const offer = board.selection?.offers.find(({ choice }) => isSameChoice(choice, aim.choice));
  const named = { ...aim, name: offer?.label ?? aim.name };
  const arrangement = family.arrange({ files: [], boot: aim.choice }, board);
  return { planning: await planFiles(work, arrangement, [], named), aim: named };
}
