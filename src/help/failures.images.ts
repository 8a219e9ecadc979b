/** Help on flash images: files that are opened in place of a board. */
import type { Help } from './help.ts';

const CUT = 'Reading the flash was stopped, or a download was interrupted.';
const OTHER_FILE = 'Another file was chosen by mistake.';
const READ_ALL =
  'Read the whole flash again: “esptool read-flash 0 ALL flash.bin”, or on a board that is open here, “Back up” of the whole flash.';
const FRESH = 'Get a fresh copy of the file from where it was first saved.';

/** Help texts by failure name. */
export const IMAGE_HELP: Readonly<Record<string, Help>> = {
  'flash-image-empty': {
    what: 'The file has no bytes at all.',
    why: [CUT, 'The disk was full when it was saved.'],
    todo: [READ_ALL, FRESH],
  },
  'flash-image-zeros': {
    what: 'Every byte of the file is 0. Erased flash reads FF, and firmware has other values, so this cannot be what a board holds.',
    why: [
      'The program that read the flash failed and filled the file with zeros.',
      'The disk or the network drive with the file lost its content.',
    ],
    todo: [READ_ALL, 'Check with a hex viewer whether the original file, where it was first saved, is all zeros too.'],
  },
  'flash-image-not-flash': {
    what: 'A flash image is a copy of all that a flash chip holds, from its first byte on. This file is something else.',
    why: [
      OTHER_FILE,
      'The file is packed: an archive has to be unpacked first.',
      'A web server sent a page in place of the file.',
    ],
    todo: [
      'For an Espressif chip, open a dump of the whole flash or a merged image. It has a bootloader and a partition table.',
      'For a build, an archive or a single app, open a board or a flash image first, then drop the file there.',
    ],
  },
  'flash-image-is-firmware': {
    what: 'The file is one part of a flash, such as an app or a bootloader. Opened as a whole flash it would lie at the wrong address.',
    why: [OTHER_FILE, 'A build makes several files: each belongs at an address of its own.'],
    todo: [
      'Open the flash image that it is for, or connect the board, and drop this file there.',
      'To make a flash image from the files of a build: “esptool merge-bin”, or “idf.py merge-bin”.',
    ],
  },
  'flash-image-too-short': {
    what: 'The flash of an Espressif chip has its partition table behind the bootloader. The file ends before that.',
    why: [CUT, 'The file is only the bootloader.'],
    todo: [READ_ALL],
  },
  'flash-image-incomplete': {
    what: 'The bootloader, the partition table or an app in the file refers to addresses past its end. If it were opened as it is, an app or a partition would seem damaged.',
    why: [
      CUT,
      'Less than the whole flash was read: the size was given to esptool by hand.',
      'The chip is smaller than its partition table says, and the file is all of it.',
    ],
    todo: [READ_ALL],
  },
  'flash-image-other-chip': {
    what: 'The header of a bootloader names the chip that it was built for. It is not the one that was chosen.',
    why: ['Another chip was chosen by mistake.', OTHER_FILE],
    todo: ['Open the file without choosing a chip: the chip is recognised.'],
  },
  'flash-image-too-large': {
    what: 'The file has more bytes than the flash that it should be a copy of.',
    why: ['Another board was chosen than the one that was read.', OTHER_FILE],
    todo: [
      'Choose the board that the file was read from.',
      'If something was added at the end of the file, cut it off.',
    ],
  },
  'flash-image-damaged': {
    what: 'The file has a checksum or a structure of its own, and it is wrong. Which of its bytes are wrong is not known.',
    why: [CUT, 'The file was changed by another program.'],
    todo: [FRESH],
  },
  'flash-image-backup-partial': {
    what: 'A backup may hold only what one job overwrote, or one partition. The rest of the flash is not known, so it cannot be shown as a whole.',
    why: [
      'The backup was made by a job, or of one partition.',
      'Some memory of the board could not be read when the backup was made.',
    ],
    todo: [
      'On a board, “Back up” of the whole flash makes a backup that can be opened.',
      'Import this one under “Backups”, and restore it on its board.',
    ],
  },
  'flash-image-backup-encrypted': {
    what: 'The backup was encrypted with a passphrase. It can only be read once it is imported and decrypted.',
    why: ['It was exported with a passphrase.'],
    todo: [
      'Import it under “Backups” on the start page, open it with its passphrase, save its flash as .bin and open that file.',
    ],
  },
  'flash-image-choice-unknown': {
    what: 'The name of a chip or a board was given that this version does not have.',
    why: ['The name is misspelt.', 'The chip is newer than this version of Sectorwise.'],
    todo: ['Choose a name from the list.', 'Reload the page, or get the latest version.'],
  },
  'flash-image-not-erased': {
    what: 'The copy of the flash in memory has the rules of a real one: only erased places can be programmed. This place was not erased.',
    why: ['The flash image was changed while a job on it was stopped.'],
    todo: ['Flash again, so that the whole erase unit is rewritten.'],
  },
  'flash-image-not-writable': {
    what: 'On the board that the file is from, this memory is protected, or is never written by Sectorwise. The same holds for its file.',
    why: [
      'The bootloader of the board protects the memory.',
      'The memory holds protections of the chip, which cannot always be undone.',
    ],
    todo: ['Choose another place for the file.'],
  },
  'flash-image-not-encrypted': {
    what: 'A chip with flash encryption encrypts with a key in its eFuses. A file has no eFuses, so nothing in it can be encrypted.',
    why: ['A file was to be written encrypted, as on the board.'],
    todo: [
      'Encrypt the file with the key of the board first, with “espsecure encrypt-flash-data”.',
      'Connect the board, and write the file there.',
    ],
  },
};
