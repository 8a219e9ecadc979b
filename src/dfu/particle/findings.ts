/** Findings in Particle modules and extensions, each worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

/** Every kind of finding in a module or an extension. */
export const PARTICLE_FINDINGS = {
  'module-cut-short': {
    verdict: 'problem',
    says: (v) =>
      `The module should be ${v['says']} including its checksum, but is ${v['has']}: ${v['missing']} missing.`,
    next: 'Build or download it again: this file is incomplete.',
  },
  'module-crc-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The module’s CRC-32 at ${v['address']} is ${v['stored']}, but its content gives ${v['computed']}: the board ` +
      'would not run it.',
    next: 'Build or download it again: this module is damaged.',
  },
  'module-sha-wrong': {
    verdict: 'problem',
    says: (v) => `The module’s SHA-256 is ${v['stored']}…, but its content gives ${v['computed']}….`,
    next: 'Build or download it again: this module was changed after it was built.',
  },
  'module-without-crc': {
    verdict: 'note',
    says: () =>
      'The module has no SHA-256 and CRC-32 yet, as the linker leaves it. Sectorwise fills them in when it writes ' +
      'the module.',
  },
  'module-suffix-odd': {
    verdict: 'warning',
    says: (v) => `The module’s suffix has a length of ${v['size']}; Particle’s suffixes have 36 or 40 bytes.`,
    next: 'The board does not read the suffix, but Particle’s tools may reject this module.',
  },
  'module-trailing': {
    verdict: 'note',
    says: (v) => `Extra data follows the module’s checksum: ${v['more']}.`,
  },
  'extension-cut-short': {
    verdict: 'problem',
    says: (v) => `The extension should be ${v['says']}, but is ${v['has']}.`,
    next: 'Build it again: this file is incomplete.',
  },
  'extension-crc-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The extension’s CRC-32 is ${v['stored']}, but its content gives ${v['computed']}: the application would run ` +
      'without it.',
    next: 'Write the extension again over USB.',
  },
  'extension-without-crc': {
    verdict: 'note',
    says: () =>
      'The extension has no length and CRC-32 yet, as the linker leaves it. Sectorwise fills them in when it ' +
      'writes the extension.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in modules and extensions. */
export type ParticleFindingKind = keyof typeof PARTICLE_FINDINGS;

/** Makes one finding in a module or an extension. */
export const particleFinding = findings<ParticleFindingKind>(PARTICLE_FINDINGS);
