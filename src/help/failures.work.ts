/** Help on the work itself: files of this computer, bytes that do not take, tables that cannot be made. */
import type { Help } from './help.ts';

/** By the failure's name. */
export const WORK_HELP: Readonly<Record<string, Help>> = {
  unexpected: {
    what: 'A mistake of ours: something happened that Sectorwise was not made for. It stopped rather than guess.',
    why: ['It is in the program, and neither in your board nor in what you did.'],
    todo: [
      'Connect again and go on: the board is read anew, and nothing is taken for granted.',
      'If it happens again, report it with the details that can be copied.',
    ],
  },
  stopped: {
    what: 'You stopped it. What was under way was brought to an end and then asked from the board, unit by unit.',
    why: ['A write cannot be stopped in the middle of an erase: that is why a stop takes a moment.'],
    todo: [
      'Resume it to finish: only what is missing is written.',
      'Roll it back to have what was there before: you see the plan first.',
      'Or leave it: then the board stays as it is, and what was overwritten is among the backups.',
    ],
  },
  'beside-changed': {
    what: 'Flash that the plan was to leave alone holds something else than before the write, by the board’s own digest, and this browser has no copy of it. What was to be written may be there and verified; the board was not restarted.',
    why: [
      'A loader that writes more than it is told: the ESP32’s own loader does so with compressed data, which Sectorwise never sends it.',
      'The supply sagged while the flash was written.',
      'Something else wrote to the flash at the same time.',
    ],
    todo: [
      'Look at which partition lies at the addresses: an empty one has lost nothing.',
      'Roll back, or restore these addresses from a backup of this board.',
      'Flash again with the flasher program, a short cable and a good supply.',
    ],
  },
  'beside-restored': {
    what: 'Flash that the plan was to leave alone changed during the write. Its bytes had been kept first; they were written back, and the board’s own digest of them is what it was.',
    why: ['The chip’s own loader wrote more than it was told.', 'The supply sagged while the flash was written.'],
    todo: ['Nothing is lost, and nothing has to be done.', 'Next time, flash with the flasher program.'],
  },
  'unit-wrong': {
    what: 'An erase unit was written twice, and both times the board’s own digest said that it holds something else. What makes the board start was not written over it.',
    why: [
      'The supply sags while the flash is written.',
      'The flash chip is worn out at this place: each unit lasts some ten thousand erases or more.',
      'Something else writes to the flash at the same time.',
    ],
    todo: [
      'Feed the board well: straight from the computer, without a hub, nothing else attached.',
      'Flash again. If the same unit fails, put the file at another place.',
      'If many units fail, the flash chip or its joints are bad.',
    ],
  },
  'file-unreadable': {
    what: 'The file was chosen, and when Sectorwise wanted to read it, the browser refused. A browser lets a page read a file only as it was when it was chosen.',
    why: [
      'A build made it anew.',
      'It was moved, renamed or deleted.',
      'It lies on a stick or a network drive that is gone.',
    ],
    todo: ['Take it away and choose it again.', 'To build and flash over and over, choose it after the build is done.'],
  },
  'file-shorter': {
    what: 'The file had one size when it was chosen, and fewer bytes when it was read. Nothing of it is used.',
    why: ['A program is still writing it: a build, a download or a copy.'],
    todo: ['Wait until that program is done.', 'Take the file away and choose it again.'],
  },
  'otadata-slot-unknown': {
    what: 'The boot choice was to name an app slot that the partition table does not have.',
    why: ['The table in use has fewer slots than the one that the choice was made for.'],
    todo: ['Choose one of the slots that are shown.'],
  },
  'otadata-exhausted': {
    what: 'Each boot choice has a number one higher than the last, and the highest possible one is taken. A bootloader would not see a new one.',
    why: ['The numbers are never used up by updates alone: the partition holds damaged or made-up records.'],
    todo: ['Erase the otadata partition.', 'Choose the slot again.'],
  },
  'table-too-many-rows': {
    what: 'A partition table fits into 3 KiB, which is room for a fixed number of rows. This one has more.',
    why: ['The rows were made by a program, or several tables were joined.'],
    todo: ['Join or remove partitions until the table fits.'],
  },
  'table-name-too-long': {
    what: 'A row of a partition table has 16 bytes for the name, and this name needs more.',
    why: ['Letters outside of plain English take two bytes or more each.'],
    todo: ['Shorten the name.'],
  },
  'table-number-too-large': {
    what: 'Addresses and sizes in a partition table are 32 bits wide, types 8. A number in this row is larger.',
    why: ['A zero too many, or K and M where none belongs.'],
    todo: ['Correct the row that is named.'],
  },
  'csv-name-unwritable': {
    what: 'The partition table on the board has a name that a CSV cannot carry without changing it.',
    why: ['It holds a comma, a line break, or bytes that are no text.'],
    todo: ['Save the table in its binary form: it is exact.'],
  },
  'csv-flags-unwritable': {
    what: 'A partition has flags that the CSV has no names for.',
    why: ['The table was made by a newer or a foreign tool.'],
    todo: ['Save the table in its binary form: it is exact.'],
  },
  'csv-number-unwritable': {
    what: 'A number of this partition does not fit a partition table, so a CSV of it would not make the same table again.',
    why: ['The table on the board is damaged or made by a foreign tool.'],
    todo: ['Save the table in its binary form, and look at that row.'],
  },
};
