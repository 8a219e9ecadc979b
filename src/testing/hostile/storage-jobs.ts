/** Troubles of storage under a whole job: what was promised to be kept is kept, or nothing is erased. */
import { memoryStore } from '../../storage/memory-store.ts';
import type { Store } from '../../storage/store.ts';
import { storeFailure } from '../../storage/store.ts';
import type { World } from '../esp/world.ts';
import type { StoreFault } from '../interruptions/faulty-store.ts';
import { faultyStore } from '../interruptions/faulty-store.ts';
import { pattern } from '../esp/archives.ts';
import type { HostileCase } from './case.ts';
import { espJourney } from './esp-journey.ts';

/** The slot that is written holds something, so that there is something to keep. */
const full = (world: World) => world.made.flash.load(0x1d0000, pattern(0x20000, 3));
const faulty = (fault: StoreFault): Store => faultyStore(memoryStore(), fault, () => undefined);

interface Trouble {
  readonly name: string;
  readonly attacks: string;
  readonly comes: string | RegExp;
  readonly store: () => Store;
}

const TROUBLES: readonly Trouble[] = [
  {
    name: 'no room for the job',
    attacks: 'the start of a job: an erase without a record',
    comes: 'refused: storage-full',
    store: () => faulty({ kind: 'full', at: 1 }),
  },
  {
    name: 'no room for what a unit held',
    attacks: 'backing up: an erase of bytes that are not kept',
    comes: 'failed refused storage-full',
    store: () => faulty({ kind: 'full', at: 2 }),
  },
  {
    name: 'no room once it has begun to erase',
    attacks: 'the journal: a job that stops half-way without a word',
    comes: 'failed refused storage-full',
    store: () => faulty({ kind: 'full', at: 6 }),
  },
  {
    name: 'one change that fails',
    attacks: 'the journal: a fact that is missing, and a job that goes on',
    comes: 'failed refused storage-failed',
    store: () => faulty({ kind: 'fails', at: 4, happened: false }),
  },
  {
    name: 'a store that says it has everything and has nothing',
    attacks:
      'planning: bytes that are not read because they are stored already; the job is planned again, and nothing is written',
    comes: 'planned',
    store: () => {
      const own = memoryStore();
      return { ...own, have: async (md5s) => new Set(md5s) };
    },
  },
  {
    name: 'a list of jobs that cannot be read',
    attacks: 'connecting: an interrupted job that is not asked about',
    comes: 'disconnected: refused storage-failed',
    store: () => ({
      ...memoryStore(),
      jobs: () => Promise.reject(storeFailure('storage-failed', { values: { reason: 'the disk is damaged' } })),
    }),
  },
  {
    name: 'facts that cannot be appended',
    attacks: 'the journal: an erase that no one knows of',
    comes: 'failed refused storage-failed',
    store: () => ({
      ...memoryStore(),
      append: () => Promise.reject(storeFailure('storage-failed', { values: { reason: 'the disk is damaged' } })),
    }),
  },
];

/** Troubles of storage under a job. */
export const JOB_STORE_CASES: readonly HostileCase[] = TROUBLES.map(({ store, ...own }) => ({
  ...own,
  run: () => espJourney({}, { flash: full, between: { store: store() } }),
}));
