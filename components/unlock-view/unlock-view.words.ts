/** The steps of unlocking a chip, as they are shown. */
import type { SessionState } from '../../src/session/state.ts';

type Step = Extract<SessionState, { kind: 'unlocking' }>['step'];

/** One step: what happens in it, the name of its progress, what to know meanwhile, and whether it is over, on, or to come. */
export interface ShownStep {
  readonly says: string;
  readonly label: string;
  readonly meanwhile: string;
  readonly is: 'done' | 'now' | 'later';
}

const STEPS: readonly (readonly [Step, Omit<ShownStep, 'is'>])[] = [
  [
    'erasing',
    {
      says: 'The chip erases its whole flash',
      label: 'Longest time that the erase may take',
      meanwhile: 'Leave it plugged in. The erase cannot be stopped. It often finishes long before the bar is full.',
    },
  ],
  [
    'returning',
    {
      says: 'It restarts and comes back on USB',
      label: 'Waiting for the chip',
      meanwhile: 'Nothing to do, unless BOOT0 is a button on your board: then hold it.',
    },
  ],
  [
    'reading',
    {
      says: 'The whole flash is read: it has to be blank',
      label: 'Reading the flash',
      meanwhile: 'Nothing is written.',
    },
  ],
];

/** All steps, of which one is on. */
export function stepsOf(now: Step): readonly ShownStep[] {
  const at = STEPS.findIndex(([step]) => step === now);
  return STEPS.map(([, words], i) => ({ ...words, is: i < at ? 'done' : i === at ? 'now' : 'later' }));
}
