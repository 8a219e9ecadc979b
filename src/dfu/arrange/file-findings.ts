/** What can be wrong with a container, worded once. */
import { count } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

/** Every kind of finding about a container on a DFU board. */
export const DFU_FILE_FINDINGS = {
  'elf-unusable': {
    verdict: 'problem',
    says: (v) => `This ELF file cannot be used: ${v['why']}.`,
    next: 'Build it again for this chip.',
  },
  'hex-unusable': {
    verdict: 'problem',
    says: (v) => `This Intel HEX file is damaged at line ${v['line']}: ${v['why']}.`,
    next: 'Generate the file again from your build.',
  },
  'dfu-file-unusable': {
    verdict: 'problem',
    says: (v) => `This .dfu file cannot be used: ${v['why']}.`,
    next: 'Generate the file again, or use the .bin, .hex or .elf file of the build.',
  },
  'dfu-file-for-another-device': {
    verdict: 'warning',
    says: (v) => `This .dfu file is for USB device ${v['file']}, but this board is ${v['board']}.`,
    next: 'Check that the file is for this board.',
  },
  'too-many-pieces': {
    verdict: 'problem',
    says: (v) => `This file has more than ${count(v['limit'], 'separate piece')}, which no build produces.`,
    next: 'Generate the file again from your build.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings about containers. */
export type DfuFileFindingKind = keyof typeof DFU_FILE_FINDINGS;

/** Makes one finding about a container. */
export const fileFinding = findings<DfuFileFindingKind>(DFU_FILE_FINDINGS);
