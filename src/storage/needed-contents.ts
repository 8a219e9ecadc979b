/** Which contents the records need; all others can be removed. */
import type { Fact } from '../flash/journal.ts';
import { plannedUnits } from '../flash/plan.ts';
import type { BackupRecord, JobRecord } from './records.ts';

/** The MD5s of every content that a job writes or has kept, and of every open backup. */
export function contentsNeeded(
  jobs: Iterable<JobRecord>,
  facts: ReadonlyMap<string, readonly Fact[]>,
  backups: Iterable<BackupRecord>,
): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const { id, plan } of jobs) {
    for (const unit of plannedUnits(plan)) {
      needed.add(unit.after);
      if (unit.before !== null && unit.backup !== 'none') needed.add(unit.before);
    }
    for (const fact of facts.get(id) ?? []) for (const md5 of savedIn(fact)) needed.add(md5);
  }
  for (const record of backups) {
    if (record.kind === 'open') for (const { md5 } of record.backup.units) needed.add(md5);
  }
  return needed;
}

/** The MD5s of the contents that a fact says are kept. */
export function savedIn(fact: Fact): string[] {
  return fact.fact === 'backed-up' ? fact.units.map(({ md5 }) => md5) : [];
}
