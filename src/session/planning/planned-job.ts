/** What a person said yes to, ready to be written down and carried out. */
import type { Content } from '../../flash/journal.ts';
import type { Work } from '../state.ts';
import type { JobRecord } from '../../storage/records.ts';

/** A plan that is shown, and the job that it becomes with a yes. */
export interface PlannedJob {
  readonly planned: Extract<Work, { kind: 'planned' }>;
  readonly draft: Omit<JobRecord, 'id' | 'started' | 'end'>;
  /** What the journal has to hold before the first step; made as it is asked for, and never all at once. */
  readonly contents: () => Iterable<Content>;
  /** The MD5s of contents that are kept already, or are among these. */
  readonly needed: readonly string[];
}
