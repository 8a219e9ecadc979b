/** What the settings of a project say against its partition table or the board, with the wording; each names both places. */
import { capital } from '../../../flash/english.ts';
import { findings } from '../../../flash/finding.ts';
import type { FindingKind, Values } from '../../../flash/finding.ts';

const lineOf = (v: Values): string => `${v['file']}, line ${v['line']}`;

/** Every kind of finding about the settings of a project. */
export const PROJECT_FINDINGS = {
  'project-flash-past-chip': {
    verdict: 'problem',
    says: (v) =>
      `${lineOf(v)}, sets ${v['size']} of flash, but this board’s chip has ${v['chip']}: its apps would fail at startup.`,
    next: 'Set CONFIG_ESPTOOLPY_FLASHSIZE to the size of the chip, and build again.',
  },
  'project-flash-below-chip': {
    verdict: 'note',
    says: (v) =>
      `${lineOf(v)}, sets ${v['size']} of flash, but this board’s chip has ${v['chip']}: the rest stays unused.`,
    next: 'Set CONFIG_ESPTOOLPY_FLASHSIZE to the size of the chip to use all of it.',
  },
  'project-table-past-flash': {
    verdict: 'problem',
    says: (v) =>
      `${v['partition']} (${v['row']}) ends at ${v['end']}, past the ${v['size']} of flash that ${lineOf(v)}, sets.`,
    next: 'Set CONFIG_ESPTOOLPY_FLASHSIZE to the size of the chip, or use a table that ends earlier.',
  },
  'project-table-elsewhere': {
    verdict: 'warning',
    says: (v) =>
      `${lineOf(v)}, puts the partition table at ${v['address']}, but the bootloader on this board reads its table from ${v['own']}.`,
    next: (_, at) => `${capital(at.drop)} the bootloader of the same build with it.`,
  },
  'project-rows-below-table': {
    verdict: 'problem',
    says: (v) =>
      `${v['partition']} (${v['row']}) starts at ${v['start']}, inside or before the partition table, which ${lineOf(v)}, puts at ${v['address']}.`,
    next: 'Start the first partition behind the table, at its address plus 0x1000.',
  },
  'project-files-type': {
    verdict: 'problem',
    says: (v) =>
      `${lineOf(v)}, sets FS_TYPE to ${v['system']}, but ${v['partition']} (${v['row']}) has the subtype ${v['subtype']}: the ` +
      'firmware does not find its file system there.',
    next: (v) => `Give ${v['partition']} the subtype ${v['wanted']}, or change FS_TYPE.`,
  },
  'project-files-missing': {
    verdict: 'problem',
    says: (v) => `${lineOf(v)}, sets FS_TYPE to ${v['system']}, but ${v['table']} has no partition for a file system.`,
    next: 'Add a partition “fs” for it, or remove FS_TYPE.',
  },
  'project-rollback-alone': {
    verdict: 'warning',
    says: (v) => `${lineOf(v)}, enables rollback, but ${v['table']} has ${v['slots']}: there is nothing to go back to.`,
    next: 'Use a layout with two app slots and otadata, or turn CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE off.',
  },
  'project-rollback-update': {
    verdict: 'note',
    says: (v) =>
      `${lineOf(v)}, enables rollback, and ${v['update']}, uses ESPOTAUpdate, which marks the image that it wrote bootable by ` +
      'itself and restarts: that app has to confirm itself, or the restart after that goes back to the old one.',
    next: 'Let the new app call esp_ota_mark_app_valid_cancel_rollback once it is known to work.',
  },
  'project-anti-rollback': {
    verdict: 'warning',
    says: (v) =>
      `${lineOf(v)}, enables anti-rollback: once an app with a higher secure version has run, the chip refuses older ones for good.`,
    next: 'Keep CONFIG_BOOTLOADER_APP_SECURE_VERSION unless older apps must never start again.',
  },
  'project-encrypts': {
    verdict: 'warning',
    says: (v) =>
      `${lineOf(v)}, enables flash encryption, and this board’s flash is not encrypted: the bootloader of this project encrypts it ` +
      'at its first start, which cannot be undone.',
    next: 'Flash its bootloader only if you want that for this board.',
  },
  'project-plain': {
    verdict: 'problem',
    says: (v) =>
      `This board encrypts its flash, but ${lineOf(v)}, turns flash encryption off: its bootloader would not start.`,
    next: 'Enable CONFIG_SECURE_FLASH_ENC_ENABLED, and build again.',
  },
  'project-nvs-keys-missing': {
    verdict: 'problem',
    says: (v) =>
      `${lineOf(v)}, enables NVS encryption, which keeps its keys in a partition of the subtype nvs_keys, but ${v['table']} has none.`,
    next: 'Add a row “nvs_keys, data, nvs_keys, , 4K, encrypted” where no other partition lies.',
  },
  'project-nvs-unprotected': {
    verdict: 'warning',
    says: (v) =>
      `${lineOf(v)}, enables NVS encryption, whose keys only flash encryption protects, but no setting enables flash encryption.`,
    next: 'Enable CONFIG_SECURE_FLASH_ENC_ENABLED, or use the HMAC scheme.',
  },
  'project-agrees': {
    verdict: 'good',
    says: (v) => `The settings agree with this board and with ${v['table']}.`,
  },
} satisfies Record<string, FindingKind>;

/** A kind of finding about the settings of a project. */
export type ProjectFindingKind = keyof typeof PROJECT_FINDINGS;

/** Makes one finding about the settings of a project. */
export const projectFinding = findings<ProjectFindingKind>(PROJECT_FINDINGS);
