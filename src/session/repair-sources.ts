/** Works out what may repair a board: dropped files with their places, and backups with what is wrong in them. */
import { isFinal } from '../flash/arrangement.ts';
import type { CheckedRange, RepairFile, KeptRange } from '../flash/repair-sources.ts';
import type { Family, Inspection } from '../flash/family.ts';
import { factsOf, unlessStopped } from '../flash/failure.ts';
import type { Image } from '../flash/image.ts';
import { imageSize, imageWithin } from '../flash/image.ts';
import type { Range } from '../flash/map.ts';
import { overlaps, splitRange } from '../flash/map.ts';
import type { PartitionBytes } from '../flash/partition-contents.ts';
import { DIGEST_SPAN } from '../flash/surroundings.ts';
import type { Target } from '../flash/target.ts';
import type { ChosenFile, Drop } from './drops.ts';
import { isContainer, nameOfDrop } from './drops.ts';
import type { FlashReader } from './contents/flash-reader.ts';
import { imageOf } from './planning/restoring.ts';
import { leavesBoardUsable } from './planning/survey.ts';
import type { BoardWork, SessionContext } from './session-parts.ts';
import { STORE_FAILURES } from '../storage/store.ts';

/** A file that can be written by itself, before it is known what it was dropped in. */
type PlacedFile = Omit<RepairFile, 'container'>;

/** Finds dropped files that can be written each by itself. */
export class RepairFiles<I extends Inspection> {
  /** Where each file may go on a board: a choice about this or another file changes nothing of that. */
  readonly #placed = new WeakMap<ChosenFile, { readonly board: I; readonly own: readonly PlacedFile[] }>();

  constructor(private readonly family: Pick<Family<I>, 'arrange'>) {}

  /** Those in some drops; empty for a board of which nothing could be repaired with one. */
  among(drops: readonly Drop[], board: I): readonly RepairFile[] {
    if (board.findings.every(({ restores }) => restores === undefined)) return [];
    return drops.flatMap((drop) => {
      const container = isContainer(drop) ? nameOfDrop(drop) : null;
      return drop.files.flatMap((file) => this.#placedOn(board, file).map((own) => ({ ...own, container })));
    });
  }

  #placedOn(board: I, file: ChosenFile): readonly PlacedFile[] {
    const known = this.#placed.get(file);
    if (known?.board === board) return known.own;
    const own = placed(file, this.family, board);
    this.#placed.set(file, { board, own });
    return own;
  }
}

function placed<I extends Inspection>(
  file: ChosenFile,
  family: Pick<Family<I>, 'arrange'>,
  board: I,
): readonly PlacedFile[] {
  const { placements, refusals } = family.arrange({ files: [{ file, choice: null }] }, board);
  const [own] = placements;
  if (own === undefined || refusals.some(isFinal)) return [];
  const { choices, recognised } = own;
  if (recognised.findings.some(({ verdict }) => verdict === 'problem')) return [];
  // A place that is only ever chosen by hand is none that such a file is for.
  const places = choices.filter(({ fits, byHand }) => fits && byHand !== true);
  return [{ id: file.id, name: file.name, says: recognised.says, places }];
}

type OnBytes = (done: number) => void;

/** What checking backups needs of a session. */
type Work<I extends Inspection, T extends Target> = Pick<SessionContext, 'store' | 'backup' | 'md5'> &
  Pick<BoardWork<I, T>, 'cancel'> & {
    readonly family: Pick<Family<I, T>, 'checkKept'>;
    readonly reader: FlashReader;
    /** Hears how many bytes of these ranges are checked so far. */
    readonly onBytes?: OnBytes;
  };

/**
 * Checks what backups would bring back: it repairs nothing if it is what the board holds now, or if it is damaged itself. Ranges that
 * a backup does not have whole are left out. What cannot be checked although the board goes on is among the answers; rejects with
 * every other `Failure` of the device.
 */
export async function checkBackups<I extends Inspection, T extends Target>(
  wanted: readonly KeptRange[],
  read: I,
  target: T,
  work: Work<I, T>,
): Promise<readonly CheckedRange[]> {
  const checked: CheckedRange[] = [];
  let done = 0;
  for (const each of wanted) {
    try {
      const before = done;
      const onBytes = (bytes: number) => work.onBytes?.(before + bytes);
      const wrong = await checkRange(each, read, target, { ...work, onBytes });
      if (wrong !== undefined) checked.push({ ...each, wrong });
    } catch (error) {
      const failure = factsOf(error);
      if (!leavesBoardUsable(failure)) throw error;
      checked.push({ ...each, wrong: failure.says, failed: true });
    }
    work.onBytes?.((done += each.range.size));
  }
  return checked;
}

/** Why a range of a backup repairs nothing, as a sentence, or null; undefined where there is nothing to check. */
async function checkRange<I extends Inspection, T extends Target>(
  { backup: id, range }: KeptRange,
  read: I,
  target: T,
  work: Work<I, T>,
): Promise<string | null | undefined> {
  const backup = await unlessStopped(work.cancel, work.backup(id));
  if (backup === null) return undefined;
  const units = backup.units.filter((unit) => overlaps(unit, range));
  const found = await imageOf(work, units).catch(whyLost);
  if (typeof found === 'string') return found;
  const kept = imageWithin(found.image, range);
  return imageSize(kept) === range.size ? whatIsWrong(kept, range, read, target, work) : undefined;
}

/** Why the bytes of a backup are not there any more, as a sentence; everything else is thrown again. */
function whyLost(error: unknown): string {
  const { name, says } = factsOf(error);
  if (name in STORE_FAILURES) return says;
  throw error;
}

async function whatIsWrong<I extends Inspection, T extends Target>(
  kept: Image,
  range: Range,
  read: I,
  target: T,
  { family, reader, md5, cancel, onBytes }: Work<I, T>,
): Promise<string | null> {
  const work = { target, map: read.layout.map, md5, cancel };
  const bytesOf = over(kept, (wanted) => reader.at(read).bytesOf(() => work, wanted));
  const data = await bytesOf(range).read(0, range.size);
  if (await isOnBoard(data, range, target, { md5, cancel, onBytes })) return 'It holds what is on the board now.';
  return (await family.checkKept?.(read, range, { watch: { cancel }, bytesOf })) ?? null;
}

/** Whether a device that computes digests holds exactly these bytes of a range; a stop waits for one span. */
async function isOnBoard(
  data: Uint8Array,
  range: Range,
  target: Target,
  {
    md5,
    cancel,
    onBytes,
  }: Pick<Work<Inspection, Target>, 'md5' | 'cancel'> & { readonly onBytes: OnBytes | undefined },
): Promise<boolean> {
  if (target.digest === undefined) return false;
  for (const span of splitRange(range, DIGEST_SPAN)) {
    cancel.check();
    const from = span.address - range.address;
    if (md5(data.subarray(from, from + span.size)) !== (await target.digest(span, { cancel }))) return false;
    onBytes?.(from + span.size);
  }
  return true;
}

/** Bytes of the board, with those of an image in their place. */
function over(image: Image, board: (range: Range) => PartitionBytes): (range: Range) => PartitionBytes {
  return (wanted) => {
    const { size } = wanted;
    const read = async (offset: number, most: number) => {
      const from = Math.min(Math.max(0, offset), size);
      const part = { ...wanted, address: wanted.address + from, size: Math.min(Math.max(0, most), size - from) };
      const own = imageWithin(image, part);
      const data =
        imageSize(own) === part.size ? new Uint8Array(part.size) : (await board(part).read(0, part.size)).slice();
      for (const { address, data: bytes } of own) data.set(bytes, address - part.address);
      return data;
    };
    return { size, read };
  };
}
