/** Findings about a board, other than those of the table rules, with their wording. */
import { capital } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind, Values, Words } from '../../flash/finding.ts';
import { STUB } from './setting-ids.ts';
import { headerSizeRepair, orHeaderSize, setHeaderSize } from '../boot/bootloader-header.ts';

/** How much slower the ROM loader is. */
function slower({ write, read }: Values): string {
  const reading =
    Number(write) > 1
      ? `Writing takes about ${write} times as long, and reading about ${read} times.`
      : `Reading takes about ${read} times as long.`;
  return `${reading} The chip’s own MD5 still verifies every write, and that the rest of the flash is unchanged.`;
}

const TABLE_TOO: Words = (_, at) =>
  `${capital(at.drop)} the build’s partition table with the other files, so that Sectorwise knows where they belong.`;

/** Every kind of finding about a board, other than those of the table rules. */
export const BOARD_FINDINGS = {
  'bootloader-missing': {
    verdict: 'problem',
    says: (v) =>
      `There is no bootloader at ${v['address']}, where the ${v['chip']} expects it` +
      `${v['instead'] === undefined ? '' : `, but ${v['instead']}`}: nothing can start.`,
    next: 'Flash the bootloader.bin from your build.',
  },
  'bootloader-blank': {
    verdict: 'problem',
    says: (v) =>
      `The flash at ${v['address']}, where the ${v['chip']} expects its bootloader, is blank (erased): nothing can ` +
      'start.',
    next: 'Flash the bootloader.bin from your build.',
  },
  'looks-encrypted': {
    verdict: 'problem',
    says: (v) =>
      `The flash looks encrypted at ${v['bootloader']} (bootloader) and ${v['table']} (partition table), but ` +
      `${v['unsure']}. Unencrypted files could make the board unusable.`,
    next: 'Do not write to it here. Use the tools of the build, which have its keys (idf.py encrypted-flash).',
  },
  'noise-on-open-chip': {
    verdict: 'warning',
    says: (v) =>
      `The content at ${v['bootloader']} (bootloader) and ${v['table']} (partition table) looks encrypted, but the ` +
      'eFuses say that flash encryption is off: the chip cannot use it, and nothing starts.',
    next: 'Flash the bootloader, the partition table and the app again. Unencrypted files are right for this chip.',
  },
  'flash-encrypted': {
    verdict: 'warning',
    says: () =>
      'Flash encryption is on: the bootloader, the partition table and the apps cannot be read, and writes to them ' +
      'cannot be verified.',
    next: TABLE_TOO,
  },
  'plain-on-encrypting-chip': {
    verdict: 'problem',
    says: (v) =>
      `There is an unencrypted bootloader at ${v['bootloader']}, but flash encryption is on: the chip decrypts it ` +
      'to garbage and starts nothing.',
    next:
      'Flash the bootloader, the partition table and the app again, if the chip still encrypts during a serial ' +
      'download.',
  },
  'nothing-readable': {
    verdict: 'warning',
    says: () =>
      'This board allows writes to its flash but no reads: its content cannot be shown, and writes cannot be ' +
      'verified.',
    next: TABLE_TOO,
  },
  'no-table-chip': {
    verdict: 'note',
    says: (v) =>
      `The ${v['chip']} has no partition table: firmware goes to the start of the flash, everything else to the ` +
      'address that its build gives.',
  },
  'flash-size-assumed': {
    verdict: 'warning',
    says: (v) => `The board does not report its flash size in this mode. Sectorwise assumes ${v['size']}.`,
    next: (_, at) => `If the flash is larger or smaller, choose its size ${at.flashSize} before you flash.`,
  },
  'stub-silent': {
    verdict: 'warning',
    says: (v) =>
      `The flasher stub did not start (attempts: ${v['attempts']}), so the ROM loader is used instead. ${slower(v)}`,
    next: (_, at) =>
      'Try a shorter cable or another USB port, and connect again. If the stub never starts on this board, ' +
      `${at.either('choose “No” under “Flasher stub”', `use --set ${STUB}=no`)} to skip it.`,
  },
  'own-loader-chosen': {
    verdict: 'note',
    says: (v) => `The ROM loader is used, as you chose. ${slower(v)}`,
    next: (_, at) =>
      `For faster transfers, ${at.either('choose “Yes” under “Flasher stub”', `leave out --set ${STUB}=no`)}.`,
  },
  'header-size-past-chip': {
    verdict: 'problem',
    says: (v) =>
      `The bootloader header gives a flash size of ${v['header']}, but the chip has ${v['chip']}: apps fail at ` +
      'startup.',
    next: orHeaderSize(() => ['flash a bootloader built for the actual flash size']),
    repair: headerSizeRepair,
  },
  'header-size-below-chip': {
    verdict: 'note',
    says: (v) =>
      `The bootloader header gives a flash size of ${v['header']}, but the chip has ${v['chip']}: the rest is ` +
      'unused.',
    next: (v, at) =>
      v['needs'] === undefined
        ? 'This is fine as long as all partitions end below that size.'
        : `This is fine as long as all partitions end below that size. To use the rest, ${setHeaderSize(v['needs'], at)}.`,
    repair: headerSizeRepair,
  },
  'otadata-unusable': {
    verdict: 'warning',
    says: (v) =>
      v['first'] === v['second']
        ? `Each entry in “${v['name']}” is invalid because ${v['first']}, so no app slot is selected.`
        : `Neither entry in “${v['name']}” is valid, so no app slot is selected. The first: ${v['first']}. The second: ${v['second']}.`,
    next: 'Select the app that should start, or flash an app: either writes a new entry.',
  },
  'no-app-starts': {
    verdict: 'problem',
    says: (v) => `No partition holds an app that starts here: ${v['held']}.`,
    next: 'Flash an app that was built for this chip, or restore one from a backup of this board.',
  },
  'table-elsewhere': {
    verdict: 'note',
    says: (v) => `The partition table is at ${v['address']} instead of the usual ${v['usual']}.`,
  },
  'table-sound': {
    verdict: 'good',
    says: (v) =>
      `The partition table is valid: ${v['md5']}, the end marker is present, and all of its partitions ` +
      `(${v['rows']}) fit within the chip’s ${v['chip']}.`,
  },
} satisfies Record<string, FindingKind>;

/** A kind of finding about a board. */
export type BoardFindingKind = keyof typeof BOARD_FINDINGS;

/** Makes one finding about a board. */
export const boardFinding = findings<BoardFindingKind>(BOARD_FINDINGS);
