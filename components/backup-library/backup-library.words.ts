/** Backups in words: what each is, why it was made, what is missing, and which board it is from. Pure; the library shows it. */
import type { Inspection } from '../../src/flash/family.ts';
import { lowered } from '../../src/flash/english.ts';
import { partName } from '../../src/session/contents-summary.ts';
import { besideTable } from '../../src/session/words/layout-beside.ts';
import { boardName } from '../../src/session/board-key.ts';
import { hex } from '../../src/flash/finding.ts';
import { contains, sizeOf } from '../../src/flash/map.ts';
import type { LibraryItem, LibraryView } from '../../src/backups/library-view.ts';
import type { BinaryPart } from '../../src/backups/binary-file.ts';
import { fitOf } from '../../src/backups/library-view.ts';
import type { JobEnd } from '../../src/storage/records.ts';
import type { StorageState } from '../../src/storage/store.ts';
import { clock, count, dayAndTime, isSameYear, roughly, storage, unbroken } from '../shared/format.ts';

/** The backups of one board, newest first. */
export interface BoardGroup {
  readonly board: string;
  /** Whether it is the connected board, as far as that board's identity shows. */
  readonly own: boolean;
  readonly items: readonly LibraryItem[];
}

/** Backups by board: the connected one first, then by newest backup. */
export function groupsOf(items: readonly LibraryItem[], board: Inspection | null): BoardGroup[] {
  const own = board === null ? null : boardName(board.identity);
  const newest = items.toSorted((a, b) => b.made - a.made);
  return [...new Set(newest.map((item) => item.board))]
    .map((name) => ({ board: name, own: name === own, items: newest.filter((item) => item.board === name) }))
    .toSorted((a, b) => Number(b.own) - Number(a.own));
}

/** How many backups are of the connected board, as far as its identity shows. */
export function countOwn(items: readonly LibraryItem[], board: Inspection | null): number {
  const own = board === null ? null : boardName(board.identity);
  return items.filter((item) => item.board === own).length;
}

const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** What shows the older ones of a list, the newest first, too: how many there are, and how far back they go. */
export function moreWords(older: readonly Pick<LibraryItem, 'made'>[], now: number): string {
  const oldest = Math.min(...older.map(({ made }) => made));
  return `Show ${older.length} more, back to ${unbroken((isSameYear(oldest, now) ? dayOfYear : day).format(oldest))}`;
}

/** What a backup is called: what it holds, and of when: `raft-demo 1.4.2 in app1, backup of yesterday, 13:07`. */
export function titleOf({ name, made }: LibraryItem, now: number): string {
  return `${name}, backup of ${dayAndTime(made, now)}`;
}

/** What bytes have of the partition that they are of. */
const SHARE = { app: { isAppAlone: true }, part: { isPart: true } } as const;

/** What a plain file has: `app1, 1.7 MiB`, or bytes that are no partition: `12 KiB at 0x1D0000 (part of app1)`. */
export function partTitle({ name, address, size, has }: BinaryPart): string {
  if (has === 'exactly') return `${name}, ${roughly(size)}`;
  const of = name === '' ? '' : ` (${has === 'all' ? name : partName({ name, holds: '', ...SHARE[has] })})`;
  return `${roughly(size)} at ${hex(address)}${of}`;
}

/** The plain file that a backup is as a whole: its only partition, or the region that has all others; null for any other. */
export function mainPart({ plain }: Pick<LibraryItem, 'plain'>): BinaryPart | null {
  const [first] = plain;
  const isMain = first?.has === 'exactly' && plain.every((part) => contains(first, part));
  return isMain ? first : null;
}

const ENDS: Readonly<Record<JobEnd | 'unknown', string>> = {
  verified: 'the job succeeded',
  unproved: 'the job was written but could not be verified',
  'rolled-back': 'the job was rolled back: the board has this content again',
  left: 'the job was abandoned',
  replaced: 'the job was never finished, and a later one replaced it',
  unknown: 'how the job ended is not recorded',
};

/** Of a backup that an earlier version wrote to a file: that it was made before a write is all that is known. */
const UNRECORDED = 'before a write that is not recorded';

/** Why a backup was made, as a clause: `before flashing app1; the job succeeded`. */
export function reasonOf({ job }: LibraryItem): string {
  if (job === null) return 'made on request';
  if (job.doing === null && job.end === 'unknown') return UNRECORDED;
  const before = job.doing === null ? UNRECORDED : `before ${lowered(job.doing)}`;
  return `${before}; ${job.end === null ? 'the job is unfinished' : ENDS[job.end]}`;
}

/**
 * Whether a restore brings back another layout than that of the board, or leaves that as it is although the backup was made with another
 * one; null where the two are the same, or the backup does not fit the board. What the name of the backup says of that layout is not
 * said again.
 */
export function layoutWords(item: LibraryItem, board: Inspection | null): string | null {
  if (board === null || item.fits === null || fits(item, board) === 'none') return null;
  const { layout, hasTable } = item.fits;
  const beside = besideTable(layout, board.layout);
  if (beside === '') return null;
  if (hasTable && item.name.includes(beside)) return 'Restores this layout, too.';
  return hasTable
    ? `Restores the layout, too: ${beside}.`
    : 'Restores content only: it was made with another layout, and that of the board stays.';
}

/** How much a backup has; erased bytes are no content. */
export function sizeWords({ size, blank }: Pick<LibraryItem, 'size' | 'blank'>): string {
  return `${roughly(size)}${blankWords(blank, size, roughly)}`;
}

/** How much of some bytes is blank, behind their size in the same words. */
function blankWords(blank: number, size: number, words: (size: number) => string): string {
  if (blank === 0) return '';
  if (blank === size) return ', all blank';
  return words(blank) === words(size) ? ', nearly all blank' : `, ${words(blank)} of it blank`;
}

/** What is missing from a backup; empty if nothing is. */
export function missingOf({ missing, size }: LibraryItem): string {
  if (missing === 0) return '';
  const rest = size === 0 ? 'nothing can be restored' : 'the rest can be restored';
  return `Not backed up (unreadable, or excluded by you): ${roughly(missing)}; ${rest}.`;
}

/** Why it can be neither encrypted nor deleted: an open job goes back by it, and which one that is; null if it can. */
export function neededBy({ job, made }: LibraryItem): string | null {
  if (job === null || job.end !== null) return null;
  return `The interrupted job of ${clock(made)} still needs this backup. Resume the job, roll it back or abandon it first.`;
}

/** What is lost when a backup is deleted. */
export function lossOf({ job, name }: LibraryItem): string {
  if (job?.end === 'rolled-back') return `The board has this content again. Delete the backup “${name}”?`;
  return 'This content cannot be restored afterwards. Delete it permanently?';
}

/**
 * How long backups last where they are kept, by what the browser answered when it was asked to keep them (Storage Standard, `persist()`),
 * if it did. The only place that says so: everything else that names them says where they are.
 */
export function lastingWords(kept: StorageState): string {
  if (kept.kind === 'tab') return 'Everything here is lost when this tab closes: export what you need.';
  if (kept.persisted === true)
    return 'This browser has agreed to keep the backups until you delete them or the data of this site.';
  const may =
    kept.persisted === null
      ? 'This browser does not say whether it keeps the backups when space is short.'
      : 'This browser has not agreed to keep the backups: it may delete them when space is short.';
  return `${may} Save what matters as a file, with “Export” under “More”.`;
}

/** How much storage the browser counts for the whole site, which is more than the backups, and may take or give back some at any time. */
export function usageWords({ used, quota }: NonNullable<LibraryView['usage']>): string {
  return `The browser estimates that this site uses about ${storage(used)}, of ${storage(quota)} that it may use.`;
}

/** Whether a backup can be restored to the connected board, if there is one. */
export function fits(item: LibraryItem, board: Inspection | null): 'same' | 'equal' | 'none' {
  return board === null ? 'none' : fitOf(item, board);
}

/** Whether all of some backups that fit a board at all are of another one of its kind. */
export function isOfEqualBoard(items: readonly LibraryItem[], board: Inspection | null): boolean {
  const all = items.map((item) => fits(item, board)).filter((fit) => fit !== 'none');
  return all.length > 0 && all.every((fit) => fit === 'equal');
}

/**
 * The library in one line: `7 backups of 3 boards; 12.3 MiB of flash, 9 MiB of it blank`. Equal content is stored once, but counted each time.
 * With a board, those of it first, as its tab counts them: `2 backups of this board, 5 of other boards; 12.3 MiB of flash`.
 */
export function libraryInBrief({ items, unread }: LibraryView, board: Inspection | null): string {
  if (unread !== null && items.length === 0) return 'could not be read';
  if (items.length === 0) return 'none yet';
  const size = inAll(items);
  const boards = new Set(items.map((item) => item.board));
  if (board === null)
    return `${count(items.length, 'backup')}${boards.size === 1 ? '' : ` of ${boards.size} boards`}; ${size}`;
  const own = countOwn(items, board);
  const others = boards.size - (own > 0 ? 1 : 0);
  const whose = board.identity.key === null ? 'boards like this one' : 'this board';
  const first = `${own === 0 ? 'no backups' : count(own, 'backup')} of ${whose}`;
  if (others === 0) return `${first}; ${size}`;
  return `${first}, ${items.length - own} of ${others === 1 ? 'another board' : 'other boards'}; ${size}`;
}

/** How much flash some backups have together, and how much of that is blank. */
function inAll(items: readonly LibraryItem[]): string {
  const [size, blank] = [sizeOf(items), items.reduce((sum, item) => sum + item.blank, 0)];
  return `${storage(size)} of flash${blankWords(blank, size, storage)}`;
}
