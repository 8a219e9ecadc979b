/** What can be seen on a board in DFU mode, worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

/** Every kind of finding about a board in DFU mode. */
export const DFU_FINDINGS = {
  'board-known': {
    verdict: 'good',
    says: (v) => `This is a ${v['name']} (${v['chip']}): its USB ids say so.`,
  },
  'board-by-its-map': {
    verdict: 'note',
    says: (v) => `This may be an ${v['name']}: its memory map fits. It is not certain: ${v['unsure']}.`,
  },
  'board-unknown': {
    verdict: 'note',
    says: (v) =>
      `Sectorwise does not know this kind of board (USB ${v['usb']}). It goes by the memory map that the board gives.`,
  },
  'memory-not-understood': {
    verdict: 'warning',
    says: (v) => `Memory ${v['number']} calls itself "${v['text']}", which cannot be understood: ${v['why']}.`,
    next: 'Nothing is read or written there. Please report this text.',
  },
  'map-lies': {
    verdict: 'note',
    says: (v) => `The memory map says that ${v['from']} to ${v['to']} can be written. It is left alone: ${v['reason']}`,
  },
  'quirk-applied': {
    verdict: 'note',
    says: (v) => `${v['quirk']}: ${v['says']}`,
  },
  'chip-read-protected': {
    verdict: 'problem',
    says: () => 'The chip is read protected: nothing can be read, compared or written.',
    next:
      'Lifting the protection erases the whole flash, and cannot be undone. Only do it if you have everything that ' +
      'is on the board as a file.',
  },
  'module-for-another-platform': {
    verdict: 'problem',
    says: (v) => `The ${v['module']} in ${v['partition']} is for the ${v['platform']}, and this is a ${v['board']}.`,
    next: 'Write the module that was built for this board.',
  },
  'dependency-missing': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['module']} needs ${v['needs']} version ${v['least']} or newer, and ${v['has']}: the board goes to safe ` +
      'mode and does not run it.',
    next: 'Update the system firmware, or build the application for the one that is there.',
  },
  'application-past-its-sector': {
    verdict: 'note',
    says: (v) =>
      `The user application ends at ${v['end']}, past its own sector: it runs, but it cannot be updated over the air.`,
  },
  'factory-slot-holds-application': {
    verdict: 'warning',
    says: (v) =>
      `The factory slot at ${v['address']} holds a user application, version ${v['version']}. On a factory reset, and ` +
      'whenever the header of the user application is damaged, the board copies it over the user application.',
    next: 'If you no longer want it, write an extension or other data over it.',
  },
  'factory-slot-only-looks-right': {
    verdict: 'warning',
    says: (v) =>
      `What is in the factory slot at ${v['address']} has the header of a user application, but its checksum is ` +
      'wrong: the board would try to restore it and fail.',
    next: 'Write an extension or other data over it, or a sound application.',
  },
  'extension-there': {
    verdict: 'good',
    says: (v) => `${v['partition']} holds an extension, version ${v['version']}, ${v['size']}.`,
  },
  'extension-in-another-place': {
    verdict: 'warning',
    says: (v) =>
      `The extension in ${v['partition']} was linked for ${v['address']}, and it is at ${v['there']}: an application ` +
      'would do without it.',
    next: 'Write the extension again to the place that it was linked for.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings about a board in DFU mode. */
export type DfuFindingKind = keyof typeof DFU_FINDINGS;

/** Makes one finding about a board in DFU mode. */
export const dfuFinding = findings<DfuFindingKind>(DFU_FINDINGS);
