/** What can go wrong while a recovery bundle is made. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of these failures. */
export const BUNDLE_FAILURES = {
  'bundle-empty': {
    kind: 'refused',
    says: () => 'No recovery bundle was made: nothing was chosen to go into it.',
    next: 'Choose at least one partition, such as the app.',
  },
  'bundle-unreadable': {
    kind: 'refused',
    says: (v) => `No recovery bundle was made: of ${v['what']}, ${v['missing']} are not known.`,
    next: 'Leave this partition out, or make the bundle from a backup of the whole flash.',
  },
  'bundle-ciphered': {
    kind: 'refused',
    says: (v) =>
      `No recovery bundle was made: ${v['what']} is encrypted with the key of this board, and no other board could read it.`,
    next: 'Make the bundle from a board without flash encryption, or from the build.',
  },
  'bundle-too-long': {
    kind: 'refused',
    says: (v) => `No recovery bundle was made: its ${v['what']} is longer than ${v['limit']} characters.`,
    next: 'Shorten it and try again.',
  },
  'key-gone': {
    kind: 'refused',
    says: () => 'The signing key is no longer in this browser.',
    next: 'Choose another key, import it again, or leave the bundle unsigned.',
  },
  'key-foreign': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a signing key: ${v['what']}.`,
    next: 'Choose a file that Sectorwise exported, or a private key in PEM form made with “openssl genpkey -algorithm ed25519”.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const bundleFailure = failures<keyof typeof BUNDLE_FAILURES>(BUNDLE_FAILURES);
