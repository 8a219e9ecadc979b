/** Everything that can be seen in a partition table, worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';
import { orHeaderSize } from '../boot/bootloader-header.ts';

const MEND = 'Mend the partition table (its CSV) and flash the new table.';
const FRESH = 'Flash a good partition table: the partitions.bin of your build.';

/** Every kind of finding in partition tables, with its words. */
export const TABLE_FINDINGS = {
  'table-blank': {
    verdict: 'problem',
    says: (v) =>
      `There is no partition table at ${v['address']}: the place is blank (erased). The bootloader takes it for a table ` +
      'without an app and starts nothing.',
    next: 'Flash a partition table, or look at another offset if your project moved it.',
  },
  'table-no-magic': {
    verdict: 'problem',
    says: (v) => `There is no partition table at ${v['address']}: it begins with ${v['found']}, not ${v['expected']}.`,
    next: 'Look at another offset if your project moved the table; with flash encryption it cannot be read.',
  },
  'table-row-damaged': {
    verdict: 'problem',
    says: (v) =>
      `Row ${v['row']} of the partition table is damaged: it begins with ${v['found']}, not ${v['expected']}.`,
    next: FRESH,
  },
  'table-cut-short': {
    verdict: 'problem',
    says: (v) => `The partition table is cut short: row ${v['row']} has ${v['have']} of ${v['need']} bytes.`,
    next: FRESH,
  },
  'table-md5-wrong': {
    verdict: 'problem',
    says: () => "The partition table's checksum does not match: the table was damaged or hand-edited.",
    next: FRESH,
  },
  'table-md5-absent': {
    verdict: 'note',
    says: () => 'The partition table has no checksum, so damage to it would go unseen.',
    next: 'Tables made by ESP-IDF 3.1 or later have one; nothing needs to be done.',
  },
  'table-md5-twice': {
    verdict: 'problem',
    says: (v) => `Row ${v['row']} is a second checksum; the bootloader refuses a table with two.`,
    next: FRESH,
  },
  'table-end-missing': {
    verdict: 'problem',
    says: (v) => `The partition table has no end marker after ${v['rows']} rows; the bootloader refuses it.`,
    next: FRESH,
  },
  'table-end-not-blank': {
    verdict: 'warning',
    says: (v) =>
      `The end marker at ${v['address']} is not wholly FF: the bootloader accepts it, ESP-IDF's own tool does not.`,
    next: FRESH,
  },
  'row-after-md5': {
    verdict: 'problem',
    says: (v) =>
      `"${v['name']}" comes after the checksum, so nothing protects it, and the bootloader miscounts the rows.`,
    next: FRESH,
  },
  'name-unterminated': {
    verdict: 'warning',
    says: (v) => `The name "${v['name']}" fills all 16 bytes: some programs read on into what follows.`,
    next: 'Use a name of at most 15 bytes.',
  },
  'name-duplicate': {
    verdict: 'problem',
    says: (v) => `Two partitions are called "${v['name']}"; a program that asks for it by name gets the first.`,
    next: `Give each partition its own name. ${MEND}`,
  },
  'name-misleading': {
    verdict: 'warning',
    says: (v) =>
      `"${v['name']}" is named after a kind of partition that it is not: it is ${v['type']}, ${v['subtype']}.`,
    next: 'Check the type and subtype of this row.',
  },
  'type-unknown': {
    verdict: 'note',
    says: (v) => `"${v['name']}" has a type that neither ESP-IDF nor a project may use: ${v['type']}.`,
    next: 'Check the row: types for own use are 0x40 to 0xFE.',
  },
  'subtype-unknown': {
    verdict: 'note',
    says: (v) => `"${v['name']}" has a subtype that ESP-IDF does not name: ${v['type']}, ${v['subtype']}.`,
  },
  'flags-unknown': {
    verdict: 'note',
    says: (v) => `"${v['name']}" has flags that Sectorwise does not know: ${v['flags']}.`,
  },
  'partition-empty': {
    verdict: 'warning',
    says: (v) => `"${v['name']}" has a size of 0: nothing can be stored in it.`,
    next: MEND,
  },
  'partitions-overlap': {
    verdict: 'problem',
    says: (v) =>
      `"${v['name']}" and "${v['other']}" share flash from ${v['from']} to ${v['to']}: writing one damages the other.`,
    next: MEND,
  },
  'partition-below-table': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" begins at ${v['offset']}, before the end of the partition table at ${v['limit']}.`,
    next: MEND,
  },
  'partition-past-flash': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" ends at ${v['end']}, but this board's flash ends at ${v['limit']}.`,
    next: "Use a table made for this board's flash size.",
  },
  'partition-past-header-size': {
    verdict: 'problem',
    says: (v) =>
      `"${v['name']}" ends at ${v['end']}, past the flash size that the bootloader was built for, ${v['limit']}. ` +
      'The bootloader refuses the whole table ("exceeds flash chip size") and restarts again and again.',
    next: orHeaderSize(['flash a bootloader built for the true flash size', 'a table that fits the smaller one']),
  },
  'app-misaligned': {
    verdict: 'problem',
    says: (v) =>
      `The app partition "${v['name']}" begins at ${v['offset']}, which is not a multiple of 64 KiB: it cannot run.`,
    next: MEND,
  },
  'app-size-odd': {
    verdict: 'problem',
    says: (v) => `The size of the app partition "${v['name']}", ${v['size']}, is not a multiple of 4 KiB.`,
    next: MEND,
  },
  'data-misaligned': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" begins at ${v['offset']}, which is not a multiple of 4 KiB: it shares an erase unit.`,
    next: MEND,
  },
  'data-size-odd': {
    verdict: 'warning',
    says: (v) =>
      `The size of "${v['name']}", ${v['size']}, is not a multiple of 4 KiB: its last erase unit is not all its own.`,
    next: MEND,
  },
  'otadata-size': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" must be exactly ${v['expected']} (two erase units), but is ${v['size']}.`,
    next: MEND,
  },
  'otadata-many': {
    verdict: 'problem',
    says: (v) =>
      `"${v['name']}" is a second partition of the kind data, ${v['subtype']}; only one may say which app boots.`,
    next: MEND,
  },
  'otadata-missing': {
    verdict: 'warning',
    says: (v) =>
      `There are ${v['slots']} app slots for updates but no otadata partition: nothing can choose between them.`,
    next: 'Add a row "otadata, data, ota, , 0x2000".',
  },
  'must-be-writable': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" is marked read-only, but it must be written while the board works.`,
    next: MEND,
  },
  'ota-without-first': {
    verdict: 'warning',
    says: (v) =>
      `There is "${v['name']}" (ota_${v['slot']}) but no ota_0: the bootloader counts from ota_0 and may miss it.`,
    next: 'Number the app slots from ota_0 on.',
  },
  'ota-gap': {
    verdict: 'warning',
    says: (v) =>
      `App slot ota_${v['missing']} is missing below ota_${v['highest']}. ` +
      `The bootloader counts slots, so it never reaches "${v['name']}".`,
    next: 'Number the app slots without gaps.',
  },
  'ota-duplicate': {
    verdict: 'problem',
    says: (v) => `"${v['other']}" and "${v['name']}" are both ota_${v['slot']}: the bootloader uses only the last.`,
    next: MEND,
  },
  'ota-sizes-differ': {
    verdict: 'warning',
    says: (v) => `The app slots have different sizes (${v['sizes']}): an update can be at most ${v['least']}.`,
    next: 'Give all app slots the same size.',
  },
  'factory-many': {
    verdict: 'warning',
    says: (v) => `"${v['other']}" and "${v['name']}" are both factory apps: the bootloader uses only the last.`,
    next: MEND,
  },
  'app-missing': {
    verdict: 'warning',
    says: () => 'The table has no partition for an app: nothing can boot.',
    next: 'Add an app partition.',
  },
  'nvs-small': {
    verdict: 'problem',
    says: (v) =>
      `The settings partition "${v['name']}" is ${v['size']}; it needs at least ${v['least']} unless it is read-only.`,
    next: MEND,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in partition tables. */
export type TableFindingKind = keyof typeof TABLE_FINDINGS;

/** Makes one finding about a partition table. */
export const tableFinding = findings<TableFindingKind>(TABLE_FINDINGS);
