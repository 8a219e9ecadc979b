/** Failures of the link to a board in DFU mode, each worded once. */
import { count } from '../flash/english.ts';
import type { FailureWords } from '../flash/failure.ts';
import { Failure, failures } from '../flash/failure.ts';
import { UNLOCK_ERASES } from '../flash/unlock.ts';

/** What starts a board's DFU mode afresh. */
export const ENTER_DFU_AGAIN = 'Unplug the board, put it into DFU mode again and connect.';

/** The register of failures of the DFU link. */
export const DFU_FAILURES = {
  'dfu-lost': {
    kind: 'lost',
    heading: 'The board was disconnected',
    says: () => 'The board was disconnected.',
    next: 'Plug the board in again, put it into DFU mode and connect.',
  },
  'dfu-no-answer': {
    kind: 'lost',
    heading: 'The board stopped responding',
    says: (v) => `The board stopped responding (${v['command']}).`,
    next: ENTER_DFU_AGAIN,
  },
  'dfu-left': {
    kind: 'lost',
    heading: 'The board has left DFU mode',
    says: () => 'The board has left DFU mode.',
    next: 'Put it into DFU mode again and connect.',
  },
  'dfu-access-denied': {
    kind: 'refused',
    says: (v) =>
      'The operating system does not let the browser open this board. ' +
      `On Linux, it needs this udev rule: SUBSYSTEM=="usb", ATTRS{idVendor}=="${v['vendor']}", ` +
      `ATTRS{idProduct}=="${v['product']}", TAG+="uaccess"`,
    next:
      'On Linux, save that rule as /etc/udev/rules.d/60-dfu.rules and plug the board in again. On Windows, install ' +
      'the WinUSB driver for the board with Zadig. Then connect again.',
  },
  'dfu-interface-busy': {
    kind: 'refused',
    says: () => 'Another program or tab is using the board.',
    next:
      'Close other tabs and programs that use this board, then connect again. On Windows, the driver may be wrong: ' +
      'install WinUSB with Zadig.',
  },
  'dfu-not-found': {
    kind: 'refused',
    says: (v) => `This USB device (${v['device']}) has no DFU interface.`,
    next: 'Put the board into DFU mode (usually by holding a button during reset), then connect again.',
  },
  'dfu-detached': {
    kind: 'lost',
    heading: 'The board is switching to DFU mode',
    says: () => 'The board is switching to DFU mode and will reappear as a different USB device.',
    next: 'Connect again and choose the board under its new name.',
  },
  'dfu-not-dfuse': {
    kind: 'refused',
    says: (v) =>
      `This board speaks plain DFU ${v['version']}, which has no addresses, so Sectorwise cannot write individual ` +
      'sectors.',
    next: 'Use the board vendor’s tool for this board.',
  },
  'dfu-bad-descriptor': {
    kind: 'refused',
    says: (v) => `The board’s DFU descriptors are invalid: ${v['reason']}.`,
    next:
      'Unplug the board, plug it in again and connect. If the error persists, the bootloader is damaged or not ' +
      'supported.',
  },
  'dfu-bad-answer': {
    kind: 'refused',
    says: (v) => `The board sent an invalid response (${v['command']}): ${v['reason']}.`,
    next: ENTER_DFU_AGAIN,
  },
  'dfu-unknown-state': {
    kind: 'refused',
    says: (v) => `The board reports an unknown DFU state: ${v['state']}.`,
    next: ENTER_DFU_AGAIN,
  },
  'dfu-wrong-state': {
    kind: 'refused',
    says: (v) => `The board is in an unexpected state (${v['command']}): ${v['says']} (${v['state']}).`,
    next: ENTER_DFU_AGAIN,
  },
  'dfu-stuck-busy': {
    kind: 'refused',
    says: (v) => `The board is still busy after ${count(v['seconds'], 'second')} (${v['command']}).`,
    next: ENTER_DFU_AGAIN,
  },
  'dfu-refused': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The board rejected a command (${v['command']}): ${v['status']}.`,
    next: 'Connect again and retry. If the error persists, that memory may be protected or worn out.',
  },
  'dfu-stalled': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The board aborted a command (${v['command']}) without giving a reason.`,
    next: 'Connect again and retry. If the error persists, that memory is protected or does not exist.',
  },
  'dfu-read-protected': {
    kind: 'refused',
    says: () => 'The chip is read-protected: its flash cannot be read, erased or written.',
    next: (_, at) =>
      'If you need nothing that is on the board, connect it in ST’s ROM bootloader (hold BOOT0 while it resets) and ' +
      `${at.unlock}. ${UNLOCK_ERASES}`,
  },
  'dfu-unlock-refused': {
    kind: 'refused',
    by: 'board',
    says: (v) => `The chip did not remove its read protection: ${v['status']}.`,
    next:
      'Unplug the board, put it into DFU mode again and connect: Sectorwise then reads its state again. If it refuses ' +
      'again, this chip cannot be unlocked over USB.',
  },
  'dfu-unit-protected': {
    kind: 'refused',
    says: (v) => `The erase unit at ${v['address']} (${v['size']}) is not blank after erasing: ${v['difference']}.`,
    next:
      'It is write-protected or worn out. Remove the write protection with the chip vendor’s tool, or use another ' +
      'place.',
  },
  'dfu-not-blank': {
    kind: 'refused',
    says: (v) => `The place at ${v['address']} (${v['size']}) should be blank but is not: ${v['difference']}.`,
    next: 'Flash again: the erase unit has to be erased first.',
  },
  'dfu-never-written': {
    kind: 'refused',
    says: (v) => `Sectorwise does not write ${v['name']}: ${v['reason']}.`,
    next: 'Choose another place. For these bytes, use the chip vendor’s tool.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one failure of the DFU link. */
export const dfuFailure = failures(DFU_FAILURES);

/** Failures by which a device refuses a read and still answers: another memory of it may be readable. */
const READ_REFUSED: readonly string[] = ['dfu-refused', 'dfu-stalled', 'dfu-bad-answer', 'dfu-read-protected'];

/** Whether a device refused to read a place, and its link is still there. */
export function isReadRefused(error: unknown): error is Failure {
  return error instanceof Failure && READ_REFUSED.includes(error.facts.name);
}
