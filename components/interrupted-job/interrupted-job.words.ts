/** What an unfinished job is called, and the ways to end it besides resuming: the intent, and the name of its button. */
import type { Interrupted } from '../../src/session/state.ts';

/** What is unfinished, by what it was for. */
export const TITLES: Readonly<Record<Interrupted['purpose'], string>> = {
  flash: 'A write to this board is unfinished',
  erase: 'An erase on this board is unfinished',
  'choose-start': 'A change of what starts is unfinished',
  restore: 'A restore is unfinished',
  'roll-back': 'A rollback is unfinished',
};

export const ROLL_BACK = { does: 'roll-back', name: 'Roll back' } as const;
export const ABANDON = { does: 'abandon-job', name: 'Abandon' } as const;
