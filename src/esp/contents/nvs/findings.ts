/** Findings in NVS partitions: what is damaged, and what ESP-IDF's library does about it when the firmware starts. */
import { article, count } from '../../../flash/english.ts';
import { findings } from '../../../flash/finding.ts';
import type { FindingKind, Words } from '../../../flash/finding.ts';
import type { Item } from './entry.ts';

const SAVE = 'Save what can be read before this firmware starts again.';
const NEW: Words = (_, at) =>
  `Save what can be read, then recreate the settings${at.either('', ' on Sectorwise’s page')} and import what you saved.`;

/** Every kind of finding in NVS, with its words. `at` is an offset in the partition in hex, `page` counts from 0. */
export const NVS_FINDINGS = {
  'nvs-page-corrupt': {
    verdict: 'warning',
    says: (v) =>
      `Page ${v['page']} at ${v['at']} has no valid header. The firmware ignores it, and erases it when it needs a new page.`,
    next: SAVE,
  },
  'nvs-entry-damaged': {
    verdict: 'warning',
    says: (v) =>
      `${count(v['count'], 'entry')} of page ${v['page']}, from ${v['at']} on, cannot be read: wrong CRC or an impossible ` +
      'type or length. The firmware erases this at its next start.',
    next: SAVE,
  },
  'nvs-entry-unfinished': {
    verdict: 'note',
    says: (v) =>
      `Writing ${count(v['count'], 'entry')} of page ${v['page']}, from ${v['at']} on, was interrupted. The firmware erases ` +
      'this at its next start.',
  },
  'nvs-item-unfinished': {
    verdict: 'note',
    says: (v) =>
      `Writing or erasing ${v['name']} in page ${v['page']} at ${v['at']} was interrupted. The firmware erases what there ` +
      'is of it at its next start.',
  },
  'nvs-duplicate': {
    verdict: 'note',
    says: (v) =>
      `Page ${v['page']} has an older ${v['name']} at ${v['at']}. The firmware uses the newer one and erases this at its next start.`,
  },
  'nvs-index-mismatch': {
    verdict: 'warning',
    says: (v) =>
      `The pieces of the blob ${v['name']}, described in page ${v['page']} at ${v['at']}, do not add up. The firmware erases ` +
      'the blob at its next start.',
    next: SAVE,
  },
  'nvs-orphan-chunk': {
    verdict: 'note',
    says: (v) =>
      `${count(v['count'], 'piece')} of a blob ${v['name']}, from ${v['at']} on, ${v['count'] === 1 ? 'belongs' : 'belong'} ` +
      'to no complete blob. The firmware erases this at its next start.',
  },
  'nvs-page-freeing': {
    verdict: 'note',
    says: (v) =>
      `Moving the settings out of page ${v['page']} at ${v['at']} was interrupted. The firmware does it again at its next start.`,
  },
  'nvs-newest-page-discarded': {
    verdict: 'note',
    says: (v) =>
      `Page ${v['page']} at ${v['at']} is the copy that was interrupted. The firmware erases it at its next start.`,
  },
  'nvs-data-damaged': {
    verdict: 'warning',
    says: (v) =>
      `The data of ${v['name']} in page ${v['page']} at ${v['at']} has a wrong CRC. The firmware ` +
      'treats it as missing and erases it.',
    next: 'Set it again, or delete it.',
  },
  'nvs-hidden': {
    verdict: 'note',
    says: (v) =>
      `There is also ${article(v['type'])} ${v['name']} at ${v['at']}, which the firmware cannot read because of another value ` +
      'of that name.',
  },
  'nvs-no-namespace': {
    verdict: 'warning',
    says: (v) =>
      `${count(v['values'], 'value')} belong to namespace ${v['namespace']}, whose name is lost: the firmware cannot read them.`,
    next: SAVE,
  },
  'nvs-recoverable': {
    verdict: 'warning',
    says: (v) =>
      `${count(v['values'], 'more value')} can be read from this flash although the firmware does not read them: ${v['names']}.`,
    next: SAVE,
  },
  'nvs-more': {
    verdict: 'warning',
    says: (v) => `There are ${v['more']} more findings of this sort.`,
    next: SAVE,
  },
  'nvs-no-free-page': {
    verdict: 'problem',
    says: () =>
      'No page is blank, so the firmware cannot start its settings (ESP_ERR_NVS_NO_FREE_PAGES). Most firmware then erases ' +
      'all of them.',
    next: NEW,
  },
  'nvs-new-version': {
    verdict: 'problem',
    says: (v) =>
      `Page ${v['page']} has version byte ${v['version']}, newer than ESP-IDF 5.5 and this app know ` +
      '(ESP_ERR_NVS_NEW_VERSION_FOUND).',
    next: 'Leave these settings as they are, or recreate them.',
  },
  'nvs-too-large': {
    verdict: 'problem',
    says: (v) => `This partition has ${v['size']}. Settings are read only from partitions of up to ${v['most']}.`,
    next: 'Save the partition as a file.',
  },
  'nvs-does-not-start': {
    verdict: 'problem',
    says: (v) => `The firmware cannot start these settings (${v['error']}): the pages contradict each other.`,
    next: NEW,
  },
  'nvs-encrypted': {
    verdict: 'warning',
    says: () => 'The settings are encrypted, and their keys were not read.',
    next: 'They can be read if the keys are in a partition of type nvs_keys that is not encrypted itself.',
  },
  'nvs-keys-wrong': {
    verdict: 'problem',
    says: () => 'The settings are encrypted with other keys than those in the partition nvs_keys.',
    next: 'Use the partition nvs_keys that belongs to these settings.',
  },
  'nvs-keys-unused': {
    verdict: 'note',
    says: () => 'There are keys for these settings, but the settings are not encrypted.',
  },
} as const satisfies Record<string, FindingKind>;

/** The kinds of findings in NVS. */
export type NvsFindingKind = keyof typeof NVS_FINDINGS;

/** Makes one finding about an NVS partition. */
export const nvsFinding = findings<NvsFindingKind>(NVS_FINDINGS);

/** The kinds of repairs; each becomes a finding. */
export type RepairKind =
  | 'page-corrupt'
  | 'entry-damaged'
  | 'entry-unfinished'
  | 'item-unfinished'
  | 'duplicate'
  | 'index-mismatch'
  | 'orphan-chunk'
  | 'page-freeing'
  | 'newest-page-discarded'
  | 'data-damaged';

/** One repair: the page's and the entry's numbers, and the item that it concerns where there is a sound one. */
export interface Repair {
  readonly kind: RepairKind;
  readonly page: number;
  readonly entry: number | null;
  readonly item: Item | null;
}

/** Called with each repair as it is made. */
export type NoteRepair = (kind: RepairKind, page: number, entry: number | null, item: Item | null) => void;
