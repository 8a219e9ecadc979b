/** Help on failures while a recovery bundle is made or signed. */
import type { Help } from './help.ts';

/** By the names of the failures. */
export const BUNDLE_HELP: Readonly<Record<string, Help>> = {
  'bundle-empty': {
    what: 'A recovery bundle needs at least one partition with something in it.',
    why: ['No partition was ticked.', 'The ticked app slots are erased: there is nothing in them to include.'],
    todo: [
      'Tick the partitions that another board needs: bootloader, partition table, otadata, the app and its files.',
    ],
  },
  'bundle-unreadable': {
    what: 'A partition goes into a bundle whole, and some of its bytes are not in the backup that the bundle is made from.',
    why: [
      'The backup holds only what a job overwrote, not whole partitions.',
      'The board did not show these bytes when it was backed up.',
    ],
    todo: [
      'Back up the whole flash of the board and make the bundle from that backup.',
      'Or leave this partition out.',
    ],
  },
  'bundle-ciphered': {
    what: 'The board encrypts this part of its flash with a key that only its chip has. The bytes mean nothing on another board.',
    why: ['Flash encryption is on.'],
    todo: [
      'Make the bundle from a board without flash encryption.',
      'Or drop the build on such a board and make the bundle from its files.',
    ],
  },
  'bundle-too-long': {
    what: 'The name or the notes of the bundle are too long to be shown.',
    why: ['A long text was pasted.'],
    todo: ['Shorten it, and make the bundle again.'],
  },
  'key-gone': {
    what: 'The key that was to sign the bundle is not stored in this browser any more.',
    why: ['It was removed in another tab.', 'The browser deleted what this page had stored.'],
    todo: [
      'Import the key from the file that you exported.',
      'Or make a new key: those who know the old one see the new one as unknown.',
    ],
  },
  'key-foreign': {
    what: 'The file holds no private Ed25519 key in PKCS #8 form.',
    why: [
      'It is another file.',
      'It is the public half of a key, or a key of another kind, such as RSA.',
      'It is encrypted with a passphrase.',
    ],
    todo: [
      'Choose the file that was saved from the list of signing keys.',
      'Remove the passphrase with “openssl pkey -in key.pem -out plain.pem”, import that file, and delete it.',
    ],
  },
};
