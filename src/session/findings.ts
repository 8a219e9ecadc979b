/** The findings of a session. */
import type { FindingKind } from '../flash/finding.ts';
import { findings } from '../flash/finding.ts';

/** The register of a session's findings. */
export const SESSION_FINDINGS = {
  'another-board': {
    verdict: 'warning',
    says: (v) => `This is a different board: ${v['is']} is connected now, ${v['was']} was connected before.`,
    next:
      'If you meant the previous board, plug it in and connect again. Everything shown here, including the plan, ' +
      'is about the board that is connected now.',
  },
} as const satisfies Record<string, FindingKind>;

/** Makes one of a session's findings. */
export const sessionFinding = findings<keyof typeof SESSION_FINDINGS>(SESSION_FINDINGS);
