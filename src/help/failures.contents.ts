/** Help on reading files out of a board's file systems. */
import type { Help } from './help.ts';

/** Help texts by failure name. */
export const CONTENTS_HELP: Readonly<Record<string, Help>> = {
  'fat-file-damaged': {
    what: 'The chain of clusters that holds the file ends before the file does. The firmware reads no more of it either.',
    why: [
      'The board lost power while it wrote the file.',
      'Two files share clusters, and one of them was overwritten.',
    ],
    todo: [
      'Save the other files first: they can be read.',
      'Delete the file or replace it, in the view Contents. The plan shows what is written before anything is.',
    ],
  },
  'littlefs-unreadable': {
    what: 'A block of the file cannot be trusted, so the file is not read: Sectorwise does not guess what it held.',
    why: [
      'The flash is worn or was damaged at this place.',
      'Another program wrote there, or the image that was flashed was damaged.',
    ],
    todo: [
      'Save the other files first: they can be read.',
      'Delete the file, or recreate the file system, in the view Contents.',
      'If it happens at the same block again, the flash chip is worn out.',
    ],
  },
  'spiffs-file-unreadable': {
    what: 'A page of the file does not match its index, so the file is not read. The firmware reports an error there too.',
    why: [
      'The board lost power while it wrote the file.',
      'The firmware uses SPIFFS with other parameters than the image was made with.',
    ],
    todo: [
      'Save the other files first: they can be read.',
      'Delete the file, or recreate the file system, in the view Contents.',
    ],
  },
};
