/** Help on problems of a board that have several causes, by kind; the next step of each comes first in what to do. */
import type { Explained } from './explained.ts';
import type { Help } from './help.ts';

const HELP = {
  'no-app-starts': {
    what:
      'The bootloader and the partition table are usable, but no app partition that the bootloader tries holds an image that it ' +
      'accepts. It resets and tries again, so the board seems dead or prints the same lines over and over.',
    why: [
      'No app was flashed, or the flash was erased since: the partitions are blank.',
      'The app lies elsewhere: it was flashed to an address that this partition table does not name, for example with the table of ' +
        'another project.',
      'Writing the app or an update was interrupted, so its image is incomplete.',
      'The app was built for another chip, or for a newer revision of this one.',
    ],
    todo: [
      'Read what the problem says about each partition: “blank” needs an app, “damaged” the same app once more, another chip another build.',
      'If several builds were flashed here, flash bootloader, partition table and app of one of them together.',
      'Give up on this flash chip if an app that Sectorwise has verified is damaged again after the board ran or lost power: check the ' +
        'supply first, then replace the module.',
    ],
  },
  'start-lacks': {
    what:
      'Something that the board needs to start is not there: its program, or on a Particle board the user application or a part of the ' +
      'system firmware. The bootloader works, so the board can be connected and repaired.',
    why: [
      'Nothing was written there yet, or the place was erased.',
      'Writing was interrupted before the header of the module was complete.',
      'The file was written to another address: a .bin file for one board does not say where it belongs on another.',
      'An update of the system firmware ended between its parts.',
    ],
    todo: [
      'On a Particle board, write all system parts of one release together, then the application that was built for it.',
      'Start the board. If it does not run, put it into DFU mode and connect it again: the problems say what is still missing.',
      'Give up on this chip if what was written cannot be verified at the same address twice in a row, over another cable too: its flash ' +
        'is worn out.',
    ],
  },
} as const satisfies Partial<Record<Explained, Help>>;

/** The kinds of problems with such a text. */
export type HelpedProblem = keyof typeof HELP;

/** The help on problems, by kind. */
export const PROBLEM_HELP: Readonly<Record<HelpedProblem, Help>> = HELP;

/** Whether a kind has such a text. */
export function isHelpedProblem(kind: string): kind is HelpedProblem {
  return kind in HELP;
}
