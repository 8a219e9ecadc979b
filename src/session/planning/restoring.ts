/** Plans that restore previous content: from a backup, or from what an interrupted job kept. */
import { unlessStopped } from '../../flash/failure.ts';
import type { Commitment } from '../../flash/arrangement.ts';
import type { Inspection } from '../../flash/family.ts';
import { fatesOf } from '../../flash/fates.ts';
import type { Refusal } from '../../flash/finding.ts';
import { askKey, bytes, hex } from '../../flash/finding.ts';
import { rangesText } from './surroundings.ts';
import { jobState } from '../../flash/job.ts';
import type { Image, Segment } from '../../flash/image.ts';
import { imageWithin, joinedWithin, makeImage, segmentRange } from '../../flash/image.ts';
import type { Fact, RangeDigest } from '../../flash/journal.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { isSameLayout } from '../../flash/layout.ts';
import type { EraseUnit, FlashMap, Range } from '../../flash/map.ts';
import { bare, contains, erasedByteOf, isSameRange, overlaps, without, sizeOf } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { refuseGeometry } from '../../flash/refuse.ts';
import { bytesToRestore } from '../../flash/job-extent.ts';
import type { Target } from '../../flash/target.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { boardName } from '../board-key.ts';
import type { ChangedPlace } from './changed-places.ts';
import { changedPlaces } from './changed-places.ts';
import { backupOfAnother } from './of-another.ts';
import type { WriteRequest, Planning } from './planning.ts';
import { planRequest } from './planning.ts';
import { sessionRefusal } from '../refusals.ts';
import { holdsTable } from '../contents-summary.ts';
import type { BoardWork } from '../session-parts.ts';
import { besideTable, withLayout } from '../words/layout-beside.ts';
import { withApps } from '../words/restored-apps.ts';
import { soundContent } from '../../storage/job-journal.ts';
import type { Backup, BoardMark, JobRecord, Purpose } from '../../storage/records.ts';
import { isEncrypting, isSameCipher, isSameKind } from '../../storage/records.ts';

/** Plans to return a board to its state before an open job: the units that it has begun, in the job's own write order. */
export async function planRollBack<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  { record, facts }: { readonly record: JobRecord; readonly facts: readonly Fact[] },
): Promise<Planning> {
  const { board, plan, found } = record;
  const { back } = bytesToRestore(plan, facts);
  const whole = await imageOf(work, back);
  const wanted = { ...whole, image: withBlanks(whole.image, work.board.layout.map) };
  const { changed } = jobState(plan, facts).surroundings;
  // What was found between two layouts says nothing of the places that come back.
  const isBetween = !isSameLayout(work.board.layout, board.layout);
  const except =
    changed.length === 0 ? '' : `, except ${rangesText(changed)}, which changed outside the plan and was not backed up`;
  const beside = besideTable(board.layout, work.board.layout);
  return planRequest(work, {
    purpose: { kind: 'roll-back', job: record.id, ...(beside !== '' && { layout: beside }) },
    layout: written(board.layout, work.board),
    ...wanted,
    ...orderBack(plan, back),
    asks: [],
    after: {
      layout: board.layout,
      // The layout comes back, too: no content is in another place than before the job.
      fates: fatesOf({
        before: board.layout,
        after: board.layout,
        contents: isBetween ? [] : work.board.contents,
        image: wanted.image,
      }),
      expected: found?.starts ?? null,
      says: `The board will have its previous content, byte for byte${except}.`,
    },
    boot: work.family.restore(wanted.image, work.board).boot,
    // What an interrupted write left there is not worth keeping.
    keeps: false,
  });
}

/**
 * The order of a roll back: the job's own, except for what the job erased first because the board would start it or install it
 * in place of another. That comes last, and is deferred like what starts the board.
 */
function orderBack({ stretches }: Plan, back: readonly Range[]): Commitment {
  const last = Math.max(0, ...stretches.map(({ rank }) => rank)) + 1;
  const begun = (range: Range) => back.some((unit) => contains(unit, range));
  const starting = stretches.flatMap(({ units }) => units.flatMap(({ deferred }) => deferred ?? [])).filter(begun);
  const size = Math.max(0, ...starting.map((range) => range.size));
  const taken = stretches
    .filter((stretch) => stretch.rank < 0)
    .map(({ region, address }) => ({ region, address, size }))
    .filter((range) => size > 0 && begun(range));
  return {
    ranks: stretches.map(({ region, address, size, rank }) => ({
      region,
      address,
      size,
      rank: rank < 0 ? last : rank,
    })),
    commits: [...starting, ...taken].map(({ region, address, size: own }) => ({ region, address, size: own })),
  };
}

/** What of a backup is restored, and what of it goes to its old addresses although it has another place now. */
type RestoreAim = Omit<Restore, 'name' | 'apps' | 'made' | 'layout'>;

type Restore = Extract<Purpose, { kind: 'restore' }>;

/**
 * Plans to restore a backup to its own board or an identical one; with a range only the bytes in it: what shares an erase unit with
 * them stays as it is. A partition that has another place now goes there, and is left out where that has no room for it, unless it
 * is among the `oldPlaces`.
 */
export async function planRestore<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  kept: Backup,
  aim: RestoreAim,
): Promise<Planning> {
  const { range = null, oldPlaces = [] } = aim;
  const wantedUnits = kept.units.filter((unit) => range === null || overlaps(unit, range));
  if (range !== null && wantedUnits.length === 0) return { kind: 'idle' };
  const backup = { ...kept, units: wantedUnits };
  const { board, family, mark } = work;
  const of = { board: boardName(backup.board.identity) };
  const device = { in: 'device' } as const;
  if (!isSameKind(backup.board, board)) return refused(sessionRefusal('backup-of-other-kind', device, of));
  if (!isSameCipher(backup.board, board)) {
    const how = (each: Pick<BoardMark, 'layout'>) => (isEncrypting(each) ? 'encrypted' : 'not encrypted');
    const values = { was: how(backup.board), is: how(board) };
    return refused(sessionRefusal('backup-encryption-differs', device, values));
  }
  const then = written(backup.board.layout, board);
  const units = backup.units.filter((unit) => isWritable(then, unit));
  const left = backup.units.filter((unit) => !units.includes(unit));
  if (units.length === 0) return refused(sessionRefusal('backup-not-writable', device));
  const size = sizeOf(left);
  const passed =
    size === 0 ? '' : ` ${bytes(size)} of the backup will be skipped: this board does not allow writes there.`;
  const whole = await imageOf(work, units);
  const image = range === null ? whole.image : imageWithin(whole.image, range);
  // A layout is restored only if the backup holds the table that defines it.
  const comesBack = holdsTable(backup.board.layout, units);
  const isOwn = backup.board.key === mark.key;
  const after = comesBack ? then : board.layout;
  const places = await changedPlaces(work, { before: backup.board.layout, image, after, isOwn, oldPlaces });
  const asks = places.flatMap(({ first, ask }) => [...first, ask]);
  const wanted = { ...whole, image: withBlanks(inPlaces(image, places), after.map) };
  const leftOut = places.filter(({ isOld, instead }) => !isOld && instead.length === 0).map(({ own }) => own);
  if (wanted.image.length === 0) return refused(...places.map((place) => toOldPlace(place, aim)));
  const { boot, ...commitment } = family.restore(wanted.image, { ...board, layout: after });
  const reached = reachedBy(backup, units, range).filter(
    (partition) => !leftOut.some((own) => isSameRange(own, partition)),
  );
  const old = reached.filter((own) => oldPlaces.some((place) => isSameRange(place, own)));
  const apps = appsIn(wanted.image, after, old, work);
  const beside = besideTable(backup.board.layout, board.layout);
  const layoutThen = comesBack ? beside : '';
  return planRequest(work, {
    purpose: {
      kind: 'restore',
      backup: backup.id,
      name: restoredName(backup, wanted.image, after, old, range, apps, layoutThen),
      ...(apps.length > 0 && { apps }),
      made: backup.made,
      ...(range !== null && { range }),
      ...(oldPlaces.length > 0 && { oldPlaces }),
      ...(layoutThen !== '' && { layout: layoutThen }),
    },
    layout: after,
    ...wanted,
    ...commitment,
    asks: [...(isOwn ? [] : [backupOfAnother(of.board, reached)]), ...asks],
    granted: places.filter(({ isOld }) => isOld).map(({ ask }) => askKey(ask)),
    after: {
      layout: after,
      fates: fatesOf({ before: board.layout, after, contents: board.contents, image: wanted.image, byName: true }),
      expected: boot.expected,
      says: `${boot.says}${passed}`,
    },
    boot,
    ...layoutBack(beside, comesBack),
    keeps: true,
  });
}

/** Of a backup that was made with another layout, which has `beside` differently: whether that comes back. */
function layoutBack(beside: string, comesBack: boolean): { readonly ofLayout?: string } {
  if (beside === '') return {};
  const ofLayout = comesBack
    ? `The layout will come back, too: ${beside}.`
    : 'Only content will come back: the layout of the board stays as it is.';
  return { ofLayout };
}

/** An image of which the content of partitions that have another place now is there, or left out. */
function inPlaces(image: Image, places: readonly ChangedPlace[]): Image {
  const moved = places.filter(({ isOld }) => !isOld);
  const instead = moved.flatMap((place) => place.instead);
  const gone = moved.map(({ own }) => own);
  const rest = image.flatMap((segment) =>
    without(segmentRange(segment), gone).flatMap((range) => imageWithin([segment], range)),
  );
  const result = makeImage([...rest, ...instead]);
  if (result.kind === 'overlap') throw new RangeError('two partitions of a backup go to one place');
  return result.image;
}

/** Why nothing of a partition is restored, with the request that writes it to its old addresses all the same. */
function toOldPlace({ own, ask: { consent: _, optional: __, ...why } }: ChangedPlace, aim: RestoreAim): Refusal {
  const { backup, range, oldPlaces = [] } = aim;
  const request = {
    do: 'restore' as const,
    backup,
    ...(range !== undefined && { range }),
    oldPlaces: [...oldPlaces, bare(own)],
  };
  const label = `Write ${own.name} to its old addresses`;
  return { ...why, offers: [{ label, reason: 'Its plan is shown before anything is written.', request }] };
}

/** The partitions of a backup that are restored, by its own layout. */
function reachedBy({ board }: Backup, units: readonly Range[], range: Range | null): readonly Partition[] {
  const reached = range === null ? units : [range];
  return board.layout.partitions.filter((partition) => reached.some((each) => overlaps(each, partition)));
}

/** The apps that are written whole, by where they are then: what a backup has only a part of is no app yet. */
function appsIn<I extends Inspection>(
  image: Image,
  after: Layout,
  old: readonly Partition[],
  { family, board }: Pick<BoardWork<I>, 'family' | 'board'>,
): NonNullable<Restore['apps']> {
  return [...after.partitions, ...old]
    .filter(({ role, name }) => role === 'app' && after.partitions.filter((each) => each.name === name).length < 2)
    .flatMap((place) => {
      const [first] = joinedWithin(image, place);
      if (first?.address !== place.address) return [];
      const { brief, findings } = family.identify({ name: place.name, data: first.data }, board);
      const isWhole = findings.every(({ verdict }) => verdict !== 'problem');
      return brief === undefined || !isWhole ? [] : [{ partition: placeName(place, after), brief }];
    });
}

/** What a place is called on the board afterwards: by its partition, or else by its address. */
function placeName(place: Range, { partitions }: Layout): string {
  return partitions.find((partition) => contains(partition, place))?.name ?? hex(place.address);
}

/**
 * What is restored, by its names: partitions, what only makes an app start after the others, or the whole flash. An app is named, too:
 * `raft-demo 1.4.2 to app1`, or `app1 (raft-demo 1.4.2) and otadata`. A layout that comes back, too, is named first, with what it has
 * differently, and its table only by that.
 */
function restoredName(
  { kind, name }: Backup,
  image: Image,
  after: Layout,
  old: readonly Partition[],
  range: Range | null,
  apps: NonNullable<Restore['apps']>,
  layout: string,
): string {
  if (range === null && kind === 'device')
    return layout === '' ? 'the whole flash' : `the whole flash, with its layout: ${layout}`;
  const isWritten = (place: Range) => imageWithin(image, place).length > 0;
  const now = after.partitions.filter((place) => isWritten(place) && !old.some((own) => overlaps(own, place)));
  const all = [...now, ...old.filter(isWritten)].toSorted((a, b) => a.address - b.address);
  const main = all.filter(({ role }) => role !== 'boot-choice' && (role !== 'table' || layout === ''));
  const starting = all.filter(({ role }) => role === 'boot-choice');
  // Another partition may have these addresses now, and this one be elsewhere.
  const places = [...main, ...starting].map((place) => ({
    partition: placeName(place, after),
    words: old.includes(place) ? `${place.name} at ${hex(place.address)}` : place.name,
  }));
  const named = places.length > 0 ? withApps(places, apps) : '';
  if (layout !== '') return [withLayout(layout), ...(named === '' ? [] : [`also ${named}`])].join('; ');
  return named === '' ? name : named;
}

function refused(...refusals: readonly Refusal[]): Planning {
  return { kind: 'refused', refusals };
}

/** The old partitions on the current board: guards and encryption are those of today, whatever they were then. */
function written(then: Layout, { layout }: Inspection): Layout {
  return { ...layout, partitions: then.partitions };
}

function isWritable(layout: Layout, { region, address, size }: EraseUnit): boolean {
  const range: Range = { region, address, size };
  // What the device encrypted was never kept; what it encrypts only now would read back as noise.
  return refuseGeometry(layout, [range]).length === 0 && !layout.ciphered.some((each) => overlaps(each, range));
}

/** An image of which what was blank is only erased: it is nothing to write, and the plan says so. */
function withBlanks(image: Image, map: FlashMap): Image {
  return image.map((segment) => {
    const erased = erasedByteOf(map, segment.region);
    return isFilledWith(segment.data, erased) ? { ...segment, blank: true } : segment;
  });
}

/** The image of some units, with all bytes from the store and checked against their digests. Throws the `Failure`s of the store. */
export async function imageOf(
  { store, md5, cancel }: Pick<BoardWork, 'store' | 'md5' | 'cancel'>,
  units: readonly RangeDigest[],
): Promise<Pick<WriteRequest, 'image' | 'promised' | 'files' | 'saves'>> {
  const segments: Segment[] = [];
  for (const { region, address, md5: digest } of units) {
    const data = await unlessStopped(cancel, soundContent(store, digest, md5));
    segments.push({ region, address, data });
  }
  const result = makeImage(segments);
  if (result.kind === 'overlap') throw new RangeError('units of a backup overlap');
  return { image: result.image, promised: [], files: [], saves: [] };
}
