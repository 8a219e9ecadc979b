/** Refusals and questions about files on a DFU board, each worded once. */
import { article, capital } from '../../flash/english.ts';
import { refusals } from '../../flash/finding.ts';
import { UNLOCK_ERASES } from '../../flash/unlock.ts';
import { systemNext, UPDATE_BOOTLOADER } from '../board/findings.ts';
import type { RefusalKind } from '../../flash/finding.ts';

/** What an application calls that is too large for its own sector. */
const AN_EXTENSION = 'an extension: code and data in a sector of its own, which the application calls';

/** Every kind of refusal and question about files on a DFU board. */
export const DFU_REFUSALS = {
  'larger-than-any-chip': {
    says: (v) =>
      `${v['file']} is ${v['size']}. Files over ${v['limit']} are not opened, because no supported chip can hold ` +
      'one.',
    next: 'Choose another file.',
  },
  'container-not-read': {
    says: (v) => `${v['file']} cannot be written: ${v['why']}, and its bytes are not firmware.`,
    next: 'Use the .bin or .hex file of the build.',
  },
  'module-damaged': {
    says: (v) => `${v['file']} cannot be written: ${v['why']}`,
    next: 'Build or download it again: this file is damaged or incomplete.',
  },
  'no-sector': {
    says: (v) => `${v['file']} does not fit anywhere on this board: ${v['why']}.`,
    next: 'Build it for a place that this board has, or make it smaller.',
  },
  'sector-not-chosen': {
    says: (v) => `${v['file']} does not say where it belongs.`,
    next: (_, at) => `Choose its sector or sectors, or ${at.out} the file.`,
    needs: 'place',
  },
  'sectors-too-few': {
    says: (v) => `${v['file']} does not fit into ${v['place']}: ${v['lacks']}.`,
    next: (_, at) =>
      at.either(
        'Select another sector as well, or choose a place from the list.',
        `Choose a larger place ${at.places}.`,
      ),
  },
  'layout-unavailable': {
    says: (v) => `${v['layout']}: ${v['why']}`,
    next: `Choose the application’s own sector, and put the rest into ${AN_EXTENSION}.`,
    guide: 'extension',
  },
  'application-too-large': {
    says: (v) => `${v['file']}, ${v['size']}, is too large for ${v['place']}: ${v['why']}.`,
    next: `Make it smaller, or put the rest into ${AN_EXTENSION}.`,
    guide: 'extension',
  },
  'nothing-fits-there': {
    says: (v) => `${v['file']} cannot be written to ${v['place']}: ${v['why']}.`,
    next: 'Choose another place.',
  },
  'board-read-protected': {
    says: (v) => `${v['file']} cannot be written: the chip is read-protected and rejects all writes.`,
    next: (_, at) =>
      `In ST’s ROM bootloader, ${at.unlock}; or remove the read protection with the chip vendor’s tool. ${UNLOCK_ERASES}`,
  },
  'image-for-other-chip': {
    says: (v) => `${v['file']} is ${v['what']}: this board cannot run it.`,
    next: 'Choose firmware that was built for this board, unless a program on it uses this file as data.',
    consent: 'Write it as data. I know that this board cannot run it.',
  },
  'module-for-other-board': {
    says: (v) =>
      `${v['file']} is for the ${v['platform']}, but this board is ${article(v['board'])}: it would not run.`,
    next: 'Build it for this board.',
  },
  'bootloader-over-dfu': {
    says: (v) => `${v['file']} is Particle’s bootloader, version ${v['version']}. It cannot be replaced over DFU.`,
    next: (_, at) =>
      `${capital(at.out)} this file and write the system parts of the same release. ${UPDATE_BOOTLOADER}`,
  },
  'module-linked-elsewhere': {
    says: (v) => `${v['file']} was linked for ${v['start']} and cannot run at ${v['address']}.`,
    next: 'Rebuild it with the linker regions for this place.',
  },
  'data-looks-like-module': {
    says: (v) =>
      `The data that ${v['file']} puts at ${v['address']} looks like a user application: a factory reset would ` +
      'copy it over the application.',
    next: 'Put the header of an extension in front of it, or choose another sector.',
    guide: 'extension',
  },
  'dependency-not-met': {
    says: (v) =>
      `${v['file']} needs ${v['needs']} version ${v['least']} or newer, but ${v['has']}: the board would enter ` +
      'safe mode instead of running it.',
    next: 'Also write the system firmware that it was built for, or rebuild it for the version on the board.',
    consent: 'Write it anyway. I accept that the board may enter safe mode.',
  },
  'system-need-not-met': {
    says: (v) =>
      `${v['file']} needs ${v['needs']} version ${v['least']} or newer, but ${v['has']}: ` +
      (v['checked'] === 'no'
        ? 'the board may not start.'
        : 'the board would enter safe mode and not run the user application.'),
    next: (v) => systemNext(v['needs']),
    consent: 'Write it anyway. I know what the board lacks.',
  },
  'usb-only': {
    says: (v) =>
      `${v['file']} is ${v['size']} in one piece. It will run, but the system firmware rejects over-the-air ` +
      'updates of an application that extends past its own sector.',
    next: `To keep over-the-air updates, put the rest into ${AN_EXTENSION}.`,
    guide: 'extension',
    consent: 'I will update this board only over USB.',
  },
  'update-erases': {
    says: (v) => `${v['by']} will erase ${v['place']} (${v['address']}), and with it the data from ${v['file']}.`,
    next: 'Make the application check that data before it uses it, and write it again over USB after an update.',
    consent: 'I understand that it will be erased.',
  },
  'factory-reset-lost': {
    says: (v) =>
      `${v['file']} overwrites the factory slot at ${v['address']}, which holds user application version ` +
      `${v['version']}. Factory reset will no longer work.`,
    next: (_, at) => at.kept,
    consent: 'I do not need factory reset.',
  },
  'factory-restores': {
    says: (v) =>
      `The factory slot at ${v['address']} holds user application version ${v['version']}. If this write is ` +
      'interrupted, and on every factory reset, the board copies it over the user application.',
    next: 'Write an extension over the factory slot, or make sure you know what it holds.',
    consent: 'I know what the factory slot holds.',
  },
  'sector-in-use': {
    says: (v) =>
      `${v['place']} from ${v['address']} may contain program code or data. ${v['file']} replaces the part that it ` +
      'covers.',
    next: (_, at) => `${at.kept} To keep it on the board, choose a blank erase unit.`,
    consent: 'I do not need the current content.',
  },
  'sector-holds-data': {
    says: (v) =>
      `${v['place']} (${v['address']}) contains data that Sectorwise does not recognise. ${v['file']} replaces it.`,
    next: (_, at) => at.kept,
    consent: 'I do not need the current content.',
  },
  'system-replaced': {
    says: (v) =>
      `${v['file']} replaces system firmware in ${v['place']}. With the wrong version, the board does not start.`,
    next: 'Use the version that matches the other system parts, and write them all.',
    consent: 'I know that this system firmware is for this board.',
  },
  'application-replaced-by-data': {
    says: (v) => `${v['file']} is not a user application, but would overwrite the one in ${v['place']}.`,
    next: 'Choose another sector, unless you want the board to stay in safe mode.',
    consent: 'Overwrite it; the board then has no application.',
  },
  'program-linked-elsewhere': {
    says: (v) =>
      `${v['file']} was linked for ${v['linked']}, but would be written to ${v['place']}: its code would not be at the ` +
      'addresses that it uses.',
    next: 'Choose the place that it was linked for, or rebuild it for this place.',
    consent: 'Write it there anyway. I accept that it may not start.',
  },
  'program-without-start': {
    says: (v) => `${v['file']} does not begin with a valid vector table, which the chip expects at ${v['address']}.`,
    next: 'Choose the program’s .bin file, or another address.',
    consent: 'Write it there anyway.',
  },
} satisfies Record<string, RefusalKind>;

/** The kinds of refusals and questions about files on a DFU board. */
export type DfuRefusalKind = keyof typeof DFU_REFUSALS;

/** Makes one refusal about files on a DFU board. */
export const refuse = refusals<DfuRefusalKind>(DFU_REFUSALS);
