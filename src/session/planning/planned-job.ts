/** A plan that the user can agree to, ready to be recorded and carried out. */
import type { Content } from '../../flash/journal.ts';
import type { Planned } from '../state.ts';
import type { JobRecord } from '../../storage/records.ts';

/** A plan as shown, and the job that it becomes once the user agrees. */
export interface PlannedJob {
  readonly planned: Planned;
  readonly draft: Omit<JobRecord, 'id' | 'started' | 'end'>;
  /** What the journal has to hold before the first step; generated one by one, so that it is never all in memory. */
  readonly contents: () => Iterable<Content>;
  /** The MD5s of contents that must be stored already, or be among these. */
  readonly needed: readonly string[];
}
