/** Help on connecting to an Espressif board and keeping the connection. */
import type { Help } from './help.ts';

/** Help texts by failure name. */
export const LINK_HELP: Readonly<Record<string, Help>> = {
  'link-lost': {
    what: 'The port disappeared while Sectorwise was using it. If flash was being written at that moment, what it holds there is unknown until it is read again; nothing else was being written.',
    why: [
      'The cable was pulled or has a bad contact.',
      'The board was reset or lost power: some USB hubs cannot supply a board that turns on its radio.',
      'The computer went to sleep.',
    ],
    todo: [
      'Plug the board directly into the computer, with a short cable.',
      'Connect again. This also works in another tab or on another day: Sectorwise shows how far the job got.',
      'If a job was interrupted, resume it: only what is missing is written. Or roll back to restore the previous content.',
    ],
  },
  'stop-cost-link': {
    what: 'The work was stopped while the board was in the middle of a step. Sectorwise waits at most one second for the step to finish and then closes the port, so that a late response cannot be mistaken for another one.',
    why: [
      'The board or the USB-UART bridge paused for longer than usual.',
      'The board was being reset to repair the link or to change its speed.',
    ],
    todo: [
      'Connect again. What was being written at that moment is read first.',
      'If it happens often, choose a lower “Speed” under “Flashing options”, or try another USB port.',
    ],
  },
  'no-loader': {
    what: 'The port opened, but no Espressif chip in download mode responded. Nothing was written.',
    why: [
      'The USB-UART bridge cannot reset the board into download mode because DTR and RTS are not connected.',
      'The port belongs to a modem or to another board.',
      'The cable only charges and carries no data.',
      'Something is connected to the boot pin (GPIO0 on the ESP32, GPIO9 on the C3 and C6) or to the serial pins.',
    ],
    todo: [
      'Hold BOOT, press RESET (or EN) once, release BOOT, and connect again.',
      'Choose the port that appears in the browser’s list when you plug the board in.',
      'Try another cable, and disconnect everything from the board’s pins.',
    ],
  },
  'no-loader-usb': {
    what: 'The chip has a built-in USB port, and it did not switch to download mode when requested over USB. Nothing was written.',
    why: [
      'The app on the chip uses the USB port itself or has disabled it, so the request is not received.',
      'The app crashes and restarts repeatedly, and the port disappears each time.',
    ],
    todo: [
      'Hold BOOT while you plug the board in, then release it. Download mode then starts whatever the app does.',
      'Connect again, and choose the port again if the browser asks: its name may have changed.',
      'After flashing, press RESET once if the board does not start by itself.',
    ],
  },
  'port-gone': {
    what: 'The chip has a built-in USB port that disappears during a reset. This time it did not come back as the same port within five seconds.',
    why: [
      'In download mode, the chip is a different USB device than its app was, and you have to allow the browser to use it too.',
      'Two boards of the same kind are plugged in, and Sectorwise cannot tell which one came back.',
      'The board lost power during the reset.',
    ],
    todo: [
      'Connect again and choose the current port.',
      'If there is none, hold BOOT while you plug the board in, then connect.',
      'Unplug other boards of the same kind.',
    ],
  },
  'other-board': {
    what: 'During the job, a different board responded than the one it was started on. Nothing was written to this one.',
    why: [
      'The cable was moved to another board.',
      'Two boards of the same kind are plugged in, and one took over the other’s port.',
    ],
    todo: ['Unplug the wrong board.', 'Plug in the board that you started with, and connect again.'],
  },
  'board-unsure': {
    what: 'Sectorwise reset the board to repair the link, and the chip that responds now has no valid MAC address. Sectorwise cannot tell whether it is the same board, so it stopped.',
    why: [
      'No MAC address is burnt into the chip’s eFuses, as on some samples and clones.',
      'A different board responds.',
    ],
    todo: [
      'Check that the right board is plugged in, and no other board of its kind.',
      'Connect again: Sectorwise compares the board’s content before it continues.',
    ],
  },
  'loader-gone': {
    what: 'Sectorwise reset the board to repair the link, and the loader that it had been using did not start again. It stopped, because the plan was made for that loader.',
    why: [
      'The line is so noisy that the flasher stub arrives corrupted every time.',
      'The board’s power supply is weak.',
    ],
    todo: [
      'Try a shorter cable or another USB port.',
      'Connect again: if the flasher stub does not start, the slower ROM loader is used.',
      'Resume: only what is missing is written.',
    ],
  },
  'chip-unknown': {
    what: 'A chip responded in download mode, but this version of Sectorwise has no description of it.',
    why: [
      'The chip is newer than this version of Sectorwise.',
      'The response was corrupted, for example by a long cable or a noisy power supply.',
    ],
    todo: [
      'Connect again: a corrupted response rarely occurs twice.',
      'Look for a newer version of Sectorwise.',
      'Until then, esptool may support the chip.',
    ],
  },
  'no-answer': {
    what: 'The board had responded before and then stopped in the middle of a command. The flash that this command was to change is unknown until it is read again.',
    why: [
      'The speed is too high for this cable or USB-UART bridge.',
      'The power supply is weak: the chip restarts when it draws more current.',
      'The chip’s watchdog or an external circuit reset it.',
    ],
    todo: [
      'Connect again and flash again: only what is missing is written.',
      'If it fails at the same place, choose a lower “Speed” under “Flashing options”.',
      'Try a shorter cable, or a USB port that supplies more current.',
    ],
  },
  'no-stub': {
    what: 'Sectorwise loads a small program, the flasher stub, into the chip’s RAM to read and write the flash. It did not start. Nothing was written.',
    why: [
      'The stub arrived corrupted.',
      'The chip was reset in the meantime.',
      'The chip’s revision cannot run the stub.',
    ],
    todo: [
      'Press RESET and connect again.',
      'Try a shorter cable or another USB port.',
      'If it never starts, this chip cannot be flashed here: try esptool.',
    ],
  },
  'flash-unknown': {
    what: 'The chip responds, but its flash memory does not report an ID with a size.',
    why: [
      'The flash chip has no power or a bad solder joint; on a bare module, one of its pins is not connected.',
      'Something else drives the pins that the flash uses.',
      'The flash voltage is set wrong (the ESP32 reads it from GPIO12 at reset).',
    ],
    todo: [
      'Disconnect everything from the board’s pins, especially from GPIO6 to GPIO12 of an ESP32.',
      'Press RESET and connect again.',
      'If the error persists on a board that you built, check the solder joints of the flash chip.',
    ],
  },
  'line-noise': {
    what: 'Every data block carries a checksum, and the board found it wrong, even after the block was sent again. The rejected blocks were not written to the flash. What the command was to change is unknown until it is read again.',
    why: [
      'The speed is too high for this cable or USB-UART bridge.',
      'The cable is long or has a bad ground, or something noisy shares the power supply.',
    ],
    todo: [
      'Try a shorter cable, or plug the board directly into the computer.',
      'Choose a lower “Speed” under “Flashing options”.',
      'Connect again. If a job was interrupted, resume it: only what is missing is written.',
    ],
  },
  'flash-failed': {
    what: 'The command arrived intact, but the flash chip failed to erase, write or read. The flash that the command was to change is unknown until it is read again.',
    why: [
      'The power supply is too weak for the current that an erase draws.',
      'The flash is write-protected or worn out there.',
      'Something else drives the pins of the flash.',
    ],
    todo: [
      'Plug the board into a USB port that supplies more current, and disconnect everything from its pins.',
      'Connect again and retry. If the same address fails again, write the file to another place.',
      'If many addresses fail, replace the flash chip or the board.',
    ],
  },
  'unpack-failed': {
    what: 'Data is sent compressed, and the loader could not decompress it although its checksum was correct. The flash that the command was to change is unknown until it is read again.',
    why: ['This chip’s loader fails on compressed blocks.', 'The board was disturbed in the middle of a block.'],
    todo: [
      'Connect again, and choose “Uncompressed” under “Transfer”: it is slower but needs no decompression.',
      'Flash again: only what is missing is written.',
    ],
  },
  'command-unknown': {
    what: 'The loader received a command that it does not know or that is malformed. It changed nothing.',
    why: [
      'The command was corrupted on its way: only the content of data blocks has a checksum.',
      'The chip is in a mode that forbids this command (Secure Download Mode).',
      'This chip revision has a loader that Sectorwise does not know.',
    ],
    todo: [
      'Connect again and check “Protection” on the board panel: it shows what this chip forbids.',
      'Choose the other option under “Flasher stub”.',
      'If you report it, copy the details: they contain the command and the error code.',
    ],
  },
  'device-refused': {
    what: 'The loader understood a command but did not execute it. The flash that it was to change is unchanged, or unknown until it is read again.',
    why: [
      'The address is past what the loader takes for the end of the flash.',
      'A byte was lost or corrupted earlier, so the command did not match the previous ones.',
      'The flash is write-protected there.',
    ],
    todo: [
      'Connect again and retry: only what is missing is written.',
      'If the same address is rejected again, write the file to another place.',
      'If you report it, copy the details: they contain the command and the error code.',
    ],
  },
  'encrypt-impossible': {
    what: 'Flash encryption is on, and the chip was to encrypt the data while writing it. It does not support this any more, so Sectorwise stopped before erasing that place.',
    why: [
      'The eFuse that disables encryption during a serial download is burnt: flash encryption is in release mode.',
      'The board is in a mode that does not support it.',
    ],
    todo: [
      'Update the board over the air: its own app can encrypt.',
      'If you have the key, encrypt the file for its address with espsecure, and drop that file.',
    ],
  },
  'not-plugged-in': {
    what: 'The port that you chose is gone, and nothing was sent to the board.',
    why: ['The cable was pulled, or has a bad contact.', 'The board lost power, or the USB hub switched it off.'],
    todo: ['Plug the board in, then connect again.', 'Try another cable, and a port on the computer itself.'],
  },
  'port-busy': {
    what: 'The operating system did not open the port. Nothing was sent to the board.',
    why: [
      'A serial monitor, an IDE or another tab has it open.',
      'On Linux, your user is not allowed to use serial ports (group dialout or uucp).',
    ],
    todo: [
      'Close serial monitors and other tabs that use the board.',
      'On Linux, add yourself to the group that owns the port, then log in again.',
      'Unplug the board, plug it in again, and connect.',
    ],
  },
  'port-failed': {
    what: 'The port opened and then failed. The reason shown is the browser’s own error message.',
    why: ['The driver of the USB-UART bridge failed.', 'The bridge does not support the requested speed.'],
    todo: [
      'Unplug the board, plug it in again and connect.',
      'Choose a lower “Speed” under “Flashing options”.',
      'Try another USB port.',
    ],
  },
  'no-port': {
    what: 'The port that you used before is missing, or the browser did not grant access to it.',
    why: [
      'The board is not plugged in.',
      'The driver of the USB-UART bridge is missing.',
      'The browser’s permission for the port was revoked.',
    ],
    todo: [
      'Plug the board in, then connect again.',
      'If the browser’s list stays empty, try another cable, then install the driver of the bridge (CP210x, CH340, FTDI).',
    ],
  },
};
