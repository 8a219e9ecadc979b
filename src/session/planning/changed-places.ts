/** A restore onto a board whose layout has changed: where the content of each partition goes now, and the question whether it shall go where it was. */
import { isFinal } from '../../flash/arrangement.ts';
import { list } from '../../flash/english.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex, roughly } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { blankSegments, imageWithin, joinedWithin, segmentRange } from '../../flash/image.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { isSamePartition, partitionsTouching, touchedUnits } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import {
  bare,
  contains,
  erasedByteOf,
  isCovered,
  isSameRange,
  neighbours,
  overlaps,
  rangeEnd,
  spanOf,
  without,
} from '../../flash/map.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { whyNoErase } from '../backup-scope.ts';
import { sessionRefusal } from '../refusals.ts';
import type { BoardWork } from '../session-parts.ts';
import { contentOf } from './erasing.ts';
import { isBlankNow } from './survey.ts';

/** What is restored: the bytes, by the layout that they were backed up with, and the layout that the board has then. */
interface Restored {
  readonly before: Layout;
  readonly image: Image;
  readonly after: Layout;
  /** Whether it is a backup of this board. */
  readonly isOwn: boolean;
  /** The partitions, by their places then, that shall go to their old addresses. */
  readonly oldPlaces: readonly Range[];
}

type Work<I extends Inspection> = Pick<BoardWork<I>, 'family' | 'board' | 'target' | 'md5' | 'cancel'>;

/** A partition of a backup that has another place now, or bytes that no partition had then and one has now. */
export interface ChangedPlace {
  /** Where the backup has it. */
  readonly own: Owned;
  /** Whether it shall go to its old addresses. */
  readonly isOld: boolean;
  /** The question whether it shall. */
  readonly ask: Refusal;
  /** What has to be agreed to before it is written where it is now. */
  readonly first: readonly Refusal[];
  /** What is written for it, and where it is now; empty where it has no place, or goes to its old addresses. */
  readonly instead: Image;
}

/** A range with what it is called. */
type Owned = Range & { readonly name: string };

/**
 * Everything whose bytes would go back to a place that is another partition's now, or nobody's, and where it goes now. Throws the
 * `Failure`s of the device.
 */
export async function changedPlaces<I extends Inspection>(work: Work<I>, restored: Restored): Promise<ChangedPlace[]> {
  const { before, image, after, oldPlaces } = restored;
  const held = before.partitions.filter((own) => imageWithin(image, own).length > 0);
  const isMoved = (own: Partition) => !after.partitions.some((now) => isStill(own, now, restored));
  const [moved, loose] = [held.filter(isMoved), looseIn(restored)];
  const leaving = [...moved, ...loose].filter((own) => !oldPlaces.some((place) => isSameRange(place, own)));
  const places: ChangedPlace[] = [];
  for (const own of loose) places.push(await loosePlace(own, work, restored));
  for (const own of moved) {
    // What goes to its own addresses, and what has its place already: two partitions never go to one.
    const stays = image.flatMap((segment) => without(segmentRange(segment), [...leaving, own]));
    const placed = places.flatMap(({ instead }) => instead.map(segmentRange));
    places.push(await changedPlace(own, work, restored, [...stays, ...placed]));
  }
  return places;
}

/** What was outside all partitions then, and is in one now. */
function looseIn({ before, image, after }: Restored): Owned[] {
  const loose = image.flatMap((segment) => without(segmentRange(segment), before.partitions));
  const inside = loose.flatMap((range) => without(range, without(range, after.partitions)));
  return neighbours(inside)
    .map(spanOf)
    .map((range) => ({ ...range, name: `the flash at ${hex(range.address)} (${bytes(range.size)})` }));
}

/** Whether a partition is where the bytes of another belong: the same one, or an app slot from the same address on with room for them. */
function isStill(then: Partition, now: Partition, { image, before }: Pick<Restored, 'image' | 'before'>): boolean {
  if (!isSamePartition(then, now, before)) return false;
  if (isSameRange(now, then)) return true;
  return now.role === 'app' && imageWithin(image, then).every((segment) => contains(now, segmentRange(segment)));
}

/** What a question about a changed place says of it. */
async function aboutPlace<I extends Inspection>(own: Owned, was: string, work: Work<I>, restored: Restored) {
  const { image, after, isOwn, oldPlaces } = restored;
  const isOld = oldPlaces.some((place) => isSameRange(place, own));
  const there = partitionsTouching(after, own).map(({ name, type }) =>
    'type' in own && name === own.name && type !== own.type ? `${name} (${type})` : name,
  );
  const isFree = !isUnread(work) && (await isEmpty(own, imageWithin(image, own), work));
  const values = {
    partition: own.name,
    was,
    now: there.length === 0 ? 'no partition' : list(there),
    there: isFree ? '' : there.length === 0 ? 'flash outside all partitions' : `what is in ${list(there)} there`,
    layout: isUnread(work) ? 'unread' : isOwn ? 'changed' : 'another',
    goes: isOld ? 'old' : 'now',
  };
  return { isOld, values, place: { in: 'flash', range: bare(own) } } as const;
}

/** What has no place but its old addresses, and why. */
function nowhere<I extends Inspection>(
  own: Owned,
  work: Work<I>,
  { isOld, values, place }: Awaited<ReturnType<typeof aboutPlace>>,
  why: string,
): ChangedPlace {
  const asked = sessionRefusal('backup-place-changed', place, { ...values, why });
  return { own, isOld, ask: { ...withLayout(asked, work), optional: true }, first: [], instead: [] };
}

async function loosePlace<I extends Inspection>(own: Owned, work: Work<I>, restored: Restored): Promise<ChangedPlace> {
  const about = await aboutPlace(own, 'outside all partitions', work, restored);
  return nowhere(own, work, about, 'Nothing says which partition it is for now.');
}

/** `taken` is what the rest of the backup is restored to. */
async function changedPlace<I extends Inspection>(
  own: Partition,
  work: Work<I>,
  restored: Restored,
  taken: readonly Range[],
): Promise<ChangedPlace> {
  const about = await aboutPlace(own, `at ${placeWords(own)}`, work, restored);
  const { isOld, values, place } = about;
  const held = heldBy(own, restored);
  const why = whyNotElsewhere(own, held, restored, work);
  const now = namesakeOf(own, work.board);
  if (why !== null || now === undefined) return nowhere(own, work, about, why ?? `This board has no ${own.name} now.`);
  if (taken.some((range) => overlaps(range, now)))
    return nowhere(own, work, about, `Other bytes of this backup go to where ${now.name} is now.`);
  const target = held.data === null ? blankAt(now, own, restored, work) : contentAt(now, own, held.data, work);
  if (target === null) return nowhere(own, work, about, `Its content cannot be written to ${own.name} as it is now.`);
  const content = {
    held: held.data !== null ? 'content' : own.role === 'app' ? 'no app' : 'blank',
    size: roughly(held.data?.length ?? now.size),
    into: intoWords(now),
    empty: held.data === null && (await isEmpty(now, target.instead, work)) ? 'yes' : '',
  };
  const asked = sessionRefusal('backup-fits-elsewhere', place, { ...values, ...content });
  return { own, isOld, ask: { ...asked, optional: true }, ...(isOld ? { first: [], instead: [] } : target) };
}

/** What is written to a partition for one of a backup, and what has to be agreed to first. */
type Moved = Pick<ChangedPlace, 'first' | 'instead'>;

/**
 * What erases a partition that was blank where it is now: all of it, or of an app slot what the backup has of it. The backup does not
 * name what is there, so that is asked about. Null if it can never be erased.
 */
function blankAt<I extends Inspection>(
  now: Partition,
  own: Partition,
  { image }: Restored,
  { board }: Work<I>,
): Moved | null {
  if (whyNoErase(board, now) !== null) return null;
  const { region, address } = now;
  const moved = imageWithin(image, own).map((segment) => ({
    ...segment,
    region,
    address: segment.address - own.address + address,
  }));
  const instead = own.role === 'app' ? imageWithin(moved, now) : blankSegments(board.layout.map, [now]);
  const holds = contentOf(now, board) ?? 'Not all of it was read.';
  const values = { partition: intoWords(now), holds };
  const asked = sessionRefusal('content-erased', { in: 'flash', range: bare(now) }, values);
  return { first: [{ ...asked, changes: instead.map(segmentRange) }], instead };
}

/** Whether nothing is where an image goes; what was read of a partition that holds something shows that it is not so. */
async function isEmpty<I extends Inspection>(
  place: Range,
  image: Image,
  { board, target, md5, cancel }: Work<I>,
): Promise<boolean> {
  const own = board.contents.filter((content) => overlaps(content, place));
  if (own.some(({ kind, gap }) => kind !== 'blank' && gap?.holds !== 'blank')) return false;
  return isBlankNow({ target, layout: board.layout, image, md5, cancel });
}

/** Whether nothing is known of the board's layout. */
function isUnread<I extends Inspection>({ target }: Work<I>): boolean {
  return target.read === undefined;
}

/** A question with the view in which the old layout is brought back. */
function withLayout<I extends Inspection>(asked: Refusal, { board }: Work<I>): Refusal {
  if (board.table === undefined) return asked;
  const reason = 'Restored after that, its content is where the firmware looks for it.';
  return { ...asked, repair: { label: 'Change the layout', reason, request: { do: 'open', view: 'layout' } } };
}

/** Why the bytes can only be written to their old addresses, as a sentence; null if they may fit where the partition is now. */
function whyNotElsewhere<I extends Inspection>(
  own: Partition,
  { data, isBlank }: Held,
  { isOwn }: Restored,
  work: Work<I>,
): string | null {
  const { name } = own;
  if (isUnread(work)) return `Nothing shows whether this board has ${name} there.`;
  if (data === null && !isBlank) return `Only a part of ${name} is restored.`;
  const was = !isBlank
    ? ''
    : own.role === 'app'
      ? `${name} had no app then: its start was blank. `
      : `${name} was blank then. `;
  // What another board holds or lacks says nothing of this one, wherever that is put; an app is the same for both.
  if (!isOwn && isBlank) return `${was}That was on the board of the backup.`;
  if (!isOwn && own.role !== 'app') return `What ${name} holds belongs to the board of the backup.`;
  const namesake = namesakeOf(own, work.board);
  if (namesake === undefined) {
    const there = work.board.layout.partitions.find((now) => isSameRange(now, own) && isKin(own, now));
    return there === undefined
      ? `${was}This board has no ${name} now.`
      : `Firmware finds it by its name, and what is there is called ${there.name} now.`;
  }
  if (data !== null && data.length > namesake.size)
    return `Its content, ${roughly(data.length)}, does not fit in the ${bytes(namesake.size)} that ${name} has now.`;
  return null;
}

/** The partition that has the name of another now. */
function namesakeOf(own: Partition, board: Inspection): Partition | undefined {
  return board.layout.partitions.find((now) => isKin(own, now) && now.name === own.name);
}

/** Whether what is restored shows that a partition held nothing: it is blank, all of it, or of an app slot from its start on. */
function wasBlank(own: Partition, { before, image }: Restored): boolean {
  const all = imageWithin(image, own);
  const needed = own.role === 'app' ? { ...bare(own), size: 1 } : own;
  const erased = erasedByteOf(before.map, own.region);
  return isCovered(needed, all.map(segmentRange)) && all.every(({ data }) => isFilledWith(data, erased));
}

/** What is restored of a partition. */
interface Held {
  /** Its content from its first byte on; of an app without the blank units at its end. Null if that is not there, or blank. */
  readonly data: Uint8Array | null;
  /** Whether it held nothing. */
  readonly isBlank: boolean;
}

function heldBy(own: Partition, restored: Restored): Held {
  const { before, image } = restored;
  if (wasBlank(own, restored)) return { data: null, isBlank: true };
  const [first] = joinedWithin(image, own);
  const isWhole = first?.data.length === own.size;
  if (first?.address !== own.address || !(isWhole || own.role === 'app')) return { data: null, isBlank: false };
  const erased = erasedByteOf(before.map, own.region);
  const last = touchedUnits(before, [segmentRange(first)]).findLast((unit) =>
    imageWithin(image, unit).some(({ data }) => !isFilledWith(data, erased)),
  );
  if (last === undefined) return { data: null, isBlank: false };
  return {
    data: own.role === 'app' ? first.data.subarray(0, rangeEnd(last) - own.address) : first.data,
    isBlank: false,
  };
}

/** What writes content to a partition as a file would, and what is asked about that; null if it cannot go there. */
function contentAt<I extends Inspection>(
  now: Partition,
  own: Partition,
  data: Uint8Array,
  { family, board }: Work<I>,
): Moved | null {
  const file = { name: fileName(own), data };
  const [offered] = family.arrange({ files: [{ file, choice: null }] }, board).placements;
  const choice = offered?.choices.find((each) => each.fits && isSameRange(each, now));
  if (choice === undefined) return null;
  const { placements, refusals, content } = family.arrange({ files: [{ file, choice: choice.id }] }, board);
  const isDamaged = placements.some(({ recognised }) =>
    recognised.findings.some(({ verdict }) => verdict === 'problem'),
  );
  if (isDamaged || refusals.some(isFinal) || content.kind !== 'image') return null;
  // What the file would change besides, such as what starts, is not restored.
  return { first: refusals.map(askedHere), instead: imageWithin(content.image, now) };
}

/** A question about a file, asked about a backup: its place is not chosen among others. */
function askedHere({ nextByCommand: _, repair: __, offers: ___, ...question }: Refusal): Refusal {
  return { ...question, next: 'Agree only if the content of the backup shall be there all the same.' };
}

/** Whether a partition can have what another held: any app slot an app, any other one of the same type. */
function isKin(then: Partition, now: Partition): boolean {
  return now.role === then.role && (now.role === 'app' || now.type === then.type);
}

/** The name of a file with a partition's content: `app1-0x1D0000.bin`. */
function fileName({ name, address }: Partition): string {
  return `${name}-${hex(address)}.bin`;
}

function intoWords(now: Partition): string {
  return `${now.name} (${placeWords(now)})`;
}

function placeWords({ address, size }: Partition): string {
  return `${hex(address)}, ${bytes(size)}`;
}
