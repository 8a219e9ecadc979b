/** The headings of failures: what happened in a few words, and whose doing it was where the failure's own sentence does not say. */
import type { FailureFacts, FailureKind, RefusedBy } from '../../src/flash/failure.ts';

/** What happened, where only who said no is known. */
const REFUSED: Readonly<Record<RefusedBy, string>> = {
  board: 'Refused by the board',
  storage: 'Browser storage failed',
  server: 'Part of this page is missing',
};

/** What happened, where only the kind is known. */
const KINDS: Readonly<Record<FailureKind, string>> = {
  mistake: 'Error in Sectorwise',
  refused: 'It could not go on',
  lost: 'The connection was lost',
  stopped: 'Stopped by you',
};

/** What happened in a few words, where the whole sentence is said elsewhere. */
export function headingOf(failure: FailureFacts): string {
  const { kind, heading } = failure;
  const whose = kind === 'refused' ? whoseOf(failure) : '';
  return heading ?? (whose === '' ? KINDS[kind] : whose);
}

/** Whose doing it was, above the failure's own sentence; empty where that says it. */
export function whoseOf({ kind, by, place }: FailureFacts): string {
  if (kind === 'mistake') return KINDS.mistake;
  if (kind !== 'refused') return '';
  if (place?.in === 'file') return 'This file was not opened';
  return by === undefined ? '' : REFUSED[by];
}
