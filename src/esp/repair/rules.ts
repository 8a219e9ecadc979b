/** Which repairs each kind of finding on an Espressif board has, and why others have none: a new problem needs a rule to compile. */
import type { BootSelection } from '../../flash/boot-choice.ts';
import { capital } from '../../flash/english.ts';
import type { Finding, FindingKind } from '../../flash/finding.ts';
import { repaired } from '../../flash/finding.ts';
import type { RepairRule, RepairRules } from '../../flash/repair.ts';
import type { APP_IMAGE_FINDINGS } from '../../formats/findings.ts';
import type { BOOT_LOG_FINDINGS } from '../boot/log-findings.ts';
import type { DIAGNOSIS_FINDINGS } from '../diagnose/findings.ts';
import type { BOARD_FINDINGS } from '../board/findings.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { CORE_DUMP_FINDINGS } from '../contents/core-dump/findings.ts';
import type { FAT_FINDINGS } from '../contents/fat/findings.ts';
import type { LITTLEFS_FINDINGS } from '../contents/littlefs/findings.ts';
import type { NVS_FINDINGS } from '../contents/nvs/findings.ts';
import type { SECURE_CERT_FINDINGS } from '../contents/secure-cert/findings.ts';
import type { SPIFFS_FINDINGS } from '../contents/spiffs/findings.ts';
import type { TABLE_FINDINGS } from '../partitions/findings.ts';
import type { LAYOUT_FINDINGS } from '../partitions/layout-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import { ERASED, LOST, recreated, rebuilt } from './contents-repairs.ts';
import type { EspRepairContext } from './context.ts';
import { editedTable, opens, ownRange, rowAbout } from './context.ts';
import { APP, BOOTLOADER, ENTRIES, GIVEN_UP, NO_APP } from './start-repairs.ts';
import { ROW_WRONG, TABLE_DAMAGED, TABLE_GONE } from './table-repairs.ts';

type Rule = RepairRule<EspRepairContext>;
type Rules<R extends Readonly<Record<string, FindingKind>>> = RepairRules<R, EspRepairContext>;

const CHOOSE_BUILD = opens(
  'flash',
  'Choose a build',
  'Its bootloader, partition table and app are written together, each where this chip looks for it.',
);
const BUILD: Rule = { repairs: () => [CHOOSE_BUILD], none: (_, at) => `${capital(at.drop)} the folder of a build.` };
const FILE_ONLY: Rule = { none: 'Only a file can be like that, never a board: choose another file.' };
const HEADER: Rule = {
  none:
    'The bootloader’s header cannot be changed on this board: its signature or its format forbids it. Flash a bootloader ' +
    'that was built for this flash size.',
};
const CERTIFICATES: Rule = {
  restores: ownRange,
  none:
    'Keys and certificates like these are made once for one device, and nothing else on the board holds them: restore a ' +
    'backup of the partition, or flash the image that it was made from.',
};

const BOARD: Rules<typeof BOARD_FINDINGS> = {
  'bootloader-missing': BOOTLOADER,
  'bootloader-blank': BOOTLOADER,
  'looks-encrypted': {
    none:
      'If it is encrypted, only files encrypted with this chip’s key start, and nobody can read that key out. Use the tools ' +
      'of the build that has it (idf.py encrypted-flash).',
  },
  'plain-on-encrypting-chip': BUILD,
  'noise-on-open-chip': BUILD,
  'header-size-past-chip': HEADER,
  'otadata-unusable': ENTRIES,
  'no-app-starts': NO_APP,
};

const TABLE: Rules<typeof TABLE_FINDINGS & typeof LAYOUT_FINDINGS> = {
  'table-blank': TABLE_GONE,
  'table-no-magic': TABLE_GONE,
  'table-row-damaged': TABLE_DAMAGED,
  'table-cut-short': FILE_ONLY,
  'table-md5-wrong': TABLE_DAMAGED,
  'table-md5-twice': TABLE_DAMAGED,
  'table-end-missing': TABLE_DAMAGED,
  'row-after-md5': TABLE_DAMAGED,
  'name-duplicate': ROW_WRONG,
  'partitions-overlap': ROW_WRONG,
  'partition-below-table': ROW_WRONG,
  'partition-past-flash': ROW_WRONG,
  'partition-past-header-size': ROW_WRONG,
  'app-misaligned': ROW_WRONG,
  'app-size-odd': ROW_WRONG,
  'app-size-secure': ROW_WRONG,
  'data-misaligned': ROW_WRONG,
  'otadata-size': ROW_WRONG,
  'otadata-many': ROW_WRONG,
  'must-be-writable': ROW_WRONG,
  'ota-duplicate': ROW_WRONG,
  'nvs-small': ROW_WRONG,
};

const IMAGE: Rules<typeof APP_IMAGE_FINDINGS> = {
  'image-empty': FILE_ONLY,
  'image-wrong-magic': FILE_ONLY,
  'image-header-cut-short': FILE_ONLY,
  'image-truncated': APP,
  'image-segment-past-end': APP,
  'image-segment-length': APP,
  'image-too-many-segments': APP,
  'image-no-segments': APP,
  'image-checksum-wrong': APP,
  'image-hash-wrong': APP,
};

const NVS: Rules<typeof NVS_FINDINGS> = {
  'nvs-no-free-page': rebuilt('nvs'),
  'nvs-does-not-start': rebuilt('nvs'),
  'nvs-new-version': recreated('nvs'),
  'nvs-keys-wrong': recreated('nvs'),
  'nvs-too-large': {
    none: 'NVS is read and written only up to 512 KiB: make the partition smaller in the layout, or restore a backup.',
  },
  'nvs-page-corrupt': rebuilt('nvs'),
  'nvs-entry-damaged': rebuilt('nvs'),
  'nvs-data-damaged': rebuilt('nvs'),
  'nvs-index-mismatch': rebuilt('nvs'),
  'nvs-recoverable': rebuilt('nvs'),
};

const FILES: Rules<typeof LITTLEFS_FINDINGS & typeof SPIFFS_FINDINGS & typeof FAT_FINDINGS> = {
  'littlefs-no-superblock': recreated('littlefs'),
  'littlefs-unsupported': {
    none: 'It is not damaged: only a firmware whose LittleFS library was built for these limits can mount it. Flash that one.',
  },
  'littlefs-larger': rebuilt('littlefs'),
  'littlefs-pair-damaged': rebuilt('littlefs'),
  'littlefs-pair-outside': rebuilt('littlefs'),
  'littlefs-loop': rebuilt('littlefs'),
  'littlefs-shared': rebuilt('littlefs'),
  'littlefs-file-damaged': rebuilt('littlefs'),
  'littlefs-more-findings': rebuilt('littlefs'),
  'spiffs-marks-missing': rebuilt('spiffs'),
  'spiffs-other-size': rebuilt('spiffs'),
  'spiffs-file-damaged': rebuilt('spiffs'),
  'spiffs-more-findings': rebuilt('spiffs'),
  'wl-both-bad': recreated('fat-wl'),
  'wl-other-size': recreated('fat-wl'),
  'wl-erase-torn': rebuilt('fat-wl'),
  'fat-cut-short': rebuilt('fat'),
  'fat-folder-broken': rebuilt('fat'),
  'fat-folder-twice': rebuilt('fat'),
  'fat-file-broken': rebuilt('fat'),
  'fat-cross-linked': rebuilt('fat'),
  'fat-too-much': {
    none: 'More files than are listed here would be lost: save the partition, and let a tool of your system check it (fsck.fat).',
  },
};

const OTHER: Rules<typeof CORE_DUMP_FINDINGS & typeof SECURE_CERT_FINDINGS> = {
  'core-dump-cut': ERASED,
  'core-dump-checksum': ERASED,
  'core-dump-damaged': ERASED,
  'secure-cert-crc': CERTIFICATES,
  'secure-cert-cut': CERTIFICATES,
};

const DIAGNOSIS: Rules<typeof DIAGNOSIS_FINDINGS> = {
  'bootloader-broken': BOOTLOADER,
  'app-for-another-chip': APP,
  'app-larger-than-slot': APP,
  'otadata-rolled-back': GIVEN_UP,
  'contents-lost': LOST,
  'plain-app-on-encrypting-chip': BUILD,
};

/** A log tells of the past: what it shows of the flash is repaired where the flash still has it. */
const LOG: Rules<typeof BOOT_LOG_FINDINGS> = {
  'log-brown-out': {
    none:
      'The supply is too weak, and nothing in the flash changes that: use a short, thick cable and a port that gives 500 mA ' +
      'or more, and take what draws much off the board.',
  },
  'log-boot-loop': { none: 'The other findings say why it restarted each time. If there are none, read a longer log.' },
  'log-invalid-header': BOOTLOADER,
  'log-watchdog-in-rom': BOOTLOADER,
  'log-bootloader-damaged': BOOTLOADER,
  'log-flash-unreadable': {
    none:
      'Take off what is connected to the flash pins or to the pin that selects the flash voltage (GPIO12 of an ESP32). ' +
      'Otherwise the flash chip is defective or not soldered well.',
  },
  'log-table-refused': BUILD,
  'log-app-refused': APP,
  'log-flash-size': HEADER,
  'log-panic': APP,
  'log-app-watchdog': APP,
};

/** The rules of every kind, by its name. */
export const ESP_REPAIRS = { ...BOARD, ...TABLE, ...IMAGE, ...NVS, ...FILES, ...OTHER, ...DIAGNOSIS, ...LOG };

/** Findings on a board with their repairs; `own` is the partition that they are all about, if they are about one. */
export function withRepairs(
  found: readonly Finding[],
  board: Pick<EspInspection, 'contents' | 'esp'>,
  selection: BootSelection | null,
  own?: TableRow,
): Finding[] {
  const { rows } = board.esp.table.reading;
  const table = editedTable(board.esp);
  return repaired<EspRepairContext>(found, ESP_REPAIRS, (finding) => {
    return { board, selection, row: own ?? rowAbout(finding, rows), table };
  });
}
