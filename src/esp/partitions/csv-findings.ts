/** Everything that can be seen in a partition table's CSV beyond the rules of tables, worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

const OTHER_FILE = 'Choose the partitions.csv of your project.';

/** Every kind of finding in a partition table's CSV, with its words. */
export const CSV_FINDINGS = {
  'csv-too-large': {
    verdict: 'problem',
    says: (v) => `This file is far too large for a partition table: ${v['size']}, and at most ${v['limit']} are read.`,
    next: OTHER_FILE,
  },
  'csv-too-long': {
    verdict: 'problem',
    says: (v) =>
      `This file has ${v['lines']} lines; at most ${v['limit']} are read, and a table holds ${v['rows']} rows.`,
    next: OTHER_FILE,
  },
  'csv-not-text': {
    verdict: 'problem',
    says: (v) => `This file is not text in UTF-8: ${v['looks']}.`,
    next: 'Choose the partitions.csv of your project, or save it as UTF-8.',
  },
  'csv-is-binary': {
    verdict: 'problem',
    says: () => 'This is a partition table in its binary form, not a CSV.',
    next: 'Open it as a binary table (.bin).',
  },
  'csv-no-rows': {
    verdict: 'problem',
    says: () => 'There is no partition in this file: it is empty, or every line is a comment.',
    next: OTHER_FILE,
  },
  'csv-too-many-rows': {
    verdict: 'problem',
    says: (v) =>
      `This file has ${v['rows']} rows, and a partition table holds at most ${v['limit']}. The rest was not read.`,
    next: 'Remove some partitions.',
  },
  'csv-separator': {
    verdict: 'problem',
    says: () => 'This row has no commas: its fields are apart by semicolons or tabs.',
    next: 'Save the file with commas between the fields.',
  },
  'csv-type-missing': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" has no type.`,
    next: 'Write app or data, or a number from 0x40 to 0xFE, in the second field.',
  },
  'csv-type-invalid': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" has a type that does not exist: ${v['field']}.`,
    next: 'Use app, data, bootloader, partition_table, or a number from 0x40 to 0xFE.',
  },
  'csv-subtype-missing': {
    verdict: 'problem',
    says: (v) => `The app partition "${v['name']}" has no subtype.`,
    next: 'Write factory, test, or ota_0 to ota_15 in the third field.',
  },
  'csv-subtype-blank': {
    verdict: 'note',
    says: (v) => `"${v['name']}" has no subtype, which stands for "${v['used']}".`,
    next: 'Write the subtype that is meant.',
  },
  'csv-subtype-invalid': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" has a subtype that ${v['type']} does not have: ${v['field']}.`,
    next: 'Use a name that ESP-IDF knows for this type, or a number from 0 to 0xFE.',
  },
  'csv-offset-invalid': {
    verdict: 'problem',
    says: (v) => `The offset of "${v['name']}" is not a number: ${v['field']}.`,
    next: 'Write a number such as 0x10000, 65536 or 64K (no leading zeros, no fractions, no comment), or leave it blank.',
  },
  'csv-size-invalid': {
    verdict: 'problem',
    says: (v) => `The size of "${v['name']}" is not a number: ${v['field']}.`,
    next: 'Write a number such as 0x15000, 86016 or 84K (no leading zeros, no fractions, no comment).',
  },
  'csv-size-missing': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" has no size.`,
    next: 'Write a size such as 0x15000 or 84K in the fifth field.',
  },
  'csv-out-of-range': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['what']} of "${v['name']}" does not fit a partition table: ${v['value']}; it must be ` +
      `${v['least']} to ${v['most']}.`,
    next: 'Correct this row. A negative size means "up to this offset", which must lie behind the partition’s own.',
  },
  'csv-flag-unknown': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" has a flag that does not exist: ${v['field']}.`,
    next: 'The flags are encrypted and readonly, in small letters, joined by a colon without spaces.',
  },
  'csv-comment-in-flags': {
    verdict: 'warning',
    says: (v) =>
      `The row of "${v['name']}" ends in a comment (${v['field']}), which ESP-IDF's own tool takes for a ` +
      'flag and refuses.',
    next:
      'Nothing needs to be done here: the comment is left out when the table is exported. In the file, put ' +
      'it on its own line.',
  },
  'csv-order': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" begins at ${v['offset']}, but the rows above it reach to ${v['end']}.`,
    next: 'Put the rows in the order of their offsets, or leave the offset blank to have it follow.',
  },
  'csv-place-unknown': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['what']} of "${v['name']}" depends on where this chip’s bootloader lies, and that is not known here.`,
    next: 'Connect the board, so that its chip is known, or write the offset and the size as numbers.',
  },
  'csv-place-given': {
    verdict: 'warning',
    says: (v) =>
      `The ${v['what']} of "${v['name']}" is taken from this row; ESP-IDF's own tool must be told the ` +
      'bootloader’s offset instead.',
    next: 'Nothing needs to be done here. For ESP-IDF’s own tool, see that both say the same.',
  },
  'csv-place-ignored': {
    verdict: 'warning',
    says: (v) => `"${v['name']}" asks for the ${v['what']} ${v['asked']}, but it is always ${v['used']} in this table.`,
    next: 'Leave this field blank.',
  },
  'csv-name-empty': {
    verdict: 'warning',
    says: () => 'This partition has no name, so no program can ask for it by name.',
    next: 'Write a name in the first field.',
  },
  'csv-name-cut': {
    verdict: 'warning',
    says: (v) => `The name "${v['name']}" has ${v['size']} bytes; only "${v['kept']}" fits into the table.`,
    next: 'Use a name of at most 15 bytes.',
  },
  'csv-name-unprintable': {
    verdict: 'problem',
    says: (v) => `The name "${v['name']}" has characters that cannot be seen, so it could pass for another.`,
    next: 'Use letters, digits and underscores.',
  },
  'csv-name-quoted': {
    verdict: 'warning',
    says: (v) => `The quotation marks become part of the name: ${v['name']}.`,
    next: 'Save the file without quotation marks around the fields.',
  },
  'csv-variable': {
    verdict: 'problem',
    says: (v) => `"${v['name']}" begins with a variable of the build, and its value is not in this file.`,
    next: 'Write the value itself, or use the partitions.csv that the build made.',
  },
  'csv-variable-kept': {
    verdict: 'warning',
    says: (v) => `"${v['name']}" holds what looks like a variable; a build may put another text in its place.`,
    next: 'Write the value itself.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in a partition table's CSV. */
export type CsvFindingKind = keyof typeof CSV_FINDINGS;

/** Every kind of finding in a partition table's CSV, for the table that names a test for each. */
export const CSV_FINDING_KINDS: readonly string[] = Object.keys(CSV_FINDINGS);

/** Makes one finding about a partition table's CSV. */
export const csvFinding = findings<CsvFindingKind>(CSV_FINDINGS);
