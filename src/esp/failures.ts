/** Failures of Espressif boards, and of writing partition tables and otadata for them, with their wording. */
import { count } from '../flash/english.ts';
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';
import type { Values, Words } from '../flash/finding.ts';

const USE_BINARY: Words = (_, at) => `Use ${at.binary} instead.`;

/** A loader's error code with its meaning (loader/loader-errors.ts). */
const errorOf = ({ code, means }: Values): string => `error ${code}, ${means}`;

/** Every failure of this family, with its wording. */
export const ESP_FAILURES = {
  'link-lost': {
    kind: 'lost',
    heading: 'The board was disconnected',
    says: () => 'The board was disconnected.',
    next: 'Plug the board in again and connect.',
  },
  'stop-cost-link': {
    kind: 'lost',
    heading: 'Stopped; the connection was dropped',
    says: (v) => `The connection was dropped to stop in time: ${v['reason']} (${v['command']}).`,
    next: 'Connect again.',
  },
  'no-loader': {
    kind: 'lost',
    heading: 'The board did not respond',
    says: () => 'The board did not respond in download mode.',
    next:
      'Hold the board’s BOOT button, press RESET, release BOOT and connect again. If that does not help, check ' +
      'that you chose the right port and that the cable carries data.',
  },
  'no-loader-usb': {
    kind: 'lost',
    heading: 'The board did not respond',
    says: () => 'The chip did not respond in download mode over its built-in USB port.',
    next:
      'Hold BOOT while you plug the board in or press RESET, release BOOT and connect again. An app that uses the ' +
      'USB port itself can prevent a reset over USB.',
  },
  'port-gone': {
    kind: 'lost',
    heading: 'The board did not come back after its reset',
    says: () => 'The board disappeared during the reset into download mode and did not come back as the same port.',
    next: 'Connect again and choose the board’s current port. If there is none, hold BOOT while you plug the board in.',
  },
  'chip-unknown': {
    kind: 'refused',
    says: (v) => `This version of Sectorwise does not know this chip: it identifies itself as ${v['id']}.`,
    next: 'Look for a newer version of Sectorwise, or use esptool.',
  },
  'other-board': {
    kind: 'lost',
    heading: 'A different board is connected',
    says: (v) => `A different board is connected: ${v['is']} instead of ${v['was']}.`,
    next: 'Plug in the board that you started with, and connect again.',
  },
  'board-unsure': {
    kind: 'lost',
    heading: 'This may be a different board',
    says: () => 'After the link was reset, the board did not identify itself: it may be a different one.',
    next: 'Make sure that it is the same board, then connect again.',
  },
  'loader-gone': {
    kind: 'lost',
    heading: 'The board’s loader did not start again',
    says: (v) => `After the link was reset, ${v['loader']} did not start again.`,
    next: 'Connect again. The board panel shows which loader is running.',
  },
  'encrypt-impossible': {
    kind: 'refused',
    says: (v) => `The board cannot encrypt while writing: ${v['reason']}. What was to be encrypted was not erased.`,
    next:
      'Encrypt the file with this board’s key (espsecure encrypt-flash-data) before you flash it, or update the ' +
      'board over the air.',
  },
  'no-answer': {
    kind: 'lost',
    heading: 'The board stopped responding',
    says: (v) => `The board stopped responding (${v['command']}).`,
    next: (_, at) =>
      `Connect again. If it fails at the same place again, try a shorter cable, or choose a lower “Speed” ${at.link}.`,
  },
  'no-stub': {
    kind: 'refused',
    says: (v) =>
      `The flasher stub did not start on the ${v['chip']}, and this chip cannot be written without it: ` +
      `${v['reason']}.`,
    next: 'Press RESET and connect again. If the error persists, try a shorter cable or another USB port.',
  },
  'flash-unknown': {
    kind: 'refused',
    says: (v) => `The flash chip reports an ID that gives no size: ${v['id']}.`,
    next: 'Check that the flash chip is connected and that nothing else drives its pins, then connect again.',
  },
  'line-noise': {
    kind: 'lost',
    heading: 'Data was corrupted on its way to the board',
    says: (v) => `Data was corrupted repeatedly on its way to the board (${v['command']}): ${errorOf(v)}.`,
    next: (_, at) =>
      `Try a shorter cable or another USB port and connect again, or choose a lower “Speed” ${at.link}. ` +
      'The flash is not the cause.',
  },
  'flash-failed': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The flash chip failed to execute a command (${v['command']}): ${errorOf(v)}.`,
    next:
      'Check the power supply, then connect again and retry. If the same place fails again, it is protected or ' +
      'worn out.',
  },
  'unpack-failed': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The board could not decompress the data it received (${v['command']}): ${errorOf(v)}.`,
    next: (_, at) => `Connect again, set “Transfer” to “Uncompressed” ${at.link}, and retry.`,
  },
  'command-unknown': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The board’s loader rejected an unknown or malformed command (${v['command']}): ${errorOf(v)}.`,
    next:
      'Connect again and retry. If the error persists, report it with the details: this loader may differ from the ' +
      'documented ones.',
  },
  'device-refused': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The board’s loader rejected a command (${v['command']}): ${errorOf(v)}.`,
    next: 'Connect again and retry. If the same place is rejected again, it is past the end of the flash, or protected.',
  },
  'not-plugged-in': {
    kind: 'lost',
    heading: 'The board is not plugged in',
    says: () => 'The board is not plugged in.',
    next: 'Plug it in, then connect again.',
  },
  'port-busy': {
    kind: 'refused',
    heading: 'The port could not be opened',
    says: () => 'The port could not be opened. Usually another program or tab is using it.',
    next: 'Close serial monitors and other tabs that use this board, then connect again.',
  },
  'port-failed': {
    kind: 'refused',
    heading: 'The port failed',
    says: (v) => `The port failed: ${v['reason']}`,
    next: 'Unplug the board, plug it in again and connect.',
  },
  'otadata-slot-unknown': {
    kind: 'mistake',
    says: (v) => `App slot ${v['slot']} does not exist: the partition table has ${count(v['slots'], 'app slot')}.`,
    next: 'Choose another slot.',
  },
  'otadata-exhausted': {
    kind: 'refused',
    says: () => 'The otadata sequence numbers are exhausted: no higher number can be written.',
    next: 'Erase otadata with ESP-IDF’s otatool.py (erase_otadata), then connect again and choose the slot.',
  },
  'table-too-many-rows': {
    kind: 'refused',
    says: (v) => `A partition table holds at most ${count(v['limit'], 'row')}, but this one has ${v['rows']}.`,
    next: 'Remove some partitions.',
  },
  'table-name-too-long': {
    kind: 'refused',
    says: (v) => `The partition name “${v['name']}” is too long.`,
    next: 'Use at most 16 bytes.',
  },
  'table-number-too-large': {
    kind: 'refused',
    says: (v) => `A number in the row “${v['name']}” is too large for a partition table.`,
    next: 'Correct this row.',
  },
  'csv-name-unwritable': {
    kind: 'refused',
    says: (v) => `The name “${v['name']}” cannot be written to a CSV.`,
    next: USE_BINARY,
  },
  'csv-flags-unwritable': {
    kind: 'refused',
    says: (v) => `“${v['name']}” has flags that have no name in CSV: ${v['flags']}.`,
    next: USE_BINARY,
  },
  'csv-number-unwritable': {
    kind: 'refused',
    says: (v) => `A number in the row “${v['name']}” is too large for a partition table.`,
    next: USE_BINARY,
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one `Failure` of this family. */
export const espFailure = failures(ESP_FAILURES);
