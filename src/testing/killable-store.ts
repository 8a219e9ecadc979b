/** Test support: a job stored in memory, as `OpenJobs` stores it. Nothing of the app imports it. */
import type { Journal } from '../flash/journal.ts';
import type { Plan, PlanInput } from '../flash/plan.ts';
import { contentsFor } from '../flash/journal-contents.ts';
import { jobJournal } from '../storage/job-journal.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { JobRecord } from '../storage/records.ts';
import type { Draft, Store } from '../storage/store.ts';

/** A record of a job with this plan, on a board that is only bytes. */
export function recordOf(
  plan: Plan,
  { layout }: Pick<PlanInput, 'layout'>,
  changes: Partial<JobRecord> = {},
): JobRecord {
  const identity = {
    family: 'plain',
    chip: 'Bytes',
    revision: '',
    key: { kind: 'mac', value: 'one' },
    facts: [],
  } as const;
  return {
    version: 1,
    id: 'job',
    purpose: { kind: 'flash' },
    board: { key: 'plain mac one', identity, layout },
    files: [],
    plan,
    after: { layout, expected: null, says: '' },
    started: 0,
    end: null,
    ...changes,
  };
}

/** The journal of such a job, with everything that it must hold before the first step. */
export async function journalOf(
  plan: Plan,
  input: Omit<PlanInput, 'rank' | 'commits' | 'backup'>,
  store: Store = memoryStore(),
  changes: Partial<JobRecord> = {},
): Promise<Journal> {
  const record = recordOf(plan, input, changes);
  await store.openJob(record, contentsFor(plan, input), []);
  return jobJournal(store, record.id, input.md5);
}

/** A store as one tab sees it: once that tab is killed, none of its requests happens or is answered. */
export function killable(store: Store): { readonly store: Store; kill(): void } {
  let alive = true;
  const never = new Promise<never>(() => undefined);
  const answer = <A extends unknown[], R>(work: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      if (!alive) return never;
      const result = await work(...given);
      return alive ? result : never;
    };
  };
  return {
    store: {
      storage: answer(() => store.storage()),
      have: answer((md5s: Iterable<string>) => store.have(md5s)),
      content: answer((md5: string) => store.content(md5)),
      putContents: answer((contents: Parameters<Store['putContents']>[0]) => store.putContents(contents)),
      jobs: answer(() => store.jobs()),
      openJob: answer((...given: Parameters<Store['openJob']>) => store.openJob(...given)),
      endJob: answer((...given: Parameters<Store['endJob']>) => store.endJob(...given)),
      facts: answer((job: string) => store.facts(job)),
      append: answer((...given: Parameters<Store['append']>) => store.append(...given)),
      backups: answer(() => store.backups()),
      putBackup: answer((record: Parameters<Store['putBackup']>[0]) => store.putBackup(record)),
      draft: answer(async () => {
        const draft = await store.draft();
        return {
          put: answer((...given: Parameters<Draft['put']>) => draft.put(...given)),
          finish: answer((...given: Parameters<Draft['finish']>) => draft.finish(...given)),
          discard: answer(() => draft.discard()),
        };
      }),
      remove: answer((id: string) => store.remove(id)),
      foreign: answer(() => store.foreign()),
    },
    kill: () => {
      alive = false;
    },
  };
}
