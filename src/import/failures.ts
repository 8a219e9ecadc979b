/** What can go wrong while dropped files are read. */
import { count } from '../flash/english.ts';
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of these failures. */
export const UNPACK_FAILURES = {
  'file-shorter': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} changed while it was being read: it was ${count(v['size'], 'byte')} long, but ended after ` +
      `${v['have']}.`,
    next: 'Wait until the program that writes it has finished, then choose it again.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const unpackFailure = failures<keyof typeof UNPACK_FAILURES>(UNPACK_FAILURES);
