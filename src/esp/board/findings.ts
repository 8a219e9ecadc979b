/** What can be seen on a board besides its table's own rules, worded once. */
import { findings } from '../../flash/finding.ts';
import type { FindingKind, Values } from '../../flash/finding.ts';
import { orHeaderSize } from '../boot/bootloader-header.ts';

/** What the chip's own loader costs, and what it does not. */
function slower({ write, read }: Values): string {
  const reading =
    Number(write) > 1
      ? `Writing takes about ${write} times as long, reading about ${read} times.`
      : `Reading takes about ${read} times as long.`;
  return `${reading} What is written is proved all the same, by the chip’s own digest, and so is that the rest of the flash is unchanged.`;
}

/** Every kind of finding about a board besides its table's own rules. */
export const BOARD_FINDINGS = {
  'bootloader-missing': {
    verdict: 'problem',
    says: (v) => `There is no bootloader at ${v['address']}, where the ${v['chip']} looks for it: nothing can start.`,
    next: 'Flash the bootloader.bin of your build.',
  },
  'bootloader-blank': {
    verdict: 'problem',
    says: (v) =>
      `The place at ${v['address']}, where the ${v['chip']} looks for its bootloader, is blank (erased): nothing can start.`,
    next: 'Flash the bootloader.bin of your build.',
  },
  'looks-encrypted': {
    verdict: 'problem',
    says: (v) =>
      `The flash looks encrypted, at ${v['bootloader']} (bootloader) and at ${v['table']} (partition table), and the ` +
      'chip does not tell whether it is: plain files could make the board unusable.',
    next: 'Do not write to this board here: use the build’s own tools, which know its keys (idf.py encrypted-flash).',
  },
  'noise-on-open-chip': {
    verdict: 'warning',
    says: (v) =>
      `What lies at ${v['bootloader']} (bootloader) and at ${v['table']} (partition table) looks encrypted, but the ` +
      'chip’s fuses say that flash encryption is off: the chip cannot make sense of it, and nothing starts.',
    next: 'Flash the board anew, bootloader and partition table too. Plain files are right for this chip.',
  },
  'flash-encrypted': {
    verdict: 'warning',
    says: () =>
      'Flash encryption is on: the bootloader, the partition table and the apps cannot be read, and what is written ' +
      'for them cannot be verified.',
    next: 'Drop the build’s partition table with your files, so that it is known where they belong.',
  },
  'plain-on-encrypting-chip': {
    verdict: 'problem',
    says: (v) =>
      `A plain bootloader lies at ${v['bootloader']}, but flash encryption is on: the chip decrypts what it reads ` +
      'there, gets noise and starts nothing.',
    next: 'Flash the bootloader, the partition table and the app again, if the chip still encrypts for a loader.',
  },
  'nothing-readable': {
    verdict: 'warning',
    says: () =>
      'This board lets its flash be written and nothing be read: what is on it cannot be told, and what is written ' +
      'cannot be verified.',
    next: 'Drop the build’s partition table with your files, so that it is known where they belong.',
  },
  'no-table-chip': {
    verdict: 'note',
    says: (v) =>
      `The ${v['chip']} has no partition table: firmware goes to the start of the flash, everything else where its ` +
      'build says.',
  },
  'flash-size-assumed': {
    verdict: 'warning',
    says: (v) => `How large the flash is cannot be asked in this mode. Sectorwise goes by ${v['size']}.`,
    next: 'If the board has more or less, choose its size in the settings before you flash.',
  },
  'stub-silent': {
    verdict: 'warning',
    says: (v) =>
      `The flasher program did not start in ${v['attempts']} attempts, so the chip’s own loader does the work. ${slower(v)}`,
    next:
      'Try a shorter cable or another USB port, and connect again. If it never starts on this board, choose “No” under ' +
      '“Flasher program”: then it is not tried first.',
  },
  'own-loader-chosen': {
    verdict: 'note',
    says: (v) => `The chip’s own loader does the work, as you chose. ${slower(v)}`,
    next: 'For the faster way, choose “Yes” under “Flasher program”.',
  },
  'header-size-past-chip': {
    verdict: 'problem',
    says: (v) =>
      `The bootloader’s header says ${v['header']} of flash, but the chip has ${v['chip']}: apps stop while they ` +
      'start.',
    next: orHeaderSize(['flash a bootloader that was built for the true flash size']),
  },
  'header-size-below-chip': {
    verdict: 'note',
    says: (v) =>
      `The bootloader’s header says ${v['header']} of flash, and the chip has ${v['chip']}: the rest stays unused.`,
    next: 'Nothing is wrong as long as all partitions end before that.',
  },
  'otadata-unusable': {
    verdict: 'warning',
    says: (v) =>
      `Neither boot record in "${v['name']}" is usable (${v['first']}; ${v['second']}): the choice of an app slot ` +
      'is lost.',
    next: 'Flash an app and let it start: that writes a new record.',
  },
  'table-elsewhere': {
    verdict: 'note',
    says: (v) => `The partition table is at ${v['address']}, not at ${v['usual']} where most projects have it.`,
  },
  'table-sound': {
    verdict: 'good',
    says: (v) =>
      `The partition table is sound: ${v['md5']}, its end marker is there, and its ${v['rows']} partitions end within ` +
      `the chip’s ${v['chip']}.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings about a board. */
export type BoardFindingKind = keyof typeof BOARD_FINDINGS;

/** Makes one finding about a board. */
export const boardFinding = findings<BoardFindingKind>(BOARD_FINDINGS);
