/** The findings of a session. */
import type { FindingKind } from '../flash/finding.ts';
import { findings } from '../flash/finding.ts';

/** The register of a session's findings. */
export const SESSION_FINDINGS = {
  'another-board': {
    verdict: 'warning',
    says: (v) => `This is a different board: ${v['is']} is connected now, ${v['was']} was connected before.`,
    next:
      'If you meant the previous board, plug it in and connect again. Nothing that was chosen for it is planned for ' +
      'this one.',
  },
  'chip-unlocked': {
    verdict: 'good',
    says: (v) => `The chip is unlocked and its whole flash is blank: ${v['size']} read back.`,
    next: 'It can be flashed now.',
  },
  'unlock-unfinished': {
    verdict: 'problem',
    says: () => 'The chip is still read-protected: unlocking was interrupted. A part of its flash may be erased.',
    next: 'Unlock it again. It does not have to start in between.',
  },
  'unlock-not-blank': {
    verdict: 'problem',
    says: (v) => `The chip is unlocked, but its flash is not blank: ${v['address']} holds ${v['byte']}.`,
    next: 'Erase that place, or flash it. If it stays as it is, it is write-protected or worn out.',
  },
  'unlock-unproved': {
    verdict: 'warning',
    says: (v) => `The chip is unlocked, but not all of it could be read back: ${v['address']}. ${v['why']}`,
    next: (_, at) => `Connect again and look at that place ${at.contents}.`,
  },
} as const satisfies Record<string, FindingKind>;

/** Makes one of a session's findings. */
export const sessionFinding = findings<keyof typeof SESSION_FINDINGS>(SESSION_FINDINGS);
