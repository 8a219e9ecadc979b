/** Failures of requests to the backup library. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

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
  'backup-sealed': {
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
