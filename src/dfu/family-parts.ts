/** What the DFU family is made from: board profiles, formats and hash functions, all handed in. */
import type { Hashes } from '../flash/hash.ts';
import type { Modules } from './board/modules.ts';
import type { BoardProfile } from './board/profile.ts';

/** Profiles in order of preference, the formats of modules, and hash functions. */
export interface DfuParts {
  readonly profiles: readonly BoardProfile[];
  readonly modules: Modules;
  readonly hashes: Hashes;
}
