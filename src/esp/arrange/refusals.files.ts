/** Refusals and questions about files, with their wording. */
import { article, capital } from '../../flash/english.ts';
import { refusals } from '../../flash/finding.ts';
import type { RefusalKind, Values, Words } from '../../flash/finding.ts';
import type { FitRequest } from '../../flash/layout-fit.ts';
import type { Repair } from '../../flash/repair.ts';
import { orHeaderSize } from '../boot/bootloader-header.ts';
import { MERGED_PARTS, MERGED_PROGRAMS } from './merged.ts';

const TABLE_OF_BUILD: Words = (_, at) =>
  `Also ${at.drop} the partition table of the same build (partitions.csv or .bin), or the whole build folder.`;

/** Makes room for an app of `needs` bytes, where a changed layout could have it. */
function appRoom({ needs }: Values): Repair | null {
  return typeof needs === 'number' ? makeItFit({ for: 'app', size: needs, slots: 'every' }) : null;
}

/** Makes room for data of `needs` bytes in the partition at `address`, where a changed layout could have it. */
function dataRoom({ needs, address }: Values): Repair | null {
  return typeof needs === 'number' ? makeItFit({ for: 'data', size: needs, at: Number(address) }) : null;
}

function makeItFit(room: FitRequest): Repair {
  const reason = 'Shows the layouts that have the room, each with what it costs.';
  return { label: 'Show layouts with room for it', reason, request: { do: 'make-it-fit', room } };
}

/** Every kind of refusal and question about files, with its wording. */
export const FILE_REFUSALS = {
  'file-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}. Files over ${v['limit']} are not opened, because no supported flash can hold ` +
      'one.',
    next: 'Choose another file.',
  },
  'not-an-app': {
    says: (v) => `${v['file']} is not a bootable app image: ${v['why']}`,
    next: 'Choose the application .bin file from your build.',
  },
  'app-damaged': {
    says: (v) => `${v['file']} is not a valid app image: ${v['why']}`,
    next: 'Build or download it again: this file is damaged or incomplete.',
  },
  'bootloader-damaged': {
    says: (v) => `${v['file']} is not a valid bootloader: ${v['why']}`,
    next: 'Build or download it again: this file is damaged or incomplete.',
  },
  'wrong-chip': {
    says: (v) => `${v['file']} is for ${v['image']}, but this board has ${article(v['board'])}.`,
    next: 'Choose the file that was built for this chip.',
  },
  'chip-too-old': {
    says: (v) => `${v['file']} needs chip revision ${v['needs']} or newer, but this chip is revision ${v['has']}.`,
    next: 'Build it with a lower minimum revision, or use a newer board.',
  },
  'chip-too-new': {
    says: (v) =>
      `${v['file']} supports chip revisions up to ${v['most']}, but this chip is revision ${v['has']}: the ` +
      'bootloader would not start it.',
    next: 'Build it with an ESP-IDF version that supports this revision.',
  },
  'no-table-known': {
    says: (v) =>
      `This board’s partition table cannot be read, so Sectorwise cannot tell where ${v['file']} belongs. The ` +
      'board may be fine.',
    next: TABLE_OF_BUILD,
  },
  'no-table': {
    says: (v) =>
      `A partition table decides where ${v['file']} goes, and there is none at ${v['address']}: the flash there ` +
      `${v['holds']}.`,
    next: TABLE_OF_BUILD,
  },
  'no-app-partition': {
    says: (v) => `There is no place for ${v['file']}: the partition table ${v['where']} has no app partition.`,
    next: (_, at) =>
      `Also ${at.drop} a partition table with an app partition: that of the same build, or its whole build folder.`,
  },
  'no-place': {
    says: (v) => `${v['file']} does not fit anywhere on this board: ${v['why']}.`,
    next: (_, at) => `Use a partition table that has such a partition, or ${at.out} the file.`,
  },
  'place-not-chosen': {
    says: (v) => `Where does ${v['file']} go? Nothing in it says where it belongs.`,
    next: (_, at) => `Choose its partition or gap ${at.places}, or ${at.out} the file.`,
    needs: 'place',
  },
  'same-place': {
    says: (v) => `${v['file']} are to go to the same place, ${v['partition']}: only one of them can be written there.`,
    next: (_, at) => `Choose another place for one of them ${at.places}, or ${at.out} one.`,
    needs: 'place',
  },
  'app-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}, but ${v['partition']} holds ${v['room']}: ${v['excess']} too much. ` +
      `${v['fits']}`,
    next: (v) =>
      v['needs'] === undefined
        ? 'Choose a larger partition, build a smaller app, or use a partition table with more room for apps.'
        : 'Change the layout so that it fits, or build a smaller app.',
    repair: appRoom,
  },
  'app-at-bootloader': {
    says: (v) =>
      `${v['file']} is an app, but its build puts it at ${v['address']}, where the ${v['chip']} expects its bootloader.`,
    next: 'Choose an app partition for it, or correct its address.',
  },
  'bootloader-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}, but there is only ${v['room']} before the partition table: ${v['excess']} too ` +
      'much.',
    next: 'Build a smaller bootloader (for example, with less logging), or move the partition table.',
  },
  'bootloader-past-chip': {
    says: (v) =>
      `${v['file']} was built for ${v['header']} of flash, but this board has ${v['chip']}: apps would fail at ` +
      'startup.',
    next: orHeaderSize(() => ['build the bootloader for the actual flash size']),
  },
  'bootloader-past-table': {
    says: (v) =>
      `${v['file']} was built for ${v['limit']} of flash, but ${v['partition']} ends at ${v['end']}: it would ` +
      'reject the whole partition table.',
    next: orHeaderSize(() => ['choose a bootloader built for a larger flash', 'use a partition table that fits']),
  },
  'table-refused': {
    says: (v) => `${v['file']} cannot be used as this board’s partition table: ${v['why']}`,
    next: 'Correct that row and generate the table again.',
  },
  'table-without-app': {
    says: (v) => `${v['file']} is a partition table without an app: as the board’s own, it lets nothing start.`,
    next: 'If it belongs in a partition, choose that one. Otherwise use a table with an app partition.',
    consent: 'Write it as the board’s partition table, although nothing will start.',
  },
  'table-past-header': {
    says: (v) =>
      `In ${v['file']}, ${v['partition']} ends at ${v['end']}, past the flash size in the bootloader header ` +
      `(${v['limit']}): the bootloader would reject the whole table.`,
    next: orHeaderSize((at) => [
      `also ${at.drop} a bootloader built for the actual flash size`,
      'use a table that fits the smaller one',
    ]),
  },
  'table-moved-alone': {
    says: (v) =>
      `${v['file']} is for ${v['address']}, but the bootloader on the board reads its table from ${v['own']} and ` +
      'would never see this one.',
    next: (_, at) => `Also ${at.drop} the bootloader of the same build: it has the matching table address.`,
    consent: 'Write it anyway. The bootloader on this board reads its table from there.',
  },
  'merged-refused': {
    says: (v) => `${v['file']} is a merged image that would not work: ${v['why']}`,
    next: 'Generate the merged image again from valid parts.',
  },
  'merged-past-flash': {
    says: (v) =>
      `${v['file']} ends at ${v['end']}, but this board’s flash ends at ${v['limit']}: ${v['excess']} too much.`,
    next: 'Choose an image for this flash size.',
  },
  'file-past-flash': {
    says: (v) =>
      `${v['file']} at ${v['address']} would end at ${v['end']}, but this board’s flash ends at ${v['limit']}: ` +
      `${v['excess']} too much.`,
    next: (_, at) =>
      `${at.either('Choose a place from the list, or type an address', 'Use --place for a place or an address')} with room for the ` +
      'file before the end of the flash.',
  },
  'data-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}, but ${v['partition']} holds ${v['room']}: ${v['excess']} too much. ` +
      `${v['fits']}`,
    next: 'Choose a larger partition, or generate the image for the size of this one.',
    repair: dataRoom,
  },
  'file-system-too-large': {
    says: (v) =>
      `The ${v['system']} image in ${v['file']} was made for ${v['size']}, but ${v['partition']} is ${v['room']}: ` +
      `${v['excess']} too much.`,
    next: 'Generate the file system image for the size of this partition.',
    repair: dataRoom,
  },
  'two-starts': {
    says: (v) => `Only one app can start, but more than one is set to start: ${v['files']}, from ${v['partitions']}.`,
    next: (_, at) =>
      `For all but one of them, ${at.either('choose a place without starting it', 'use --place "FILE=PARTITION, without starting it"')}.`,
  },
  'table-damaged': {
    says: () => 'The partition table on the board is damaged, so the partition boundaries are uncertain.',
    next: 'Write a valid partition table first, or continue if you know that the partitions shown are correct.',
    consent: 'I know that the partitions shown are correct. Write to them even though the table is damaged.',
  },
  'board-table-past-header': {
    says: (v) =>
      `The board will not start, whatever is written: ${v['partition']} ends at ${v['end']}, past the flash size ` +
      `in its bootloader header (${v['limit']}).`,
    next: orHeaderSize((at) => [
      `also ${at.drop} a bootloader built for the actual flash size`,
      'use a partition table that fits',
    ]),
    consent: 'Write it even though the board will not start until that is fixed.',
  },
  'partitions-lost': {
    says: (v) => `${v['file']} changes the partition table. The firmware loses the content of: ${v['lost']}.`,
    next: 'Back up what you need first. These partitions get new content only if you place a file in them.',
    consent: 'I do not need the content of these partitions.',
  },
  'content-replaced': {
    says: (v) =>
      `Sectorwise does not recognise ${v['file']}. It replaces content of ${v['partition']} (${v['address']}). ` +
      `${v['holds']}`,
    next: 'Choose a free partition or gap, unless the file belongs here.',
    consent: 'I do not need the current content.',
  },
  'running-app-replaced': {
    says: (v) =>
      `${v['file']} ${v['does']} ${v['app']} in ${v['partition']}, which the board starts now. ${v['meanwhile']}`,
    next: (v, at) => {
      if (v['other'] === undefined) return `Choose another place for it ${at.places}, or ${at.out} this file.`;
      return v['merged'] === undefined
        ? `To keep the old app as a fallback, choose “${v['other']}” ${at.places}.`
        : `To keep the old app as a fallback, ${at.drop} the .bin file of the app alone and choose ${v['other']} for it.`;
    },
    consent: 'Replace the app that the board starts now.',
  },
  'data-replaced': {
    says: (v) =>
      `${v['file']} brings data of its own. Where it differs, it replaces what is on the board: ${v['lost']}.`,
    next: ({ source }, at) =>
      source === 'merged'
        ? `${capital(at.choose(MERGED_PROGRAMS, 'Keep the board’s data'))} to write the image without it, or back up what you need first.`
        : `${at.either('Clear the tick in front of the file', 'Leave out the file')} to keep the board’s data, or back up what you need first.`,
    consent: 'Replace this data. I do not need it.',
  },
  'padding-erases': {
    says: (v) => `With its padding, ${v['file']} would erase ${v['erased']}.`,
    next: (_, at) => `${capital(at.choose(MERGED_PARTS, 'Only its parts'))} to keep them.`,
    consent: 'Erase these partitions with the padding.',
  },
  'image-without-description': {
    says: (v) =>
      `${v['file']} has no app description, which every app built with ESP-IDF 3.3 or later has: it may not start ` +
      `from ${v['partition']}.`,
    next: 'Choose the application .bin file from your build, unless you know that this file is an app.',
    consent: 'I know that this image is an app.',
  },
  'choice-of-empty-slot': {
    says: (v) => `The otadata in ${v['file']} selects ${v['partition']}, which holds no complete app. ${v['instead']}`,
    next: (_, at) => `Also place an app there, or ${at.out} the otadata file.`,
    consent: 'Write this otadata anyway.',
  },
  'overlaps-partition': {
    says: (v) =>
      `The data that ${v['file']} puts into ${v['partition']} also covers part of ${v['touched']}: these ` +
      'partitions overlap in the board’s partition table.',
    next: 'Choose a partition that does not overlap another, or write a partition table without overlaps first.',
    consent: 'I do not need the content of the overlapped partitions.',
  },
  'reaches-over': {
    says: (v) =>
      `${v['file']} goes to ${v['from']} to ${v['end']}, as its build specifies, and overlaps ${v['touched']}.`,
    next: 'Use the partition table of the same build as well, or choose another place.',
    consent: 'I do not need the content of these partitions.',
  },
  'overlaps-boot': {
    says: (v) =>
      `The data that ${v['file']} puts into ${v['partition']}, ${v['from']} to ${v['end']}, would overwrite the ` +
      `${v['what']} at ${v['address']}: the board would no longer start.`,
    next: 'Choose a partition elsewhere, or write a valid partition table first.',
  },
  'board-encrypted': {
    says: (v) =>
      `${v['file']} is not written: ${v['whose']} flash looks encrypted, but ${v['unsure']}. If it is, an ` +
      'unencrypted file would make the board unusable.',
    next: 'Use the tools of the build, which have the board’s keys (idf.py encrypted-flash), or another board.',
  },
  'spiffs-size': {
    says: (v) =>
      `The SPIFFS image in ${v['file']} was made for ${v['size']}, but ${v['partition']} is ${v['room']}: most ` +
      'programs will not find it there.',
    next: 'Generate the file system image for the size of this partition.',
    consent: 'Write it anyway. My program uses this size.',
  },
} satisfies Record<string, RefusalKind>;

/** A kind of refusal or question about files. */
export type FileRefusalKind = keyof typeof FILE_REFUSALS;

/** Makes one refusal or question about files. */
export const refuse = refusals<FileRefusalKind>(FILE_REFUSALS);
