/** The words of the view of repairs. */
import type { Finding } from '../../src/flash/finding.ts';
import { count } from '../shared/format.ts';

/** How many problems there are, and what to do with them, as sentences. */
export function summaryOf(problems: readonly Finding[]): string {
  const [serious, rest] = [true, false].map(
    (is) => problems.filter(({ verdict }) => (verdict === 'problem') === is).length,
  );
  const parts = [
    ...((serious ?? 0) > 0 ? [count(serious ?? 0, 'problem')] : []),
    ...((rest ?? 0) > 0 ? [count(rest ?? 0, 'warning')] : []),
  ];
  return `${parts.join(' and ')}, the most urgent first. Each button shows a plan: nothing is written before you flash it.`;
}

/** Above the reason why a problem has no repair. */
export const NO_REPAIR = 'Nothing here repairs this.';
