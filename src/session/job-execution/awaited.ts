/** What an unfinished job has yet to bring to places that it has not begun: what is found there is of before it. */
import type { Content } from '../../flash/family.ts';
import type { Fate } from '../../flash/fates.ts';
import { hex } from '../../flash/finding.ts';
import { jobState } from '../../flash/job.ts';
import type { Range } from '../../flash/map.ts';
import { contains, overlaps } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { planFates } from '../../storage/records.ts';
import type { KnownJob } from './incomplete.ts';

/** A partition in which an unfinished job is to write and has changed nothing, and what it is to do there, as a sentence. */
export interface Awaited {
  readonly place: Range;
  readonly says: string;
}

/** The places that the newest of these jobs, if it is unfinished and has begun elsewhere, is still to write. */
export function awaitedIn(jobs: readonly KnownJob[]): readonly Awaited[] {
  const newest = jobs.find(({ record }) => record.end === null);
  if (newest === undefined || newest.facts === null) return [];
  const { record, facts } = newest;
  const progress = [...jobState(record.plan, facts).units.values()];
  if (!progress.some(({ begun }) => begun)) return [];
  const planned = plannedUnits(record.plan);
  return planFates(record).flatMap((fate) => {
    const { after: place } = fate;
    const own = progress.filter((_, i) => place !== null && planned[i] !== undefined && overlaps(planned[i], place));
    if (place === null || own.length === 0 || own.some(({ state }) => state !== 'waiting')) return [];
    return [{ place, says: awaitedWords(fate) }];
  });
}

/** Where the content of a partition comes from another place, that is said: it is not gone. */
function awaitedWords(fate: Fate): string {
  const { before, after } = fate;
  const comes = fate.fate === 'moved' || fate.fate === 'shrunk' || fate.fate === 'grown' || fate.fate === 'converted';
  if (comes && before !== null && after !== null && before.address !== after.address)
    return `The unfinished job has changed nothing here yet: it is to bring the content of ${before.name} from ${hex(before.address)}.`;
  return 'The unfinished job has changed nothing here yet.';
}

/** What was found, with what is still to come there. */
export function withAwaited(contents: readonly Content[], awaited: readonly Awaited[]): readonly Content[] {
  if (awaited.length === 0) return contents;
  return contents.map((content) => {
    const own = awaited.find(({ place }) => contains(place, content));
    return own === undefined ? content : { ...content, awaits: own.says };
  });
}
