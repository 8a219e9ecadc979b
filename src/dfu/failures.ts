/** Everything that can go wrong with a board in DFU mode, worded once. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

const AGAIN =
  'Unplug the board, put it into DFU mode again and connect: an unfinished write can then be resumed or rolled back.';

/** The register of failures of the DFU link. */
export const DFU_FAILURES = {
  'dfu-lost': {
    kind: 'lost',
    says: () => 'The connection to the board was lost.',
    next: 'Plug the board in again, put it into DFU mode and connect: an unfinished write can then be resumed or rolled back.',
  },
  'dfu-no-answer': {
    kind: 'lost',
    says: (v) => `The board stopped answering (${v['command']}).`,
    next: AGAIN,
  },
  'dfu-left': {
    kind: 'lost',
    says: () => 'The board has left DFU mode.',
    next: 'Put it into DFU mode again and connect.',
  },
  'dfu-access-denied': {
    kind: 'refused',
    says: (v) =>
      'The computer does not let the browser open this board. ' +
      `On Linux it takes a udev rule: SUBSYSTEM=="usb", ATTRS{idVendor}=="${v['vendor']}", ` +
      `ATTRS{idProduct}=="${v['product']}", TAG+="uaccess"`,
    next:
      'On Linux, save that line as /etc/udev/rules.d/60-dfu.rules and plug the board in again. ' +
      'On Windows, give the board the WinUSB driver with Zadig. Then connect again.',
  },
  'dfu-interface-busy': {
    kind: 'refused',
    says: () => 'The board is in use by another program or tab.',
    next:
      'Close other tabs and programs that use this board, then connect again. ' +
      'On Windows it may be the wrong driver: give the board WinUSB with Zadig.',
  },
  'dfu-not-found': {
    kind: 'refused',
    says: (v) => `This USB device (${v['device']}) has nothing that speaks DFU.`,
    next: 'Put the board into DFU mode (usually by holding a button while it is reset), then choose it again.',
  },
  'dfu-detached': {
    kind: 'lost',
    says: () => 'The board goes into DFU mode, and comes back as another device.',
    next: 'Connect again and choose the board under its new name.',
  },
  'dfu-not-dfuse': {
    kind: 'refused',
    says: (v) =>
      `This board speaks plain DFU ${v['version']}, which knows no addresses: nothing can be put into a sector of choice.`,
    next: 'Use the tool of the board’s maker for this one.',
  },
  'dfu-bad-descriptor': {
    kind: 'refused',
    says: (v) => `The board describes itself wrongly: ${v['reason']}.`,
    next: 'Unplug the board, plug it in again and connect. If it stays, its bootloader is damaged or not supported.',
  },
  'dfu-bad-answer': {
    kind: 'refused',
    says: (v) => `The board gave a wrong answer (${v['command']}): ${v['reason']}.`,
    next: AGAIN,
  },
  'dfu-unknown-state': {
    kind: 'refused',
    says: (v) => `The board reports a state that DFU does not know: ${v['state']}.`,
    next: AGAIN,
  },
  'dfu-wrong-state': {
    kind: 'refused',
    says: (v) => `The board is not where it should be (${v['command']}): ${v['says']} (${v['state']}).`,
    next: AGAIN,
  },
  'dfu-stuck-busy': {
    kind: 'refused',
    says: (v) => `The board stays busy (${v['command']}): no end after ${v['seconds']} seconds.`,
    next: AGAIN,
  },
  'dfu-refused': {
    kind: 'refused',
    says: (v) => `The board refused a command (${v['command']}): ${v['status']}.`,
    next: 'Connect again and retry. If it stays, the memory may be protected or worn out there.',
  },
  'dfu-stalled': {
    kind: 'refused',
    says: (v) => `The board broke off a command (${v['command']}) without a reason.`,
    next: 'Connect again and retry. If it stays, that part of the memory is protected, or there is none.',
  },
  'dfu-read-protected': {
    kind: 'refused',
    says: () => 'The chip is read protected: it lets nobody read, erase or write its flash.',
    next: 'Lifting the protection erases the whole flash. Do so only if nothing on the board is needed any more.',
  },
  'dfu-unit-protected': {
    kind: 'refused',
    says: (v) => `The erase unit at ${v['address']} (${v['size']}) is not blank after its erase: ${v['difference']}.`,
    next: 'It is write protected, or worn out. Lift the write protection with the chip maker’s tool, or use another place.',
  },
  'dfu-not-blank': {
    kind: 'refused',
    says: (v) => `The place at ${v['address']} (${v['size']}) was written meanwhile: ${v['difference']}.`,
    next: 'Flash again: the erase unit has to be erased first.',
  },
  'dfu-never-written': {
    kind: 'refused',
    says: (v) => `Sectorwise does not write ${v['name']}: ${v['reason']}.`,
    next: 'Choose another place. For these bytes, use the chip maker’s tool.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one failure of the DFU link. */
export const dfuFailure = failures(DFU_FAILURES);
