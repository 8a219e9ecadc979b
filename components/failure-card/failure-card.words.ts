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

/** What happened, by name. */
const HEADINGS: Readonly<Record<string, string>> = {
  'beside-changed': 'Flash outside the plan changed',
  'beside-restored': 'Flash outside the plan changed',
  'board-unsure': 'This may be a different board',
  'dfu-detached': 'The board is switching to DFU mode',
  'dfu-left': 'The board has left DFU mode',
  'dfu-lost': 'The board was disconnected',
  'dfu-no-answer': 'The board stopped responding',
  'line-noise': 'Data was corrupted on its way to the board',
  'link-lost': 'The board was disconnected',
  'loader-gone': 'The board’s loader did not start again',
  'no-answer': 'The board stopped responding',
  'no-loader': 'The board did not respond',
  'no-loader-usb': 'The board did not respond',
  'no-port': 'The port could not be used',
  'not-plugged-in': 'The board is not plugged in',
  'other-board': 'A different board is connected',
  'port-busy': 'The port could not be opened',
  'port-failed': 'The port failed',
  'port-gone': 'The board did not come back after its reset',
  'read-unsure': 'Two reads differed',
  'stop-cost-link': 'Stopped; the connection was dropped',
  'unit-wrong': 'An erase unit is still wrong',
};

/** The same where only the kind is known. */
const KINDS: Readonly<Record<FailureKind, string>> = {
  mistake: 'Error in Sectorwise',
  refused: 'It could not go on',
  lost: 'The connection was lost',
  stopped: 'Stopped by you',
};

/** What happened in a few words, where the whole sentence is said elsewhere. */
export function headingOf(failure: FailureFacts): string {
  const { kind, name } = failure;
  const whose = kind === 'refused' ? whoseOf(failure) : '';
  return HEADINGS[name] ?? (whose === '' ? KINDS[kind] : whose);
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
