/** The boards and chips in DFU mode that the app knows. */
import { CORE } from '../particle/profiles/core.ts';
import { ELECTRON } from '../particle/profiles/electron.ts';
import { P1, PHOTON } from '../particle/profiles/photon.ts';
import type { BoardProfile } from './profile.ts';
import { STM32_PROFILES } from './stm32.ts';

/** Particle's boards that speak DfuSe: the Core and the second generation. */
export const PARTICLE_PROFILES = [PHOTON, P1, ELECTRON, CORE] as const;

/** Every profile: Particle's boards before chips that only their memory map identifies. */
export const PROFILES: readonly BoardProfile[] = [...PARTICLE_PROFILES, ...STM32_PROFILES];
