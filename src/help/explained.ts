import type { Guide } from '../flash/finding.ts';

/** The kinds of refusals, questions and findings on which the help page says more than their own words. */
export const EXPLAINED = [
  'no-such-file',
  'no-such-region',
  'past-the-end',
  'guarded',
  'neighbour-unknown',
  'files-overlap',
  'not-an-app',
  'app-damaged',
  'wrong-chip',
  'chip-too-old',
  'chip-too-new',
  'app-too-large',
  'bootloader-too-large',
  'table-damaged',
  'board-table-past-header',
  'table-past-header',
  'partitions-lost',
  'padding-erases',
  'two-starts',
  'plain-on-encrypted',
  'chip-encrypts',
  'ciphertext-moved',
  'secure-boot-low',
  'app-unsigned',
  'erase-all',
  'quad-mode',
  'bootloader-missing',
  'bootloader-blank',
  'looks-encrypted',
  'nothing-readable',
  'stub-silent',
  'header-size-past-chip',
  'another-board',
  'job-elsewhere',
  'other-map',
  'no-way-back',
  'is-way-back',
  'kept-changed',
  'equal-changed',
  'kept-gone',
  'not-that-board',
  'cannot-tell',
  'backup-of-other-kind',
  'backup-not-writable',
  'backup-of-another',
  'no-app-starts',
  'start-lacks',
] as const;

/** The guides on the help page, by the link that leads there. */
export const GUIDE_LINKS: Readonly<Record<Guide, string>> = { extension: 'What an extension is, and how to build one' };

/** A kind that the help page explains. */
export type Explained = (typeof EXPLAINED)[number];

/** Whether the help page says more about a kind than its own words. */
export function isExplained(kind: string): kind is Explained {
  return EXPLAINED.some((each) => each === kind);
}
