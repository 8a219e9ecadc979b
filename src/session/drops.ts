/** What was dropped together, and how it is shown. */
import type { ArrangedFile, Choosing } from '../flash/arrangement.ts';
import type { FailureFacts } from '../flash/failure.ts';
import type { DroppedFile, Source, Unpacked } from '../flash/dropped-file.ts';
import type { Refusal } from '../flash/finding.ts';
import { hex } from '../flash/finding.ts';
import type { FittingLayouts } from '../flash/layout-fit.ts';
import type { Range } from '../flash/map.ts';
import type { ContentEdit } from '../flash/partition-contents.ts';
import { plainName } from '../flash/names.ts';
import type { RepairFile } from '../flash/repair-sources.ts';
import type { EditsView } from './contents/chosen-edits.ts';
import type { ReportFile } from './job-execution/report.ts';
import type { ContainerView, FileView } from './state.ts';

/** A file that can be written. */
export interface ChosenFile extends DroppedFile {
  readonly id: number;
  /** The address that its container gives it, which a typed one hides. */
  readonly given?: number;
  /** The id of the place that the user chose; null means the best place that fits. */
  choice: string | null;
  used: boolean;
  /** The file as it was dropped, where `data` has edits applied; absent where nothing of it is edited. */
  readonly dropped?: Uint8Array;
  /** The edits, and why they cannot be applied; absent where nothing is edited. */
  readonly edited?: { readonly edits: readonly ContentEdit[]; readonly refusal: Refusal | null };
}

/** Files dropped at the same time. */
export interface Drop {
  readonly id: number;
  readonly sources: readonly Source[];
  /** The place that the user added it for; null if none. */
  readonly at: Range | null;
  /** The address that its bytes are for; null for what a person dropped. */
  readonly address: number | null;
  /** What it does to the board, as a clause, where no person chose a file; null otherwise. */
  readonly does: string | null;
  /** Whether it was made for its board: no other board is offered it. */
  readonly isForOneBoard: boolean;
  /** The build that the user chose of several in it; null if none. */
  build: string | null;
  /** The board that it was unpacked for; null before that. */
  board: string | null;
  unpacked: Unpacked | null;
  failure: FailureFacts | null;
  files: readonly ChosenFile[];
  /** Whether a job put it on the board, and nobody has chosen it or about it since: another layout does not need it written again. */
  isOnBoard: boolean;
  /** Names of plain files that the user removed: another board does not bring them back. */
  readonly gone: Set<string>;
}

/** How files are dropped; absent: by a person, for any place. */
export type DropOptions = Partial<Pick<Drop, 'at' | 'address' | 'does' | 'isForOneBoard'>>;

/** The files as the page shows them. */
export interface FilesView {
  readonly files: readonly FileView[];
  readonly containers: readonly ContainerView[];
  /** What a person had chosen before, for another board or until a restore, by name, while none of it is chosen again. */
  readonly again?: string;
  /** The CSV of the edited layout, while it is used. */
  readonly editedLayout?: string;
  /** Those that can be written each by itself, while something could be repaired with one. */
  readonly repairFiles?: readonly RepairFile[];
  /** The layouts that give the room that was asked for; null if none was. */
  readonly fits?: FittingLayouts;
  /** What is to be changed of what partitions hold, while anything is. */
  readonly edits?: readonly EditsView[];
}

/** Whether a drop is shown as a container: it is one, or there is more to report than its files. */
export function isContainer({ unpacked, failure, gone }: Drop): boolean {
  if (failure !== null) return true;
  if (unpacked === null) return false;
  const { container, parts, left, findings } = unpacked;
  return container !== null || left.length > 0 || findings.length > 0 || parts.length + gone.size === 0;
}

/** Files dropped together, of which nothing is unpacked or chosen yet. */
export function freshDrop(
  id: number,
  sources: readonly Source[],
  { at = null, address = null, does = null, isForOneBoard = false }: DropOptions = {},
): Drop {
  const [files, gone] = [[], new Set<string>()];
  const fresh = { build: null, board: null, unpacked: null, failure: null, files, isOnBoard: false, gone };
  return { id, sources, at, address, does, isForOneBoard, ...fresh };
}

/** The parts of a drop as files; one that was there before, by its name, keeps the user's choices. `newId` gives the others an id. */
export function filesOf(drop: Drop, parts: readonly DroppedFile[], newId: () => number): ChosenFile[] {
  const before = [...drop.files];
  return parts
    .filter((part) => !drop.gone.has(part.name))
    .map((part) => {
      const same = before.find(({ name }) => name === part.name);
      if (same !== undefined) before.splice(before.indexOf(same), 1);
      const given = part.at !== undefined && { given: part.at };
      const typed = drop.address !== null && { at: drop.address, typed: true as const };
      const id = same?.id ?? newId();
      return { ...part, ...given, ...typed, id, choice: same?.choice ?? null, used: same?.used ?? true };
    });
}

/** A file with the address that the user typed; with null, with that of its container or none. */
export function placedAt(file: ChosenFile, address: number | null): ChosenFile {
  const { at: _at, typed: _typed, ...plain } = file;
  const { given } = file;
  const at = address !== null ? { at: address, typed: true as const } : given !== undefined && { at: given };
  return { ...plain, ...at, choice: null };
}

/**
 * The places that used files without a choice are to have, by their ids: the one that a file was added for, where it fits there, or
 * that an interrupted job gave it.
 */
export function placesToKeep(
  drops: readonly Drop[],
  placements: readonly ArrangedFile[],
  placeOf: (file: DroppedFile) => ReportFile | null,
): readonly { readonly own: ChosenFile; readonly choice: string }[] {
  return placements.flatMap(({ file, choices, chosen }) => {
    const drop = drops.find(({ files }) => files.some((each) => each === file));
    const own = drop?.files.find((each) => each === file);
    if (own === undefined || !own.used || own.choice !== null || own.typed === true) return [];
    const [place, wanted] = [placeOf(file), drop?.at ?? null];
    const at = choices.findIndex(({ name, region, address, fits }) =>
      wanted === null
        ? name === place?.place && hex(address) === place.address
        : fits && region === wanted.region && address === wanted.address,
    );
    const choice = choices[at];
    return choice === undefined || at === chosen ? [] : [{ own, choice: choice.id }];
  });
}

/** All files as the page shows them; one that is not used has no place. */
export function filesView(
  drops: readonly Drop[],
  placements: readonly ArrangedFile[],
  identify: (file: DroppedFile) => ArrangedFile['recognised'],
): readonly FileView[] {
  const placed = new Map(placements.map((each) => [each.file, each]));
  return drops.flatMap((drop) =>
    drop.files.map((file) => fileView(drop, file, placed.get(file) ?? { ...UNPLACED, recognised: identify(file) })),
  );
}

const UNPLACED = { choices: [], chosen: null, picking: null };

function fileView(
  drop: Drop,
  file: ChosenFile,
  { recognised, choices, chosen, picking }: Choosing & Pick<FileView, 'recognised'>,
): FileView {
  const { id, name, data, used, typed, at, changes } = file;
  return {
    id,
    name,
    size: data.length,
    container: isContainer(drop) ? drop.id : null,
    used,
    recognised,
    choices,
    chosen,
    picking,
    ...(typed === true && { typed: at }),
    ...(changes !== undefined && { changes }),
    ...(drop.does !== null && { does: drop.does }),
    ...(drop.isForOneBoard && { forOneBoard: true }),
  };
}

/** A drop as the page shows it. */
export function containerView({ id, sources, unpacked, failure, isForOneBoard }: Drop): ContainerView {
  return {
    id,
    name: nameOfDrop({ sources }),
    kind: unpacked?.container ?? null,
    says: unpacked?.says ?? '',
    left: unpacked?.left ?? [],
    findings: unpacked?.findings ?? [],
    ...(unpacked?.builds !== undefined && { builds: unpacked.builds }),
    ...(unpacked?.bundle !== undefined && { bundle: unpacked.bundle }),
    failure,
    ...(isForOneBoard && { forOneBoard: true }),
  };
}

/** The name of a drop, as the user knows it. */
export function nameOfDrop({ sources }: Pick<Drop, 'sources'>): string {
  return plainName(nameOf(sources.map(({ path }) => path)));
}

/** What was dropped, without plain files that the user removed. */
export function sourcesLeft(drop: Drop): readonly Source[] {
  return isContainer(drop) ? drop.sources : drop.sources.filter(({ path }) => !drop.gone.has(path));
}

/** The common top folder of some paths, or else the first name and the number of others. */
function nameOf([first = '', ...others]: readonly string[]): string {
  const folder = first.slice(0, first.indexOf('/') + 1);
  if (folder !== '' && others.every((path) => path.startsWith(folder))) return folder.slice(0, -1);
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Whether two lists have the same things in the same order. */
export function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}
