/** What can be wrong with a FAT volume and with wear levelling, with the wording. */
import { count } from '../../../flash/english.ts';
import type { FailureWords } from '../../../flash/failure.ts';
import { failures } from '../../../flash/failure.ts';
import type { Finding, FindingKind, Place, Values } from '../../../flash/finding.ts';
import { findings, hex } from '../../../flash/finding.ts';
import { plainCharacters } from '../../../flash/names.ts';
import { SAVE_FILES } from '../file-system.ts';
import { sizeIn } from '../refusals.ts';

/** Every kind of finding in a FAT volume. `offset` is that in the partition, in hex. */
export const FAT_FINDINGS = {
  'wl-state-bad': {
    verdict: 'warning',
    says: (v) =>
      `The checksum of wear levelling’s state ${v['state']} at ${v['offset']} is wrong. The firmware restores it ` +
      'from the other one when it mounts the partition.',
    next: 'You do not need to do anything.',
  },
  'wl-both-bad': {
    verdict: 'problem',
    says: (v) =>
      `Neither state of wear levelling is valid (${v['first']} and ${v['second']}). The firmware initialises it ` +
      'again when it mounts the partition, and then finds its sectors in the wrong places.',
    next: 'Restore the partition from a backup, or recreate the file system.',
  },
  'wl-other-size': {
    verdict: 'problem',
    says: (v) =>
      `Wear levelling was set up for ${sizeIn(v['was'])}, but this partition has ${sizeIn(v['size'])}. ` +
      'The firmware looks for its state at the end of the partition, does not find it, and starts an empty one.',
    next: `${SAVE_FILES} Do not start the firmware before.`,
  },
  'wl-erase-pending': {
    verdict: 'note',
    says: (v) =>
      `The power failed while a sector was erased at ${v['offset']}. The firmware copies it back from the end of the ` +
      `volume when it mounts the partition, without the ${count(v['lost'], 'byte')} that were to be replaced.`,
  },
  'wl-erase-torn': {
    verdict: 'problem',
    says: (v) =>
      `The power failed while it was noted at ${v['offset']} which sector is erased. The firmware reads a wrong sector number ` +
      'from it, and overwrites some sector of the volume when it mounts the partition.',
    next: (_, at) =>
      `${at.either('Change or compact', 'Change')} the file system here before the firmware starts: the note is then cleared.`,
  },
  'fat-cut-short': {
    verdict: 'problem',
    says: (v) =>
      `The file system is ${sizeIn(v['needs'])} large, but there are only ${sizeIn(v['has'])} for it. Files ` +
      'behind the end cannot be read.',
    next: SAVE_FILES,
  },
  'fat-copies-differ': {
    verdict: 'warning',
    says: (v) =>
      `The two copies of the FAT differ at ${v['offset']}, in ${count(v['entries'], 'entry')}. The firmware uses only the first.`,
    next: 'You do not need to do anything.',
  },
  'fat-folder-broken': {
    verdict: 'problem',
    says: (v) => `The folder ${v['path']} ends at ${v['offset']} in a cluster that is not one: the rest of it is lost.`,
    next: SAVE_FILES,
  },
  'fat-folder-twice': {
    verdict: 'problem',
    says: (v) =>
      `The folder ${v['path']} has a cluster at ${v['offset']} that belongs to another folder, too; it is left out.`,
    next: SAVE_FILES,
  },
  'fat-unusable-entries': {
    verdict: 'warning',
    says: (v) =>
      `The folder ${v['path']} has ${count(v['count'], 'entry')} without a usable name, the first at ${v['offset']}, as a power ` +
      'cut leaves them. The firmware lists them as “?” and cannot open them.',
    next: 'You do not need to do anything. Recreate the file system to get rid of them.',
  },
  'fat-name-twice': {
    verdict: 'warning',
    says: (v) =>
      `${v['path']} is in its folder twice, the second time at ${v['offset']}. The firmware opens only the first.`,
    next: 'Delete it, if the first one is damaged: the second one then takes its place.',
  },
  'fat-too-much': {
    verdict: 'problem',
    says: (v) => `${v['path']} is beyond what is listed here: at most ${v['most']}.`,
    next: 'Save the whole partition as a backup, and open it with other tools.',
  },
  'fat-file-broken': {
    verdict: 'problem',
    says: (v) =>
      `${v['path']} has ${sizeIn(v['size'])}, but its clusters end after ${sizeIn(v['have'])}. The firmware reads up to ` +
      'there and then reports an error.',
    next: 'Delete the file, or replace it.',
  },
  'fat-cluster-free': {
    verdict: 'warning',
    says: (v) =>
      `${v['path']} ends in a cluster at ${v['offset']} that the FAT calls free: the firmware will overwrite it with another file.`,
    next: (_, at) =>
      at.either(
        'Compact the file system here, or save the file and write it again.',
        'Save the file and write it again.',
      ),
  },
  'fat-cross-linked': {
    verdict: 'problem',
    says: (v) => `${v['path']} shares a cluster at ${v['offset']} with ${v['other']}: at least one of them is damaged.`,
    next: 'Save both and look at them, then delete both here.',
  },
  'fat-lost-clusters': {
    verdict: 'note',
    says: (v) =>
      `Clusters that are marked as used but belong to no file, as after a power cut: ${v['clusters']}, or ` +
      `${sizeIn(v['bytes'])}. The firmware leaves them as they are.`,
  },
} as const satisfies Record<string, FindingKind>;

const finding = findings(FAT_FINDINGS);

/** An offset in the partition as a place. */
export function placeAt(offset: number): Place {
  return { in: 'file', name: 'FAT', offset };
}

/** The offset and the values of a sentence; names come from the volume, and must not be able to disguise themselves in it. */
function shown(offset: number, values: Values): Values {
  const plain = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? plainCharacters(value) : value,
  ]);
  return { offset: hex(offset), ...Object.fromEntries(plain) };
}

/** Makes one finding at an offset in the partition, in bytes; the offset is among its values. */
export function fatFinding(kind: keyof typeof FAT_FINDINGS, offset: number, values: Values = {}): Finding {
  return finding(kind, placeAt(offset), shown(offset, values));
}

/** What can go wrong while a file is read. */
export const FAT_FAILURES = {
  'fat-file-damaged': {
    kind: 'refused',
    says: (v) =>
      `${v['path']} cannot be read whole: its clusters end after ${v['have']} of ${count(v['size'], 'byte')}, at ${v['offset']}.`,
    next: 'Delete the file, or replace it.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(FAT_FAILURES);

/** Makes one failure at an offset in the partition, in bytes. */
export function fatFailure(name: keyof typeof FAT_FAILURES, offset: number, values: Values) {
  return fail(name, { place: placeAt(offset), values: shown(offset, values) });
}
