/** Every reason of this family not to write files, and every question it asks first; each worded once. */
import { refusals } from '../../flash/finding.ts';
import type { RefusalKind } from '../../flash/finding.ts';

/** Every kind of refusal and of question about files on a DFU board. */
export const DFU_REFUSALS = {
  'larger-than-any-chip': {
    says: (v) => `${v['file']} is ${v['size']}; no file over ${v['limit']} is looked into, for no chip here holds one.`,
    next: 'Choose another file.',
  },
  'container-not-read': {
    says: (v) => `${v['file']} is a ${v['kind']} that could not be taken apart: ${v['why']}.`,
    next: 'Use the build’s .bin or .hex file.',
  },
  'module-damaged': {
    says: (v) => `${v['file']} is not written: ${v['why']}`,
    next: 'Build it again, or download it again: this file is damaged or incomplete.',
  },
  'no-sector': {
    says: (v) => `There is no place for ${v['file']} on this board: ${v['why']}.`,
    next: 'Build it for a place that this board has, or make it smaller.',
  },
  'sector-not-chosen': {
    says: (v) => `${v['file']} does not say where it belongs.`,
    next: 'Choose the sector or the sectors that it is for, or take the file away.',
  },
  'sectors-too-few': {
    says: (v) => `${v['file']} does not fit into ${v['place']}: ${v['lacks']}.`,
    next: 'Pick another sector as well, or choose a place from the list.',
  },
  'wish-not-possible': {
    says: (v) => `${v['wish']}: ${v['why']}`,
    next: 'Choose the application’s own place, and put what does not fit into an extension.',
  },
  'nothing-fits-there': {
    says: (v) => `${v['file']} cannot go to ${v['place']}: ${v['why']}.`,
    next: 'Choose another place.',
  },
  'board-read-protected': {
    says: (v) => `${v['file']} is not written: the chip is read protected, and takes nothing.`,
    next: 'Lift the read protection first. That erases the whole flash.',
  },
  'module-for-other-board': {
    says: (v) => `${v['file']} is for the ${v['platform']}, and this is a ${v['board']}: it would not run.`,
    next: 'Build it for this board.',
  },
  'module-linked-elsewhere': {
    says: (v) => `${v['file']} was linked for ${v['start']}, so it does not run at ${v['address']}.`,
    next: 'Build it again with the linker regions for this place.',
  },
  'data-looks-like-module': {
    says: (v) =>
      `What ${v['file']} puts at ${v['address']} looks like a user application to the board: a factory reset would ` +
      'copy it over the application.',
    next: 'Put a header of its own in front of it (docs/extension.md), or choose another sector.',
  },
  'dependency-not-met': {
    says: (v) =>
      `${v['file']} needs ${v['needs']} version ${v['least']} or newer, and ${v['has']}: the board would go to safe ` +
      'mode and not run it.',
    next: 'Write the system firmware that it was built for as well, or build it for the one that is there.',
    consent: 'Write it all the same: the board may go to safe mode.',
  },
  'usb-only': {
    says: (v) =>
      `${v['file']} is ${v['size']} in one piece. The board runs it, but no update over the air is possible any ` +
      'more: its firmware refuses an application past its own sector.',
    next: 'To keep updates over the air, put what does not fit into an extension.',
    consent: 'I only update this board over USB.',
  },
  'update-erases': {
    says: (v) => `${v['by']} will erase ${v['place']} (${v['address']}), and with it what ${v['file']} puts there.`,
    next: 'Let the application check what it finds there, and write it again over USB afterwards.',
    consent: 'I know that it will be erased.',
  },
  'factory-reset-lost': {
    says: (v) =>
      `${v['file']} is written over the factory slot at ${v['address']}, which holds the user application version ` +
      `${v['version']}: factory reset is no longer available.`,
    next: 'Save it first if you may want it back.',
    consent: 'I do not need factory reset.',
  },
  'factory-restores': {
    says: (v) =>
      `The factory slot at ${v['address']} holds a user application, version ${v['version']}. If writing is ` +
      'interrupted, and on every factory reset, the board copies it over the user application.',
    next: 'Write an extension over the factory slot, or know what is in it.',
    consent: 'I know what is in the factory slot.',
  },
  'sector-in-use': {
    says: (v) =>
      `${v['place']} from ${v['address']} on may hold a part of the program, or its data. ${v['file']} replaces what it ` +
      'covers of it.',
    next: 'Read the flash out and save it first if you may want it back, or choose an erase unit that is blank.',
    consent: 'I do not need what is there.',
  },
  'sector-holds-data': {
    says: (v) => `${v['place']} (${v['address']}) holds data that Sectorwise does not know. ${v['file']} replaces it.`,
    next: 'Save it first if you may want it back.',
    consent: 'I do not need what is there.',
  },
  'system-replaced': {
    says: (v) =>
      `${v['file']} replaces system firmware in ${v['place']}: with the wrong version the board does not start.`,
    next: 'Use the version that belongs to the other parts, and write them all.',
    consent: 'I know that this system firmware is for this board.',
  },
  'application-replaced-by-data': {
    says: (v) => `${v['file']} is no user application, and it is to be written over the one in ${v['place']}.`,
    next: 'Choose another sector, unless you want the board to stay in safe mode.',
    consent: 'The board shall not run a user application.',
  },
  'program-without-start': {
    says: (v) => `${v['file']} does not begin with a vector table, and at ${v['address']} the chip looks for one.`,
    next: 'Choose the .bin file of the program, or another address.',
    consent: 'Write it there all the same.',
  },
} satisfies Record<string, RefusalKind>;

/** The kinds of refusals and questions about files on a DFU board. */
export type DfuRefusalKind = keyof typeof DFU_REFUSALS;

/** Makes one refusal about files on a DFU board. */
export const refuse = refusals<DfuRefusalKind>(DFU_REFUSALS);
