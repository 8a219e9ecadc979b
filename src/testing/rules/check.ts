/** Test support: slots and file systems that are too full, for the check of builds. Nothing of the app imports it. */
import { overThreshold } from '../../cli/check/usage.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

const reported = (used: number) => kindsOf(overThreshold([{ name: 'app0', file: 'a.bin', used, size: 1000 }], 90));

/** Every finding of the check of builds. */
export const CHECK_CASES: readonly RuleCase[] = [
  { kind: 'over-threshold', broken: () => reported(901), mended: () => reported(900) },
];
