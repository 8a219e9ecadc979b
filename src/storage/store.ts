/** The port to what outlives the tab: jobs with their journals, backups, and the bytes of both. */
import { count } from '../flash/english.ts';
import type { FailureFacts, FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';
import type { Content, Fact } from '../flash/journal.ts';
import type { BackupRecord, JobEnd, JobRecord } from './records.ts';

/** The register of storage failures. */
export const STORE_FAILURES = {
  'storage-full': {
    kind: 'refused',
    by: 'storage',
    says: () => 'The backup cannot be saved: this browser has no storage left.',
    next:
      'Nothing more was written to the board. Delete backups that you no longer need, or free disk space, then ' +
      'continue.',
  },
  'storage-failed': {
    kind: 'refused',
    by: 'storage',
    says: (v) => `The backup cannot be saved: browser storage failed (${v['reason']}).`,
    next: 'Nothing more was written to the board. Close other Sectorwise tabs, reload this page, and connect again.',
  },
  'storage-newer': {
    kind: 'refused',
    by: 'storage',
    says: () => 'A newer version of Sectorwise has upgraded what this browser stores, and this version cannot use it.',
    next: 'Nothing more was written to the board. Reload this page to get the newer version, and connect again.',
  },
  'storage-blocked': {
    kind: 'refused',
    by: 'storage',
    says: () =>
      'Another tab has this browser’s storage open with an older version of Sectorwise and does not release it.',
    next: 'Close every other Sectorwise tab, then reload this page and connect again.',
  },
  'storage-hung': {
    kind: 'refused',
    by: 'storage',
    says: (v) => `This browser’s storage has not answered for ${count(v['seconds'], 'second')}.`,
    next:
      'Nothing more was written to the board. Close other Sectorwise tabs, or restart the browser if that does not ' +
      'help, then connect again: an unfinished job can be resumed.',
  },
  'storage-denied': {
    kind: 'refused',
    by: 'storage',
    says: (v) => `This browser stores nothing for this page, as in a private window (${v['reason']}).`,
    next: 'Open Sectorwise in an ordinary window, or allow this site to store data, then reload this page.',
  },
  'storage-deleted': {
    kind: 'refused',
    by: 'storage',
    says: () =>
      'What this browser had stored for Sectorwise was deleted while this page was open: earlier backups and ' +
      'unfinished jobs are gone.',
    next: 'If you exported backups, import those files. What is stored from now on is kept again.',
  },
  'content-gone': {
    kind: 'refused',
    by: 'storage',
    says: (v) => `Bytes stored in this browser are ${v['how']} (MD5 ${v['md5']}).`,
    next:
      'The board stays as it is. If you exported this backup, import that file; otherwise abandon the job and ' +
      'flash again.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the store's failures. */
export const storeFailure = failures<keyof typeof STORE_FAILURES>(STORE_FAILURES);

/** Where backups and jobs are kept. */
export type StorageState =
  /**
   * In the browser's database. `persisted`: whether the browser has promised not to delete it when it needs space; null if it
   * does not say. `trouble`: what is wrong with it now, or what was lost; null if nothing is.
   */
  | { readonly kind: 'database'; readonly persisted: boolean | null; readonly trouble: FailureFacts | null }
  /** Only in this tab. `why`: the reason; null where nothing else was asked for, as in tests. */
  | { readonly kind: 'tab'; readonly why: FailureFacts | null };

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
  /** Where everything is kept now; of a database, only the browser knows whether it is persisted. */
  storage(): Promise<StorageState>;

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
