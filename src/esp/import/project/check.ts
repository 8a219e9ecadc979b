/** Compares the settings of a project with its partition table and the board. */
import { count } from '../../../flash/english.ts';
import type { Finding, Values } from '../../../flash/finding.ts';
import { bytes, hex } from '../../../flash/finding.ts';
import type { EspInspection } from '../../board/inspection.ts';
import { firstOffset } from '../../flash-geometry.ts';
import type { TableRow } from '../../partitions/table.ts';
import { DATA, fileSystemOf, otaSlot, subtypeName, TYPE_DATA } from '../../partitions/types.ts';
import type { ProjectFindingKind } from './findings.ts';
import { projectFinding } from './findings.ts';
import type { ProjectSetting, TextPosition } from './settings.ts';
import { flashSizeOf, isOn, settingOf } from './settings.ts';

/** What a project says, each with where it says it. */
export interface ProjectFacts {
  /** Of every `sdkconfig`, defaults first. */
  readonly config: readonly ProjectSetting[];
  /** Of `features.cmake`. */
  readonly features: readonly ProjectSetting[];
  /** Where `SysTypes.json` uses the module ESPOTAUpdate; null if it does not. */
  readonly update: TextPosition | null;
  /** Its partition table, or else the board's. */
  readonly table: {
    readonly name: string;
    readonly rows: readonly TableRow[];
    readonly spotOf: (row: TableRow) => string;
  };
}

type Report = (kind: ProjectFindingKind, at: TextPosition, values?: Values) => void;

/** The subtypes in which Raft keeps each file system (RaftCore, scripts/RaftGenFSImage.cmake, and its page on tables). */
const FILE_SYSTEMS: Readonly<Record<string, number>> = { spiffs: DATA.spiffs, littlefs: DATA.littlefs };
/** The partition for which Raft makes an image. */
const RAFT_FILES = 'fs';

/** Everything in which a project contradicts its table or the board. */
export function checkProject(facts: ProjectFacts, board: EspInspection): Finding[] {
  const found: Finding[] = [];
  const report: Report = (kind, { file, line }, values = {}) => {
    found.push(projectFinding(kind, { in: 'file', name: file, line }, { file, line, ...values }));
  };
  checkFlash(facts, board, report);
  checkTable(facts, board, report);
  checkFiles(facts, report);
  checkRollback(facts, report);
  checkEncryption(facts, board, report);
  if (found.length > 0) return found;
  return [projectFinding('project-agrees', { in: 'device' }, { table: facts.table.name })];
}

function checkFlash({ config, table }: ProjectFacts, { esp }: EspInspection, report: Report): void {
  const set = flashSizeOf(config);
  if (set === null) return;
  const { size, setting } = set;
  const sizes = { size: bytes(size), chip: bytes(esp.flashSize) };
  if (esp.sizeKnown && size > esp.flashSize) report('project-flash-past-chip', setting, sizes);
  const past = table.rows.find((row) => row.offset + row.size > size);
  if (past !== undefined) {
    const end = hex(past.offset + past.size);
    report('project-table-past-flash', setting, { ...rowValues(past, table), end, size: bytes(size) });
  } else if (esp.sizeKnown && size < esp.flashSize) report('project-flash-below-chip', setting, sizes);
}

function checkTable({ config, table }: ProjectFacts, { esp }: EspInspection, report: Report): void {
  const setting = settingOf(config, 'CONFIG_PARTITION_TABLE_OFFSET');
  const address = Number(setting?.value);
  if (setting === undefined || !Number.isSafeInteger(address) || address <= 0) return;
  const own = esp.table.address;
  if (address !== own) report('project-table-elsewhere', setting, { address: hex(address), own: hex(own) });
  const early = table.rows.find(({ offset }) => offset < firstOffset(address));
  if (early !== undefined) {
    const places = { start: hex(early.offset), address: hex(address) };
    report('project-rows-below-table', setting, { ...rowValues(early, table), ...places });
  }
}

function checkFiles({ features, table }: ProjectFacts, report: Report): void {
  const setting = settingOf(features, 'FS_TYPE');
  const wanted = FILE_SYSTEMS[setting?.value ?? ''];
  if (setting === undefined || wanted === undefined) return;
  const all = table.rows.filter((row) => fileSystemOf(row) !== null);
  const row = all.find(({ name }) => name === RAFT_FILES) ?? all[0];
  if (row === undefined) report('project-files-missing', setting, { system: setting.value, table: table.name });
  else if (row.subtype !== wanted) {
    const names = { subtype: subtypeName(TYPE_DATA, row.subtype), wanted: subtypeName(TYPE_DATA, wanted) };
    report('project-files-type', setting, { ...rowValues(row, table), ...names, system: setting.value });
  }
}

function checkRollback({ config, update, table }: ProjectFacts, report: Report): void {
  const rollback = isOn(config, 'CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE');
  if (rollback !== undefined) {
    const slots = table.rows.filter((row) => otaSlot(row) !== null).length;
    if (slots < 2) report('project-rollback-alone', rollback, { table: table.name, slots: count(slots, 'OTA slot') });
    if (update !== null) report('project-rollback-update', rollback, { update: placeOf(update) });
  }
  const anti = isOn(config, 'CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK');
  if (anti !== undefined) report('project-anti-rollback', anti);
}

function checkEncryption({ config, table }: ProjectFacts, { esp }: EspInspection, report: Report): void {
  const flash = settingOf(config, 'CONFIG_SECURE_FLASH_ENC_ENABLED');
  const { on } = esp.security.encryption;
  if (flash?.value === 'y' && on === false) report('project-encrypts', flash);
  if (flash?.value === 'n' && on === true) report('project-plain', flash);
  const nvs = isOn(config, 'CONFIG_NVS_ENCRYPTION');
  // With the HMAC scheme the keys are derived from an eFuse (ESP-IDF, NVS encryption).
  if (nvs === undefined || isOn(config, 'CONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC') !== undefined) return;
  const keys = table.rows.some(({ type, subtype }) => type === TYPE_DATA && subtype === DATA.nvsKeys);
  if (!keys) report('project-nvs-keys-missing', nvs, { table: table.name });
  if (flash?.value !== 'y') report('project-nvs-unprotected', nvs);
}

function rowValues(row: TableRow, { spotOf }: ProjectFacts['table']): Values {
  return { partition: row.name, row: spotOf(row) };
}

/** A place as a clause names it: `SysTypes.json, line 12`. */
export function placeOf({ file, line }: TextPosition): string {
  return `${file}, line ${line}`;
}
