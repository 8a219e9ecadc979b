/** The words of the view of repairs. */
import type { Finding } from '../../src/flash/finding.ts';
import { count } from '../shared/format.ts';

/** How many problems there are, and what to do with them, as sentences. */
export function summaryOf(problems: readonly Finding[]): string {
  const serious = problems.filter(({ verdict }) => verdict === 'problem').length;
  const rest = problems.length - serious;
  const parts = [...(serious > 0 ? [count(serious, 'problem')] : []), ...(rest > 0 ? [count(rest, 'warning')] : [])];
  const order = problems.length > 1 ? ', the most urgent first' : '';
  return `${parts.join(' and ')}${order}. Each button shows a plan or a view: nothing is written before you flash it.`;
}

/** Above the reason why a problem has no repair. */
export const NO_REPAIR = 'Nothing here repairs this.';
