/** Help on reaching an Espressif board and keeping the link to it. */
import type { Help } from './help.ts';

/** By the failure's name. */
export const LINK_HELP: Readonly<Record<string, Help>> = {
  'link-lost': {
    what: 'The port went away while Sectorwise used it. What was being written at that moment is unknown until it is read again; all else on the board is as it was.',
    why: [
      'The cable was pulled, or makes bad contact.',
      'The board was reset or lost power: some USB hubs cannot feed a board that starts its radio.',
      'The computer went to sleep.',
    ],
    todo: [
      'Plug the board straight into the computer, with a short cable.',
      'Connect again, also in another tab or on another day: Sectorwise says how far it got.',
      'Resume: only what is not there yet is written. Or roll back, and the board is as it was.',
    ],
  },
  'stop-cost-link': {
    what: 'Work was stopped, by you or by something else that you asked for, and the board was in the middle of something. Sectorwise does not wait longer than a second for that: it let go of the port, so that no late answer can be taken for another one.',
    why: [
      'The board or the adapter paused for longer than usual.',
      'The board was just being reset, to mend the link or to change its speed.',
    ],
    todo: [
      'Connect again. What was being written at that moment is read first.',
      'If it happens often, choose a lower speed under “How to write”, or try another USB port.',
    ],
  },
  'no-loader': {
    what: 'The port opened, but nothing on it spoke as an Espressif chip in its loader does. Nothing was written.',
    why: [
      'The board does not let the computer press its buttons: some adapters lack the two lines that do it (DTR and RTS).',
      'It is another port, such as that of a modem or of another board.',
      'The cable only charges and carries no data.',
      'Something is wired to the pin that chooses the loader (GPIO0 on the ESP32, GPIO9 on the C3 and C6), or to the serial pins.',
    ],
    todo: [
      'Hold BOOT, press RESET (or EN) once, let BOOT go, and connect again.',
      'Choose the port that appears in the browser’s list when you plug the board in.',
      'Try another cable, and take everything off the board’s pins.',
    ],
  },
  'no-loader-usb': {
    what: 'The chip is its own USB device, and it did not go into its loader when it was asked to over USB. Nothing was written.',
    why: [
      'The app on it uses the USB port for itself, or has put it to sleep: then nobody listens for the wish.',
      'The app crashes and restarts over and over, and the port comes and goes with it.',
    ],
    todo: [
      'Hold BOOT while you plug the board in, then let it go. The loader starts whatever the app does.',
      'Connect again, and choose the port anew if the browser asks: it may have another name now.',
      'After flashing, press RESET once if the board does not start by itself.',
    ],
  },
  'port-gone': {
    what: 'The chip is its own USB device, so its port vanishes when it is reset. This time it did not come back within five seconds as the same port.',
    why: [
      'In its loader the chip is another USB device than its app was, and the browser has to be allowed to use that one too.',
      'Two boards of the same kind are plugged in, and nothing tells which one came back.',
      'The board lost power in the reset.',
    ],
    todo: [
      'Connect again, and choose the port that is there now.',
      'If there is none, hold BOOT while you plug the board in, then connect.',
      'Unplug other boards of the same kind.',
    ],
  },
  'other-board': {
    what: 'In the middle of the work another board answered than the one that it began on. Nothing was written to this one.',
    why: [
      'The cable was moved to another board.',
      'Two boards of the same kind are plugged in, and one took the other’s port.',
    ],
    todo: ['Unplug the board that is not meant.', 'Plug in the one that the work began on, and connect again.'],
  },
  'board-unsure': {
    what: 'Sectorwise reset the board to mend the link, and what answers now has no MAC of its own: zeros, or nothing fused. Nothing tells whether it is the board that the work began on, so the work was given up.',
    why: ['The chip’s fuses hold no MAC, as on some samples and copies.', 'Another board answers in its place.'],
    todo: [
      'Look whether the right board is plugged in, and no other one of its kind.',
      'Connect again: Sectorwise compares what the board holds before it goes on.',
    ],
  },
  'loader-gone': {
    what: 'Sectorwise reset the same board to mend the link, and the loader that had done the work did not start again. The work was given up: the other loader reads and writes in other ways than the plan was made for.',
    why: ['The line is so noisy that the flasher program arrives damaged each time.', 'The board’s supply is weak.'],
    todo: [
      'Try a shorter cable or another USB port.',
      'Connect again: if the flasher program does not start, the chip’s own loader does the work, more slowly.',
      'Resume: only what is not there yet is written.',
    ],
  },
  'chip-unknown': {
    what: 'A chip answered in its loader, but with an identity that this version has no description of.',
    why: [
      'It is newer than this version of Sectorwise.',
      'The answer was damaged on its way: a long cable, or a noisy supply.',
    ],
    todo: [
      'Connect once more: a damaged answer rarely comes twice.',
      'Look for a newer version of Sectorwise.',
      'Until then, esptool may know the chip.',
    ],
  },
  'no-answer': {
    what: 'The board answered before and then fell silent in the middle of a command. What that command was to change is unknown until it is read again.',
    why: [
      'The link is too fast for this cable or adapter.',
      'The supply is weak: the chip restarts when it draws more current.',
      'The chip’s watchdog or an outside circuit has reset it.',
    ],
    todo: [
      'Connect again and flash again: only what is missing is written.',
      'If it happens at the same place, choose a lower speed under “How to write”.',
      'Try a shorter cable, or a port that gives more current.',
    ],
  },
  'no-stub': {
    what: 'Sectorwise puts a small program into the chip’s memory that does the flashing, and it did not start. Nothing was written.',
    why: [
      'The program arrived damaged.',
      'The chip was reset meanwhile.',
      'The chip is of a revision that the program does not fit.',
    ],
    todo: ['Press RESET and connect again.', 'Try a shorter cable or another USB port.'],
  },
  'flash-unknown': {
    what: 'The chip answers, but its flash memory does not give an id that tells a size.',
    why: [
      'The flash chip has no power or a broken joint; on a bare module, a pin of it is not connected.',
      'Something else drives the pins that the flash uses.',
      'The flash runs at another voltage than the chip was told (the ESP32 reads that from GPIO12 at reset).',
    ],
    todo: [
      'Take everything off the board’s pins, above all off GPIO6 to GPIO12 of an ESP32.',
      'Press RESET and connect again.',
      'If it stays on a board that you built, check the flash chip’s joints.',
    ],
  },
  'line-noise': {
    what: 'Each block of bytes carries a checksum, and the board found it wrong, also when the bytes were sent again. The flash was not touched by them and is not the cause. What the command was to change is unknown until it is read again.',
    why: [
      'The link is too fast for this cable or adapter.',
      'The cable is long or its ground is bad, or something noisy runs on the same supply.',
    ],
    todo: [
      'Try a shorter cable, or plug the board straight into the computer.',
      'Choose a lower speed under “How to write”.',
      'Connect again and go on: only what is missing is written.',
    ],
  },
  'flash-failed': {
    what: 'The command arrived undamaged, and the flash chip did not erase, take or give its bytes as it should. What the command was to change is unknown until it is read again.',
    why: [
      'The supply is too weak for the current that an erase draws.',
      'The flash is write protected there, or worn out.',
      'Something else drives the pins of the flash.',
    ],
    todo: [
      'Plug the board into a port that gives more current, and take everything off its pins.',
      'Connect again and retry. If the same address fails again, put the file elsewhere.',
    ],
  },
  'unpack-failed': {
    what: 'Bytes travel compressed, and the loader could not unpack them although their checksum was right. What the command was to change is unknown until it is read again.',
    why: [
      'The loader of this chip stumbles over compressed blocks.',
      'The board was disturbed in the middle of a block.',
    ],
    todo: [
      'Connect again, and choose “As it is” under “Transfer”: it is slower, and needs no unpacking.',
      'Flash again: only what is missing is written.',
    ],
  },
  'command-unknown': {
    what: 'The loader got a command that it does not know, or of another shape than it expects. Nothing was changed by it.',
    why: [
      'The command was damaged on its way: only the content of blocks has a checksum.',
      'The chip is in a mode that forbids this command (Secure Download Mode).',
      'This revision of the chip has a loader that Sectorwise does not know.',
    ],
    todo: [
      'Connect again and look at “Protection” on the board: it says what this chip forbids.',
      'Choose the other way under “Flasher program”.',
      'If you report it, copy the details: the command and the code say what was refused.',
    ],
  },
  'device-refused': {
    what: 'The loader understood a command and did not carry it out. What it was to change is as it was, or unknown: reading the board again tells.',
    why: [
      'The address lies past what the loader takes for the end of the flash.',
      'A byte was lost or damaged before it, so that it did not fit what came before.',
      'The flash is write protected there.',
    ],
    todo: [
      'Connect again and retry: only what is missing is written.',
      'If the same address is refused, put the file elsewhere.',
      'If you report it, copy the details: the command and the code say what was refused.',
    ],
  },
  'encrypt-impossible': {
    what: 'Flash encryption is on, and the chip was to encrypt what is written. It does not do that any more, so the write was given up before anything was erased.',
    why: [
      'The fuse that forbids encrypting in the loader is burnt: so it is in release mode.',
      'The board is in a mode in which this cannot be asked for.',
    ],
    todo: [
      'Update the board over the air: its own app can encrypt.',
      'If you have the key, encrypt the file for its address with espsecure, and drop that file.',
    ],
  },
  'port-busy': {
    what: 'The computer would not open the port. Nothing was sent to the board.',
    why: [
      'A serial monitor, an IDE or another tab has it open.',
      'On Linux, your user may not use serial ports (the group dialout or uucp).',
    ],
    todo: [
      'Close serial monitors and other tabs that use the board.',
      'On Linux: add yourself to the group that owns the port, then log in again.',
      'Unplug the board, plug it in again, and connect.',
    ],
  },
  'port-failed': {
    what: 'The port opened and then failed in a way that has no better name. The reason is the browser’s own.',
    why: ['The adapter’s driver gave up.', 'The adapter does not carry the speed that was asked for.'],
    todo: [
      'Unplug the board, plug it in again and connect.',
      'Choose a lower speed under “How to write”.',
      'Try another USB port.',
    ],
  },
  'no-port': {
    what: 'The port that was chosen before is not there, or the browser did not hand it out.',
    why: [
      'The board is not plugged in.',
      'The adapter’s driver is missing.',
      'The browser’s permission for the port was taken back.',
    ],
    todo: [
      'Plug the board in, then connect again.',
      'If the browser’s list stays empty, try another cable, then look for the adapter’s driver (CP210x, CH340, FTDI).',
    ],
  },
};
