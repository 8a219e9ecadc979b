/** Reasons not to write, and questions, that lie in the board's protection and in what a person set; each worded once. */
import { refusals } from '../../flash/finding.ts';
import type { RefusalKind } from '../../flash/finding.ts';
import { orHeaderSize } from '../boot/bootloader-header.ts';

/** Every kind of refusal and of question about protections and settings. */
export const BOARD_REFUSALS = {
  'plain-on-encrypted': {
    says: (v) =>
      `${v['file']} is plain, and the chip decrypts what it reads at ${v['address']}: it would get noise. This chip ` +
      'encrypts nothing for a loader any more.',
    next:
      'Encrypt the file with this chip’s key (espsecure encrypt-flash-data) and drop the result, or update the board ' +
      'over the air.',
  },
  'chip-encrypts': {
    says: (v) =>
      `Flash encryption is on. The chip can encrypt ${v['files']} on the way in; what it holds then can be neither ` +
      'compared nor verified.',
    next: 'Say yes to have the chip encrypt what belongs encrypted. Everything else is written as it is.',
    consent: 'Have the chip encrypt it, and take it for written without proof.',
  },
  'chip-may-encrypt': {
    says: (v) =>
      `Flash encryption is on, and whether the chip still encrypts for a loader cannot be asked. If it does not, ` +
      `${v['files']} would be noise to it, and the board would not start.`,
    next: 'Go on only if the board was made in development mode, where a loader may still have it encrypt.',
    consent: 'I know that this chip still encrypts for a loader. Have it encrypt these files.',
  },
  'ciphertext-placed': {
    says: (v) =>
      `${v['file']} is written as it is to ${v['address']}, where the chip decrypts what it reads. If it was not ` +
      'encrypted with this chip’s key for this very address, the chip gets noise.',
    next: 'Look up the address that the file was encrypted for: ciphertext works at no other.',
    consent: 'It was encrypted with this chip’s key for this address.',
  },
  'ciphertext-moved': {
    says: (v) =>
      `${v['file']} is encrypted, and its build puts it at ${v['own']}. At ${v['address']} the chip would decrypt it ` +
      'to noise: ciphertext is tied to its address.',
    next: 'Choose the place that its build says.',
  },
  'secure-boot-low': {
    says: (v) =>
      `${v['file']} would be written at ${v['address']}. Secure boot is on, and a mistake below ${v['limit']} ends ` +
      'the board for good.',
    next: 'Take this file away. A signed bootloader is replaced with the build’s own tools, which check its signature.',
  },
  'app-unsigned': {
    says: (v) =>
      `Secure boot is on, and no signature ${v['version']}is behind the app in ${v['file']}: it would not start.`,
    next: 'Sign the app with the board’s key (espsecure sign-data) and drop the signed file.',
    consent: 'Write it although I see that it is not signed.',
  },
  'table-unseen': {
    says: (v) =>
      `The board’s own partition table cannot be read, so it cannot be told which partitions ${v['file']} moves or ` +
      'drops. What they hold would be lost.',
    next: 'If the board has this table already, let it only tell where things are.',
    consent: 'Write this partition table. I know what the board has, or need none of it.',
  },
  'flash-size-unknown': {
    says: (v) =>
      `${v['file']} reaches to ${v['end']}, and how large this board’s flash is cannot be asked: Sectorwise goes by ` +
      `${v['size']}.`,
    next: 'Look at the module’s name or the board’s papers and choose the flash size in the settings.',
  },
  'erase-size-unknown': {
    says: (v) =>
      `Everything is to be erased, and how large this board’s flash is cannot be asked: Sectorwise goes by ${v['size']}. ` +
      'On a larger one the rest would stay, and on a smaller one the wrong place might be erased.',
    next: 'Look at the module’s name or the board’s papers and choose the flash size in the settings.',
  },
  'erase-all': {
    says: (v) => `Everything that no file fills is erased: ${v['lost']}. That takes up to ${v['seconds']} s.`,
    next: 'Save what you need first, or set “Erase” to “Only what changes”.',
    consent: 'Erase it. I need none of it.',
  },
  'erase-all-protected': {
    says: (v) =>
      `Everything that no file fills is erased: ${v['lost']}. ${v['why']} That takes up to ${v['seconds']} s.`,
    next: 'Set “Erase” to “Only what changes”, unless you have all that it takes to set this board up again.',
    consent: 'Erase it. I have what it takes to set this board up again.',
  },
  'header-too-small': {
    says: (v) =>
      `The bootloader’s header is to say ${v['limit']} of flash, but ${v['partition']} ends at ${v['end']}: the ` +
      'bootloader would refuse the whole partition table.',
    next: orHeaderSize(['keep what the header says', 'use a table that fits']),
  },
  'frequency-changed': {
    says: (v) =>
      `The bootloader’s header is to say ${v['frequency']}, and it says ${v['now']} MHz now. Where the flash chip cannot be ` +
      'read that fast, the board does not start any more.',
    next: 'Keep the frequency, unless the flash chip’s papers allow this one.',
    consent: 'This board’s flash chip can be read that fast.',
  },
  'quad-mode': {
    says: (v) =>
      `The bootloader’s header is to say ${v['mode']}, and it says ${v['now']} now. Where the board does not wire four ` +
      'data lines to its flash, it does not start any more.',
    next: 'Keep the mode: ESP-IDF’s bootloaders switch to four data lines by themselves where they were built for it.',
    consent: 'This board wires all four data lines.',
  },
} satisfies Record<string, RefusalKind>;

/** The kinds of refusals and questions about protections and settings. */
export type BoardRefusalKind = keyof typeof BOARD_REFUSALS;

/** Makes one refusal about protections or settings. */
export const refuseBoard = refusals<BoardRefusalKind>(BOARD_REFUSALS);
