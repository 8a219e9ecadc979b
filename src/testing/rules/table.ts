/**
 * Test support: every validation rule, with the smallest input that breaks it and the nearest one that keeps it. Nothing of the
 * app imports it. `rules.test.ts` checks it against the registers, so a rule without a case fails.
 */
import { BOARD_CASES } from './board.ts';
import { BOOT_CHOICE_CASES } from './boot-choice.ts';
import { BUNDLE_CASES } from './bundles.ts';
import type { RuleCase } from './case.ts';
import { CHECK_CASES } from './check.ts';
import { CONTENT_CASES } from './contents.ts';
import { CORE_DUMP_CASES } from './core-dump.ts';
import { CSV_CASES } from './csv.ts';
import { DIAGNOSIS_CASES } from './diagnosis.ts';
import { DFU_BOARD_CASES } from './dfu-boards.ts';
import { DFU_CONTAINER_CASES } from './dfu-containers.ts';
import { DFU_FILE_CASES } from './dfu-files.ts';
import { DFU_MODULE_CASES } from './dfu-modules.ts';
import { DFU_PLACEMENT_CASES } from './dfu-placements.ts';
import { FAT_CASES } from './fat.ts';
import { FILE_CASES } from './files.ts';
import { GEOMETRY_CASES } from './geometry.ts';
import { IMAGE_CASES } from './images.ts';
import { LITTLEFS_CASES } from './littlefs.ts';
import { NVS_CASES } from './nvs.ts';
import { PARTITION_CASES } from './partitions.ts';
import { PROJECT_CASES } from './project.ts';
import { SECURE_CERT_CASES } from './secure-cert.ts';
import { SESSION_CASES } from './session.ts';
import { SPIFFS_CASES } from './spiffs.ts';
import { UNLOCK_CASES } from './unlock.ts';
import { UNPACK_CASES } from './unpack.ts';

/** Every case; a rule that is reported from several places has several. */
export const RULES: readonly RuleCase[] = [
  ...PARTITION_CASES,
  ...IMAGE_CASES,
  ...CSV_CASES,
  ...GEOMETRY_CASES,
  ...BOARD_CASES,
  ...BOOT_CHOICE_CASES,
  ...DIAGNOSIS_CASES,
  ...FILE_CASES,
  ...CONTENT_CASES,
  ...SESSION_CASES,
  ...UNLOCK_CASES,
  ...UNPACK_CASES,
  ...BUNDLE_CASES,
  ...PROJECT_CASES,
  ...DFU_MODULE_CASES,
  ...DFU_BOARD_CASES,
  ...DFU_PLACEMENT_CASES,
  ...DFU_CONTAINER_CASES,
  ...DFU_FILE_CASES,
  ...LITTLEFS_CASES,
  ...NVS_CASES,
  ...FAT_CASES,
  ...SPIFFS_CASES,
  ...CORE_DUMP_CASES,
  ...SECURE_CERT_CASES,
  ...CHECK_CASES,
];

/** What is wrong with a case, in words; null if it holds. */
export async function complaint({ kind, also = [], broken, mended }: RuleCase): Promise<string | null> {
  const found = [...new Set(await broken())].toSorted().join(', ');
  const expected = [...new Set([kind, ...also])].toSorted().join(', ');
  if (found !== expected) return `${kind}: of the broken input is reported "${found}", not "${expected}"`;
  return (await mended()).includes(kind) ? `${kind}: the mended input has it too` : null;
}
