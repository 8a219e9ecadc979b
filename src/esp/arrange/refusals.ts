/** Every reason of this family not to write files, and every question it asks first; each worded once. */
import { refusals } from '../../flash/finding.ts';
import type { RefusalKind } from '../../flash/finding.ts';
import { orHeaderSize } from '../boot/bootloader-header.ts';

/** Every kind of refusal and of question about files. */
export const FILE_REFUSALS = {
  'file-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}; no file over ${v['limit']} is looked into, for no board’s flash holds one.`,
    next: 'Choose another file.',
  },
  'not-an-app': {
    says: (v) => `${v['file']} is not an app image that a bootloader would start: ${v['why']}`,
    next: 'Choose the application .bin file that the build made.',
  },
  'app-damaged': {
    says: (v) => `${v['file']} is not an app image that a bootloader would start: ${v['why']}`,
    next: 'Build it again, or download it again: this file is damaged or incomplete.',
  },
  'bootloader-damaged': {
    says: (v) => `${v['file']} is not a bootloader that the chip would start: ${v['why']}`,
    next: 'Build it again, or download it again: this file is damaged or incomplete.',
  },
  'wrong-chip': {
    says: (v) => `${v['file']} is for the ${v['image']}, and this board is an ${v['board']}.`,
    next: 'Choose the file that was built for this chip.',
  },
  'chip-too-old': {
    says: (v) => `${v['file']} needs chip revision ${v['needs']} or newer, and this board has ${v['has']}.`,
    next: 'Build it with a lower minimum revision, or use a newer board.',
  },
  'chip-too-new': {
    says: (v) =>
      `${v['file']} was made for chips up to revision ${v['most']}, and this board has ${v['has']}: the bootloader ` +
      'would not start it.',
    next: 'Build it with an ESP-IDF that knows this revision.',
  },
  'no-table-known': {
    says: (v) =>
      `This board’s partition table cannot be read, so there is no telling where ${v['file']} belongs. The board may be ` +
      'in good order.',
    next: 'Drop the partition table of its build as well (partitions.csv or .bin), or the whole build folder.',
  },
  'no-app-partition': {
    says: () => 'The board’s partition table has no partition for an app.',
    next: 'A partition table with an app partition has to be written first.',
  },
  'no-place': {
    says: (v) => `There is no place for ${v['file']} on this board: ${v['why']}.`,
    next: 'Use a partition table that has such a partition, or take the file away.',
  },
  'place-not-chosen': {
    says: (v) => `${v['file']} does not say where it belongs.`,
    next: 'Choose the partition or the gap that it is for, or take the file away.',
  },
  'app-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}, and ${v['partition']} holds ${v['room']}: ${v['excess']} too much. ` +
      `${v['fits']}`,
    next: 'Choose a larger partition, build a smaller app, or use a partition table with more room for apps.',
  },
  'bootloader-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}, and before the partition table there are ${v['room']}: ${v['excess']} too ` +
      'much.',
    next: 'Build a smaller bootloader (less logging), or move the partition table.',
  },
  'bootloader-past-chip': {
    says: (v) =>
      `${v['file']} was built for ${v['header']} of flash, and this board’s chip has ${v['chip']}: apps would stop ` +
      'while they start.',
    next: orHeaderSize(['build the bootloader for the true flash size']),
  },
  'bootloader-past-table': {
    says: (v) =>
      `${v['file']} was built for ${v['limit']} of flash, but ${v['partition']} ends at ${v['end']}: it would ` +
      'refuse the whole partition table.',
    next: orHeaderSize(['choose a bootloader that was built for a larger flash', 'a partition table that fits']),
  },
  'table-refused': {
    says: (v) => `${v['file']} cannot be this board’s partition table: ${v['why']}`,
    next: 'Mend that row and make the table again.',
  },
  'table-past-header': {
    says: (v) =>
      `In ${v['file']} ${v['partition']} ends at ${v['end']}, past the flash size in the bootloader’s header, ` +
      `${v['limit']}: it would refuse the whole table.`,
    next: orHeaderSize([
      'drop a bootloader built for the true flash size as well',
      'use a table that fits the smaller one',
    ]),
  },
  'table-moved-alone': {
    says: (v) =>
      `${v['file']} is for ${v['address']}, and the bootloader on the board looks for its table at ${v['own']}: it ` +
      'would never see it.',
    next: 'Drop the bootloader of the same build as well: it knows where its table is.',
    consent: 'Write it all the same: the bootloader on this board looks there.',
  },
  'merged-refused': {
    says: (v) => `${v['file']} is a merged image that would not work: ${v['why']}`,
    next: 'Make the merged image again from sound parts.',
  },
  'merged-past-flash': {
    says: (v) => `${v['file']} ends at ${v['end']}, and this board’s flash at ${v['limit']}: ${v['excess']} too much.`,
    next: 'Choose an image that was made for this flash size.',
  },
  'data-too-large': {
    says: (v) =>
      `${v['file']} is ${v['size']}, and ${v['partition']} holds ${v['room']}: ${v['excess']} too much. ${v['fits']}`,
    next: 'Choose a larger partition, or make the image for this one’s size.',
  },
  'file-system-too-large': {
    says: (v) =>
      `The ${v['system']} in ${v['file']} was made for ${v['size']}, and ${v['partition']} has ${v['room']}: ` +
      `${v['excess']} too much.`,
    next: 'Make the file system for the size of this partition.',
  },
  'two-starts': {
    says: (v) => `Only one app can be started, but ${v['files']} are each to be started, from ${v['partitions']}.`,
    next: 'Place all but one of them without starting it.',
  },
  'table-damaged': {
    says: () => 'The partition table on the board is damaged, so where its partitions begin and end is not certain.',
    next: 'Write a sound partition table first, or go on if you know that these partitions are right.',
    consent: 'I know that the partitions shown are right. Write to them although the table is damaged.',
  },
  'board-table-past-header': {
    says: (v) =>
      `The board will not start whatever is written: ${v['partition']} ends at ${v['end']}, past the flash size in ` +
      `its bootloader’s header, ${v['limit']}.`,
    next: orHeaderSize(['drop a bootloader built for the true flash size as well', 'a partition table that fits']),
    consent: 'Write it although the board will not start before that is mended.',
  },
  'partitions-lost': {
    says: (v) =>
      `${v['file']} changes the partition table and moves nothing. What these partitions hold is lost: ` +
      `${v['lost']}.`,
    next: 'Save what you need first. Nothing is written for these partitions unless a file is placed in them.',
    consent: 'I do not need what these partitions hold.',
  },
  'content-replaced': {
    says: (v) =>
      `${v['file']} is of no kind that Sectorwise knows, and it takes the place of what is in ${v['partition']} ` +
      `(${v['address']}): ${v['holds']}`,
    next: 'Choose a partition or a gap that is free, unless this is what belongs there.',
    consent: 'I do not need what is there now.',
  },
  'padding-erases': {
    says: (v) => `Written with its padding, ${v['file']} would erase ${v['erased']}.`,
    next: 'Choose “Only its parts” to keep them.',
    consent: 'Erase these partitions with the padding.',
  },
  'image-without-description': {
    says: (v) =>
      `${v['file']} has no app description, as every app made with ESP-IDF 3.3 or later has: in ${v['partition']} ` +
      'it may not start.',
    next: 'Choose the application .bin file that the build made, unless you know that this is one.',
    consent: 'I know that this image is an app.',
  },
  'choice-of-empty-slot': {
    says: (v) => `The boot choice in ${v['file']} selects ${v['partition']}, which holds no whole app. ${v['instead']}`,
    next: 'Place an app there too, or leave the boot choice away.',
    consent: 'Write this boot choice all the same.',
  },
  'overlaps-partition': {
    says: (v) =>
      `What ${v['file']} puts into ${v['partition']} also lies in ${v['touched']}: these partitions overlap in the ` +
      'board’s partition table.',
    next: 'Choose a partition that overlaps no other, or write a partition table without overlaps first.',
    consent: 'I do not need what the overlapped partitions hold.',
  },
  'reaches-over': {
    says: (v) =>
      `${v['file']} goes to ${v['from']} to ${v['end']}, as its build says, and reaches into ${v['touched']}.`,
    next: 'Take the partition table of the same build as well, or choose another place.',
    consent: 'I do not need what these partitions hold.',
  },
  'overlaps-boot': {
    says: (v) =>
      `What ${v['file']} puts into ${v['partition']}, ${v['from']} to ${v['end']}, would overwrite the ${v['what']} ` +
      `at ${v['address']}: the board would not start any more.`,
    next: 'Choose a partition that lies elsewhere, or write a partition table that is sound first.',
  },
  'board-encrypted': {
    says: (v) =>
      `${v['file']} is not written: this board’s flash looks encrypted, and the chip does not tell whether it is. It ` +
      'could read a plain file as noise, and the board would be unusable.',
    next: 'Use the build’s own tools, which know this board’s keys (idf.py encrypted-flash), or another board.',
  },
  'spiffs-size': {
    says: (v) =>
      `The SPIFFS in ${v['file']} was made for ${v['size']}, and ${v['partition']} has ${v['room']}: most programs ` +
      'will not find it there.',
    next: 'Make the file system for the size of this partition.',
    consent: 'Write it all the same: my program asks for this size.',
  },
} satisfies Record<string, RefusalKind>;

/** The kinds of refusals and questions about files. */
export type FileRefusalKind = keyof typeof FILE_REFUSALS;

/** Makes one refusal about files. */
export const refuse = refusals<FileRefusalKind>(FILE_REFUSALS);
