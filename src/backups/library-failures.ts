/** What goes wrong with a wish for a backup that this browser keeps. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of wishes that the library does not fulfil. */
export const LIBRARY_FAILURES = {
  'backup-gone': {
    kind: 'refused',
    says: () => 'This backup is not kept in this browser any more.',
    next: 'It was deleted, maybe in another tab. If you have exported it, import that file.',
  },
  'backup-in-use': {
    kind: 'refused',
    says: (v) => `A job that did not come to its end still needs this backup: ${v['name']}.`,
    next: 'Connect the board and go on with the job, undo it or leave it. Then the backup is yours to delete or to seal.',
  },
  'backup-sealed': {
    kind: 'refused',
    says: (v) => `The backup “${v['name']}” is sealed with a passphrase already.`,
    next: 'Export it without a new passphrase: the file opens with the one that it has. For another one, open the backup first.',
  },
  'backup-differs': {
    kind: 'refused',
    says: (v) =>
      `This browser keeps a backup with the id of ${v['file']} already, “${v['name']}”, and ${v['what']}. The file was not taken in.`,
    next: 'Nothing that you keep is overwritten by a file. Export the backup that is here if you need it, delete it, then import the file.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the library's failures. */
export const libraryFailure = failures<keyof typeof LIBRARY_FAILURES>(LIBRARY_FAILURES);
