/** What can be looked into: partitions of the board, dropped files, and the partitions of a backup. */
import type { LibraryItem } from '../../src/backups/library-view.ts';
import { hex } from '../../src/flash/finding.ts';
import { isSameRange, bare } from '../../src/flash/map.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';
import { placeOfFile } from '../../src/flash/partition-contents.ts';
import type { Inspection } from '../../src/flash/family.ts';
import { isTyped, whyNoBytes, whyNoRead, whyNoWrite } from '../../src/session/backup-scope.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { FileView } from '../../src/session/state.ts';
import type { Draft } from '../settings-table/settings-table.words.ts';
import { optionText } from './contents-view.words.ts';
import { bytes } from '../shared/format.ts';

/** What is being typed of settings, by the key of what holds them. */
export type Drafts = ReadonlyMap<string, Draft>;

/** One place, and its words in the list of those to choose from. */
export interface Offered {
  readonly place: ContentsPlace;
  readonly label: string;
}

/** The key of what is kept for a place while another one is shown, or the board is away: a file by what it is, not by its id. */
export function draftKey({ range: { region, address, size, within }, dropped }: KeyedView): string {
  return dropped === undefined
    ? JSON.stringify([region, address, size, within?.in, within?.id])
    : JSON.stringify([dropped.name, dropped.md5]);
}

/** What of an opened place says what it is. */
type KeyedView = Pick<ContentsView, 'range' | 'dropped'>;

/** Drafts with that of one place taken in, or taken out where it is null. */
export function withDraft(drafts: Drafts, view: KeyedView, draft: Draft | null): Drafts {
  const others = [...drafts].filter(([key]) => key !== draftKey(view));
  return new Map(draft === null ? others : [...others, [draftKey(view), draft]]);
}

/** The value of the choice to type a range. */
export const RANGE = 'range';

/** Why a place cannot be looked into at all; null if it can. */
export function whyNotOpen(board: Pick<Inspection, 'layout'>, place: ContentsPlace): string | null {
  if (place.within !== undefined) return null;
  return isTyped(board, place) ? whyNoRead(board, place) : whyNoBytes(board, place);
}

/** Everything that can be looked into, by where it is; groups without anything are left out. */
export function offeredOf(
  board: Inspection | null,
  files: readonly FileView[],
  backup: LibraryItem | null,
): readonly { readonly name: string; readonly offered: readonly Offered[] }[] {
  const own = board?.layout.partitions.map((each) => ({ place: bare(each), label: optionText(each, board.contents) }));
  return [
    { name: board?.identity.file === undefined ? 'On the board' : 'In the flash image', offered: own ?? [] },
    { name: 'Dropped files', offered: board === null ? [] : offeredFiles(files) },
    { name: 'In the backup', offered: backup === null ? [] : offeredIn(backup) },
  ].filter(({ offered }) => offered.length > 0);
}

/** Why what a place holds is not changed here: words for a person; null if it can be. */
export function whyFixed(board: Inspection | null, place: ContentsPlace): string | null {
  if (place.within?.in === 'backup')
    return 'A backup stays as it is: save files from it here, or restore it in the view Backups.';
  return place.within !== undefined || board === null ? null : whyNoWrite(board, place);
}

/** The dropped files of which more can be shown than their kind. */
function offeredFiles(files: readonly FileView[]): readonly Offered[] {
  return files
    .filter(({ recognised }) => recognised.opens === true)
    .map(({ id, name, size }) => ({ place: placeOfFile(id, size), label: `${name}, ${bytes(size)}` }));
}

/** The partitions that a backup has in full; none while it is encrypted. */
function offeredIn({ id, fits, plain }: Pick<LibraryItem, 'id' | 'fits' | 'plain'>): readonly Offered[] {
  const whole = fits?.layout.partitions.filter((own) =>
    plain.some((part) => part.region === own.region && part.address <= own.address && end(part) >= end(own)),
  );
  return (whole ?? []).map((own) => ({
    place: { ...bare(own), within: { in: 'backup', id } },
    label: `${own.name}, ${bytes(own.size)} at ${hex(own.address)}`,
  }));
}

/** The place of a backup that is looked into first; null if it has no whole partition. */
export function firstIn(item: Pick<LibraryItem, 'id' | 'fits' | 'plain'>): ContentsPlace | null {
  const offered = offeredIn(item);
  const roles = ['settings', 'files'];
  const isFirst = ({ place }: Offered) =>
    item.fits?.layout.partitions.some((own) => isSameRange(own, place) && roles.includes(own.role)) === true;
  return (offered.find(isFirst) ?? offered[0])?.place ?? null;
}

function end({ address, size }: ContentsPlace): number {
  return address + size;
}
