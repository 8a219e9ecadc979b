/** What can repair a problem: files that were dropped, and what backups would bring back. Pure; the view shows it. */
import type { CheckedRange, RepairFile, KeptRange } from '../../src/flash/repair-sources.ts';
import { isSameKept } from '../../src/flash/repair-sources.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding } from '../../src/flash/finding.ts';
import { partitionsTouching } from '../../src/flash/layout.ts';
import { contains } from '../../src/flash/map.ts';
import type { Repair } from '../../src/flash/repair.ts';
import type { LibraryItem, LibraryView } from '../../src/backups/library-view.ts';
import { fitOf } from '../../src/backups/library-view.ts';
import { clock } from '../shared/format.ts';

/** More backups of one thing than this are found in the view of the backups. */
const MOST_BACKUPS = 2;
/** So many are checked to find them: each may be of the damage itself. */
const MOST_CHECKED = 6;
/** What every board of a kind has alike: the backup of another one may have it, too. */
const ALIKE: readonly string[] = ['boot', 'app'];

/** Repairs of a problem with those that files and backups offer, which come before what a person has to look for first. */
export function inOrder(own: readonly Repair[], repairFiles: readonly Repair[]): readonly Repair[] {
  const ready = own.findLastIndex(({ request }) => request.do !== 'open') + 1;
  return [...own.slice(0, ready), ...repairFiles, ...own.slice(ready)];
}

/** The repairs that dropped files are, each of which is written by itself. */
export function filesFor({ restores = [] }: Finding, files: readonly RepairFile[]): readonly Repair[] {
  return files.flatMap(({ id, name, container, says, places }): Repair[] => {
    const place = places.find(
      (choice) => (choice.ranges ?? []).length < 2 && restores.some((range) => contains(range, choice)),
    );
    if (place === undefined) return [];
    const from = container === null ? 'It was dropped.' : `It is in ${container}, which was dropped.`;
    return [
      {
        label: `Write ${name} to ${place.name}`,
        reason: `${says} ${from} Nothing else that you dropped is written.`,
        request: { do: 'use-only', file: id, choice: place.id },
      },
    ];
  });
}

/** A backup that may have what repairs something. */
interface Candidate extends KeptRange {
  readonly item: LibraryItem;
  readonly isOwn: boolean;
}

/** What backups may bring back to repair a problem: those of this board first, the newest of each first. */
export function candidatesFor(
  { restores = [] }: Finding,
  board: Inspection,
  { items }: Pick<LibraryView, 'items'>,
): readonly Candidate[] {
  const alike = restores.filter((range) =>
    partitionsTouching(board.layout, range).every(({ role }) => ALIKE.includes(role)),
  );
  const all = items
    .toSorted((a, b) => b.made - a.made)
    .flatMap((item): Candidate[] => {
      const fit = fitOf(item, board);
      const wanted = fit === 'same' ? restores : fit === 'equal' ? alike : [];
      return wanted
        .filter((range) => item.plain.some((part) => contains(part, range)))
        .map((range) => ({ item, backup: item.id, range, isOwn: fit === 'same' }));
    });
  return [...all.filter(({ isOwn }) => isOwn), ...all.filter(({ isOwn }) => !isOwn)].slice(0, MOST_CHECKED);
}

/** What is known of the backups that may repair a problem. */
export interface Restores {
  readonly repairs: readonly Repair[];
  /** Why others are none, or could not be checked, as sentences. */
  readonly useless: readonly string[];
  /** What is to be checked before it is offered. */
  readonly unchecked: readonly KeptRange[];
}

/** The repairs that backups are, as far as what they hold was checked: one of the damage itself is none. */
export function restoresOf(
  finding: Finding,
  board: Inspection,
  library: Pick<LibraryView, 'items'>,
  checked: readonly CheckedRange[],
): Restores {
  const found = candidatesFor(finding, board, library).map((candidate) => {
    return { ...candidate, check: checked.find((each) => isSameKept(each, candidate)) };
  });
  const repairs = found.flatMap((candidate) => (candidate.check?.wrong === null ? [asRepair(candidate, board)] : []));
  const useless = found.flatMap(({ item, check }) => {
    const wrong = check?.wrong ?? null;
    if (wrong === null) return [];
    const what = `The backup of ${clock(item.made)}`;
    return [check?.failed === true ? `${what} could not be checked: ${wrong}` : `${what} does not help. ${wrong}`];
  });
  const unchecked = found.flatMap(({ check, backup, range }) => (check === undefined ? [{ backup, range }] : []));
  return { repairs: repairs.slice(0, MOST_BACKUPS), useless: useless.slice(0, MOST_BACKUPS), unchecked };
}

function asRepair({ item, backup, range, isOwn }: Candidate, { layout }: Inspection): Repair {
  const name = partitionsTouching(layout, range)[0]?.name ?? 'it';
  const of = isOwn ? 'of this board' : `of another board, ${item.board}`;
  const whose = isOwn ? name : `another board’s ${name}`;
  return {
    label: `Restore ${whose} of ${clock(item.made)}`,
    reason: `From a backup ${of}: ${item.name}. What was there then is restored, and nothing else changes.`,
    request: { do: 'restore', backup, range },
  };
}
