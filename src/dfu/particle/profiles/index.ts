/** The profiles of all Particle boards that speak DfuSe. */
import { CORE } from './core.ts';
import { ELECTRON } from './electron.ts';
import { P1, PHOTON } from './photon.ts';

/** The profiles of the Core and of the second generation. */
export const PARTICLE_PROFILES = [PHOTON, P1, ELECTRON, CORE] as const;
