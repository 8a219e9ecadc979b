/** Questions of a restore onto a board whose layout has changed: where the bytes of the backup go now, and where their partition is. */
import { isFinal } from '../../flash/arrangement.ts';
import { list } from '../../flash/english.ts';
import type { Choice, Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex, roughly } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { imageWithin, joinedWithin, segmentRange } from '../../flash/image.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { partitionsTouching, touchedUnits } from '../../flash/layout.ts';
import { bare, contains, erasedByteOf, isCovered, isSameRange, rangeEnd } from '../../flash/map.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { whyNoErase } from '../backup-scope.ts';
import { sessionRefusal } from '../refusals.ts';
import type { BoardWork } from '../session-parts.ts';

/** What is restored: the bytes, by the layout that they were backed up with, and the layout that the board has then. */
interface Restored {
  readonly backup: string;
  readonly before: Layout;
  readonly image: Image;
  readonly after: Layout;
  /** Whether it is a backup of this board. */
  readonly isOwn: boolean;
}

type Work<I extends Inspection> = Pick<BoardWork<I>, 'family' | 'board'>;

/** A question for each partition whose bytes go back to a place that is another partition's now, or nobody's. */
export function changedPlaces<I extends Inspection>(work: Work<I>, restored: Restored): Refusal[] {
  const { before, image, after } = restored;
  return before.partitions
    .filter((own) => imageWithin(image, own).length > 0 && !after.partitions.some((now) => isStill(own, now, image)))
    .map((own) => question(own, work, restored));
}

/** Whether a partition is where the bytes of another belong: the same one, or an app slot from the same address on with room for them. */
function isStill(then: Partition, now: Partition, image: Image): boolean {
  if (now.type !== then.type) return false;
  if (isSameRange(now, then)) return true;
  const isSlot = now.role === 'app' && now.region === then.region && now.address === then.address;
  return isSlot && imageWithin(image, then).every((segment) => contains(now, segmentRange(segment)));
}

function question<I extends Inspection>(own: Partition, work: Work<I>, restored: Restored): Refusal {
  const { backup, before, image, after, isOwn } = restored;
  const place = { in: 'flash', range: bare(own) } as const;
  const now = partitionsTouching(after, own).map(({ name, type }) =>
    name === own.name && type !== own.type ? `${name} (${type})` : name,
  );
  const values = {
    partition: own.name,
    was: placeWords(own),
    now: now.length === 0 ? 'no partition' : list(now),
  };
  if (wasBlank(own, before, image)) return blankThen(own, values, work);
  const data = contentOf(own, before, image);
  // Settings and keys of another board are not this board's, wherever they are put.
  const target = data === null || !(isOwn || own.role === 'app') ? null : placeFor(own, data, work);
  if (data === null || target === null) return notElsewhere(own, data, values, work);
  const content = { size: roughly(data.length), into: `${target.now.name} (${placeWords(target.now)})` };
  const range = { ...bare(own), size: data.length };
  return {
    ...sessionRefusal('backup-fits-elsewhere', place, { ...values, ...content }),
    repair: {
      label: `Write it to ${target.now.name}`,
      reason: target.choice.why,
      request: { do: 'use-backup', name: fileName(own), backup, range, at: bare(target.now) },
    },
  };
}

/** The question for a partition that was blank: to erase it where it is now gives the same. */
function blankThen<I extends Inspection>(own: Partition, values: Refusal['values'], { board }: Work<I>): Refusal {
  const now = namesakeOf(own, board);
  const was = own.role === 'app' ? `${own.name} had no app then: its start was blank.` : `${own.name} was blank then.`;
  const label = `Erase ${own.name}`;
  const isErasable = now !== undefined && whyNoErase(board, now) === null;
  const same = isErasable
    ? ` “${label}” gives the same.`
    : now === undefined
      ? ` This board has no ${own.name} now.`
      : '';
  const place = { in: 'flash', range: bare(own) } as const;
  const asked = sessionRefusal('backup-place-changed', place, { ...values, why: `${was}${same}` });
  if (!isErasable) return asked;
  const reason = `${own.name} is then as it was, at the addresses that it has now.`;
  return { ...asked, repair: { label, reason, request: { do: 'erase', range: bare(now) } } };
}

/** The question where the bytes can only be written to their old addresses, and why. */
function notElsewhere<I extends Inspection>(
  own: Partition,
  data: Uint8Array | null,
  values: Refusal['values'],
  { board }: Work<I>,
): Refusal {
  const namesake = namesakeOf(own, board);
  const why =
    data === null
      ? `The backup has only a part of ${own.name}.`
      : namesake === undefined
        ? `This board has no ${own.name} now.`
        : data.length > namesake.size
          ? `Its content, ${roughly(data.length)}, does not fit in the ${bytes(namesake.size)} that ${own.name} has now.`
          : `Its content cannot be written to ${own.name} as it is now.`;
  const asked = sessionRefusal('backup-place-changed', { in: 'flash', range: bare(own) }, { ...values, why });
  if (board.table === undefined) return asked;
  const reason = 'Restored after that, its content is where the firmware looks for it.';
  return { ...asked, repair: { label: 'Change the layout', reason, request: { do: 'open', view: 'layout' } } };
}

/** The partition that has the name of another now. */
function namesakeOf(own: Partition, board: Inspection): Partition | undefined {
  return board.layout.partitions.find((now) => isKin(own, now) && now.name === own.name);
}

/** Whether what comes back shows that a partition held nothing: all of it is blank, or of an app slot all that there is, from its start on. */
function wasBlank(own: Partition, { map }: Layout, image: Image): boolean {
  const all = imageWithin(image, own);
  const needed = own.role === 'app' ? { ...bare(own), size: 1 } : own;
  return (
    isCovered(needed, all.map(segmentRange)) &&
    all.every(({ data }) => isFilledWith(data, erasedByteOf(map, own.region)))
  );
}

/** The content of a partition from its first byte on; of an app without the blank units at its end. Null if not all of it is there. */
function contentOf(own: Partition, before: Layout, image: Image): Uint8Array | null {
  const [first] = joinedWithin(image, own);
  if (first?.address !== own.address) return null;
  if (own.role !== 'app') return first.data.length < own.size ? null : first.data;
  const erased = erasedByteOf(before.map, own.region);
  const last = touchedUnits(before, [segmentRange(first)]).findLast((unit) =>
    imageWithin(image, unit).some(({ data }) => !isFilledWith(data, erased)),
  );
  return last === undefined ? null : first.data.subarray(0, rangeEnd(last) - own.address);
}

/** The partition that content can be written to as a file, the one of its name first, and that choice; null if there is none. */
function placeFor<I extends Inspection>(
  own: Partition,
  data: Uint8Array,
  { family, board }: Work<I>,
): { readonly now: Partition; readonly choice: Choice } | null {
  const file = { name: fileName(own), data };
  const [offered] = family.arrange({ files: [{ file, choice: null }] }, board).placements;
  const kin = board.layout.partitions
    .filter((now) => isKin(own, now))
    .toSorted((a, b) => Number(b.name === own.name) - Number(a.name === own.name));
  for (const now of kin) {
    const choice = offered?.choices.find((each) => each.fits && isSameRange(each, now));
    if (choice === undefined) continue;
    const { placements, refusals } = family.arrange({ files: [{ file, choice: choice.id }] }, board);
    const isDamaged = placements.some(({ recognised }) =>
      recognised.findings.some(({ verdict }) => verdict === 'problem'),
    );
    if (!isDamaged && !refusals.some(isFinal)) return { now, choice };
  }
  return null;
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
