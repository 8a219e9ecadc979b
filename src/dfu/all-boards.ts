/** The DFU family with every board and format that the app knows. */
import { HASHES } from '../formats/hashes.ts';
import { STM32_PROFILES } from './board/stm32.ts';
import type { DfuParts } from './family-parts.ts';
import { makeDfuFamily } from './family.ts';
import { PARTICLE_MODULES } from './particle/modules.ts';
import { PARTICLE_PROFILES } from './particle/profiles/index.ts';

/** Particle's boards before chips that only their memory map identifies. */
export const DFU_PARTS: DfuParts = {
  profiles: [...PARTICLE_PROFILES, ...STM32_PROFILES],
  modules: PARTICLE_MODULES,
  hashes: HASHES,
};

/** The DFU family of the app. */
export const dfuFamily = makeDfuFamily(DFU_PARTS);
