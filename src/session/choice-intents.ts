/** The intents that change what is planned: what is chosen, such as files and their places, or a plan of its own. */
import type { Intent } from './intents.ts';

const CHOICES = [
  'add-files',
  'use-again',
  'remove-file',
  'use',
  'use-only',
  'place',
  'place-at',
  'change-layout',
  'edit-contents',
  'withdraw-edits',
  'make-it-fit',
  'write-bytes',
] as const;

/** An intent that changes what is chosen. */
export type ChoiceIntent = Extract<Intent, { do: (typeof CHOICES)[number] }>;

/** Whether an intent changes what is chosen. */
export function isChoice(intent: Intent): intent is ChoiceIntent {
  return CHOICES.some((each) => each === intent.do);
}

/** The intents that ask for a plan of their own. */
const PLANS = ['erase', 'choose-start', 'restore', 'roll-back', 'plan-files'] as const;

/** An intent that asks for a plan of its own. */
export type PlanIntent = Extract<Intent, { do: (typeof PLANS)[number] }>;

/** Whether an intent asks for a plan of its own. */
export function isPlan(intent: Intent): intent is PlanIntent {
  return PLANS.some((each) => each === intent.do);
}

/** Whether what is planned follows from an intent, whichever way files are passed in it. */
export function changesPlan({ do: what }: Pick<Intent, 'do'>): boolean {
  return what === 'set' || [...CHOICES, ...PLANS].some((each) => each === what);
}
