/** A store that lasts as long as the tab: for browsers that deny storage, and for tests. */
import type { FailureFacts } from '../flash/failure.ts';
import type { Content, Fact } from '../flash/journal.ts';
import { contentsNeeded, savedIn } from './stored-contents.ts';
import type { BackupRecord, JobRecord } from './records.ts';
import { backupId, madeAt } from './records.ts';
import type { Store } from './store.ts';
import { storeFailure } from './store.ts';

/** The stored data, as a reopened store would find it. */
interface Kept {
  readonly contents: Map<string, Uint8Array>;
  readonly jobs: Map<string, JobRecord>;
  readonly facts: Map<string, Fact[]>;
  readonly backups: Map<string, BackupRecord>;
  readonly drafts: Set<object>;
}

/**
 * A store in memory; `why` is the reason, null if there is none to show. Bytes are not copied: their owner must not change
 * them.
 */
export function memoryStore(why: FailureFacts | null = null): MemoryStore {
  return storeOf(
    { contents: new Map(), jobs: new Map(), facts: new Map(), backups: new Map(), drafts: new Set() },
    why,
  );
}

/** A store in memory that can be forked: changes to the fork and to the original do not affect each other. */
export interface MemoryStore extends Store {
  fork(): MemoryStore;
}

function storeOf(kept: Kept, why: FailureFacts | null = null): MemoryStore {
  const sweep = () => {
    if (kept.drafts.size > 0) return;
    const needed = contentsNeeded(kept.jobs.values(), kept.facts, kept.backups.values());
    for (const md5 of kept.contents.keys()) if (!needed.has(md5)) kept.contents.delete(md5);
  };
  const mustHave = (md5s: Iterable<string>) => {
    for (const md5 of md5s)
      if (!kept.contents.has(md5)) throw storeFailure('content-gone', { values: { md5, how: 'gone' } });
  };
  const putContents = (contents: Iterable<Content>) => {
    for (const { md5, data } of contents) kept.contents.set(md5, data);
  };
  const putBackup = (record: BackupRecord) => {
    if (record.kind === 'open') mustHave(record.backup.units.map(({ md5 }) => md5));
    kept.backups.set(backupId(record), record);
  };
  return {
    storage: async () => ({ kind: 'tab', why }),
    have: async (md5s) => new Set([...md5s].filter((md5) => kept.contents.has(md5))),
    content: async (md5) => kept.contents.get(md5) ?? null,
    putContents: async (contents) => putContents(contents),
    // Of two jobs begun in the same millisecond, the one written later is newer.
    jobs: async () => [...kept.jobs.values()].toReversed().toSorted((a, b) => b.started - a.started),
    openJob: async (job, contents, needed) => {
      const given = new Map(Array.from(contents, ({ md5, data }) => [md5, data]));
      mustHave(needed.filter((md5) => !given.has(md5)));
      for (const [md5, data] of given) kept.contents.set(md5, data);
      kept.jobs.set(job.id, job);
      kept.facts.set(job.id, []);
    },
    endJob: async (id, how, at) => {
      const job = kept.jobs.get(id);
      if (job !== undefined) kept.jobs.set(id, { ...job, end: { how, at } });
    },
    facts: async (job) => kept.facts.get(job)?.slice() ?? [],
    append: async (job, from, facts, contents = []) => {
      const all = kept.facts.get(job);
      if (all?.length !== from)
        throw storeFailure('storage-failed', { values: { reason: 'another tab is writing this job' } });
      const given = new Set(contents.map(({ md5 }) => md5));
      mustHave(facts.flatMap(savedIn).filter((md5) => !given.has(md5)));
      putContents(contents);
      all.push(...facts);
    },
    backups: async () => [...kept.backups.values()].toReversed().toSorted((a, b) => madeAt(b) - madeAt(a)),
    putBackup: async (record) => {
      putBackup(record);
      sweep();
    },
    draft: async () => {
      const own = {};
      kept.drafts.add(own);
      return {
        put: async (contents) => putContents(contents),
        finish: async (record) => {
          putBackup(record);
          kept.drafts.delete(own);
          sweep();
        },
        discard: async () => void kept.drafts.delete(own),
      };
    },
    remove: async (id) => {
      kept.jobs.delete(id);
      kept.facts.delete(id);
      kept.backups.delete(id);
      sweep();
    },
    foreign: async () => [],
    fork: () =>
      storeOf({
        contents: new Map(kept.contents),
        jobs: new Map(kept.jobs),
        facts: new Map(Array.from(kept.facts, ([job, facts]) => [job, [...facts]])),
        backups: new Map(kept.backups),
        // A reopened store belongs to another tab: the drafts of this one have ended.
        drafts: new Set(),
      }),
  };
}
