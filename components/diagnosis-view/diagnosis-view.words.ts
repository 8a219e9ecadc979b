/** The words of the view of a diagnosis. */
import type { Certainty, Check } from '../../src/flash/diagnosis.ts';
import { roughly } from '../shared/format.ts';

/** What the button does, as sentences; `most` is how many bytes it reads at most. */
export function aboutWords(most: number): string {
  const reads = most === 0 ? 'Looks closely at the board' : `Reads up to ${roughly(most)} and checks it`;
  return `${reads}: bootloader, apps, what selects the app, settings and file systems. Nothing is written.`;
}

/** The state of a check in a word. */
export const STATES: Readonly<Record<Check['state'], string>> = {
  whole: 'Whole',
  blank: 'Blank',
  damaged: 'Damaged',
  unchecked: 'Not checked',
};

/** How sure a row is, in a word. */
export const CERTAINTIES: Readonly<Record<Certainty, string>> = { sure: 'Sure', likely: 'Likely', guess: 'A guess' };
