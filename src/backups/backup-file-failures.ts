/** Failures in reading a file that should be a backup: its origin is unknown, and nothing in it is trusted. */
import type { FailureWords } from '../flash/failure.ts';
import { fileFailures } from '../flash/failure.ts';

const ANEW = 'Nothing was imported. Get a fresh copy of the file from where it was first saved, then import it again.';

/** The register of failures in reading backup files. */
export const BACKUP_FILE_FAILURES = {
  'backup-file-foreign': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a Sectorwise backup: ${v['what']}.`,
    next:
      'Choose a file that Sectorwise exported: its name ends in .zip or .sealed. To flash any other file, connect ' +
      'a board and drop the file there.',
  },
  'backup-file-version': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} is a backup in format ${v['version']}, but this version of Sectorwise reads format ` +
      `${v['reads']}.`,
    next: 'Reload this page to get the latest Sectorwise, then import the file again.',
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
