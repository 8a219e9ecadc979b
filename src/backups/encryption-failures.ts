/** What goes wrong with passphrases and what they protect. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of what goes wrong with passphrases and sealed files. */
export const ENCRYPTION_FAILURES = {
  'passphrase-empty': {
    kind: 'refused',
    says: () => 'A passphrase without any letter protects nothing.',
    next: 'Type a passphrase: several words that nobody would guess. Without it nobody can open the backup again, you included.',
  },
  'seal-not-opened': {
    kind: 'refused',
    says: (v) => `${v['file']} does not open: either the passphrase is another one, or the file was changed.`,
    next: 'Type the passphrase once more, and mind upper and lower case. If it is right, take the file from where it was saved first.',
  },
  'seal-damaged': {
    kind: 'refused',
    says: (v) => `${v['file']} is damaged: ${v['what']}.`,
    next: 'No passphrase opens it as it is. Copy the file anew from where it was saved first.',
  },
  'seal-unknown': {
    kind: 'refused',
    says: (v) => `${v['file']} is sealed in a way that this Sectorwise does not open: ${v['what']}.`,
    next: 'Reload this page to get the newest Sectorwise, then try again. If the file is not your own, do not use it.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const encryptionFailure = failures<keyof typeof ENCRYPTION_FAILURES>(ENCRYPTION_FAILURES);
