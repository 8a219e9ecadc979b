/** The port to what outlives the tab: jobs with their journals, backups, and the bytes of both. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';
import type { Content, Fact } from '../flash/journal.ts';
import type { BackupRecord, JobEnd, JobRecord } from './records.ts';

/** The register of storage failures. */
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

/** A record that this version cannot use, and why. */
export interface Foreign {
  readonly id: string;
  readonly table: 'jobs' | 'backups';
  readonly why: string;
}

/**
 * A backup being made or imported. While one is open, in any tab, no clean-up removes contents: whatever was put, or found
 * stored, stays until `finish`. A draft ends with its tab, however the tab ends.
 */
export interface Draft {
  put(contents: Iterable<Content>): Promise<void>;
  /** Writes the backup, as `putBackup` does, and ends the draft, atomically. */
  finish(record: BackupRecord): Promise<void>;
  /** Ends the draft without a backup; the next clean-up removes its contents. Never rejects; does nothing after `finish`. */
  discard(): Promise<void>;
}

/**
 * Persistent storage. A promise of a change resolves only when the change would survive a killed browser; one that rejects with
 * a `Failure` of `STORE_FAILURES` has changed nothing. Facts with an intent or a commit among them, the opening of a job and
 * contents also survive a power cut of the computer.
 */
export interface Store {
  /** False if everything is lost with the tab: the browser denies storage, for example in a private window. */
  readonly lasting: boolean;
  /** Why nothing lasts, in the browser's words or ours; absent if it lasts. */
  readonly why?: string;

  /** Which of these contents are stored. */
  have(md5s: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Bytes as they were stored, not verified; null if there are none. */
  content(md5: string): Promise<Uint8Array | null>;
  /** Stores contents that a record already refers to; for a backup without a record yet, use `draft`. */
  putContents(contents: Iterable<Content>): Promise<void>;

  /**
   * Every job whose record this version can use, newest first. A record stays, with its facts and contents, until `remove`: it
   * is the backup of what its job overwrote.
   */
  jobs(): Promise<readonly JobRecord[]>;
  /**
   * Stores a job and the contents that it needs, atomically. Rejects with `content-gone` if one of `needed` is neither among
   * these nor stored already.
   */
  openJob(job: JobRecord, contents: Iterable<Content>, needed: readonly string[]): Promise<void>;
  endJob(id: string, how: JobEnd, at: number): Promise<void>;
  facts(job: string): Promise<readonly Fact[]>;
  /**
   * Appends facts after the first `from` ones, with the contents that they refer to, atomically: no clean-up can run in
   * between. Rejects if the job does not have `from` facts: two writers. Rejects with `content-gone` if a content that they
   * refer to is neither among these nor stored already.
   */
  append(job: string, from: number, facts: readonly Fact[], contents?: readonly Content[]): Promise<void>;

  /** Backups that were requested or imported, newest first; those of jobs are in the job records. */
  backups(): Promise<readonly BackupRecord[]>;
  /**
   * Stores a backup, replacing any with the same id (an open one by its encrypted form, or the reverse), and removes contents
   * that nothing needs any more. Every content of an open one must be stored already, else `content-gone`.
   */
  putBackup(record: BackupRecord): Promise<void>;
  /** Begins a draft, before the first byte of the backup is read or imported. */
  draft(): Promise<Draft>;
  /** Removes a job's record or a backup with this id, and every content that nothing else needs. */
  remove(id: string): Promise<void>;

  /**
   * Records of other versions of the app and damaged ones, which are left as they are: also jobs of which a fact cannot be
   * read, although `jobs` has their records.
   */
  foreign(): Promise<readonly Foreign[]>;
}
