/** How a flash image differs from its file, in words. */
import type { ImageChanges } from '../../src/session/state.ts';
import { count, roughly } from '../shared/format.ts';

/** `156 erase units (624 KiB) are changed and not saved.` */
export function changesWords({ units, bytes, saved }: ImageChanges): string {
  if (units === 0)
    return saved ? 'Nothing in it is changed.' : 'It is as in the file again; what was saved since is not.';
  const what = `${count(units, 'erase unit')} (${roughly(bytes)}) ${units === 1 ? 'is' : 'are'} changed`;
  return saved ? `${what}, and saved.` : `${what}, and not saved yet.`;
}
