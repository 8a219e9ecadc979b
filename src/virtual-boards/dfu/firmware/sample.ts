/** Sample applications for the virtual Particle boards: newer than the one that is on them, for the system firmware that is there. */
import type { ParticleModel } from '../particle-models.ts';
import { MODELS } from '../particle-models.ts';
import { buildModule, FUNCTION } from './module.ts';
import { userDependency, VERSIONS } from './particle-factory.ts';

/** Sizes in bytes, without the CRC: one fits into the sector of an application, the file of the other has 160 KiB. */
const SIZES = { ordinary: 0x5_f10, large: 0x2_8000 - 4 } as const;

/** The file of an application, version 7, for this board; a `large` one has outgrown its own sector of 128 KiB. */
export function sampleApplication(model: ParticleModel, size: keyof typeof SIZES = 'ordinary'): Uint8Array {
  const facts = MODELS[model];
  return buildModule({
    start: facts.user,
    size: SIZES[size],
    platform: facts.platform,
    function: FUNCTION.userPart,
    index: 1,
    version: VERSIONS.sampleUser,
    dependency: userDependency(facts, VERSIONS.system),
    seed: 0x0a12,
  });
}
