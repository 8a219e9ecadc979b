/** Help on boards in DFU mode. */
import { ENTER_DFU_AGAIN } from '../dfu/failures.ts';
import { UNLOCK_ERASES } from '../flash/unlock.ts';
import type { Help } from './help.ts';

/** Help texts by failure name. */
export const DFU_HELP: Readonly<Record<string, Help>> = {
  'dfu-lost': {
    what: 'The board disappeared while Sectorwise was using it. If flash was being written at that moment, what it holds there is unknown until it is read again.',
    why: ['The cable was pulled or has a bad contact.', 'The board was reset or lost power.'],
    todo: [
      'Plug it in again and put it into DFU mode.',
      'Connect. If a job was interrupted, resume it or roll it back.',
      'If it happens repeatedly, use another cable and plug the board directly into the computer.',
    ],
  },
  'dfu-no-answer': {
    what: 'The board had responded before and then stopped in the middle of a request.',
    why: ['Its bootloader hangs: some do after an aborted request.', 'The board was reset.'],
    todo: [ENTER_DFU_AGAIN, 'If a job was interrupted, resume it: only what is missing is written.'],
  },
  'dfu-left': {
    what: 'The board runs its program again and no longer responds to DFU requests.',
    why: ['It was reset.', 'Some bootloaders leave DFU mode on their own after a while.'],
    todo: ['Put it into DFU mode again and connect.'],
  },
  'dfu-access-denied': {
    what: 'The browser sees the board, but the operating system denies access. Nothing was sent to the board.',
    why: [
      'On Linux, USB devices belong to root unless a udev rule says otherwise.',
      'On Windows, the board has a driver other than WinUSB.',
    ],
    todo: [
      'Linux: save the rule from the message as /etc/udev/rules.d/60-dfu.rules, then plug the board in again.',
      'Windows: install the WinUSB driver for the board with Zadig.',
      'Connect again.',
    ],
  },
  'dfu-interface-busy': {
    what: 'Another program has claimed the board. Nothing was sent to it.',
    why: ['Another tab or a flashing tool is connected.', 'On Windows, a driver other than WinUSB has claimed it.'],
    todo: [
      'Close other tabs and tools that use the board.',
      'Connect again.',
      'On Windows, if nothing else uses the board, install the WinUSB driver with Zadig.',
    ],
  },
  'dfu-not-found': {
    what: 'The USB device that you chose has no DFU interface.',
    why: ['The board is running its program and is not in DFU mode.', 'You chose a different device.'],
    todo: [
      'Put the board into DFU mode, usually by holding a button during reset.',
      'Choose the device that then appears.',
    ],
  },
  'dfu-detached': {
    what: 'The board is switching to DFU mode, as requested. It reappears as a different USB device, which you have to allow the browser to use.',
    why: ['This is how DFU works: the program and the bootloader are two separate USB devices.'],
    todo: ['Connect again and choose the board under its new name.'],
  },
  'dfu-not-dfuse': {
    what: 'This bootloader takes a whole file and decides itself where to write it. Sectorwise writes individual erase units, which requires ST’s DFU extension (DfuSe).',
    why: ['The board’s bootloader does not implement DfuSe.'],
    todo: ['Use the board vendor’s tool, or dfu-util.'],
  },
  'dfu-bad-descriptor': {
    what: 'The board’s USB descriptors contradict each other, so Sectorwise does not use them.',
    why: ['The bootloader is damaged or not supported.', 'The response was truncated.'],
    todo: ['Unplug the board, plug it in again and connect.', 'If the error persists, report it with the details.'],
  },
  'dfu-bad-answer': {
    what: 'A response from the board does not match the request.',
    why: ['An earlier request was aborted, and its response arrived late.', 'The bootloader has an unknown defect.'],
    todo: [ENTER_DFU_AGAIN, 'If the error persists, report it with the details.'],
  },
  'dfu-unknown-state': {
    what: 'The board reports a state number that the DFU specification does not define.',
    why: ['Its bootloader hangs or is damaged.'],
    todo: [ENTER_DFU_AGAIN, 'If the error persists, report it with the details.'],
  },
  'dfu-wrong-state': {
    what: 'The board is not in the state that the next step requires, and Sectorwise could not switch it there.',
    why: ['The board reported an error, which is shown.', 'An earlier transfer was aborted.'],
    todo: [ENTER_DFU_AGAIN, 'Flash again: only what is missing is written.'],
  },
  'dfu-stuck-busy': {
    what: 'The board reported that it was busy and never finished.',
    why: [
      'The flash does not complete an erase: it is worn out, or the power supply is weak.',
      'The bootloader hangs.',
    ],
    todo: [ENTER_DFU_AGAIN, 'Check the power supply, then flash again.'],
  },
  'dfu-refused': {
    what: 'The board understood a command and rejected it for the reason that is shown.',
    why: ['The address is protected or outside the board’s memory.', 'The memory is worn out there.'],
    todo: ['Connect again and retry.', 'If the same address is rejected again, use another place.'],
  },
  'dfu-stalled': {
    what: 'The board aborted a command without giving a reason.',
    why: ['There is no memory at that address, or it is protected.', 'Some bootloaders do this while they are busy.'],
    todo: ['Connect again and retry.', 'If the same address fails again, use another place.'],
  },
  'dfu-read-protected': {
    what: 'The chip’s read protection is on, so its bootloader cannot read, erase or write the flash.',
    why: ['The board’s manufacturer enabled it to keep the program from being copied.'],
    todo: [
      `Decide whether you still need anything on the board. ${UNLOCK_ERASES}`,
      'Put the board into ST’s ROM bootloader (hold BOOT0 while it resets), connect, and choose “Unlock this chip”.',
      'With any other bootloader, use the chip vendor’s tool.',
    ],
  },
  'dfu-unlock-refused': {
    what: 'The chip was asked to remove its read protection, and answered with an error.',
    why: [
      'The power supply is too weak for an erase.',
      'The bootloader identifies itself as ST’s ROM but is another one.',
    ],
    todo: [
      ENTER_DFU_AGAIN,
      'Try once more with another cable and a port on the computer itself.',
      `Otherwise use STM32CubeProgrammer with an ST-LINK. ${UNLOCK_ERASES}`,
    ],
  },
  'dfu-unit-protected': {
    what: 'An erase unit was erased and then read back, and it is not blank. Nothing was written to it.',
    why: ['It is write-protected.', 'It is worn out.'],
    todo: ['Remove the write protection with the chip vendor’s tool.', 'Or write the file to another place.'],
  },
  'dfu-not-blank': {
    what: 'The last bytes of the job go to a place that was left erased for them, but it is no longer blank.',
    why: ['The board was started in the meantime and wrote there.'],
    todo: ['Flash again: the erase unit is erased first.'],
  },
  'dfu-never-written': {
    what: 'This memory can be written only once, or it controls the chip’s protection. Sectorwise never writes it.',
    why: ['A wrong byte there cannot be undone.'],
    todo: ['Choose another place.', 'If you really need to write it, use the chip vendor’s tool.'],
  },
};
