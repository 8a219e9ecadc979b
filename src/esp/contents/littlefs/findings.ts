/** What is damaged, unfinished or remarkable in a LittleFS, with its place, and what the firmware's library does about it. */
import type { FindingKind, Place } from '../../../flash/finding.ts';
import { findings, hex } from '../../../flash/finding.ts';
import type { FailureWords } from '../../../flash/failure.ts';
import { failures } from '../../../flash/failure.ts';
import { SAVE_FILES } from '../file-system.ts';
import { sizeIn } from '../refusals.ts';

/** The register. Blocks by number; `at` is an offset in the partition in hex; sizes in bytes. */
export const LITTLEFS_FINDINGS = {
  'littlefs-no-superblock': {
    verdict: 'problem',
    says: (v) =>
      `Both copies of LittleFS’s superblock, in blocks ${v['first']} and ${v['second']}, are damaged: no firmware can mount it.`,
    next: 'Restore a backup, or recreate the file system.',
  },
  'littlefs-unsupported': {
    verdict: 'problem',
    says: (v) => `The superblock’s ${v['field']} is ${v['value']}; the LittleFS library accepts ${v['accepted']}.`,
    next: 'Use a firmware whose LittleFS library was built for this file system.',
  },
  'littlefs-larger': {
    verdict: 'problem',
    says: (v) =>
      `The superblock says ${sizeIn(v['says'])}, but the partition has ${sizeIn(v['has'])}: what lies behind its end is missing, and writes that choose a block there fail.`,
    next: (_, at) => `Make the partition larger ${at.layout}, or save the files and recreate the file system.`,
  },
  'littlefs-smaller': {
    verdict: 'note',
    says: (v) => `LittleFS uses ${sizeIn(v['says'])} of the partition’s ${sizeIn(v['has'])}; the rest is unused.`,
  },
  'littlefs-pair-damaged': {
    verdict: 'problem',
    says: (v) =>
      `${v['where']} has lost what was in blocks ${v['first']} and ${v['second']} (at ${v['at']}): neither holds a valid commit.`,
    next: SAVE_FILES,
  },
  'littlefs-pair-outside': {
    verdict: 'problem',
    says: (v) => `${v['where']} continues in blocks ${v['first']} and ${v['second']}, outside the file system.`,
    next: SAVE_FILES,
  },
  'littlefs-loop': {
    verdict: 'problem',
    says: (v) => `${v['where']} leads back to blocks ${v['first']} and ${v['second']} and is not followed further.`,
    next: SAVE_FILES,
  },
  'littlefs-shared': {
    verdict: 'problem',
    says: (v) =>
      `${v['where']} has the same blocks (${v['first']} and ${v['second']}) as another folder: a change to one changes both.`,
    next: SAVE_FILES,
  },
  'littlefs-fell-back': {
    verdict: 'note',
    says: (v) =>
      `Block ${v['block']} (at ${v['at']}) is newer than block ${v['other']} but holds no valid commit, as after a power cut: the older one counts.`,
  },
  'littlefs-pending-move': {
    verdict: 'note',
    says: (v) =>
      `A rename was cut off by a power cut: the firmware deletes entry ${v['id']} of block ${v['block']} (at ${v['at']}) before its next write.`,
  },
  'littlefs-hidden-by-move': {
    verdict: 'warning',
    says: (v) =>
      `The firmware does not see ${v['path']} until it has finished the rename that a power cut interrupted.`,
    next: 'Let the firmware write anything, or change a file here: either finishes the rename, and the entry is back.',
  },
  'littlefs-orphans': {
    verdict: 'note',
    says: () =>
      'A power cut left folders that belong nowhere any more: the firmware releases their blocks before its next write.',
  },
  'littlefs-not-openable': {
    verdict: 'warning',
    says: (v) => `${v['path']} is listed, but the firmware does not find it by its name.`,
    next: SAVE_FILES,
  },
  'littlefs-bad-name': {
    verdict: 'warning',
    says: (v) =>
      `An entry in block ${v['block']} (at ${v['at']}) has an impossible name (${v['name']}), so it is left out.`,
    next: SAVE_FILES,
  },
  'littlefs-odd-entry': {
    verdict: 'warning',
    says: (v) => `${v['path']} is neither a file nor a folder (type ${v['type']}), so it is left out.`,
    next: SAVE_FILES,
  },
  'littlefs-file-damaged': {
    verdict: 'problem',
    says: (v) =>
      `${v['path']} has ${sizeIn(v['size'])} and begins in block ${v['block']}, which cannot be: its content is lost.`,
    next: SAVE_FILES,
  },
  'littlefs-too-deep': {
    verdict: 'warning',
    says: (v) => `Folders below ${v['path']} are nested too deeply and are left out.`,
    next: SAVE_FILES,
  },
  'littlefs-more-findings': {
    verdict: 'problem',
    says: (v) => `There are ${v['more']} more findings about files and folders.`,
    next: SAVE_FILES,
  },
} as const satisfies Record<string, FindingKind>;

/** Makes a finding about a LittleFS. */
export const littleFsFinding = findings(LITTLEFS_FINDINGS);

/** What can go wrong while a file of a LittleFS is read. */
export const LITTLEFS_FAILURES = {
  'littlefs-unreadable': {
    kind: 'refused',
    says: (v) => `${v['path']} cannot be read: block ${v['block']} (at ${v['at']}) ${v['why']}.`,
    next: SAVE_FILES,
  },
} as const satisfies Record<string, FailureWords>;

/** Makes a failure of reading a LittleFS. */
export const littleFsFailure = failures(LITTLEFS_FAILURES);

/** An offset in the partition as a place; in bytes. */
export function placeAt(offset: number): Place {
  return { in: 'file', name: 'LittleFS', offset };
}

/** The values that name a block: its number, and its offset in hex. */
export function blockValues(block: number, blockSize: number): { readonly block: number; readonly at: string } {
  return { block, at: hex(block * blockSize) };
}
