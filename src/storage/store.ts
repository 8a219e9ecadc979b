/** The port to what outlives the tab: jobs with their journals, backups, and the bytes of both. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';
import type { Content, Fact } from '../flash/journal.ts';
import type { BackupRecord, JobEnd, JobRecord } from './records.ts';

/** The register of what goes wrong in keeping things. */
export const STORE_FAILURES = {
  'storage-full': {
    kind: 'refused',
    says: () => 'The backup cannot be saved: this browser has no storage left.',
    next:
      'Nothing more was written to the board. Delete backups that you no longer need, or free disk space, then ' +
      'continue.',
  },
  'storage-failed': {
    kind: 'refused',
    says: (v) => `The backup cannot be saved: browser storage failed (${v['reason']}).`,
    next: 'Nothing more was written to the board. Close other Sectorwise tabs, reload this page, and connect again.',
  },
  'content-gone': {
    kind: 'refused',
    says: (v) => `Bytes stored in this browser are ${v['how']} (MD5 ${v['md5']}).`,
    next:
      'The board stays as it is. If you exported this backup, import that file; otherwise abandon the job and ' +
      'flash again.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the store's failures. */
export const storeFailure = failures<keyof typeof STORE_FAILURES>(STORE_FAILURES);

/** A record that this version cannot use: what is known of it, and why. */
export interface Foreign {
  readonly id: string;
  readonly table: 'jobs' | 'backups';
  readonly why: string;
}

/**
 * A backup being made, or taken in. While one is open, in this tab or in another, no clean-up takes any content: what is put
 * in, and what was found kept, is there until `finish`. A draft ends with its tab, however that ends.
 */
export interface Draft {
  put(contents: Iterable<Content>): Promise<void>;
  /** Writes the backup down, as `putBackup` does, and ends the draft, both or neither. */
  finish(record: BackupRecord): Promise<void>;
  /** Ends the draft without a backup; what was put in goes with the next clean-up. Never rejects; nothing after `finish`. */
  discard(): Promise<void>;
}

/**
 * Keeps things beyond the tab. Every promise of a change resolves only when the change would survive a killed browser; what
 * rejects has changed nothing, with a `Failure` of `STORE_FAILURES`. `facts` with an intent or a commit among them, a job's
 * opening and contents survive a power cut of the computer too.
 */
export interface Store {
  /** False where everything is gone with the tab: the browser denies storage, in a private window say. */
  readonly lasting: boolean;
  /** Why nothing lasts, as the browser says it or in our words; absent where things last. */
  readonly why?: string;

  /** Which of these contents are kept. */
  have(md5s: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Bytes as they were put in, not checked; null if they are not there. */
  content(md5: string): Promise<Uint8Array | null>;
  /** Puts contents in that a record refers to already; for a backup that is not written down yet there is `draft`. */
  putContents(contents: Iterable<Content>): Promise<void>;

  /**
   * Every job whose record this version can use, newest first. A record stays, with its facts and contents, until `remove`:
   * it is the backup of what its job overwrote.
   */
  jobs(): Promise<readonly JobRecord[]>;
  /**
   * Writes a job down with the contents that it needs, all or nothing. Rejects with `content-gone` if one of `needed` is
   * neither among these nor kept already.
   */
  openJob(job: JobRecord, contents: Iterable<Content>, needed: readonly string[]): Promise<void>;
  endJob(id: string, how: JobEnd, at: number): Promise<void>;
  facts(job: string): Promise<readonly Fact[]>;
  /**
   * Appends facts after the first `from` ones, with the contents that they say are kept, all or nothing: no clean-up can come
   * between. Rejects if the job has another number of facts: two writers. Rejects with `content-gone` if they say that
   * something is kept which is neither among these contents nor kept already.
   */
  append(job: string, from: number, facts: readonly Fact[], contents?: readonly Content[]): Promise<void>;

  /** Backups that were asked for or imported, newest first; those of jobs are in their records. */
  backups(): Promise<readonly BackupRecord[]>;
  /**
   * Writes a backup down, in the place of the one with its id if there is one (so an open one is sealed, and a sealed one
   * opened); contents that nothing needs any more go. Every content of an open one has to be kept already, else
   * `content-gone`.
   */
  putBackup(record: BackupRecord): Promise<void>;
  /** Begins a backup: before its first byte is read or taken in. */
  draft(): Promise<Draft>;
  /** Removes a job's record or a backup with this id, and every content that nothing else needs. */
  remove(id: string): Promise<void>;

  /** Records of other versions of the app, which are left as they are. */
  foreign(): Promise<readonly Foreign[]>;
}
