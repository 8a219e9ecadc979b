/** Findings about containers on a DFU board, each worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

/** Every kind of finding about a container on a DFU board. */
export const DFU_FILE_FINDINGS = {
  'elf-unusable': {
    verdict: 'problem',
    says: (v) => `This ELF file cannot be used: ${v['why']}.`,
    next: 'Build it again for this chip.',
  },
  'dfu-file-for-another-device': {
    verdict: 'warning',
    says: (v) => `This .dfu file is for USB device ${v['file']}, but this board is ${v['board']}.`,
    next: 'Check that the file is for this board.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings about containers. */
export type DfuFileFindingKind = keyof typeof DFU_FILE_FINDINGS;

/** Makes one finding about a container. */
export const fileFinding = findings<DfuFileFindingKind>(DFU_FILE_FINDINGS);
