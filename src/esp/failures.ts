/** Everything that can go wrong with an Espressif board or in making bytes for one, worded once. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';
import type { Values } from '../flash/finding.ts';

const USE_BINARY = 'Export the table in its binary form (.bin) instead.';

/** A loader's error code and what it means (link/loader-errors.ts). */
const errorOf = ({ code, means }: Values): string => `error ${code}, ${means}`;

/** The register of this family's failures. */
export const ESP_FAILURES = {
  'link-lost': {
    kind: 'lost',
    says: () => 'The connection to the board was lost.',
    next: 'Plug the board in again and connect: Sectorwise reads what is on it, and an unfinished write can be resumed or rolled back.',
  },
  'stop-cost-link': {
    kind: 'lost',
    says: (v) => `Stopping cost the connection: ${v['reason']} (${v['command']}).`,
    next: 'Connect again: Sectorwise reads what is on the board, and an unfinished write can be resumed or rolled back.',
  },
  'no-loader': {
    kind: 'lost',
    says: () => 'The board did not answer in its loader.',
    next:
      'Hold the board’s BOOT button, press RESET once, let BOOT go and connect again. ' +
      'If that does not help: is it the right port, and does the cable carry data?',
  },
  'no-loader-usb': {
    kind: 'lost',
    says: () => 'The chip did not answer in its loader over its own USB port.',
    next:
      'Hold the BOOT button while you plug the board in, or while you press RESET, let BOOT go and connect again. ' +
      'An app that uses the USB port for itself cannot be reset over it.',
  },
  'port-gone': {
    kind: 'lost',
    says: () => 'The board went away when it was reset into its loader, and did not come back as the same port.',
    next: 'Connect again and choose the port that the board has now. If there is none, hold BOOT while you plug it in.',
  },
  'chip-unknown': {
    kind: 'refused',
    says: (v) => `This version does not know the chip: it answers with ${v['id']}.`,
    next: 'Look for a newer version of Sectorwise, or use esptool.',
  },
  'other-board': {
    kind: 'lost',
    says: (v) => `Another board answers now: ${v['is']}, where it was ${v['was']}.`,
    next: 'Plug in the board that the work began on, and connect again.',
  },
  'board-unsure': {
    kind: 'lost',
    says: () =>
      'The link was reset, and the board that answers now does not say which one it is: it may be another than before.',
    next: 'Make sure that it is the same board, then connect again.',
  },
  'loader-gone': {
    kind: 'lost',
    says: (v) => `The link was reset, and ${v['loader']} did not start again.`,
    next:
      'Connect again: what starts then does the work, and the board says so. An unfinished write can be resumed or ' +
      'rolled back.',
  },
  'encrypt-impossible': {
    kind: 'refused',
    says: (v) => `The board cannot encrypt what is written: ${v['reason']}. Nothing was erased.`,
    next: 'Encrypt the file with the key of this board before you flash it, or update the board over the air.',
  },
  'no-answer': {
    kind: 'lost',
    says: (v) => `The board stopped answering (${v['command']}).`,
    next: 'Connect again. If it happens at the same place again, try a shorter cable or a lower speed.',
  },
  'no-stub': {
    kind: 'refused',
    says: (v) =>
      `The flasher program did not start on the ${v['chip']}, and without it nothing can be written: ${v['reason']}.`,
    next: 'Press RESET and connect again. If it stays, try a shorter cable or another USB port.',
  },
  'flash-unknown': {
    kind: 'refused',
    says: (v) => `The flash chip answers with an id that gives no size: ${v['id']}.`,
    next: 'Check that the flash chip is connected and nothing else uses its pins, then connect again.',
  },
  'line-noise': {
    kind: 'lost',
    says: (v) => `Bytes were damaged on their way to the board, again and again (${v['command']}): ${errorOf(v)}.`,
    next: 'Try a shorter cable, another USB port or a lower speed, and connect again. The flash is not the cause.',
  },
  'flash-failed': {
    kind: 'refused',
    says: (v) => `The flash chip did not do what it was told (${v['command']}): ${errorOf(v)}.`,
    next: 'Check the power supply, then connect again and retry. If the same place fails again, it is protected or worn out.',
  },
  'unpack-failed': {
    kind: 'refused',
    says: (v) => `The board could not unpack what it was sent (${v['command']}): ${errorOf(v)}.`,
    next: 'Connect again, choose “As it is” under “Transfer”, and retry.',
  },
  'command-unknown': {
    kind: 'refused',
    says: (v) => `The board’s loader did not understand a command (${v['command']}): ${errorOf(v)}.`,
    next: 'Connect again and retry. If it stays, report it with the details: this loader may differ from those we know.',
  },
  'device-refused': {
    kind: 'refused',
    says: (v) => `The board’s loader did not carry a command out (${v['command']}): ${errorOf(v)}.`,
    next: 'Connect again and retry. If the same place is refused again, it is past the end of the flash, or protected.',
  },
  'port-busy': {
    kind: 'refused',
    says: () => 'The port could not be opened: another program or tab is using it.',
    next: 'Close serial monitors and other tabs that use this board, then connect again.',
  },
  'port-failed': {
    kind: 'refused',
    says: (v) => `The port failed: ${v['reason']}`,
    next: 'Unplug the board, plug it in again and connect.',
  },
  'otadata-slot-unknown': {
    kind: 'mistake',
    says: (v) => `There is no app slot ${v['slot']}: the table has ${v['slots']}.`,
    next: 'Choose another slot.',
  },
  'otadata-exhausted': {
    kind: 'refused',
    says: () => 'The sequence numbers in otadata are used up, so no higher one can be written.',
    next: 'Erase the otadata partition, then choose the slot again.',
  },
  'table-too-many-rows': {
    kind: 'refused',
    says: (v) => `A partition table holds at most ${v['limit']} rows, and this one has ${v['rows']}.`,
    next: 'Remove some partitions.',
  },
  'table-name-too-long': {
    kind: 'refused',
    says: (v) => `The partition name "${v['name']}" is too long.`,
    next: 'Use at most 16 bytes.',
  },
  'table-number-too-large': {
    kind: 'refused',
    says: (v) => `A number of "${v['name']}" does not fit the table.`,
    next: 'Correct this row.',
  },
  'csv-name-unwritable': {
    kind: 'refused',
    says: (v) => `A CSV cannot carry the name "${v['name']}".`,
    next: USE_BINARY,
  },
  'csv-flags-unwritable': {
    kind: 'refused',
    says: (v) => `"${v['name']}" has flags that a CSV has no names for: ${v['flags']}.`,
    next: USE_BINARY,
  },
  'csv-number-unwritable': {
    kind: 'refused',
    says: (v) => `A number of "${v['name']}" does not fit a partition table.`,
    next: USE_BINARY,
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one failure of this family. */
export const espFailure = failures(ESP_FAILURES);
