/** Refusals and questions about protections and settings, with their wording. */
import { capital } from '../../flash/english.ts';
import { refusals } from '../../flash/finding.ts';
import type { RefusalKind, Words } from '../../flash/finding.ts';
import type { Steps } from '../../flash/steps.ts';
import { ERASE } from '../board/setting-ids.ts';
import { orHeaderSize } from '../boot/bootloader-header.ts';

const LOOK_UP_SIZE: Words = (_, at) =>
  `Look up the flash size on the module’s label or in its data sheet, and choose it ${at.flashSize}.`;

function eraseLess(at: Steps): string {
  return at.either(at.set(`${ERASE}=needed`, '“Erase” to “Only what changes”'), `leave out --set ${ERASE}=all`);
}

/** Every kind of refusal and question about protections and settings, with its wording. */
export const PROTECTION_REFUSALS = {
  'plain-on-encrypted': {
    says: (v) =>
      `${v['file']} is not encrypted, but the chip decrypts everything it reads at ${v['address']} and would read ` +
      'garbage. This chip no longer encrypts during a serial download.',
    next: (_, at) =>
      `Encrypt the file with this chip’s key (espsecure encrypt-flash-data) and ${at.drop} the result, or update the ` +
      'board over the air.',
  },
  'chip-encrypts': {
    says: (v) =>
      `Flash encryption is on. The chip can encrypt these files while it writes them: ${v['files']}. The result ` +
      'can be neither compared nor verified.',
    next: (_, at) =>
      `${at.either('Tick the box', 'Agree')} to let the chip encrypt what it decrypts on reading. All other files are written unchanged.`,
    consent: 'Let the chip encrypt them. I accept that the result cannot be verified.',
  },
  'chip-may-encrypt': {
    says: (v) =>
      'Flash encryption is on, but this chip does not report whether it can still encrypt during a serial ' +
      `download. If it cannot, it will read garbage in place of ${v['files']}, and the board will not start.`,
    next:
      'Continue only if flash encryption is in development mode, which still allows encryption during a serial ' +
      'download.',
    consent: 'I know that this chip still encrypts during a serial download. Encrypt these files.',
  },
  'ciphertext-placed': {
    says: (v) =>
      `${v['file']} is written unchanged to ${v['address']}, where the chip decrypts what it reads. Unless it was ` +
      'encrypted with this chip’s key for exactly this address, the chip reads garbage.',
    next: 'Check the address that the file was encrypted for: ciphertext works at no other address.',
    consent: 'It was encrypted with this chip’s key for this address.',
  },
  'ciphertext-moved': {
    says: (v) =>
      `${v['file']} is encrypted for ${v['own']}, the address in its build. At ${v['address']} the chip would ` +
      'decrypt it to garbage.',
    next: 'Choose the address that its build gives.',
  },
  'secure-boot-low': {
    says: (v) =>
      `${v['file']} would be written at ${v['address']}. Secure boot is on, and a wrong write below ${v['limit']} ` +
      'makes the board permanently unusable.',
    next: (_, at) =>
      `${capital(at.out)} this file. To replace a signed bootloader, use the tools of its build, which check the signature.`,
  },
  'app-unsigned': {
    says: (v) =>
      `Secure boot is on, but no signature ${v['version']}was found after the app in ${v['file']}: it would not ` +
      'start.',
    next: (_, at) => `Sign the app with the board’s key (espsecure sign-data) and ${at.drop} the signed file.`,
    consent: 'Write it even though it is not signed.',
  },
  'table-unseen': {
    says: (v) =>
      `The board’s partition table cannot be read, so Sectorwise cannot tell which partitions ${v['file']} moves ` +
      'or removes. Their content would be lost.',
    next: (_, at) =>
      `If the board already has this table, ${at.choose('table-known', 'Not written, only used to locate partitions')}.`,
    consent: 'Write this partition table. I know what the board has, or need none of it.',
  },
  'flash-size-unknown': {
    says: (v) =>
      `${v['file']} extends to ${v['end']}, but this board does not report its flash size. Sectorwise assumes ` +
      `${v['size']}.`,
    next: LOOK_UP_SIZE,
  },
  'erase-size-unknown': {
    says: (v) =>
      `Everything is to be erased, but this board does not report its flash size. Sectorwise assumes ${v['size']}. ` +
      'If the flash is larger, the rest stays; if it is smaller, the wrong place may be erased.',
    next: LOOK_UP_SIZE,
  },
  'erase-all': {
    says: (v) => `Everything outside the chosen files is erased: ${v['lost']}.`,
    next: (_, at) => `Back up what you need first, or ${eraseLess(at)}.`,
    consent: 'Erase it. I need none of it.',
  },
  'erase-all-protected': {
    says: (v) => `Everything outside the chosen files is erased: ${v['lost']}. ${v['why']}`,
    next: (_, at) => `${capital(eraseLess(at))}, unless you can set up this board again from scratch.`,
    consent: 'Erase it. I can set up this board again.',
  },
  'header-too-small': {
    says: (v) =>
      `The chosen flash size for the bootloader header is ${v['limit']}, but ${v['partition']} ends at ` +
      `${v['end']}: the bootloader would reject the whole partition table.`,
    next: orHeaderSize(() => ['keep the size in the header', 'use a table that fits']),
  },
  'frequency-changed': {
    says: (v) =>
      `The flash frequency in the bootloader header changes from ${v['now']} MHz to ${v['frequency']}. If the ` +
      'flash chip cannot be read that fast, the board will not start.',
    next: 'Keep the frequency, unless the flash chip’s data sheet allows this one.',
    consent: 'This board’s flash chip supports this frequency.',
  },
  'quad-mode': {
    says: (v) =>
      `The flash mode in the bootloader header changes from ${v['now']} to ${v['mode']}. If the board does not ` +
      'connect all four data lines of its flash, it will not start.',
    next: 'Keep the mode: ESP-IDF bootloaders that are built for four data lines switch to them on their own.',
    consent: 'This board connects all four data lines.',
  },
} satisfies Record<string, RefusalKind>;

/** A kind of refusal or question about protections and settings. */
export type ProtectionRefusalKind = keyof typeof PROTECTION_REFUSALS;

/** Makes one refusal or question about protections or settings. */
export const refuseProtection = refusals<ProtectionRefusalKind>(PROTECTION_REFUSALS);
