/** Failures of backup files, of passphrases and of the backup library, each worded once. A file is not trusted in anything. */
import type { FailureWords } from '../flash/failure.ts';
import { fileFailures, failures } from '../flash/failure.ts';

const ANEW = 'Nothing was imported. Get a fresh copy of the file from where it was first saved, then import it again.';

/** The register of failures in reading backup files. */
export const BACKUP_FILE_FAILURES = {
  'backup-file-foreign': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a Sectorwise backup: ${v['what']}.`,
    next: (_, at) =>
      `Choose a file that Sectorwise exported: its name ends in .zip or .encrypted (.sealed in earlier versions). To flash any other ` +
      `file, ${at.drop} it with the board or the flash image that it is for.`,
  },
  'backup-file-version': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} is a backup in format ${v['version']}, but this version of Sectorwise reads format ` +
      `${v['reads']}.`,
    next: (_, at) => `${at.latest}, then import the file again.`,
  },
  'backup-file-damaged': {
    kind: 'refused',
    says: (v) => `${v['file']} is damaged: ${v['what']}.`,
    next: ANEW,
  },
  'backup-file-wrong': {
    kind: 'refused',
    says: (v) => `${v['file']} contains invalid data at ${v['where']}: ${v['what']}.`,
    next: ANEW,
  },
  'backup-file-too-large': {
    kind: 'refused',
    says: (v) => `${v['file']} was not opened: ${v['what']}, but no backup is larger than ${v['limit']}.`,
    next: 'Choose a file that Sectorwise exported.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures; `offset` is the position in the file, in bytes. */
export const backupFileFailure = fileFailures<keyof typeof BACKUP_FILE_FAILURES>(BACKUP_FILE_FAILURES);

/** The register of failures with passphrases and encrypted files. */
export const ENCRYPTION_FAILURES = {
  'passphrase-empty': {
    kind: 'refused',
    says: () => 'The passphrase is empty.',
    next: 'Enter several words that are hard to guess. Without the passphrase nobody can open the backup, not even you.',
  },
  'backup-not-decrypted': {
    kind: 'refused',
    says: (v) => `${v['file']} cannot be decrypted: the passphrase is wrong, or the file was changed.`,
    next:
      'Enter the passphrase again and check upper and lower case. If it is correct, get a fresh copy of the file ' +
      'from where it was first saved.',
  },
  'encrypted-backup-damaged': {
    kind: 'refused',
    says: (v) => `${v['file']} is damaged: ${v['what']}.`,
    next: 'No passphrase can decrypt it in this state. Get a fresh copy of the file from where it was first saved.',
  },
  'encrypted-backup-unknown': {
    kind: 'refused',
    says: (v) => `${v['file']} is encrypted in a way that this version of Sectorwise does not support: ${v['what']}.`,
    next: (_, at) => `${at.latest}, then try again. If the file is not yours, do not use it.`,
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const encryptionFailure = failures<keyof typeof ENCRYPTION_FAILURES>(ENCRYPTION_FAILURES);

/** The register of requests that the library refuses. */
export const LIBRARY_FAILURES = {
  'backup-gone': {
    kind: 'refused',
    says: () => 'This backup is no longer stored in this browser.',
    next: 'It was deleted, perhaps in another tab. If you exported it, import that file.',
  },
  'backup-in-use': {
    kind: 'refused',
    says: (v) => `An unfinished job still needs this backup: ${v['name']}.`,
    next:
      'Connect the board and resume the job, roll it back or abandon it. After that you can delete or encrypt the ' +
      'backup.',
  },
  'backup-encrypted': {
    kind: 'refused',
    says: (v) => `The backup “${v['name']}” is already encrypted.`,
    next:
      'Export it without a new passphrase: the file keeps its current one. To change the passphrase, decrypt the ' +
      'backup first.',
  },
  'backup-partial': {
    kind: 'refused',
    says: (v) =>
      `The backup “${v['name']}” does not hold all of ${v['what']}: ${v['missing']} are missing from ${v['address']}.`,
    next: 'Export the backup instead: its file says which bytes it holds.',
  },
  'backup-differs': {
    kind: 'refused',
    says: (v) =>
      `This browser already stores a backup with the same ID as ${v['file']}, “${v['name']}”, and ${v['what']}. ` +
      'The file was not imported.',
    next:
      'An import never overwrites a stored backup. Export the stored one if you need it, delete it, then import ' +
      'the file.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the library's failures. */
export const libraryFailure = failures<keyof typeof LIBRARY_FAILURES>(LIBRARY_FAILURES);
