/** Looks into the partitions of a backup, with or without a board: nothing of it is changed. */
import { factsOf, makeCancel } from '../flash/failure.ts';
import type { Family } from '../flash/family.ts';
import type { Hashes } from '../flash/hash.ts';
import { imageBytes, isSamePlace } from '../flash/partition-contents.ts';
import { partitionAt } from '../flash/layout.ts';
import { overlaps } from '../flash/map.ts';
import type { ContentsPlace } from '../flash/partition-contents.ts';
import { hexOf } from '../formats/binary.ts';
import type { ContentsView, ViewedSource, LookIntent, LookParts } from '../session/contents/contents-viewer.ts';
import { ContentsViewer } from '../session/contents/contents-viewer.ts';
import type { PageIntent } from '../session/intents.ts';
import { soundContent } from '../storage/job-journal.ts';
import type { Backup } from '../storage/records.ts';
import type { Store } from '../storage/store.ts';
import { findKept, standalone } from './find-backup.ts';
import { missingIn, binaryBytes } from './binary-file.ts';

/** The dependencies: `openStored` is that of a family that knows the contents of partitions. */
export interface BackupViewerParts extends Omit<LookParts, 'cancel'> {
  readonly store: Store;
  readonly hashes: Hashes;
  readonly openStored: NonNullable<Family['openStored']>;
  readonly onView: (view: ContentsView | null) => void;
}

/** An intent that looks into a backup. */
export type BackupLook = LookIntent & { readonly range: ContentsPlace };

/** Whether an intent is about a backup, and not about the board or a dropped file. */
export function isBackupLook(intent: PageIntent): intent is BackupLook {
  return 'range' in intent && intent.range !== null && 'within' in intent.range && intent.range.within?.in === 'backup';
}

/** Looks into one partition of one backup at a time, intent after intent. */
export class BackupViewer {
  readonly #viewer = new ContentsViewer();
  #looked: { readonly place: ContentsPlace; readonly at: ViewedSource } | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(private readonly parts: BackupViewerParts) {}

  /** Carries out an intent after all earlier ones. Never rejects: what cannot be read is in the view. */
  look(intent: BackupLook): Promise<void> {
    this.#queue = this.#queue.then(() => this.#look(intent));
    return this.#queue;
  }

  async #look(intent: BackupLook): Promise<void> {
    const { turn, clock, onFile, onView } = this.parts;
    const isOpen = this.#looked !== null && isSamePlace(this.#looked.place, intent.range);
    const known = isOpen && intent.do !== 'open-contents' ? this.#looked : null;
    const looked = known?.at ?? (await this.#lookedAt(intent.range).catch((error: unknown) => whyOf(error)));
    this.#looked = 'why' in looked ? null : { place: intent.range, at: looked };
    // Nothing that is read of a backup takes long enough to be stopped.
    const parts = { turn, clock, onFile, cancel: makeCancel() };
    try {
      await this.#viewer.look(intent, looked, parts);
    } catch (error) {
      await this.#viewer.look({ do: 'open-contents', range: intent.range }, whyOf(error), parts);
    }
    onView(this.#viewer.view);
  }

  async #lookedAt(place: ContentsPlace): Promise<ViewedSource | { readonly why: string }> {
    const { store, openStored } = this.parts;
    const kept = place.within?.in === 'backup' ? await findKept(store, place.within.id) : null;
    if (kept === null) return { why: 'It is not among the backups of this browser any more.' };
    const backup = standalone(kept);
    const { layout } = backup.board;
    const partition = partitionAt(layout, place);
    if (partition === undefined) return { why: 'This backup knows no such partition.' };
    if (missingIn(backup, place).length > 0) return { why: 'The backup does not have all of it.' };
    if (layout.ciphered.some((ciphered) => overlaps(ciphered, place)))
      return { why: 'It was read as the board keeps it, encrypted: only the chip itself can read it.' };
    const bytes = imageBytes(await this.#bytesOf(backup, place));
    const stored = { bytes, type: partition.type, keys: await this.#keysIn(backup) };
    return { bytes, name: partition.name, open: (yieldNow) => openStored(stored, yieldNow) };
  }

  /** The bytes of the partition with the keys of NVS; null if the backup does not have it as it is. */
  async #keysIn(backup: Backup): Promise<Uint8Array | null> {
    const { layout } = backup.board;
    const own = layout.partitions.find(({ type }) => type === 'data, nvs_keys');
    if (own === undefined || missingIn(backup, own).length > 0) return null;
    return layout.ciphered.some((ciphered) => overlaps(ciphered, own)) ? null : this.#bytesOf(backup, own);
  }

  #bytesOf(backup: Backup, place: ContentsPlace): Promise<Uint8Array> {
    const { store, hashes } = this.parts;
    return binaryBytes(backup, place, (md5) => soundContent(store, md5, (data) => hexOf(hashes.md5(data))));
  }
}

function whyOf(error: unknown): { readonly why: string } {
  const { says, next } = factsOf(error);
  return { why: `${says} ${next}` };
}
