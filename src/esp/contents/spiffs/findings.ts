/** What can be wrong with SPIFFS, with the wording. */
import type { FailureWords } from '../../../flash/failure.ts';
import { failures } from '../../../flash/failure.ts';
import type { Finding, FindingKind, Place, Values } from '../../../flash/finding.ts';
import { findings, hex } from '../../../flash/finding.ts';
import { count } from '../../../flash/english.ts';
import { SAVE_FILES } from '../file-system.ts';

const EDIT = 'An edit here corrects it, deletes it as the check of SPIFFS would, or is refused.';

/** Every kind of finding in SPIFFS. `offset` is that in the partition, in hex; `block` and `page` count from 0. */
export const SPIFFS_FINDINGS = {
  'spiffs-block-unmarked': {
    verdict: 'warning',
    says: (v) =>
      `Block ${v['block']} at ${v['offset']} has no mark, as when the power fails while it is erased. The firmware erases it when ` +
      'it mounts the partition.',
    next: 'You do not need to do anything: a block is erased only after its files were moved.',
  },
  'spiffs-marks-missing': {
    verdict: 'problem',
    says: (v) =>
      `${count(v['blocks'], 'block')} of ${v['of']} have no mark, the first at ${v['offset']}. The firmware does not mount it if more than ` +
      'one has none.',
    next: SAVE_FILES,
  },
  'spiffs-other-size': {
    verdict: 'problem',
    says: (v) =>
      `It was made for ${v['was']}, but this partition has ${v['size']}. The firmware does not mount it ` +
      'here (SPIFFS_ERR_NOT_A_FS).',
    next: (_, at) =>
      `Save its files, then recreate the file system, or give the partition its former size ${at.layout}.`,
  },
  'spiffs-name-twice': {
    verdict: 'warning',
    says: (v) =>
      `${v['path']} is listed more than once, again in page ${v['page']} at ${v['offset']}, as when the power fails while a file is ` +
      'changed. The firmware opens the one that it finds first.',
    next: 'Save the file and look at it. An edit here keeps the one that the check of SPIFFS keeps.',
  },
  'spiffs-name-unfinished': {
    verdict: 'warning',
    says: (v) =>
      `The name of a file does not end, in page ${v['page']} at ${v['offset']}, as when the power fails while it is created. The ` +
      'firmware lists it under a name with more characters than it has room for.',
    next: 'Delete it.',
  },
  'spiffs-half-deleted': {
    verdict: 'note',
    says: (v) =>
      `The deletion of ${v['path']} was interrupted: its header in page ${v['page']} at ${v['offset']} is marked, and its pages are ` +
      'still in use. The firmware does not list it any more.',
  },
  'spiffs-lengths-assumed': {
    verdict: 'note',
    says: (v) =>
      `Nothing in it says which lengths the firmware was built with, as no file has data. Assumed are those of ${v['build']}: ` +
      `${count(v['name'], 'byte')} for a name and ${count(v['meta'], 'byte')} for its date.`,
  },
  'spiffs-file-damaged': {
    verdict: 'problem',
    says: (v) => `${v['path']} cannot be read: page ${v['page']} at ${v['offset']} ${v['why']} (${v['error']}).`,
    next: `Save the other files. ${EDIT}`,
  },
  'spiffs-file-doubtful': {
    verdict: 'warning',
    says: (v) =>
      `${v['path']} can be read, but the number in page ${v['page']} at ${v['offset']} is not that of this file, as when the power ` +
      `fails while a page is moved. SPIFFS can lose such a file when it moves or checks its pages. ${EDIT}`,
    next: 'Save the file before you change anything in this partition.',
  },
  'spiffs-more-findings': {
    verdict: 'problem',
    says: (v) => `Not listed here: ${count(v['more'], 'more finding')} about files.`,
    next: SAVE_FILES,
  },
} as const satisfies Record<string, FindingKind>;

const finding = findings(SPIFFS_FINDINGS);

/** An offset in the partition as a place. */
export function placeAt(offset: number): Place {
  return { in: 'file', name: 'SPIFFS', offset };
}

/** Makes one finding at an offset in the partition, in bytes; the offset is among its values. */
export function spiffsFinding(kind: keyof typeof SPIFFS_FINDINGS, offset: number, values: Values = {}): Finding {
  return finding(kind, placeAt(offset), { offset: hex(offset), ...values });
}

/** What can go wrong while a file is read. */
export const SPIFFS_FAILURES = {
  'spiffs-file-unreadable': {
    kind: 'refused',
    says: (v) => `${v['path']} cannot be read: page ${v['page']} at ${v['offset']} ${v['why']} (${v['error']}).`,
    next: 'Save the other files, then recreate the file system.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one failure; see `spiffsFinding`. */
export const spiffsFailure = failures(SPIFFS_FAILURES);
