/** What a session asks before it goes on, worded once. */
import type { RefusalKind } from '../flash/finding.ts';
import { refusals } from '../flash/finding.ts';

/** The register of a session's questions. */
export const SESSION_REFUSALS = {
  'same-board': {
    says: (v) =>
      `A write to a board like this one was interrupted, and ${v['bytes']} that it promised to keep are still to be put ` +
      'back. This board does not say which one it is.',
    next: 'If it is another board, reload this page first: then what was promised is forgotten, and nothing is put back.',
    consent: 'This is that board: put these bytes back.',
  },
} as const satisfies Record<string, RefusalKind>;

/** Makes one of a session's questions. */
export const sessionRefusal = refusals<keyof typeof SESSION_REFUSALS>(SESSION_REFUSALS);
