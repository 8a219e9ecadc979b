/** Findings in containers of firmware, each worded once. */
import { capital, count } from '../flash/english.ts';
import type { FindingKind, Words } from '../flash/finding.ts';
import { findings } from '../flash/finding.ts';
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

const AGAIN = 'Copy or download the file again: this one is incomplete or damaged.';
const REMAKE = 'Generate the file again, or use the .bin file of the same build.';

const UNPACK_IT: Words = (_, at) => `Unpack it and ${at.drop} the firmware files.`;

const ON_THEIR_OWN: Words = (_, at) => `${capital(at.drop)} the files that you need on their own.`;

/** Every kind of finding in containers, with its words. */
export const UNPACK_FINDINGS = {
  'hex-character': {
    verdict: 'problem',
    says: (v) => `This line is not an Intel HEX record: unexpected ${v['found']}.`,
    next: AGAIN,
  },
  'hex-length': {
    verdict: 'problem',
    says: (v) => `This record has ${count(v['found'], 'byte')} but should have ${v['expected']}.`,
    next: AGAIN,
  },
  'hex-checksum': {
    verdict: 'problem',
    says: (v) => `The checksum of this record is wrong: stored ${v['stored']}, computed ${v['computed']}.`,
    next: AGAIN,
  },
  'hex-type': {
    verdict: 'problem',
    says: (v) => `This record has an unknown type: ${v['type']}.`,
    next: AGAIN,
  },
  'hex-overlap': {
    verdict: 'problem',
    says: (v) => `This record contradicts an earlier record about ${v['address']}.`,
    next: REMAKE,
  },
  'hex-end-missing': {
    verdict: 'problem',
    says: () => 'The file has no end record (“:00000001FF”): part of it may be missing.',
    next: AGAIN,
  },
  'hex-no-data': {
    verdict: 'problem',
    says: () => 'This Intel HEX file contains no data.',
    next: 'Choose another file.',
  },
  'hex-after-end': {
    verdict: 'warning',
    says: () => 'There is text after the end record. It is ignored.',
    next: (_, at) => `If two files were joined here, ${at.drop} them one by one.`,
  },
  'uf2-cut-short': {
    verdict: 'problem',
    says: (v) => `The last block of this UF2 file is truncated: ${v['have']} of ${count(v['need'], 'byte')}.`,
    next: AGAIN,
  },
  'uf2-block-damaged': {
    verdict: 'problem',
    says: (v) => `This is not a UF2 block: offset ${v['at']} holds ${v['found']} instead of ${v['expected']}.`,
    next: AGAIN,
  },
  'uf2-payload-size': {
    verdict: 'problem',
    says: (v) => `This UF2 block claims ${count(v['size'], 'byte')} of data but has room for ${v['room']}.`,
    next: AGAIN,
  },
  'uf2-block-number': {
    verdict: 'problem',
    says: (v) => `This UF2 block has number ${v['number']} (counting from 0), but there are only ${v['total']}.`,
    next: AGAIN,
  },
  'uf2-blocks-missing': {
    verdict: 'problem',
    says: (v) => `UF2 blocks are missing: ${v['missing']} of ${v['total']}, the first is number ${v['first']}.`,
    next: AGAIN,
  },
  'uf2-overlap': {
    verdict: 'problem',
    says: (v) => `This UF2 block contradicts an earlier block about ${v['address']}.`,
    next: REMAKE,
  },
  'uf2-md5-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The bytes from ${v['from']} to ${v['to']} do not match the MD5 in this UF2 block: stored ${v['stored']}, ` +
      `computed ${v['computed']}.`,
    next: AGAIN,
  },
  'address-past-flash': {
    verdict: 'problem',
    says: (v) =>
      `${v['address']} is not a flash offset: Sectorwise writes flash below ${v['limit']}. ` +
      (v['flash'] === undefined
        ? 'It may be an address in the chip’s memory.'
        : `${v['flash']} has its flash at this address: the file is for that chip.`),
    next: (v) =>
      v['flash'] === undefined
        ? 'Use the .bin file of the same build: it is laid out for the flash.'
        : 'Choose a file for this board’s chip, or connect the board that this file is for.',
  },
  'runs-too-many': {
    verdict: 'problem',
    says: (v) =>
      `The data in this file is scattered over more than ${count(v['limit'], 'place')}, which is not plausible for ` +
      'firmware.',
    next: REMAKE,
  },
  'addresses-relative': {
    verdict: 'note',
    says: () =>
      'The addresses start at 0 with an app, so they are relative to an app partition. The app goes to an app ' +
      'partition, not to flash offset 0.',
  },
  'elf-damaged': {
    verdict: 'problem',
    says: (v) => `This ELF file is damaged: ${v['what']}.`,
    next: AGAIN,
  },
  'elf-page-shared': {
    verdict: 'problem',
    says: (v) =>
      `This ELF file cannot be converted to an app image: its segments at ${v['first']} and ${v['second']} share ` +
      `one flash page (${v['page']}).`,
    next: 'Use the .bin file of the same build, or correct the linker script.',
  },
  'elf-too-many-segments': {
    verdict: 'problem',
    says: (v) =>
      `This ELF file would make an app image with ${count(v['count'], 'segment')}; a bootloader accepts at most ` +
      `${v['limit']}.`,
    next: 'Use the .bin file of the same build, or correct the linker script.',
  },
  'elf-misaligned': {
    verdict: 'problem',
    says: (v) =>
      `A segment of this ELF file starts at ${v['address']}, which is not a multiple of 4 as an app image requires.`,
    next: 'Use the .bin file of the same build, or correct the linker script.',
  },
  'elf-overlap': {
    verdict: 'problem',
    says: (v) => `Two segments of this ELF file overlap at ${v['address']}.`,
    next: REMAKE,
  },
  'elf-chip-uncertain': {
    verdict: 'note',
    says: (v) =>
      `An ELF file does not name its chip. Its addresses match this board’s ${v['chip']}, but also the ` +
      `${v['others']}.`,
    next: 'Check that it was built for your chip.',
  },
  'program-for-stm32': {
    verdict: 'warning',
    says: () =>
      'This file starts with a vector table, like a program for an STM32 (or a clone of one): this board’s chip cannot ' +
      'run it.',
    next: 'Choose a file for this board’s chip, unless this board only stores it for another chip.',
  },
  'addresses-elsewhere': {
    verdict: 'problem',
    says: (v) =>
      `This file has nothing for this board: its data is for addresses from ${v['from']} to ${v['to']}, and ${v['why']}.`,
    next: 'Choose a file that was built for this board’s chip, or connect the board that this file is for.',
  },
  'dfu-file-unusable': {
    verdict: 'problem',
    says: (v) => `This .dfu file cannot be used: ${v['why']}.`,
    next: 'Generate the file again, or use the .bin, .hex or .elf file of the build.',
  },
  'zip-no-directory': {
    verdict: 'problem',
    says: () => 'This ZIP archive has no central directory: it is truncated or damaged.',
    next: AGAIN,
  },
  'zip-directory-damaged': {
    verdict: 'problem',
    says: (v) => `The central directory of this ZIP archive is damaged at entry ${v['row']} of ${v['rows']}.`,
    next: AGAIN,
  },
  'zip-too-many-entries': {
    verdict: 'problem',
    says: (v) => `This ZIP archive has ${v['count']} entries; Sectorwise reads at most ${v['limit']}.`,
    next: UNPACK_IT,
  },
  'zip-not-readable': {
    verdict: 'problem',
    says: (v) => `This ZIP archive cannot be read here: ${v['why']}.`,
    next: UNPACK_IT,
  },
  'zip-entry-damaged': {
    verdict: 'problem',
    says: (v) => `The entry “${v['entry']}” of this ZIP archive is damaged: ${v['what']}.`,
    next: AGAIN,
  },
  'build-list-damaged': {
    verdict: 'problem',
    says: (v) => `The build’s list of files cannot be read: ${v['what']}.`,
    next: (_, at) => `Build the project again, or ${at.drop} its .bin files one by one.`,
  },
  'build-offset-wrong': {
    verdict: 'problem',
    says: (v) => `The build gives no valid flash offset for ${v['file']}: ${v['offset']}.`,
    next: (_, at) => `Correct this offset, or ${at.drop} the file by itself.`,
  },
  'build-too-many-files': {
    verdict: 'problem',
    says: (v) => `The build names ${count(v['count'], 'file')}; Sectorwise reads only the first ${v['limit']}.`,
    next: (_, at) => `${capital(at.drop)} the files that you need without this list.`,
  },
  'manifest-too-many-builds': {
    verdict: 'problem',
    says: (v) => `The manifest has ${count(v['count'], 'build')}; Sectorwise reads only the first ${v['limit']}.`,
    next: (_, at) => `${capital(at.drop)} the files of the build for this board without the manifest.`,
  },
  'drop-too-much': {
    verdict: 'problem',
    says: (v) => `There is more in it than Sectorwise opens at once: ${v['why']}.`,
    next: ON_THEIR_OWN,
  },
  'findings-not-listed': {
    verdict: 'warning',
    says: (v) => `There are ${v['more']} more findings in it; only the first ${v['limit']} are listed.`,
    next: ON_THEIR_OWN,
  },
  'build-files-overlap': {
    verdict: 'problem',
    says: (v) => `The build puts ${v['file']} at ${v['offset']}, but ${v['other']} extends to ${v['end']}.`,
    next: (_, at) => `Build the project again, or ${at.drop} the files one by one.`,
  },
  'build-incomplete': {
    verdict: 'warning',
    says: (v) => `Files of the build are missing: ${v['missing']} of ${v['named']}.`,
    next: (_, at) => `${capital(at.drop)} the whole folder, or continue if the board already has the rest.`,
  },
  'build-file-changed': {
    verdict: 'problem',
    says: (v) =>
      `${v['file']} is not the file that the build lists: its MD5 is ${v['computed']}, and should be ${v['listed']}.`,
    next: 'Download the build again, with all of its files.',
  },
  'build-encrypts': {
    verdict: 'note',
    says: (v) => `The build marks these files for encryption when they are written: ${v['files']}.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in containers. */
export type UnpackKind = keyof typeof UNPACK_FINDINGS;

/** Makes one finding about a container. */
export const unpackFinding = findings<UnpackKind>(UNPACK_FINDINGS);

/** The register of these failures. */
export const UNPACK_FAILURES = {
  'file-shorter': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} changed while it was being read: it was ${count(v['size'], 'byte')} long, but ended after ` +
      `${v['have']}.`,
    next: (_, at) => `Wait until the program that writes it has finished, then ${at.again}.`,
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const unpackFailure = failures<keyof typeof UNPACK_FAILURES>(UNPACK_FAILURES);
