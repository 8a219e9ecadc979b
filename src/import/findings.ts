/** Everything that can be seen in containers of firmware, worded once. */
import type { FindingKind } from '../flash/finding.ts';
import { findings } from '../flash/finding.ts';

const AGAIN = 'Copy or download the file again: this one is incomplete or damaged.';
const REMAKE = 'Make the file again, or use the .bin file of the same build.';

/** Every kind of finding in containers, with its words. */
export const UNPACK_FINDINGS = {
  'hex-character': {
    verdict: 'problem',
    says: (v) => `This line is no Intel HEX record: ${v['found']} cannot be there.`,
    next: AGAIN,
  },
  'hex-length': {
    verdict: 'problem',
    says: (v) => `This record has ${v['found']} bytes, and should have ${v['expected']}.`,
    next: AGAIN,
  },
  'hex-checksum': {
    verdict: 'problem',
    says: (v) => `The checksum of this record is wrong: stored ${v['stored']}, computed ${v['computed']}.`,
    next: AGAIN,
  },
  'hex-type': {
    verdict: 'problem',
    says: (v) => `This record has a type that Intel HEX does not have: ${v['type']}.`,
    next: AGAIN,
  },
  'hex-overlap': {
    verdict: 'problem',
    says: (v) => `This record says something else about ${v['address']} than a record before it.`,
    next: REMAKE,
  },
  'hex-end-missing': {
    verdict: 'problem',
    says: () => 'The file ends without the end record (":00000001FF"): a part of it may be missing.',
    next: AGAIN,
  },
  'hex-no-data': {
    verdict: 'problem',
    says: () => 'This Intel HEX file holds no data at all.',
    next: 'Choose another file.',
  },
  'hex-after-end': {
    verdict: 'warning',
    says: () => 'After the end record comes more text. It is not used.',
    next: 'If two files were put together here, drop them one by one.',
  },
  'uf2-cut-short': {
    verdict: 'problem',
    says: (v) => `The last block of this UF2 file is cut off: ${v['have']} of ${v['need']} bytes.`,
    next: AGAIN,
  },
  'uf2-block-damaged': {
    verdict: 'problem',
    says: (v) => `This is no UF2 block: at its byte ${v['at']} stands ${v['found']}, not ${v['expected']}.`,
    next: AGAIN,
  },
  'uf2-payload-size': {
    verdict: 'problem',
    says: (v) => `This UF2 block claims ${v['size']} bytes of data, and has room for ${v['room']}.`,
    next: AGAIN,
  },
  'uf2-block-number': {
    verdict: 'problem',
    says: (v) => `This UF2 block is number ${v['number']} (counted from 0) of ${v['total']}.`,
    next: AGAIN,
  },
  'uf2-blocks-missing': {
    verdict: 'problem',
    says: (v) => `Of ${v['total']} UF2 blocks ${v['missing']} are missing; the first is number ${v['first']}.`,
    next: AGAIN,
  },
  'uf2-overlap': {
    verdict: 'problem',
    says: (v) => `This UF2 block says something else about ${v['address']} than a block before it.`,
    next: REMAKE,
  },
  'uf2-md5-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The bytes from ${v['from']} to ${v['to']} do not match their MD5 in this UF2 block: stored ${v['stored']}, ` +
      `computed ${v['computed']}.`,
    next: AGAIN,
  },
  'address-past-flash': {
    verdict: 'problem',
    says: (v) =>
      `${v['address']} is no flash offset: Sectorwise writes flash below ${v['limit']}. ` +
      (v['flash'] === undefined
        ? 'It may be an address in the chip’s memory.'
        : `${v['flash']} has its flash there: the file is for such a chip.`),
    next: (v) =>
      v['flash'] === undefined
        ? 'Use the .bin file of the same build: it is made for the flash.'
        : 'Choose a file for this board’s chip, or connect the board that this one is for.',
  },
  'runs-too-many': {
    verdict: 'problem',
    says: (v) => `The bytes in this file are scattered over more than ${v['limit']} places. Firmware is not.`,
    next: REMAKE,
  },
  'addresses-relative': {
    verdict: 'note',
    says: () =>
      'Its addresses begin at 0 with an app, so they count from the start of an app partition. The app is put where ' +
      'apps belong, not at flash offset 0.',
  },
  'elf-damaged': {
    verdict: 'problem',
    says: (v) => `This ELF file is damaged: ${v['what']}.`,
    next: AGAIN,
  },
  'elf-page-shared': {
    verdict: 'problem',
    says: (v) =>
      `No app image can be made of this ELF file: its parts at ${v['first']} and ${v['second']} lie in one page of ` +
      `flash (${v['page']}).`,
    next: 'Use the .bin file of the same build, or mend the linker script.',
  },
  'elf-too-many-segments': {
    verdict: 'problem',
    says: (v) =>
      `This ELF file makes an app image of ${v['count']} segments; a bootloader accepts at most ${v['limit']}.`,
    next: 'Use the .bin file of the same build, or mend the linker script.',
  },
  'elf-misaligned': {
    verdict: 'problem',
    says: (v) =>
      `A part of this ELF file begins at ${v['address']}, which is not a multiple of 4: no app image has that.`,
    next: 'Use the .bin file of the same build, or mend the linker script.',
  },
  'elf-overlap': {
    verdict: 'problem',
    says: (v) => `Two segments of this ELF file claim the same flash from ${v['address']}.`,
    next: REMAKE,
  },
  'elf-chip-uncertain': {
    verdict: 'note',
    says: (v) =>
      `An ELF file does not name its chip. By its addresses it fits this board’s ${v['chip']}, and the ${v['others']} ` +
      'as well.',
    next: 'Check that it was built for your chip.',
  },
  'program-for-stm32': {
    verdict: 'warning',
    says: () =>
      'It begins with a vector table, as a program for an STM32 (or a clone of one) does: this board’s chip cannot run it.',
    next: 'Choose a file for this board’s chip, unless it is data for another chip that is only kept here.',
  },
  'dfu-file-unusable': {
    verdict: 'problem',
    says: (v) => `This .dfu file cannot be used: ${v['why']}.`,
    next: 'Make the file again, or use the build’s .bin, .hex or .elf file.',
  },
  'zip-no-directory': {
    verdict: 'problem',
    says: () => 'This ZIP archive has no directory at its end: it is cut off or damaged.',
    next: AGAIN,
  },
  'zip-directory-damaged': {
    verdict: 'problem',
    says: (v) => `The directory of this ZIP archive is damaged at row ${v['row']} of ${v['rows']}.`,
    next: AGAIN,
  },
  'zip-too-many-entries': {
    verdict: 'problem',
    says: (v) => `This ZIP archive has ${v['count']} entries; at most ${v['limit']} are looked at.`,
    next: 'Unpack it, and drop the files of the firmware.',
  },
  'zip-not-readable': {
    verdict: 'problem',
    says: (v) => `This ZIP archive cannot be read here: ${v['why']}.`,
    next: 'Unpack it, and drop the files of the firmware.',
  },
  'zip-entry-damaged': {
    verdict: 'problem',
    says: (v) => `The entry “${v['entry']}” of this ZIP archive is damaged: ${v['what']}.`,
    next: AGAIN,
  },
  'build-list-damaged': {
    verdict: 'problem',
    says: (v) => `The list of the build’s files cannot be read: ${v['what']}.`,
    next: 'Build the project again, or drop its .bin files one by one.',
  },
  'build-offset-wrong': {
    verdict: 'problem',
    says: (v) => `The build’s list has no flash offset for ${v['file']}: ${v['offset']}.`,
    next: 'Correct this offset, or drop the file by itself.',
  },
  'build-files-overlap': {
    verdict: 'problem',
    says: (v) => `The build puts ${v['file']} at ${v['offset']}, and ${v['other']} before it reaches to ${v['end']}.`,
    next: 'Build the project again, or drop the files one by one.',
  },
  'build-incomplete': {
    verdict: 'warning',
    says: (v) => `The build names ${v['named']} files, and ${v['missing']} of them are not in what you dropped.`,
    next: 'Drop the whole folder, or go on if the board has the rest already.',
  },
  'build-encrypts': {
    verdict: 'note',
    says: (v) => `The build marks these files to be encrypted on their way into the flash: ${v['files']}.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in containers. */
export type UnpackKind = keyof typeof UNPACK_FINDINGS;

/** Makes one finding about a container. */
export const unpackFinding = findings<UnpackKind>(UNPACK_FINDINGS);
