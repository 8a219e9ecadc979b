/** Failures with passphrases and encrypted backups. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of failures with passphrases and encrypted files. */
export const ENCRYPTION_FAILURES = {
  'passphrase-empty': {
    kind: 'refused',
    says: () => 'The passphrase is empty.',
    next: 'Enter several words that are hard to guess. Without the passphrase nobody can open the backup, not even you.',
  },
  'seal-not-opened': {
    kind: 'refused',
    says: (v) => `${v['file']} cannot be decrypted: the passphrase is wrong, or the file was changed.`,
    next:
      'Enter the passphrase again and check upper and lower case. If it is correct, get a fresh copy of the file ' +
      'from where it was first saved.',
  },
  'seal-damaged': {
    kind: 'refused',
    says: (v) => `${v['file']} is damaged: ${v['what']}.`,
    next: 'No passphrase can decrypt it in this state. Get a fresh copy of the file from where it was first saved.',
  },
  'seal-unknown': {
    kind: 'refused',
    says: (v) => `${v['file']} is encrypted in a way that this version of Sectorwise does not support: ${v['what']}.`,
    next: 'Reload this page to get the latest Sectorwise, then try again. If the file is not yours, do not use it.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const encryptionFailure = failures<keyof typeof ENCRYPTION_FAILURES>(ENCRYPTION_FAILURES);
