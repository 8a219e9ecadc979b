/** The headings of failures: what happened in a few words, and whose doing it was where the failure's own sentence does not say. */
import type { FailureFacts, FailureKind } from '../../src/flash/failure.ts';
import { STORE_FAILURES } from '../../src/storage/store.ts';

const STORAGE = 'Browser storage failed';
const REFUSED = 'Refused by the board';

/** The failures in which a board, or the chip on it, was asked for something and said no; in all others it was something else. */
const BY_BOARD: ReadonlySet<string> = new Set([
  'command-unknown',
  'device-refused',
  'dfu-refused',
  'dfu-stalled',
  'dfu-unlock-refused',
  'flash-failed',
  'unpack-failed',
]);

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
export function whoseOf({ kind, name, place }: FailureFacts): string {
  if (name === 'part-not-loaded') return 'Part of this page is missing';
  if (kind === 'mistake') return KINDS.mistake;
  if (kind !== 'refused') return '';
  if (place?.in === 'file') return 'This file was not opened';
  if (name in STORE_FAILURES) return STORAGE;
  return BY_BOARD.has(name) ? REFUSED : '';
}
