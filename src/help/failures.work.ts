/** Help on the work itself: files on this computer, failed writes, tables that cannot be generated. */
import { UNLOCK_ERASES } from '../flash/unlock.ts';
import type { Help } from './help.ts';

/** Help texts by failure name. */
export const WORK_HELP: Readonly<Record<string, Help>> = {
  'unlock-unwatched': {
    what: `${UNLOCK_ERASES} You stopped waiting for that; the chip does not stop.`,
    why: ['Stop was pressed, or the wait for the chip was cancelled.'],
    todo: [
      'Leave the board plugged in for a minute.',
      'If BOOT0 is a button, hold it while you reset the board.',
      'Connect again: Sectorwise then reads the whole flash and says whether it is blank.',
    ],
  },
  unexpected: {
    what: 'A bug in Sectorwise: it ran into a situation that it does not handle, and stopped.',
    why: ['The bug is in the program. Neither your board nor anything you did is the cause.'],
    todo: [
      'Connect again and continue: the board is read again from scratch.',
      'If it happens again, report it with the details that you can copy from the message.',
    ],
  },
  stopped: {
    what: 'You stopped the job. Sectorwise finished the step in progress, then spent the rest of a second reading the affected erase units back. What it had no time for is unknown until you resume or roll back.',
    why: ['An erase cannot be interrupted half-way, so stopping takes a moment.'],
    todo: [
      'If nothing was written yet, flash again whenever you like.',
      'Otherwise resume to finish the job: only what is missing is written.',
      'Roll back to restore the previous content: you see the plan first.',
      'Or abandon the job: the board stays as it is, and the overwritten content stays in your backups.',
    ],
  },
  'part-not-loaded': {
    what: 'The page loads some of its parts only when they are needed. One of them did not arrive. Nothing on the board was changed by that.',
    why: [
      'The server was stopped, or the network is gone.',
      'The server has a newer version of the page than the one that is open.',
    ],
    todo: [
      'Save what you need from the page, such as the report of a job: reloading clears it.',
      'Make sure that the server can be reached, then reload the page. Unfinished jobs and backups are kept in the browser.',
    ],
  },
  'worker-stuck': {
    what: 'Sectorwise talks to boards in a thread of its own, so that a hidden tab does not slow it down. The page asks that thread every two seconds whether it still works, and it has stopped answering.',
    why: [
      'The computer is very busy, or short of memory.',
      'A bug in Sectorwise or in the browser keeps the thread busy, or the browser has ended it.',
    ],
    todo: [
      'Wait for a moment if other programs keep the computer busy.',
      'Restart it: backups and the records of jobs are kept, because they are written before anything is erased.',
      'Connect the board again, and resume the job that was running.',
    ],
  },
  'worker-ended': {
    what: 'The thread that talks to boards was ended because it did not answer, and another was started. A job that was running is interrupted: the board has what was written so far.',
    why: ['You ended it after the page had said that it does not answer.'],
    todo: [
      'Connect the board again: the page shows how far the job got.',
      'Resume the job, roll it back, or abandon it.',
      'If this happens again, report it.',
    ],
  },
  'beside-changed': {
    what: 'Flash that the job was not supposed to touch has changed: the board’s own digest of it differs from the one before the write, and this browser has no copy of the old content. What you chose may be written and verified; the board was not restarted.',
    why: [
      'The loader wrote more than requested. The ESP32 ROM loader does this with compressed data, which Sectorwise therefore never sends to it.',
      'The supply voltage dropped while the flash was being written.',
      'Something else wrote to the flash at the same time.',
    ],
    todo: [
      'Check which partition is at the addresses: if it was empty, nothing is lost.',
      'Roll back, or restore these addresses from a backup of this board.',
      'Flash again with the flasher stub, a short cable and a stable power supply.',
      'If it happens again on the same board, stop using its flash for anything important.',
    ],
  },
  'beside-restored': {
    what: 'Flash that the job was not supposed to touch changed during the write. Sectorwise had a copy of it, wrote it back, and verified it with the board’s own digest.',
    why: ['The ROM loader wrote more than requested.', 'The supply voltage dropped while the flash was being written.'],
    todo: ['Nothing is lost, and you do not need to do anything now.', 'Next time, flash with the flasher stub.'],
  },
  'unit-wrong': {
    what: 'An erase unit was written twice, and both times the board’s own digest was wrong. The part that makes the board start was not written.',
    why: [
      'The supply voltage drops while the flash is being written.',
      'The flash is worn out there: an erase unit typically lasts 10,000 erase cycles or more.',
      'Something else writes to the flash at the same time.',
    ],
    todo: [
      'Check the power supply: plug the board directly into the computer, without a hub and with nothing else attached.',
      'Flash again. If the same unit fails, write the file to another place.',
      'If many units fail, the flash chip or its solder joints are bad: replace the board.',
    ],
  },
  'file-unreadable': {
    what: 'Sectorwise could not read a file that you had chosen. A browser only lets a page read a file in the state it had when you chose it.',
    why: [
      'A new build replaced the file.',
      'The file was moved, renamed or deleted.',
      'The file is on a USB stick or network drive that is no longer connected.',
    ],
    todo: [
      'Remove the file and choose it again.',
      'If you build and flash repeatedly, choose the file after each build.',
    ],
  },
  'unpacking-stopped': {
    what: 'You stopped the reading of a file or folder before everything in it was known. Nothing of it is planned or written.',
    why: ['Large files and archives take a moment to read.', 'The drive that it is on does not answer.'],
    todo: [
      'Remove it from the list, and choose it again if you want to use it.',
      'If it is on a network drive, copy it to this computer first.',
    ],
  },
  'file-shorter': {
    what: 'The file was shorter when it was read than when you chose it. None of it is used.',
    why: ['A program was still writing it: a build, a download or a copy.'],
    todo: ['Wait until that program has finished.', 'Remove the file and choose it again.'],
  },
  'otadata-slot-unknown': {
    what: 'The app slot to start does not exist in the partition table.',
    why: ['The current partition table has fewer app slots than the one that the choice was made for.'],
    todo: ['Choose one of the slots that are shown.'],
  },
  'otadata-exhausted': {
    what: 'Each otadata entry has a sequence number, and the highest one wins. The highest possible number is already in use, so the bootloader would ignore a new entry.',
    why: ['Updates alone never reach that number: the partition contains damaged or invalid entries.'],
    todo: ['Erase the otadata partition.', 'Choose the slot again.'],
  },
  'table-too-many-rows': {
    what: 'A partition table has 3 KiB, which is enough for a fixed number of rows. This one has more.',
    why: ['The rows were generated by a program, or several tables were combined.'],
    todo: ['Merge or remove partitions until the table fits.'],
  },
  'table-name-too-long': {
    what: 'A partition table has 16 bytes for each name, and this name needs more.',
    why: ['Characters outside ASCII take two or more bytes each.'],
    todo: ['Shorten the name.'],
  },
  'table-number-too-large': {
    what: 'Addresses and sizes in a partition table have 32 bits, types have 8. A number in this row is larger.',
    why: ['The number has an extra zero, or a K or M suffix that does not belong there.'],
    todo: ['Correct the row that is named.'],
  },
  'csv-name-unwritable': {
    what: 'The partition table on the board contains a name that a CSV cannot represent.',
    why: ['The name contains a comma, a line break, or bytes that are not text.'],
    todo: ['Save the table in its binary form, which is exact.'],
  },
  'csv-flags-unwritable': {
    what: 'A partition has flags for which the CSV format has no name.',
    why: ['The table was made by a newer tool or by a tool other than ESP-IDF’s.'],
    todo: ['Save the table in its binary form, which is exact.'],
  },
  'csv-number-unwritable': {
    what: 'A number of this partition is too large, so a CSV would not produce the same table again.',
    why: ['The table on the board is damaged, or was made by a tool other than ESP-IDF’s.'],
    todo: ['Save the table in its binary form, and check that row.'],
  },
};
