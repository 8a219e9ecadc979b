/** Findings in a partition table CSV, other than those of the table rules, with their wording. */
import { capital, count } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

const OTHER_FILE = 'Choose the partitions.csv of your project.';

/** Every kind of finding in a partition table CSV, with its wording. */
export const CSV_FINDINGS = {
  'csv-too-large': {
    verdict: 'problem',
    says: (v) =>
      `This file is far too large for a partition table: it is ${v['size']}, and at most ${v['limit']} are read.`,
    next: OTHER_FILE,
  },
  'csv-too-long': {
    verdict: 'problem',
    says: (v) =>
      `This file is too long for a partition table: it has ${count(v['lines'], 'line')}, but at most ${v['limit']} ` +
      `are read and a table holds ${count(v['rows'], 'row')}.`,
    next: OTHER_FILE,
  },
  'csv-not-text': {
    verdict: 'problem',
    says: (v) => `This file is not UTF-8 text: ${v['looks']}.`,
    next: 'Choose the partitions.csv of your project, or save it as UTF-8.',
  },
  'csv-is-binary': {
    verdict: 'problem',
    says: () => 'This is a binary partition table, not a CSV.',
    next: (_, at) => `${capital(at.drop)} the binary table (.bin) itself: it is recognised by its content.`,
  },
  'csv-no-rows': {
    verdict: 'problem',
    says: () => 'This file defines no partitions: it is empty, or every line is a comment.',
    next: OTHER_FILE,
  },
  'csv-too-many-rows': {
    verdict: 'problem',
    says: (v) =>
      `This file has ${count(v['rows'], 'row')}, but a partition table holds at most ${v['limit']}. The rest was ` +
      'not read.',
    next: 'Remove some partitions.',
  },
  'csv-separator': {
    verdict: 'problem',
    says: () => 'This row has no commas: its fields are separated by semicolons or tabs.',
    next: 'Save the file with commas between the fields.',
  },
  'csv-type-missing': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” has no type.`,
    next: 'Write app or data, or a number from 0x40 to 0xFE, in the second field.',
  },
  'csv-type-invalid': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” has an invalid type: ${v['field']}.`,
    next: 'Use app, data, bootloader, partition_table, or a number from 0x40 to 0xFE.',
  },
  'csv-subtype-missing': {
    verdict: 'problem',
    says: (v) => `The app partition “${v['name']}” has no subtype.`,
    next: 'Write factory, test, or ota_0 to ota_15 in the third field.',
  },
  'csv-subtype-blank': {
    verdict: 'note',
    says: (v) => `“${v['name']}” has no subtype, so “${v['used']}” is used.`,
    next: 'Enter the subtype explicitly.',
  },
  'csv-subtype-invalid': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” has a subtype that is not valid for type ${v['type']}: ${v['field']}.`,
    next: 'Use a name that ESP-IDF defines for this type, or a number from 0 to 0xFE.',
  },
  'csv-offset-invalid': {
    verdict: 'problem',
    says: (v) => `The offset of “${v['name']}” is not a number: ${v['field']}.`,
    next: 'Write a number such as 0x10000, 65536 or 64K (no leading zeros, no fractions, no comment), or leave it blank.',
  },
  'csv-size-invalid': {
    verdict: 'problem',
    says: (v) => `The size of “${v['name']}” is not a number: ${v['field']}.`,
    next: 'Write a number such as 0x15000, 86016 or 84K (no leading zeros, no fractions, no comment).',
  },
  'csv-size-missing': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” has no size.`,
    next: 'Write a size such as 0x15000 or 84K in the fifth field.',
  },
  'csv-out-of-range': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['what']} of “${v['name']}” does not fit in a partition table: it is ${v['value']}, but must be ` +
      `${v['least']} to ${v['most']}.`,
    next: 'Correct this row. A negative size means “up to this offset”, which must be past the partition’s own offset.',
  },
  'csv-flag-unknown': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” has an unknown flag: ${v['field']}.`,
    next: 'The flags are encrypted and readonly, in lower case, joined by a colon without spaces.',
  },
  'csv-comment-in-flags': {
    verdict: 'warning',
    says: (v) =>
      `The row “${v['name']}” ends in a comment (${v['field']}), which ESP-IDF’s gen_esp32part.py rejects as a ` +
      'flag.',
    next:
      'You do not need to do anything here: the comment is not part of the table. In the file, put it on its own ' +
      'line.',
  },
  'csv-order': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” starts at ${v['offset']}, but the rows above it extend to ${v['end']}.`,
    next: 'Sort the rows by offset, or leave the offset blank to place the partition after the previous one.',
  },
  'csv-place-unknown': {
    verdict: 'problem',
    says: (v) => `The ${v['what']} of “${v['name']}” depends on the chip’s bootloader offset, which is not known here.`,
    next: (_, at) =>
      `${at.either('Connect the board, so that Sectorwise knows its chip, or enter', 'Enter')} the offset and the size as numbers.`,
  },
  'csv-place-given': {
    verdict: 'warning',
    says: (v) =>
      `The ${v['what']} of “${v['name']}” is taken from this row; ESP-IDF’s gen_esp32part.py takes the ` +
      'bootloader’s offset as an option instead.',
    next: 'You do not need to do anything here. For gen_esp32part.py, make sure that both values agree.',
  },
  'csv-place-ignored': {
    verdict: 'warning',
    says: (v) => `“${v['name']}” asks for the ${v['what']} ${v['asked']}, but in this table it is always ${v['used']}.`,
    next: 'Leave this field blank.',
  },
  'csv-name-empty': {
    verdict: 'warning',
    says: () => 'This partition has no name, so no program can find it by name.',
    next: 'Enter a name in the first field.',
  },
  'csv-name-cut': {
    verdict: 'warning',
    says: (v) => `The name “${v['name']}” is ${count(v['size'], 'byte')} long; only “${v['kept']}” fits in the table.`,
    next: 'Use a name of at most 15 bytes.',
  },
  'csv-name-unprintable': {
    verdict: 'problem',
    says: (v) => `The name “${v['name']}” contains invisible characters, so it could be mistaken for another.`,
    next: 'Use letters, digits and underscores.',
  },
  'csv-name-quoted': {
    verdict: 'warning',
    says: (v) => `The quotation marks become part of the name: ${v['name']}.`,
    next: 'Save the file without quotation marks around the fields.',
  },
  'csv-variable': {
    verdict: 'problem',
    says: (v) => `“${v['name']}” starts with a build variable whose value is not in this file.`,
    next: 'Enter the value itself, or use the partitions.csv that the build generated.',
  },
  'csv-variable-kept': {
    verdict: 'warning',
    says: (v) => `“${v['name']}” contains what looks like a variable; a build may replace it.`,
    next: 'Enter the value itself.',
  },
} satisfies Record<string, FindingKind>;

/** A kind of finding in a partition table CSV. */
export type CsvFindingKind = keyof typeof CSV_FINDINGS;

/** The names of all CSV findings; a test checks that each has a case. */
export const CSV_FINDING_KINDS: readonly string[] = Object.keys(CSV_FINDINGS);

/** Makes one finding about a partition table CSV. */
export const csvFinding = findings<CsvFindingKind>(CSV_FINDINGS);
