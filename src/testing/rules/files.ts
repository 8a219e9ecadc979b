/** Test support: files for each refusal and each question about files. Nothing of the app imports it. */
import { boardOf, checkFiles, place } from '../esp/placements.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { BROKEN_DATA } from './files-data.ts';
import type { BrokenPlacement, Drop } from './files-drop.ts';
import { BROKEN_FILE_IMAGES } from './files-images.ts';
import { BROKEN_REACH } from './files-reach.ts';
import { BROKEN_BY_SECURITY } from './files-security.ts';
import { BROKEN_BY_SETTINGS } from './files-settings.ts';
import { BROKEN_FILE_TABLES } from './files-tables.ts';
import { SOUND } from './samples.ts';

/** Every refusal and every question about files, with files that raise it. */
export const BROKEN_DROPS: readonly BrokenPlacement[] = [
  ...BROKEN_FILE_IMAGES,
  ...BROKEN_DATA,
  ...BROKEN_FILE_TABLES,
  ...BROKEN_REACH,
  ...BROKEN_BY_SECURITY,
  ...BROKEN_BY_SETTINGS,
];

async function reported({ files, chosen, flash = SOUND, identity }: Drop): Promise<string[]> {
  const board = await boardOf(flash, identity);
  return kindsOf(checkFiles(place(files, board, chosen), board));
}

/** The same as cases of the rule table. */
export const FILE_CASES: readonly RuleCase[] = BROKEN_DROPS.map(({ kinds, broken, mended }) => {
  const [kind, ...also] = kinds;
  const plain = (reported: string): string => reported.replace('?', '');
  return {
    kind: plain(kind),
    also: also.map(plain),
    broken: () => reported(broken()),
    mended: () => reported(mended()),
  };
});
