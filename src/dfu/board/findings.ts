/** Findings about a board in DFU mode and the files dropped on one, each worded once. */
import { article } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';
import { UNLOCK_ERASES } from '../../flash/unlock.ts';

/**
 * What to do about a need of system firmware. Particle's bootloader does not let itself be written over DFU (device-os,
 * bootloader/README.md: over the air or over serial; release notes of 1.1.1: DFU for system parts, in order).
 */
export function systemNext(needs: string | number | undefined): string {
  return needs === 'bootloader'
    ? `Write the system parts first. ${UPDATE_BOOTLOADER}`
    : 'Write all system parts of one release together.';
}

/** How a board gets another bootloader once its system firmware runs. */
export const UPDATE_BOOTLOADER =
  'The system firmware then updates the bootloader, even in safe mode: by itself when the board connects to Particle’s ' +
  'cloud, or with “particle flash --serial” and the bootloader’s .bin file while the board is in listening mode.';

/** Every kind of finding about a board in DFU mode. */
export const DFU_FINDINGS = {
  'board-known': {
    verdict: 'good',
    says: (v) => `Identified by its USB IDs: ${v['name']} (${v['chip']}).`,
  },
  'board-by-its-map': {
    verdict: 'note',
    says: (v) => `The memory map matches the ${v['name']}, but that is not certain: ${v['unsure']}.`,
  },
  'board-unknown': {
    verdict: 'note',
    says: (v) =>
      `Sectorwise does not know this board (USB ID ${v['usb']}) and uses the memory map that the board reports.`,
  },
  'memory-not-understood': {
    verdict: 'warning',
    says: (v) => `Memory ${v['number']} describes itself as “${v['text']}”, which cannot be parsed: ${v['why']}.`,
    next: 'Sectorwise neither reads nor writes it. Please report this text.',
  },
  'memory-unreadable': {
    verdict: 'warning',
    says: (v) => `The memory ${v['name']} cannot be read. ${v['why']}`,
    next: 'The board’s other memories can be read and backed up. Connect again to try this one once more.',
  },
  'map-lies': {
    verdict: 'note',
    says: (v) =>
      `The memory map says that ${v['from']} to ${v['to']} is writable. Sectorwise does not write there` +
      (v['reason'] === '' ? '.' : `: ${v['reason']}`),
  },
  'quirk-applied': {
    verdict: 'note',
    says: (v) => `${v['quirk']}: ${v['says']}`,
  },
  'chip-read-protected': {
    verdict: 'problem',
    says: () => 'The chip is read-protected: its flash cannot be read, compared or written.',
    next: ({ unlock }) =>
      unlock === 'here'
        ? `If you need nothing that is on it, unlock it. ${UNLOCK_ERASES}`
        : 'Only ST’s ROM bootloader can remove the protection, and this is another one. If you need nothing that is on the chip, ' +
          `hold BOOT0 while it resets and connect again; or use STM32CubeProgrammer (RDP to level 0). ${UNLOCK_ERASES}`,
  },
  'module-for-another-platform': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['module']} in ${v['partition']} is for the ${v['platform']}, but this board is ${article(v['board'])}.`,
    next: 'Write the module that was built for this board.',
  },
  'dependency-missing': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['module']} needs ${v['needs']} version ${v['least']} or newer, but ${v['has']}: the board enters ` +
      'safe mode instead of running it.',
    next: 'Update the system firmware, or rebuild the application for the version on the board.',
  },
  'system-need-missing': {
    verdict: 'problem',
    says: (v) => `The ${v['module']} needs ${v['needs']} version ${v['least']} or newer, but ${v['has']}.`,
    next: (v) => systemNext(v['needs']),
  },
  'start-lacks': {
    verdict: 'problem',
    says: (v) => `There is no ${v['what']} in ${v['partition']}: ${v['why']}.`,
    next: (v) =>
      v['what'] === 'system firmware'
        ? systemNext(undefined)
        : `Write ${article(v['what'])} that was built for this board, or restore one from a backup.`,
  },
  'application-past-its-sector': {
    verdict: 'note',
    says: (v) =>
      `The user application ends at ${v['end']}, past its own sector: it runs, but cannot be updated over the air.`,
  },
  'factory-slot-holds-application': {
    verdict: 'warning',
    says: (v) =>
      `The factory slot at ${v['address']} holds ${v['holds']}, version ${v['version']}. The board copies it ` +
      'over the user application on a factory reset, and whenever the user application’s header is damaged.',
    next: 'Keep it if a factory reset should bring that version back; if not, clear it or put an extension in its place.',
  },
  'factory-slot-holds-same-application': {
    verdict: 'note',
    says: (v) =>
      `The factory slot at ${v['address']} holds the same user application, version ${v['version']}: a factory reset ` +
      'does not change it.',
  },
  'factory-slot-only-looks-right': {
    verdict: 'warning',
    says: (v) =>
      `The factory slot at ${v['address']} has the header of a user application but a wrong checksum: the board ` +
      'would try to restore it and fail.',
    next: 'Overwrite it with an extension, other data or a valid application.',
  },
  'extension-there': {
    verdict: 'good',
    says: (v) => `${v['partition']} holds extension version ${v['version']}, ${v['size']}.`,
  },
  'extension-in-another-place': {
    verdict: 'warning',
    says: (v) =>
      `The extension in ${v['partition']} was linked for ${v['address']} but is at ${v['there']}: the application ` +
      'would run without it.',
    next: 'Write the extension again, to the address it was linked for.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings about a board in DFU mode. */
export type DfuFindingKind = keyof typeof DFU_FINDINGS;

/** Makes one finding about a board in DFU mode. */
export const dfuFinding = findings<DfuFindingKind>(DFU_FINDINGS);

/** Every kind of finding about a container on a DFU board. */
export const DFU_FILE_FINDINGS = {
  'elf-unusable': {
    verdict: 'problem',
    says: (v) => `This ELF file cannot be used: ${v['why']}.`,
    next: 'Build it again for this chip.',
  },
  'dfu-file-for-another-device': {
    verdict: 'warning',
    says: (v) => `This .dfu file is for USB device ${v['file']}, but this board is ${v['board']}.`,
    next: 'Check that the file is for this board.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings about containers. */
type DfuFileFindingKind = keyof typeof DFU_FILE_FINDINGS;

/** Makes one finding about a container. */
export const fileFinding = findings<DfuFileFindingKind>(DFU_FILE_FINDINGS);
