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
import { bare, contains, erasedByteOf, isCovered, isSameRange, overlaps, rangeEnd } from '../../flash/map.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { whyNoErase } from '../backup-scope.ts';
import { sessionRefusal } from '../refusals.ts';
import type { BoardWork } from '../session-parts.ts';

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

type Work<I extends Inspection> = Pick<BoardWork<I>, 'family' | 'board' | 'target'>;

/** A partition of a backup that has another place now. */
export interface ChangedPlace {
  /** Where the backup has it. */
  readonly own: Partition;
  /** Whether it shall go to its old addresses. */
  readonly isOld: boolean;
  /** The question whether it shall. */
  readonly ask: Refusal;
  /** What is written for it, and where it is now; empty where it has no place, or goes to its old addresses. */
  readonly instead: Image;
}

/** The partitions whose bytes would go back to a place that is another partition's now, or nobody's, and where they go now. */
export function changedPlaces<I extends Inspection>(work: Work<I>, restored: Restored): ChangedPlace[] {
  const { before, image, after } = restored;
  const held = before.partitions.filter((own) => imageWithin(image, own).length > 0);
  const isMoved = (own: Partition) => !after.partitions.some((now) => isStill(own, now, restored));
  const taken: Range[] = held.filter((own) => !isMoved(own));
  const places: ChangedPlace[] = [];
  for (const own of held.filter(isMoved)) {
    const place = changedPlace(own, work, restored, taken);
    places.push(place);
    taken.push(...place.instead.map(segmentRange));
  }
  return places;
}

/** Whether a partition is where the bytes of another belong: the same one, or an app slot from the same address on with room for them. */
function isStill(then: Partition, now: Partition, { image, before }: Pick<Restored, 'image' | 'before'>): boolean {
  if (!isSamePartition(then, now, before)) return false;
  if (isSameRange(now, then)) return true;
  return now.role === 'app' && imageWithin(image, then).every((segment) => contains(now, segmentRange(segment)));
}

/** `taken` is what the rest of the backup is restored to. */
function changedPlace<I extends Inspection>(
  own: Partition,
  work: Work<I>,
  restored: Restored,
  taken: readonly Range[],
): ChangedPlace {
  const { before, after, isOwn, oldPlaces } = restored;
  const isOld = oldPlaces.some((place) => isSameRange(place, own));
  const place = { in: 'flash', range: bare(own) } as const;
  const there = partitionsTouching(after, own).map(({ name, type }) =>
    name === own.name && type !== own.type ? `${name} (${type})` : name,
  );
  const values = {
    partition: own.name,
    was: placeWords(own),
    now: there.length === 0 ? 'no partition' : list(there),
    there: there.length === 0 ? 'flash outside all partitions' : `what is in ${list(there)} there`,
    layout: isUnread(work) ? 'unread' : isOwn ? 'changed' : 'another',
    goes: isOld ? 'old' : 'now',
  };
  const nowhere = (why: string): ChangedPlace => {
    const asked = sessionRefusal('backup-place-changed', place, { ...values, why });
    return { own, isOld, ask: { ...withLayout(asked, work), optional: true }, instead: [] };
  };
  const elsewhere = (now: Partition, held: string, size: number, instead: Image): ChangedPlace => {
    const content = { held, size: roughly(size), into: `${now.name} (${placeWords(now)})` };
    const asked = sessionRefusal('backup-fits-elsewhere', place, { ...values, ...content });
    return { own, isOld, ask: { ...asked, optional: true }, instead: isOld ? [] : instead };
  };
  if (!isUnread(work) && wasBlank(own, restored)) {
    const now = namesakeOf(own, work.board);
    const held = own.role === 'app' ? 'no app' : 'blank';
    if (now !== undefined && whyNoErase(work.board, now) === null)
      return elsewhere(now, held, now.size, blankAt(now, own, restored, work.board.layout));
    const was = held === 'no app' ? `${own.name} had no app then: its start was blank.` : `${own.name} was blank then.`;
    return nowhere(now === undefined ? `${was} This board has no ${own.name} now.` : was);
  }
  const held = heldBy(own, restored);
  // Settings and keys of another board are not this board's, wherever they are put.
  const target =
    held.data === null || !(isOwn || own.role === 'app') ? null : placeFor(own, held.data, before, work, taken);
  if (held.data === null || target === null) return nowhere(whyNotElsewhere(own, held, restored, work));
  if (isSameRange(target.now, own))
    return nowhere(`Firmware finds it by its name, and what is there is called ${target.now.name} now.`);
  return elsewhere(target.now, 'content', held.data.length, target.image);
}

/** What erases a partition that was blank where it is now: all of it, or of an app slot what the backup has of it. */
function blankAt(now: Partition, own: Partition, { image }: Pick<Restored, 'image'>, { map }: Layout): Image {
  if (own.role !== 'app') return blankSegments(map, [now]);
  const { region, address } = now;
  const moved = imageWithin(image, own).map((segment) => ({
    ...segment,
    region,
    address: segment.address - own.address + address,
  }));
  return imageWithin(moved, now);
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

/** Why the bytes can only be written to their old addresses, as a sentence. */
function whyNotElsewhere<I extends Inspection>(
  own: Partition,
  { data, isWhole }: Held,
  { isOwn }: Pick<Restored, 'isOwn'>,
  work: Work<I>,
): string {
  const { name } = own;
  if (isUnread(work)) return `Nothing shows whether this board has ${name} there.`;
  const partly = `Only a part of ${name} is restored.`;
  if (data === null) return partly;
  if (!isOwn && own.role !== 'app') return `What ${name} holds belongs to the board of the backup.`;
  const namesake = namesakeOf(own, work.board);
  if (namesake === undefined) return `This board has no ${name} now.`;
  if (data.length > namesake.size)
    return `Its content, ${roughly(data.length)}, does not fit in the ${bytes(namesake.size)} that ${name} has now.`;
  return isWhole ? `Its content cannot be written to ${name} as it is now.` : partly;
}

/** The partition that has the name of another now. */
function namesakeOf(own: Partition, board: Inspection): Partition | undefined {
  return board.layout.partitions.find((now) => isKin(own, now) && now.name === own.name);
}

/** Whether what is restored shows that a partition held nothing: it is blank, all of it, or of an app slot from its start on. */
function wasBlank(own: Partition, { before, image }: Pick<Restored, 'before' | 'image'>): boolean {
  const all = imageWithin(image, own);
  const needed = own.role === 'app' ? { ...bare(own), size: 1 } : own;
  const erased = erasedByteOf(before.map, own.region);
  return isCovered(needed, all.map(segmentRange)) && all.every(({ data }) => isFilledWith(data, erased));
}

/** What is restored of a partition, and whether that is all of it. */
interface Held {
  /** Its content from its first byte on; of an app without the blank units at its end. Null if that is not there, or blank. */
  readonly data: Uint8Array | null;
  readonly isWhole: boolean;
}

function heldBy(own: Partition, { before, image }: Pick<Restored, 'before' | 'image'>): Held {
  const [first] = joinedWithin(image, own);
  const isWhole = first?.data.length === own.size;
  if (first?.address !== own.address || !(isWhole || own.role === 'app')) return { data: null, isWhole };
  const erased = erasedByteOf(before.map, own.region);
  const last = touchedUnits(before, [segmentRange(first)]).findLast((unit) =>
    imageWithin(image, unit).some(({ data }) => !isFilledWith(data, erased)),
  );
  if (last === undefined) return { data: null, isWhole };
  return { data: own.role === 'app' ? first.data.subarray(0, rangeEnd(last) - own.address) : first.data, isWhole };
}

/** The partition that content can be written to as a file, the one of its name first, and what is then written; null if there is none. */
function placeFor<I extends Inspection>(
  own: Partition,
  data: Uint8Array,
  before: Layout,
  { family, board }: Work<I>,
  taken: readonly Range[],
): { readonly now: Partition; readonly image: Image } | null {
  const file = { name: fileName(own), data };
  const [offered] = family.arrange({ files: [{ file, choice: null }] }, board).placements;
  for (const now of homesOf(own, before, board.layout)) {
    const choice = offered?.choices.find((each) => each.fits && isSameRange(each, now));
    if (choice === undefined || taken.some((range) => overlaps(range, now))) continue;
    const { placements, refusals, content } = family.arrange({ files: [{ file, choice: choice.id }] }, board);
    const isDamaged = placements.some(({ recognised }) =>
      recognised.findings.some(({ verdict }) => verdict === 'problem'),
    );
    // What the file would change besides, such as what starts, is not restored.
    if (!isDamaged && !refusals.some(isFinal) && content.kind === 'image')
      return { now, image: imageWithin(content.image, now) };
  }
  return null;
}

/**
 * The partitions that can have what another held, the one of its name first. Firmware finds data by its partition's name: only where
 * that is gone may it be in one that has come since. One that was there already, such as a second NVS, has content of its own.
 */
function homesOf(own: Partition, before: Layout, { partitions }: Layout): readonly Partition[] {
  const kin = partitions.filter((now) => isKin(own, now));
  const namesakes = kin.filter(({ name }) => name === own.name);
  const others = kin.filter((now) => !namesakes.includes(now));
  if (own.role === 'app') return [...namesakes, ...others];
  const isNew = (now: Partition) => !before.partitions.some((then) => then.name === now.name && isKin(then, now));
  return namesakes.length > 0 ? namesakes : others.filter(isNew);
}

/** Whether a partition can have what another held: any app slot an app, any other one of the same type. */
function isKin(then: Partition, now: Partition): boolean {
  return now.role === then.role && (now.role === 'app' || now.type === then.type);
}

/** The name of a file with a partition's content: `app1-0x1D0000.bin`. */
function fileName({ name, address }: Partition): string {
  return `${name}-${hex(address)}.bin`;
}

function placeWords({ address, size }: Partition): string {
  return `${hex(address)}, ${bytes(size)}`;
}
