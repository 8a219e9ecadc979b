/** The intents that change what is chosen: files and their places, a layout, what partitions hold. */
import type { Intent } from './state.ts';

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
