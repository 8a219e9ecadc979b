/** The question before bytes of another board are written to this one: what of them is that board's own. */
import { briefList } from '../../flash/english.ts';
import type { Refusal } from '../../flash/finding.ts';
import type { Partition } from '../../flash/layout.ts';
import { START_ROLES } from '../../flash/layout.ts';
import { sessionRefusal } from '../refusals.ts';

/** The question before a backup of another board is restored; `reached` are the partitions of it that are. */
export function backupOfAnother(board: string, reached: readonly Partition[]): Refusal {
  return sessionRefusal('backup-of-another', { in: 'device' }, { what: 'This backup', board, ...held(reached) });
}

/** The names of partitions, and of those among them that may hold what is of one board alone. */
function held(reached: readonly Partition[]) {
  // Firmware and its build put there what a start needs; everything else may be of one board alone, such as its keys.
  const personal = reached.filter(({ role }) => !START_ROLES.has(role));
  const names = (partitions: readonly Partition[]) => briefList(partitions.map(({ name }) => name));
  return { partitions: names(reached) || 'It', personal: reached.length === 0 ? 'It' : names(personal) };
}
