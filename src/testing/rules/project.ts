/** Test support: projects whose settings contradict their table or the board. Nothing of the app imports it. */
import type { ProjectFindingKind } from '../../esp/import/project/findings.ts';
import { unpackEsp } from '../../esp/import/unpack.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import type { Unpacked } from '../../flash/dropped-file.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { source } from '../esp/archives.ts';
import { boardOf, encrypting } from '../esp/placements.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

/** An ESP32 of 4 MiB with Raft's OTA layout. */
export const RAFT_FLASH = new Uint8Array(0x400000).fill(0xff);
RAFT_FLASH.set(buildBootloaderImage({ flashMegabytes: 4 }), 0x1000);
RAFT_FLASH.set(buildPartitionTable(RAFT_OTA_ROWS), 0x8000);

/** Raft's OTA layout as its page has it. */
export const CSV = `# Name, Type, SubType, Offset, Size, Flags
nvs, data, nvs, 0x009000, 0x015000,
otadata, data, ota, 0x01e000, 0x002000,
app0, app, ota_0, 0x020000, 0x1b0000,
app1, app, ota_1, 0x1d0000, 0x1b0000,
fs, data, 0x83, 0x380000, 0x080000,
`;
const DEFAULTS = `# Flash
CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y
CONFIG_PARTITION_TABLE_CUSTOM=y
CONFIG_PARTITION_TABLE_OFFSET=0x8000
`;
const FEATURES = `# Set the target Espressif chip
set(IDF_TARGET "esp32")

# File system
set(FS_TYPE "littlefs")
set(FS_IMAGE_PATH "../Common/FSImage")
`;
const SYS_TYPES = `{
    "SysTypeName": "SysTypeMain",
    "ESPOTAUpdate": { "enable": 1, "OTADirect": 1 }
}
`;

/** Files by their paths. */
export interface Files {
  readonly [name: string]: string;
}

/** A SysType folder in which everything agrees. */
export const RAFT: Files = {
  'SysTypeMain/partitions.csv': CSV,
  'SysTypeMain/sdkconfig.defaults': DEFAULTS,
  'SysTypeMain/features.cmake': FEATURES,
  'SysTypeMain/SysTypes.json': SYS_TYPES,
};

/** Unpacks files dropped together on that board, or on another one. */
export async function unpackProject(files: Files, onto?: EspInspection): Promise<Unpacked> {
  const dropped = Object.entries(files).map(([name, text]) => source(name, text));
  return unpackEsp(dropped, onto ?? (await boardOf(RAFT_FLASH)));
}

const edited = (file: string, from: string, to: string): Files => ({
  ...RAFT,
  [`SysTypeMain/${file}`]: (RAFT[`SysTypeMain/${file}`] ?? '').replace(from, to),
});
/** The folder with more lines in its `sdkconfig.defaults`. */
export const defaults = (lines: string): Files => ({
  ...RAFT,
  'SysTypeMain/sdkconfig.defaults': `${DEFAULTS}${lines}\n`,
});

/** A table with one app and nothing else. */
const SINGLE = 'app,app,factory,0x10000,1M\n';

/** Each disagreement, with both places in its sentence, and what else it breaks. */
export const DISAGREEMENTS: readonly {
  readonly kind: ProjectFindingKind;
  readonly also?: readonly ProjectFindingKind[];
  readonly files: Files;
  readonly places: readonly RegExp[];
}[] = [
  {
    kind: 'project-flash-past-chip',
    files: edited('sdkconfig.defaults', '4MB', '16MB'),
    places: [/sdkconfig\.defaults, line 2/, /has 4 MiB/],
  },
  {
    kind: 'project-table-past-flash',
    files: edited('sdkconfig.defaults', '4MB', '2MB'),
    places: [/app1 \(SysTypeMain\/partitions\.csv, line 5\)/, /sdkconfig\.defaults, line 2/],
  },
  {
    kind: 'project-flash-below-chip',
    files: { sdkconfig: 'CONFIG_ESPTOOLPY_FLASHSIZE="2MB"', 'partitions.csv': SINGLE },
    places: [/sdkconfig, line 1/, /has 4 MiB/],
  },
  {
    kind: 'project-table-elsewhere',
    also: ['project-rows-below-table'],
    files: edited('sdkconfig.defaults', '0x8000', '0x9000'),
    places: [/line 4, puts the partition table at 0x9000/, /from 0x8000/],
  },
  {
    kind: 'project-rows-below-table',
    also: ['project-table-elsewhere'],
    files: edited('sdkconfig.defaults', '0x8000', '0x9000'),
    places: [/nvs \(SysTypeMain\/partitions\.csv, line 2\) starts at 0x9000/, /line 4/],
  },
  {
    kind: 'project-files-type',
    files: edited('features.cmake', 'littlefs', 'spiffs'),
    places: [/features\.cmake, line 5/, /fs \(SysTypeMain\/partitions\.csv, line 6\) has the subtype littlefs/],
  },
  {
    kind: 'project-files-missing',
    files: edited('partitions.csv', 'fs, data, 0x83', 'fs, data, 0x06'),
    places: [/features\.cmake, line 5/, /partitions\.csv has no partition/],
  },
  {
    kind: 'project-rollback-update',
    files: defaults('CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y'),
    places: [/sdkconfig\.defaults, line 5/, /SysTypes\.json, line 3, uses ESPOTAUpdate, which marks the image/],
  },
  {
    kind: 'project-rollback-alone',
    files: { sdkconfig: 'CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y', 'partitions.csv': SINGLE },
    places: [/sdkconfig, line 1/, /partitions\.csv has 0 OTA slots/],
  },
  {
    kind: 'project-anti-rollback',
    files: defaults('CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK=y'),
    places: [/line 5/],
  },
  {
    kind: 'project-encrypts',
    files: defaults('CONFIG_SECURE_FLASH_ENC_ENABLED=y'),
    places: [/line 5/, /board’s flash is not encrypted/],
  },
  {
    kind: 'project-nvs-keys-missing',
    also: ['project-nvs-unprotected'],
    files: defaults('CONFIG_NVS_ENCRYPTION=y'),
    places: [/line 5/, /partitions\.csv has none/],
  },
  {
    kind: 'project-nvs-unprotected',
    also: ['project-nvs-keys-missing'],
    files: defaults('CONFIG_NVS_ENCRYPTION=y'),
    places: [/line 5/],
  },
];

async function kindsIn(files: Files, encrypts = false): Promise<string[]> {
  const board = await boardOf(RAFT_FLASH, encrypts ? { security: encrypting('allowed') } : {});
  return kindsOf((await unpackProject(files, board)).findings);
}

const PLAIN = defaults('# CONFIG_SECURE_FLASH_ENC_ENABLED is not set');

/** Every rule of a project's settings. */
export const PROJECT_CASES: readonly RuleCase[] = [
  ...DISAGREEMENTS.map(({ kind, also = [], files }): RuleCase => ({
    kind,
    also,
    broken: () => kindsIn(files),
    mended: () => kindsIn(RAFT),
  })),
  { kind: 'project-plain', broken: () => kindsIn(PLAIN, true), mended: () => kindsIn(PLAIN) },
  { kind: 'project-agrees', broken: () => kindsIn(RAFT), mended: () => kindsIn(PLAIN, true) },
];
