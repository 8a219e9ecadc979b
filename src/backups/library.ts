/** The backup library: shows what the store keeps, and carries out intents one after another. */
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import type { Source } from '../flash/dropped-file.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import { sizeOf } from '../flash/map.ts';
import type { Hashes } from '../flash/hash.ts';
import { hexOf, sameBytes } from '../formats/binary.ts';
import type { BackupFile } from './backup-file.ts';
import { LARGEST_BACKUP_FILE, readBackupFile, writeBackupFile } from './backup-file.ts';
import { backupFileFailure, libraryFailure } from './failures.ts';
import { looksEncrypted, outsideOfEncrypted, encryptBackup, decryptBackup } from './encryption.ts';
import type { EncryptionOptions } from './encryption.ts';
import type { BundleSource, SignedBundleRequest } from '../bundle/make.ts';
import type { BundleParts } from './make-bundles.ts';
import { bundleOf, bundleOfBackup, handleKey, keyViews } from './make-bundles.ts';
import {
  backupOfJob,
  boardInName,
  bytesFileName,
  covers,
  fileName,
  openItem,
  partInName,
  encryptedLabelOf,
  recordItem,
  unfinishedJob,
} from './library-items.ts';
import type { Kept } from './find-backup.ts';
import { missingIn, binaryBytes } from './binary-file.ts';
import { standalone, findStandalone, findKept } from './find-backup.ts';
import type { Imported, LibraryIntent, LibraryItem, LibraryView, Unfinished } from './library-view.ts';
import { EMPTY_LIBRARY } from './library-view.ts';
import { blobSource, bytesSource } from '../session/sources.ts';
import { soundContent } from '../storage/job-journal.ts';
import type { Backup } from '../storage/records.ts';
import type { KeyStore } from '../storage/signing-keys.ts';
import { memoryKeys } from '../storage/signing-keys.ts';
import type { Store } from '../storage/store.ts';

/** A file ready to be saved. */
export interface LibraryFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** The dependencies of a library. */
export interface LibraryParts {
  readonly store: Store;
  readonly hashes: Hashes;
  /** The program and its version, for manifests: `Sectorwise 0.1.0`. */
  readonly app: string;
  /** The bytes that this page stores and may store, as far as the browser says. */
  readonly estimate: () => Promise<{ readonly usage?: number; readonly quota?: number }>;
  /** Whether the browser has promised not to delete what is stored; absent where it does not say. */
  readonly persisted?: () => Promise<boolean>;
  /** Whether a tab is working on a job now. */
  readonly isRunning?: (job: string) => Promise<boolean>;
  readonly onView: (view: LibraryView) => void;
  /** `ticket` is that of the intent. */
  readonly onFile: (file: LibraryFile, ticket?: number) => void;
  /** Where the keys that bundles are signed with are kept; by default in memory. */
  readonly keys?: KeyStore;
  /** Milliseconds since 1970, for what is made here. */
  readonly now: () => number;
  /** How backups are encrypted; by default with the browser's own `crypto`. */
  readonly encryption?: EncryptionOptions;
}

/** The backup library. Of its promises only that of `backupById` rejects: failures are in the view. */
export class BackupLibrary {
  #view: LibraryView;
  #queue: Promise<void> = Promise.resolve();
  /** How many files are still to be imported: those of one choice or drop are told of together. */
  #importing = 0;
  readonly #bundleParts: BundleParts;

  constructor(private readonly parts: LibraryParts) {
    this.#view = EMPTY_LIBRARY;
    const { hashes, app, now, keys = memoryKeys() } = parts;
    this.#bundleParts = { hashes, app, now, keys };
  }

  /** The current view. Empty until the first `refresh`. */
  get view(): LibraryView {
    return this.#view;
  }

  /** Reads the store again, after a job or a backup has changed it. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      this.#show({ unread: await this.#read() });
    });
  }

  /** Drops the failure of an earlier intent, and what was imported, from which a person has gone on to a board or an image. */
  forgetFailure(): Promise<void> {
    return this.#inTurn(async () => this.#show({ failure: null, imported: [] }));
  }

  /** Carries out an intent after all earlier ones. */
  async dispatch(intent: LibraryIntent): Promise<void> {
    if (intent.do !== 'import-backup') return this.#work(BUSY[intent.do], () => this.#handle(intent));
    const isFirst = this.#importing++ === 0;
    await this.#work(BUSY[intent.do], () => this.#handle(intent), isFirst).finally(() => this.#importing--);
  }

  #work(busy: string, work: () => Promise<void>, forgets = true): Promise<void> {
    return this.#inTurn(async () => {
      this.#show({ busy, failure: null, ...(forgets && { imported: [] }) });
      const failed = await work().then(() => null, factsOf);
      // The view shows what is stored, whether or not the intent succeeded.
      const unread = await this.#read();
      this.#show({ busy: null, failure: failed, unread });
    });
  }

  /** The backup with this id, kept by a job or made on request; null if there is none or it is encrypted. */
  async backupById(id: string): Promise<Backup | null> {
    const kept = await findKept(this.parts.store, id);
    if (kept?.kind === 'job') return kept.backup;
    return kept?.record.kind === 'open' ? kept.record.backup : null;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    // An error thrown by a listener goes to its caller, and must not block the next turn.
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #show(change: Partial<LibraryView>): void {
    this.#view = { ...this.#view, ...change };
    this.parts.onView(this.#view);
  }

  /** Reads what is stored; why that failed, null if it did not. */
  async #read(): Promise<FailureFacts | null> {
    const unread = await this.#readAll().then(() => null, factsOf);
    // Asked last, because it says how the reading went.
    this.#show({ storage: await this.parts.store.storage() });
    return unread;
  }

  async #readAll(): Promise<void> {
    const { store, estimate, isRunning = () => Promise.resolve(false) } = this.parts;
    const items: LibraryItem[] = (await store.backups()).map(recordItem);
    const unfinished: Unfinished[] = [];
    const foreign = await store.foreign();
    const unread = new Set(foreign.flatMap(({ table, id }) => (table === 'jobs' ? [id] : [])));
    for (const job of await store.jobs()) {
      // The others are shown all the same.
      if (unread.has(job.id)) continue;
      const facts = await store.facts(job.id);
      const backup = backupOfJob(job, facts);
      if (backup !== null) items.push(openItem(backup, job));
      if (job.end === null && !(await isRunning(job.id))) unfinished.push(unfinishedJob(job, facts));
    }
    const keys = await keyViews(this.#bundleParts);
    // The backups are shown even if the browser does not report its usage.
    const { usage, quota } = await estimate().catch(() => ({ usage: undefined, quota: undefined }));
    this.#show({
      items: items.toSorted((a, b) => b.made - a.made),
      keys,
      unfinished,
      foreign,
      usage: usage === undefined || quota === undefined ? null : { used: usage, quota },
    });
  }

  async #handle(intent: LibraryIntent): Promise<void> {
    switch (intent.do) {
      case 'delete-backup':
        await this.#idle(intent.id);
        return this.parts.store.remove(intent.id);
      case 'export-backup':
        return this.parts.onFile(
          await this.#exported(await this.#mustFind(intent.id), intent.passphrase),
          intent.ticket,
        );
      case 'save-bytes':
        return this.parts.onFile(await this.#bytesOf(await this.#mustFind(intent.id), intent.range), intent.ticket);
      case 'import-backup': {
        const imported = await this.#import(intent.file);
        return this.#show({ imported: [...this.#view.imported, imported] });
      }
      case 'encrypt-backup':
        return this.#encrypt(await this.#idle(intent.id), intent.passphrase);
      case 'open-backup':
        return this.#open(await this.#mustFind(intent.id), intent.passphrase);
      case 'make-bundle': {
        const backup = standalone(await this.#mustFind(intent.id));
        return this.parts.onFile(await bundleOfBackup(backup, intent.request, this.#content, this.#bundleParts));
      }
      default: {
        const file = await handleKey(intent, this.#bundleParts);
        if (file !== null) this.parts.onFile(file);
      }
    }
  }

  /** Makes a bundle of what files come to on a board, and saves it, after all earlier intents. */
  bundleOfBuild(source: BundleSource, request: SignedBundleRequest): Promise<void> {
    return this.#work('Making the recovery bundle', async () => {
      this.parts.onFile(await bundleOf(source, request, this.#bundleParts));
    });
  }

  async #mustFind(id: string): Promise<Kept> {
    const kept = await findKept(this.parts.store, id);
    if (kept === null) throw libraryFailure('backup-gone');
    return kept;
  }

  /** A backup that may leave the open store: an open job needs its record, and may still be rolled back from it. */
  async #idle(id: string): Promise<Kept> {
    const kept = await this.#mustFind(id);
    const job = (await this.parts.store.jobs()).find((each) => each.id === id);
    if (job?.end === null) {
      const name = kept.kind === 'job' ? kept.backup.name : recordItem(kept.record).name;
      throw libraryFailure('backup-in-use', { values: { name } });
    }
    return kept;
  }

  async #exported(kept: Kept, passphrase: string | null): Promise<LibraryFile> {
    if (kept.kind === 'record' && kept.record.kind === 'encrypted') {
      const { outside, bundle } = kept.record;
      if (passphrase !== null) throw libraryFailure('backup-encrypted', { values: { name: outside.name } });
      return { name: fileName(outside.board.name, outside.made, 'encrypted'), data: bundle };
    }
    const backup = standalone(kept);
    const board = boardInName(backup.board.identity);
    const data = passphrase === null ? await this.#file(backup) : await this.#encrypted(backup, passphrase);
    return { name: fileName(board, backup.made, passphrase === null ? 'zip' : 'encrypted'), data };
  }

  async #bytesOf(kept: Kept, range: Range): Promise<LibraryFile> {
    const backup = standalone(kept);
    const { name, made, board } = backup;
    const missing = missingIn(backup, range);
    const [first] = missing;
    const what = partInName(backup, range, kept.kind === 'job' ? kept.job : null);
    if (first !== undefined) {
      const size = sizeOf(missing);
      const values = { name, what, missing: bytes(size), address: hex(first.address) };
      throw libraryFailure('backup-partial', { values, place: { in: 'flash', range: first } });
    }
    const data = await binaryBytes(backup, range, this.#content);
    return { name: bytesFileName(board, what, made), data };
  }

  async #encrypt(kept: Kept, passphrase: string): Promise<void> {
    const backup = standalone(kept);
    await this.parts.store.putBackup({
      kind: 'encrypted',
      outside: encryptedLabelOf(backup),
      bundle: await this.#encrypted(backup, passphrase),
    });
    if (kept.kind === 'job') await this.parts.store.remove(kept.job.id);
  }

  async #open(kept: Kept, passphrase: string): Promise<void> {
    if (kept.kind === 'job' || kept.record.kind === 'open') return;
    const { outside, bundle } = kept.record;
    const file = `The backup “${outside.name}”`;
    const opened = await decryptBackup(bundle, passphrase, file);
    const read = await readBackupFile(bytesSource(file, opened.bundle), this.parts.hashes);
    if (read.backup.id !== outside.id) {
      const what = `${read.backup.id} is not ${outside.id}, as outside`;
      throw backupFileFailure('backup-file-wrong', file, { where: 'manifest.json, id', what });
    }
    await this.#take(read);
  }

  async #import(blob: Blob): Promise<Imported> {
    const path = blob instanceof File && blob.name !== '' ? blob.name : 'This file';
    const file = blobSource({ path, blob });
    if (!looksEncrypted(await file.read(0, Math.min(16, file.size)))) {
      const read = await readBackupFile(file, this.parts.hashes);
      return this.#importOpen(read, path);
    }
    if (file.size > LARGEST_BACKUP_FILE) {
      const sizes = { what: `it has ${bytes(file.size)}`, limit: bytes(LARGEST_BACKUP_FILE) };
      throw backupFileFailure('backup-file-too-large', path, sizes);
    }
    return this.#importEncrypted(await wholeOf(file), path);
  }

  /** Imports an open backup, unless that would replace anything stored here. */
  async #importOpen(read: BackupFile, file: string): Promise<Imported> {
    const { backup } = read;
    const job = await findStandalone(this.parts.store, backup.id);
    if (job !== null && covers(job.backup, backup)) {
      // The job's own record already is this backup; its bytes are stored again in case they were lost.
      await this.parts.store.putContents(read.contents);
      return { id: job.job.id, was: 'there' };
    }
    const here = await findKept(this.parts.store, backup.id);
    if (here?.kind === 'job') throw differs(file, here.backup.name, 'it belongs to a job and has different content');
    if (here?.record.kind === 'encrypted') throw differs(file, here.record.outside.name, 'it is encrypted');
    if (here?.record.kind === 'open' && !covers(backup, here.record.backup)) {
      throw differs(file, here.record.backup.name, 'it has different content');
    }
    await this.#take(read);
    const was = here === null ? 'new' : covers(here.record.backup, backup) ? 'there' : 'added';
    return { id: backup.id, was };
  }

  async #importEncrypted(bundle: Uint8Array, file: string): Promise<Imported> {
    const outside = outsideOfEncrypted(bundle, file);
    const here = await findKept(this.parts.store, outside.id);
    const job = await findStandalone(this.parts.store, outside.id);
    // Without the passphrase nobody can tell whether an encrypted file has the same content.
    if (job !== null) throw differs(file, job.backup.name, 'it is not encrypted');
    if (here?.kind === 'job') throw differs(file, here.backup.name, 'it is not encrypted');
    if (here?.record.kind === 'open') throw differs(file, here.record.backup.name, 'it is not encrypted');
    if (here?.record.kind === 'encrypted' && !sameBytes(here.record.bundle, bundle)) {
      throw differs(file, here.record.outside.name, 'it is encrypted differently');
    }
    await this.parts.store.putBackup({ kind: 'encrypted', outside, bundle });
    return { id: outside.id, was: here === null ? 'new' : 'there' };
  }

  async #take({ backup, contents }: BackupFile): Promise<void> {
    const draft = await this.parts.store.draft();
    try {
      await draft.put(contents);
      await draft.finish({ kind: 'open', backup });
    } finally {
      await draft.discard();
    }
  }

  #file(backup: Backup): Promise<Uint8Array> {
    const { hashes, app } = this.parts;
    return writeBackupFile(backup, { content: this.#content, hashes, app });
  }

  readonly #content = (digest: string): Promise<Uint8Array> => {
    const { store, hashes } = this.parts;
    return soundContent(store, digest, (data) => hexOf(hashes.md5(data)));
  };

  async #encrypted(backup: Backup, passphrase: string): Promise<Uint8Array> {
    return encryptBackup(await this.#file(backup), encryptedLabelOf(backup), passphrase, this.parts.encryption);
  }
}

const BUSY: Readonly<Record<LibraryIntent['do'], string>> = {
  'delete-backup': 'Deleting the backup',
  'export-backup': 'Exporting the backup',
  'save-bytes': 'Saving the bytes as a file',
  'import-backup': 'Checking the file',
  'encrypt-backup': 'Encrypting the backup',
  'open-backup': 'Decrypting the backup',
  'make-bundle': 'Making the recovery bundle',
  'make-key': 'Making a signing key',
  'import-key': 'Reading the key',
  'export-key': 'Saving the key',
  'know-key': 'Remembering the key',
  'forget-key': 'Forgetting the key',
};

function differs(file: string, name: string, what: string) {
  return libraryFailure('backup-differs', { values: { file, name, what }, place: { in: 'file', name: file } });
}

async function wholeOf(file: Source): Promise<Uint8Array> {
  return file.whole === undefined ? file.read(0, file.size) : file.whole();
}
