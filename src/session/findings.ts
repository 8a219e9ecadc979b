/** What a session itself notices, worded once. */
import type { FindingKind } from '../flash/finding.ts';
import { findings } from '../flash/finding.ts';

/** The register of what a session notices. */
export const SESSION_FINDINGS = {
  'another-board': {
    verdict: 'warning',
    says: (v) => `This is another board: ${v['is']} answers now, and before it was ${v['was']}.`,
    next: 'If you meant the one before, plug it in and connect again. All that is shown here, the plan too, is about this one.',
  },
} as const satisfies Record<string, FindingKind>;

/** Makes one of a session's findings. */
export const sessionFinding = findings<keyof typeof SESSION_FINDINGS>(SESSION_FINDINGS);
