/** Help on boards that are spoken to over DFU. */
import type { Help } from './help.ts';

const ONCE_MORE = 'Unplug the board, put it into DFU mode again and connect.';

/** By the failure's name. */
export const DFU_HELP: Readonly<Record<string, Help>> = {
  'dfu-lost': {
    what: 'The board went away while Sectorwise used it. What was being written at that moment is unknown until it is read again.',
    why: ['The cable was pulled, or makes bad contact.', 'The board was reset or lost power.'],
    todo: ['Plug it in again and put it into DFU mode.', 'Connect, and resume or roll back: you are asked which.'],
  },
  'dfu-no-answer': {
    what: 'The board answered before and then fell silent in the middle of a request.',
    why: ['Its bootloader hangs: some do after a request that was broken off.', 'It was reset meanwhile.'],
    todo: [ONCE_MORE, 'Flash again: only what is missing is written.'],
  },
  'dfu-left': {
    what: 'The board runs its program again, and no longer listens for DFU.',
    why: ['It was reset.', 'Some bootloaders leave by themselves after a while.'],
    todo: ['Put it into DFU mode again and connect.'],
  },
  'dfu-access-denied': {
    what: 'The browser sees the board, and the computer does not let it in. Nothing was sent to the board.',
    why: [
      'On Linux, USB devices belong to root until a rule says otherwise.',
      'On Windows, another driver than WinUSB has the board.',
    ],
    todo: [
      'Linux: save the line that is shown as /etc/udev/rules.d/60-dfu.rules, then plug the board in again.',
      'Windows: give the board the WinUSB driver (Zadig does that).',
      'Connect again.',
    ],
  },
  'dfu-interface-busy': {
    what: 'Another program holds the board. Nothing was sent to it.',
    why: ['Another tab or a flashing tool is connected.', 'On Windows, a driver other than WinUSB claims it.'],
    todo: ['Close other tabs and tools that use the board.', 'Connect again.'],
  },
  'dfu-not-found': {
    what: 'The chosen USB device has no DFU interface.',
    why: ['The board runs its program and is not in DFU mode.', 'It is another device.'],
    todo: [
      'Put the board into DFU mode: usually a button is held while it is reset.',
      'Choose the device that appears then.',
    ],
  },
  'dfu-detached': {
    what: 'The board was asked to go into DFU mode and does so. It comes back as another USB device, which the browser has to be allowed to use.',
    why: ['That is how DFU works: program and bootloader are two devices.'],
    todo: ['Connect again and choose the board under its new name.'],
  },
  'dfu-not-dfuse': {
    what: 'This bootloader takes a whole file and puts it where it likes. Sectorwise writes erase units of its choice, which takes ST’s extension of DFU (DfuSe).',
    why: ['The board’s bootloader is not ST’s.'],
    todo: ['Use the tool of the board’s maker.'],
  },
  'dfu-bad-descriptor': {
    what: 'What the board says about itself contradicts itself. Sectorwise does not guess what is meant.',
    why: ['The bootloader is damaged or not supported.', 'The answer was cut short.'],
    todo: ['Unplug the board, plug it in again and connect.', 'If it stays, report it with the details.'],
  },
  'dfu-bad-answer': {
    what: 'An answer of the board does not fit what was asked.',
    why: [
      'An earlier request was broken off, and its answer came late.',
      'The bootloader has a defect that is not known here.',
    ],
    todo: [ONCE_MORE, 'If it stays, report it with the details.'],
  },
  'dfu-unknown-state': {
    what: 'The board reports a state that the DFU specification does not have.',
    why: ['Its bootloader hangs or is damaged.'],
    todo: [ONCE_MORE],
  },
  'dfu-wrong-state': {
    what: 'The board is in another state than the work needs, and did not go where it was sent.',
    why: ['It reported an error, which is shown.', 'An earlier transfer was broken off.'],
    todo: [ONCE_MORE, 'Flash again: only what is missing is written.'],
  },
  'dfu-stuck-busy': {
    what: 'The board said that it is busy and never that it is done.',
    why: ['The flash does not finish an erase: it is worn out, or the supply is weak.', 'The bootloader hangs.'],
    todo: [ONCE_MORE, 'Feed the board well, and flash again.'],
  },
  'dfu-refused': {
    what: 'The board understood a request and refused it, with the reason that is shown.',
    why: ['The address is protected, or outside of its memory.', 'The memory is worn out there.'],
    todo: ['Connect again and retry.', 'If the same address is refused, use another place.'],
  },
  'dfu-stalled': {
    what: 'The board broke a request off without giving a reason.',
    why: ['There is no memory at that address, or it is protected.', 'Some bootloaders do so while they are busy.'],
    todo: ['Connect again and retry.'],
  },
  'dfu-read-protected': {
    what: 'The chip’s read protection is on. Then its bootloader neither reads, erases nor writes.',
    why: ['Whoever made the board set it, to keep the program from being copied.'],
    todo: [
      'Decide whether anything on the board is still needed: lifting the protection erases the whole flash.',
      'Lift it with the chip maker’s tool, then connect again.',
    ],
  },
  'dfu-unit-protected': {
    what: 'An erase unit was erased and then read, and it is not blank. Nothing was written to it.',
    why: ['It is write protected.', 'It is worn out.'],
    todo: ['Lift the write protection with the chip maker’s tool.', 'Or put the file at another place.'],
  },
  'dfu-not-blank': {
    what: 'The last bytes were to go into a place that was left erased for them, and something else is there now.',
    why: ['The board ran meanwhile and wrote there.'],
    todo: ['Flash again: the erase unit is erased first.'],
  },
  'dfu-never-written': {
    what: 'This memory can be written once or decides how the chip is protected. Sectorwise leaves it alone.',
    why: ['A wrong byte there cannot be taken back.'],
    todo: ['Choose another place.', 'If you must, use the chip maker’s own tool.'],
  },
};
