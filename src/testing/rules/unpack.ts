/** Test support: a broken container for each rule of containers. Nothing of the app imports it. */
import { unpackEsp } from '../../esp/import/unpack.ts';
import { source } from '../esp/archives.ts';
import { boardOf } from '../esp/placements.ts';
import type { BrokenDrop, Drop, RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { SOUND } from './samples.ts';
import { BROKEN_BUILDS } from './unpack-builds.ts';
import { BROKEN_FIRMWARE } from './unpack-firmware.ts';

/** Every rule of containers, with a container that breaks it. */
export const BROKEN_CONTAINERS: readonly BrokenDrop[] = [...BROKEN_FIRMWARE, ...BROKEN_BUILDS];

/** What unpacking reports for a drop. */
export async function unpackedOf(drop: Drop): Promise<Awaited<ReturnType<typeof unpackEsp>>> {
  const sources = Object.entries(drop).map(([path, data]) => source(path, data));
  return unpackEsp(sources, await boardOf(SOUND));
}

async function reported(drop: Drop): Promise<readonly string[]> {
  return kindsOf((await unpackedOf(drop)).findings);
}

/** The same as cases of the rule table. */
export const UNPACK_CASES: readonly RuleCase[] = BROKEN_CONTAINERS.map(({ kind, also = [], broken, mended }) => ({
  kind,
  also,
  broken: () => reported(broken()),
  mended: () => reported(mended()),
}));
