/** Findings in a partition table, with their wording. */
import { capital, count } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind, Values, Words } from '../../flash/finding.ts';
import type { Steps } from '../../flash/steps.ts';
import { headerSizeRepair, orHeaderSize } from '../boot/bootloader-header.ts';

const correctCsv = (_: Values, at: Steps): string =>
  at.either(
    'Correct the table’s CSV and drop it here. “Save the partition table as CSV” saves the one on the board.',
    'Correct the table’s CSV and use the corrected one.',
  );
const FRESH = 'Flash a valid partition table: the partition-table.bin or partitions.bin from your build.';

/** The other partitions that end too late. */
function alsoPast({ others }: Values): string {
  return others === undefined ? '' : ` Also past it: ${others}.`;
}

const TABLE_WANTED: Words = (_, at) =>
  `${capital(at.drop)} the partition table of your build (partitions.csv or .bin), or its whole build folder.`;

/** Every kind of finding in a partition table, with its wording. */
export const TABLE_FINDINGS = {
  'table-blank': {
    verdict: 'problem',
    says: (v) =>
      `There is no partition table at ${v['address']}: the flash there is blank (erased). The bootloader finds no ` +
      'app and starts nothing.',
    next: TABLE_WANTED,
  },
  'table-no-magic': {
    verdict: 'problem',
    says: (v) =>
      `There is no partition table at ${v['address']}: it starts with ${v['found']} instead of ${v['expected']}.`,
    next: TABLE_WANTED,
  },
  'table-row-damaged': {
    verdict: 'problem',
    says: (v) =>
      `Row ${v['row']} of the partition table is damaged: it starts with ${v['found']} instead of ${v['expected']}.`,
    next: FRESH,
  },
  'table-cut-short': {
    verdict: 'problem',
    says: (v) => `The partition table is truncated: row ${v['row']} has ${v['have']} of ${count(v['need'], 'byte')}.`,
    next: FRESH,
  },
  'table-md5-wrong': {
    verdict: 'problem',
    says: () => 'The partition table’s MD5 checksum does not match: the table was damaged or edited by hand.',
    next: FRESH,
  },
  'table-md5-absent': {
    verdict: 'note',
    says: () => 'The partition table has no MD5 checksum, so damage to it would not be noticed.',
    next: 'Tables made by ESP-IDF 3.1 or later have one. You do not need to do anything.',
  },
  'table-md5-twice': {
    verdict: 'problem',
    says: (v) => `Row ${v['row']} is a second checksum; the bootloader rejects a table with two.`,
    next: FRESH,
  },
  'table-end-missing': {
    verdict: 'problem',
    says: (v) => `The partition table has no end marker after ${count(v['rows'], 'row')}; the bootloader rejects it.`,
    next: FRESH,
  },
  'table-end-not-blank': {
    verdict: 'warning',
    says: (v) =>
      `The end marker at ${v['address']} is not all FF: the bootloader accepts it, but ESP-IDF’s gen_esp32part.py ` +
      'does not.',
    next: FRESH,
  },
  'row-after-md5': {
    verdict: 'problem',
    says: (v) =>
      `“${v['name']}” comes after the checksum, so it is not protected by it, and the bootloader miscounts the ` +
      'rows.',
    next: FRESH,
  },
  'name-unterminated': {
    verdict: 'warning',
    says: (v) => `The name “${v['name']}” fills all 16 bytes without a terminator: some programs read past its end.`,
    next: 'Use a name of at most 15 bytes.',
  },
  'name-duplicate': {
    verdict: 'problem',
    says: (v) => `Two partitions are named “${v['name']}”; a program that looks it up by name gets the first.`,
    next: (v, at) => `Give each partition its own name. ${correctCsv(v, at)}`,
  },
  'name-misleading': {
    verdict: 'warning',
    says: (v) => `“${v['name']}” has the name of another kind of partition: it is ${v['type']}, ${v['subtype']}.`,
    next: 'Check the type and subtype of this row.',
  },
  'type-unknown': {
    verdict: 'note',
    says: (v) => `“${v['name']}” has a type that is reserved for ESP-IDF: ${v['type']}.`,
    next: 'Check the row: types for custom use are 0x40 to 0xFE.',
  },
  'subtype-unknown': {
    verdict: 'note',
    says: (v) => `“${v['name']}” has a subtype that ESP-IDF does not define: ${v['type']}, ${v['subtype']}.`,
  },
  'flags-unknown': {
    verdict: 'note',
    says: (v) => `“${v['name']}” has flags that Sectorwise does not know: ${v['flags']}.`,
  },
  'partition-empty': {
    verdict: 'warning',
    says: (v) => `“${v['name']}” has a size of 0: nothing can be stored in it.`,
    next: correctCsv,
  },
  'partitions-overlap': {
    verdict: 'problem',
    says: (v) =>
      `“${v['name']}” and “${v['other']}” overlap from ${v['from']} to ${v['to']}: writing one damages the other.`,
    next: correctCsv,
  },
  'partition-below-table': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” starts at ${v['offset']}, before the end of the partition table at ${v['limit']}.`,
    next: correctCsv,
  },
  'partition-past-flash': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” ends at ${v['end']}, but this board’s flash ends at ${v['limit']}.${alsoPast(v)}`,
    next: 'Use a table made for this board’s flash size.',
  },
  'partition-past-header-size': {
    verdict: 'problem',
    says: (v) =>
      `The bootloader header gives a flash size of ${v['limit']}, but “${v['name']}” ends at ${v['end']}.` +
      `${alsoPast(v)} The bootloader rejects the whole table (“exceeds flash chip size”) and restarts endlessly.`,
    next: orHeaderSize(() => [
      'flash a bootloader built for the actual flash size',
      'use a table that fits the smaller size',
    ]),
    repair: headerSizeRepair,
  },
  'app-misaligned': {
    verdict: 'problem',
    says: (v) =>
      `The app partition “${v['name']}” starts at ${v['offset']}, which is not a multiple of 64 KiB: the app ` +
      'cannot run.',
    next: correctCsv,
  },
  'app-size-odd': {
    verdict: 'problem',
    says: (v) => `The size of the app partition “${v['name']}”, ${v['size']}, is not a multiple of 4 KiB.`,
    next: correctCsv,
  },
  'data-misaligned': {
    verdict: 'problem',
    says: (v) =>
      `“${v['name']}” starts at ${v['offset']}, which is not a multiple of 4 KiB: it shares an erase unit with its ` +
      'neighbour.',
    next: correctCsv,
  },
  'data-size-odd': {
    verdict: 'warning',
    says: (v) => `The size of “${v['name']}”, ${v['size']}, is not a multiple of 4 KiB: it shares its last erase unit.`,
    next: correctCsv,
  },
  'otadata-size': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” must be exactly ${v['expected']} (two erase units), but it is ${v['size']}.`,
    next: correctCsv,
  },
  'otadata-many': {
    verdict: 'problem',
    says: (v) =>
      `“${v['name']}” is a second partition of type data, ${v['subtype']}; only one may select the app to boot.`,
    next: correctCsv,
  },
  'otadata-missing': {
    verdict: 'warning',
    says: (v) =>
      `There is no otadata partition to select an app slot, but the table has ${count(v['slots'], 'OTA app slot')}.`,
    next: 'Add a row “otadata, data, ota, , 0x2000”.',
  },
  'must-be-writable': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” is marked read-only, but the firmware must be able to write to it.`,
    next: correctCsv,
  },
  'ota-without-first': {
    verdict: 'warning',
    says: (v) =>
      `There is “${v['name']}” (ota_${v['slot']}) but no ota_0: the bootloader counts from ota_0 and may not find ` +
      'it.',
    next: 'Number the app slots from ota_0.',
  },
  'ota-gap': {
    verdict: 'warning',
    says: (v) =>
      `App slot ota_${v['missing']} is missing below ota_${v['highest']}. The bootloader counts slots, so it never ` +
      `reaches “${v['name']}”.`,
    next: 'Number the app slots without gaps.',
  },
  'ota-duplicate': {
    verdict: 'problem',
    says: (v) => `“${v['other']}” and “${v['name']}” are both ota_${v['slot']}: the bootloader uses only the last one.`,
    next: correctCsv,
  },
  'ota-sizes-differ': {
    verdict: 'warning',
    says: (v) => `The app slots have different sizes (${v['sizes']}): an update can be no larger than ${v['least']}.`,
    next: 'Make all app slots the same size.',
  },
  'factory-many': {
    verdict: 'warning',
    says: (v) => `“${v['other']}” and “${v['name']}” are both factory apps: the bootloader uses only the last one.`,
    next: correctCsv,
  },
  'app-missing': {
    verdict: 'warning',
    says: () => 'The table has no app partition: nothing can boot.',
    next: 'Add an app partition.',
  },
  'nvs-small': {
    verdict: 'problem',
    says: (v) =>
      `The NVS partition “${v['name']}” is ${v['size']}; it needs at least ${v['least']} unless it is read-only.`,
    next: correctCsv,
  },
} satisfies Record<string, FindingKind>;

/** A kind of finding in a partition table. */
export type TableFindingKind = keyof typeof TABLE_FINDINGS;

/** Makes one finding about a partition table. */
export const tableFinding = findings<TableFindingKind>(TABLE_FINDINGS);
