/** The journal of one job in a store: facts in memory, contents read on demand. */
import type { Fact, Journal } from '../flash/journal.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Store } from './store.ts';
import { storeFailure } from './store.ts';

/**
 * Opens the journal of a job in the store, with all facts so far. `recent` has contents that were stored a moment ago,
 * by MD5: they are not read back, which would hold a whole flash in memory twice.
 */
export async function jobJournal(
  store: Store,
  job: string,
  md5: Md5,
  recent: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Journal> {
  const facts: Fact[] = [...(await store.facts(job))];
  return {
    facts: () => facts,
    async append(...more) {
      if (more.length === 0) return;
      await store.append(job, facts.length, more);
      facts.push(...more);
    },
    async keep(fact, contents) {
      await store.append(job, facts.length, [fact], contents);
      facts.push(fact);
    },
    content: async (digest) => recent.get(digest) ?? soundContent(store, digest, md5),
  };
}

/** The bytes with this MD5. Rejects with `content-gone` if they are missing or damaged. */
export async function soundContent(store: Store, digest: string, md5: Md5): Promise<Uint8Array> {
  const data = await store.content(digest);
  if (data !== null && md5(data) === digest) return data;
  throw storeFailure('content-gone', { values: { md5: digest, how: data === null ? 'gone' : 'damaged' } });
}
