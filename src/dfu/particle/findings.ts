/** What can be seen in a Particle module or in an extension, worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

/** Every kind of finding in a module or an extension. */
export const PARTICLE_FINDINGS = {
  'module-cut-short': {
    verdict: 'problem',
    says: (v) =>
      `The module says that it has ${v['says']} with its checksum, and there are ${v['has']}: ${v['missing']} are ` +
      'missing.',
    next: 'Build it again, or download it again: this file is incomplete.',
  },
  'module-crc-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The module’s CRC-32 at ${v['address']} is ${v['stored']}, and its bytes give ${v['computed']}: the board would ` +
      'not run it.',
    next: 'Build it again, or download it again: this module is damaged.',
  },
  'module-sha-wrong': {
    verdict: 'problem',
    says: (v) => `The module’s SHA-256 is ${v['stored']}…, and its bytes give ${v['computed']}….`,
    next: 'Build it again, or download it again: this module was changed after it was made.',
  },
  'module-unsealed': {
    verdict: 'note',
    says: () =>
      'The module comes without its SHA-256 and CRC-32, as a linker leaves it. Sectorwise fills them in when it is ' +
      'written.',
  },
  'module-suffix-odd': {
    verdict: 'warning',
    says: (v) => `The module’s suffix says that it has ${v['size']}; Particle’s have 36 or 40 bytes.`,
    next: 'Nothing on the board reads it, but Particle’s tools may not understand this module.',
  },
  'module-trailing': {
    verdict: 'note',
    says: (v) => `Behind the module’s checksum there are ${v['more']} more.`,
  },
  'extension-cut-short': {
    verdict: 'problem',
    says: (v) => `The extension says that it has ${v['says']}, and there are ${v['has']}.`,
    next: 'Build it again: this file is incomplete.',
  },
  'extension-crc-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The extension’s CRC-32 is ${v['stored']}, and its bytes give ${v['computed']}: the application would do without ` +
      'it.',
    next: 'Write the extension again over USB.',
  },
  'extension-unsealed': {
    verdict: 'note',
    says: () =>
      'The extension comes without its length and CRC-32, as a linker leaves it. Sectorwise fills them in when it is ' +
      'written.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in modules and extensions. */
export type ParticleFindingKind = keyof typeof PARTICLE_FINDINGS;

/** Makes one finding in a module or an extension. */
export const particleFinding = findings<ParticleFindingKind>(PARTICLE_FINDINGS);
