/** Failures of opening a file as the flash of a board, and of working on it, each worded once. */
import type { Failure, FailureWords } from '../flash/failure.ts';
import { failures, fileFailures } from '../flash/failure.ts';
import type { Range } from '../flash/map.ts';

const READ_AGAIN =
  'Read the whole flash again, for example with “esptool read-flash 0 ALL flash.bin”, and open that file.';
const WHAT_OPENS =
  'Open a dump of a whole flash, a merged image (“esptool merge-bin”), the image of one partition with settings or files, or a ' +
  'backup that Sectorwise exported. Any other file goes with the board or the flash image that it is for.';

/** The register of failures with flash images. */
export const FLASH_IMAGE_FAILURES = {
  'flash-image-empty': {
    kind: 'refused',
    says: (v) => `${v['file']} is empty: it has 0 bytes.`,
    next: READ_AGAIN,
  },
  'flash-image-zeros': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} holds nothing but zeros (${v['size']}): erased flash reads FF, and no firmware is in it.`,
    next: READ_AGAIN,
  },
  'flash-image-not-flash': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a flash image: ${v['what']}.`,
    next: WHAT_OPENS,
  },
  'flash-image-is-firmware': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a flash image but one part of it: ${v['what']}.`,
    next: (_, at) => `Open the flash image or connect the board that it is for, then ${at.drop} this file with it.`,
  },
  'flash-image-too-short': {
    kind: 'refused',
    says: (v) => `${v['file']} is too short for a flash image: it ends at ${v['end']}, before ${v['what']}.`,
    next: READ_AGAIN,
  },
  'flash-image-incomplete': {
    kind: 'refused',
    says: (v) => `${v['file']} is only a part of a flash: it ends at ${v['end']}, but ${v['what']}.`,
    next: READ_AGAIN,
  },
  'flash-image-other-chip': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} is the flash of ${v['is']}, not of ${v['chosen']}: the header of its bootloader at ` +
      `${v['address']} says so.`,
    next: 'Open it again without choosing a chip: it is recognised.',
  },
  'flash-image-too-large': {
    kind: 'refused',
    says: (v) => `${v['file']} has ${v['size']}, but ${v['holder']} has ${v['limit']} at most.`,
    next: 'Check that this is the right file and the right board, then open it again.',
  },
  'flash-image-damaged': {
    kind: 'refused',
    says: (v) => `${v['file']} is damaged: ${v['what']}.`,
    next: 'Get a fresh copy of the file from where it was first saved, and open that.',
  },
  'flash-image-backup-partial': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} is a backup with only a part of a flash: ${v['held']} of ${v['size']}. It cannot be opened as a flash ` +
      'image.',
    next: (_, at) => `Import it ${at.backups} and restore it on its board, or open a backup of a whole flash.`,
  },
  'flash-image-backup-encrypted': {
    kind: 'refused',
    says: (v) => `${v['file']} is an encrypted backup.`,
    next: (_, at) => `Import it ${at.backups} with its passphrase, save the flash from there, and open that file.`,
  },
  'flash-image-choice-unknown': {
    kind: 'refused',
    says: (v) => `This version of Sectorwise knows no ${v['what']} called “${v['chosen']}”.`,
    next: 'Choose one of the list.',
  },
  'flash-image-not-erased': {
    kind: 'refused',
    says: (v) => `The place at ${v['address']} (${v['size']}) of the flash image is not erased: ${v['difference']}.`,
    next: 'Flash again: the erase unit has to be erased first.',
  },
  'flash-image-not-writable': {
    kind: 'refused',
    says: (v) => `Sectorwise does not write ${v['name']}: ${v['reason']}.`,
    next: 'Choose another place.',
  },
  'flash-image-not-encrypted': {
    kind: 'refused',
    says: () => 'Nothing in a flash image can be encrypted: the key is in the eFuses of the chip.',
    next: 'Encrypt the file with the key of the board (espsecure encrypt-flash-data), then place it again.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures<keyof typeof FLASH_IMAGE_FAILURES>(FLASH_IMAGE_FAILURES);

/** Makes a failure about a file; `offset` is the position in it, in bytes. */
export const imageFailure = fileFailures<keyof typeof FLASH_IMAGE_FAILURES>(FLASH_IMAGE_FAILURES);

/** Makes a failure about a range of the flash in an opened image. */
export function imageRangeFailure(
  name: 'flash-image-not-erased' | 'flash-image-not-writable' | 'flash-image-not-encrypted',
  { region, address, size }: Range,
  values: Readonly<Record<string, string | number>> = {},
): Failure {
  return fail(name, { values, place: { in: 'flash', range: { region, address, size } } });
}
