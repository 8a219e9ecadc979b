/** What only the check of a build finds. */
import type { FindingKind } from '../../flash/finding.ts';
import { findings } from '../../flash/finding.ts';

/** The register of findings in builds. */
export const CHECK_FINDINGS = {
  'over-threshold': {
    verdict: 'problem',
    says: (v) =>
      `${v['place']} is ${v['percent']} % full (${v['used']} of ${v['size']}), over the threshold of ${v['threshold']} %.`,
    next: 'Make the content smaller or its partition larger, or raise the threshold.',
  },
} as const satisfies Record<string, FindingKind>;

/** Makes a finding in a build. */
export const checkFinding = findings<keyof typeof CHECK_FINDINGS>(CHECK_FINDINGS);
