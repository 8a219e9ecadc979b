/** The DFU family as the app makes it, for tests in Node and in browsers: the images of `boards.ts` need Node. */
import { STM32_PROFILES } from '../../dfu/board/stm32.ts';
import type { DfuParts } from '../../dfu/family-parts.ts';
import { makeDfuFamily } from '../../dfu/family.ts';
import { PARTICLE_MODULES } from '../../dfu/particle/modules.ts';
import { PARTICLE_PROFILES } from '../../dfu/particle/profiles/index.ts';
import { HASHES } from '../../formats/hashes.ts';

/** The parts that the app passes to the DFU family. */
export const PARTS: DfuParts = {
  profiles: [...PARTICLE_PROFILES, ...STM32_PROFILES],
  modules: PARTICLE_MODULES,
  hashes: HASHES,
};
/** The DFU family as the app makes it. */
export const FAMILY = makeDfuFamily(PARTS);
