/** Every register of failures, refusals and findings that the help page covers. */
import { CHECK_FINDINGS } from '../cli/check/findings.ts';
import { COMMAND_FAILURES } from '../cli/failures.ts';
import { DFU_FINDINGS, DFU_FILE_FINDINGS } from '../dfu/board/findings.ts';
import { DFU_FAILURES } from '../dfu/failures.ts';
import { DFU_REFUSALS } from '../dfu/arrange/refusals.ts';
import { BOARD_FINDINGS } from '../esp/board/findings.ts';
import { DIAGNOSIS_FINDINGS } from '../esp/diagnose/findings.ts';
import { BOOT_LOG_FINDINGS } from '../esp/boot/log-findings.ts';
import { BOOT_REFUSALS } from '../esp/boot/refusals.ts';
import { CORE_DUMP_FINDINGS } from '../esp/contents/core-dump/findings.ts';
import { FAT_FAILURES, FAT_FINDINGS } from '../esp/contents/fat/findings.ts';
import { LITTLEFS_FAILURES, LITTLEFS_FINDINGS } from '../esp/contents/littlefs/findings.ts';
import { NVS_FINDINGS } from '../esp/contents/nvs/findings.ts';
import { CONTENT_REFUSALS } from '../esp/contents/refusals.ts';
import { SECURE_CERT_FINDINGS } from '../esp/contents/secure-cert/findings.ts';
import { SPIFFS_FAILURES, SPIFFS_FINDINGS } from '../esp/contents/spiffs/findings.ts';
import { CSV_FINDINGS } from '../esp/partitions/csv-findings.ts';
import { ESP_FAILURES } from '../esp/failures.ts';
import { PROTECTION_REFUSALS } from '../esp/arrange/refusals.protections.ts';
import { FILE_REFUSALS } from '../esp/arrange/refusals.files.ts';
import { PROJECT_FINDINGS } from '../esp/import/project/findings.ts';
import { TABLE_FINDINGS } from '../esp/partitions/findings.ts';
import { LAYOUT_FINDINGS } from '../esp/partitions/layout-rules.ts';
import { UNPACK_FAILURES, UNPACK_FINDINGS } from '../import/findings.ts';
import type { FailureWords } from '../flash/failure.ts';
import { OWN_FAILURES } from '../flash/failure.ts';
import type { FindingKind, RefusalKind } from '../flash/finding.ts';
import { FLASH_IMAGE_FAILURES } from '../flash-image/failures.ts';
import { GEOMETRY_REFUSALS } from '../flash/refuse.ts';
import { APP_IMAGE_FINDINGS } from '../formats/findings.ts';
import { NOT_FIRMWARE_FINDINGS } from '../formats/not-firmware.ts';
import { PARTICLE_FINDINGS } from '../dfu/particle/findings.ts';
import { BUNDLE_FAILURES } from '../bundle/failures.ts';
import { BUNDLE_FINDINGS } from '../bundle/findings.ts';
import { BACKUP_FILE_FAILURES, ENCRYPTION_FAILURES, LIBRARY_FAILURES } from '../backups/failures.ts';
import { SESSION_FINDINGS } from '../session/findings.ts';
import { WORKER_FAILURES } from '../browser/heartbeat.ts';
import { PORT_FAILURES } from '../browser/ports.ts';
import { UNLOCK_FAILURES } from '../session/unlocking.ts';
import { SESSION_REFUSALS } from '../session/refusals.ts';
import { RUN_FAILURES } from '../session/job-execution/runner.ts';
import { SURVEY_FAILURES } from '../session/planning/survey.ts';
import { SOURCE_FAILURES } from '../session/sources.ts';
import { STORE_FAILURES } from '../storage/store.ts';

/** Failures: what goes wrong while working. */
export const FAILURES: readonly Readonly<Record<string, FailureWords>>[] = [
  ESP_FAILURES,
  DFU_FAILURES,
  PORT_FAILURES,
  WORKER_FAILURES,
  RUN_FAILURES,
  UNLOCK_FAILURES,
  SURVEY_FAILURES,
  SOURCE_FAILURES,
  STORE_FAILURES,
  LIBRARY_FAILURES,
  BACKUP_FILE_FAILURES,
  BUNDLE_FAILURES,
  ENCRYPTION_FAILURES,
  FLASH_IMAGE_FAILURES,
  UNPACK_FAILURES,
  FAT_FAILURES,
  LITTLEFS_FAILURES,
  SPIFFS_FAILURES,
  COMMAND_FAILURES,
  OWN_FAILURES,
];

/** Refusals: why something is not written, or only after a question. */
export const REFUSALS: readonly Readonly<Record<string, RefusalKind>>[] = [
  FILE_REFUSALS,
  PROTECTION_REFUSALS,
  BOOT_REFUSALS,
  CONTENT_REFUSALS,
  SESSION_REFUSALS,
  DFU_REFUSALS,
  GEOMETRY_REFUSALS,
];

/** Findings: what is seen on boards and in files. */
export const FINDINGS: readonly Readonly<Record<string, FindingKind>>[] = [
  BOARD_FINDINGS,
  DIAGNOSIS_FINDINGS,
  BOOT_LOG_FINDINGS,
  LAYOUT_FINDINGS,
  TABLE_FINDINGS,
  CSV_FINDINGS,
  APP_IMAGE_FINDINGS,
  UNPACK_FINDINGS,
  BUNDLE_FINDINGS,
  PROJECT_FINDINGS,
  NOT_FIRMWARE_FINDINGS,
  DFU_FINDINGS,
  DFU_FILE_FINDINGS,
  PARTICLE_FINDINGS,
  NVS_FINDINGS,
  LITTLEFS_FINDINGS,
  SPIFFS_FINDINGS,
  FAT_FINDINGS,
  CORE_DUMP_FINDINGS,
  SECURE_CERT_FINDINGS,
  SESSION_FINDINGS,
  CHECK_FINDINGS,
];
