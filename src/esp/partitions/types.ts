/** Partition types and subtypes: names and numbers, from ESP-IDF's gen_esp32part.py and esp_partition.h. */
import { hex } from '../../flash/finding.ts';

/** The partition type of apps. */
export const TYPE_APP = 0x00;
/** The partition type of data. */
export const TYPE_DATA = 0x01;
/** App subtypes that rules refer to; OTA slot n (0 to 15) is `ota0 + n`. */
export const APP = { factory: 0x00, ota0: 0x10, test: 0x20 } as const;
/** Data subtypes that rules refer to. */
export const DATA = {
  ota: 0x00,
  phy: 0x01,
  nvs: 0x02,
  coredump: 0x03,
  nvsKeys: 0x04,
  efuse: 0x05,
  undefined: 0x06,
  esphttpd: 0x80,
  fat: 0x81,
  spiffs: 0x82,
  littlefs: 0x83,
  teeOta: 0x90,
} as const;
const FILE_SYSTEMS = ['fat', 'spiffs', 'littlefs'] as const;
/** The names of the file systems that have a subtype of their own, as people write them. */
export const FILE_SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['littlefs', 'LittleFS'],
  ['spiffs', 'SPIFFS'],
  ['fat', 'FAT'],
]);
/** The number of OTA slot subtypes. */
export const OTA_SLOTS = 16;

/** What a row of a table says about the kind of its partition. */
export interface PartitionType {
  readonly type: number;
  readonly subtype: number;
}

/** The partition type of bootloaders. */
export const TYPE_BOOTLOADER = 0x02;
/** The partition type of partition tables. */
export const TYPE_PARTITION_TABLE = 0x03;
/** The type that Espressif's esp_secure_cert_mgr uses for `esp_secure_cert`; its subtype has no meaning (its README). */
export const TYPE_SECURE_CERT = 0x3f;

interface Subtype {
  readonly value: number;
  readonly name: string;
  readonly says: string;
}

interface Type {
  readonly value: number;
  readonly name: string;
  readonly subtypes: readonly Subtype[];
}

function slots(first: number, count: number, name: string, says: (n: number) => string): Subtype[] {
  return Array.from({ length: count }, (_, n) => ({ value: first + n, name: `${name}_${n}`, says: says(n) }));
}

const TYPES: readonly Type[] = [
  {
    value: TYPE_APP,
    name: 'app',
    subtypes: [
      { value: APP.factory, name: 'factory', says: 'the app that boots when no update was chosen' },
      ...slots(APP.ota0, OTA_SLOTS, 'ota', (n) => `app slot ${n}, for updates`),
      { value: APP.test, name: 'test', says: 'a factory test app' },
      ...slots(0x30, 2, 'tee', (n) => `trusted app slot ${n}`),
    ],
  },
  {
    value: TYPE_DATA,
    name: 'data',
    subtypes: [
      { value: DATA.ota, name: 'ota', says: 'which app slot boots' },
      { value: DATA.phy, name: 'phy', says: 'radio calibration' },
      { value: DATA.nvs, name: 'nvs', says: 'settings' },
      { value: DATA.coredump, name: 'coredump', says: 'crash reports' },
      { value: DATA.nvsKeys, name: 'nvs_keys', says: 'keys that encrypt settings' },
      { value: DATA.efuse, name: 'efuse', says: 'emulated eFuses' },
      { value: DATA.undefined, name: 'undefined', says: 'data of no named kind' },
      { value: DATA.esphttpd, name: 'esphttpd', says: 'files of esphttpd' },
      { value: DATA.fat, name: 'fat', says: 'files (FAT)' },
      { value: DATA.spiffs, name: 'spiffs', says: 'files (SPIFFS; Arduino also puts LittleFS here)' },
      { value: DATA.littlefs, name: 'littlefs', says: 'files (LittleFS)' },
      { value: DATA.teeOta, name: 'tee_ota', says: 'which trusted app slot boots' },
    ],
  },
  {
    value: TYPE_BOOTLOADER,
    name: 'bootloader',
    subtypes: [
      { value: 0x00, name: 'primary', says: 'the bootloader' },
      { value: 0x01, name: 'ota', says: 'a new bootloader, for updates' },
      { value: 0x02, name: 'recovery', says: 'a spare bootloader' },
    ],
  },
  {
    value: TYPE_PARTITION_TABLE,
    name: 'partition_table',
    subtypes: [
      { value: 0x00, name: 'primary', says: 'the partition table' },
      { value: 0x01, name: 'ota', says: 'a new partition table, for updates' },
    ],
  },
];

const FIRST_CUSTOM_TYPE = 0x40;
const LAST_CUSTOM_TYPE = 0xfe;

/** Whether a type is in the range for custom use (0x40 to 0xFE), whose subtypes the project defines. */
export function isCustomType(type: number): boolean {
  return type >= FIRST_CUSTOM_TYPE && type <= LAST_CUSTOM_TYPE;
}

/**
 * Whether a partition of this type holds data: all but apps, bootloaders and tables. A type that ESP-IDF reserves and this
 * version does not know is data too.
 */
export function holdsData(type: number): boolean {
  return type !== TYPE_APP && type !== TYPE_BOOTLOADER && type !== TYPE_PARTITION_TABLE;
}

/** Whether a partition may hold any content, a second partition table among others: its type does not say what. */
export function holdsAnything(type: number, subtype: number): boolean {
  const spare = type === TYPE_PARTITION_TABLE && subtype !== 0;
  return spare || (holdsData(type) && (type !== TYPE_DATA || subtype === DATA.undefined));
}

function find(type: number, subtype: number): Subtype | undefined {
  return TYPES.find((t) => t.value === type)?.subtypes.find((s) => s.value === subtype);
}

/** Whether ESP-IDF or one of Espressif's components defines this type and subtype. */
export function isNamed(type: number, subtype: number): boolean {
  return type === TYPE_SECURE_CERT || find(type, subtype) !== undefined;
}

/** The types that have a name. */
export const NAMED_TYPES: readonly Pick<Subtype, 'value' | 'name'>[] = TYPES;

/** The subtypes of a type that have a name, with what each is for. */
export function namedSubtypes(type: number): readonly Subtype[] {
  return TYPES.find(({ value }) => value === type)?.subtypes ?? [];
}

/** A type as written in a CSV: its name, such as `app`, or hex such as `0x40` if it has none. */
export function typeName(type: number): string {
  return TYPES.find((t) => t.value === type)?.name ?? hex(type);
}

/** A subtype as written in a CSV: its name, such as `ota_0`, or hex such as `0x99` if it has none. */
export function subtypeName(type: number, subtype: number): string {
  return find(type, subtype)?.name ?? hex(subtype);
}

/** A subtype's name for use in a sentence; `undefined` is quoted, or it would look like a bug. */
export function subtypeWord(type: number, subtype: number): string {
  const name = subtypeName(type, subtype);
  return name === 'undefined' ? `“${name}”` : name;
}

/** What a partition of this type and subtype is for, in plain words. */
export function describeSubtype(type: number, subtype: number): string {
  const known = find(type, subtype);
  if (known !== undefined) return known.says;
  if (type === TYPE_SECURE_CERT) return 'certificates and keys of this device (esp_secure_cert)';
  if (isCustomType(type)) return 'the project’s own kind of data';
  return `a kind that ESP-IDF does not name (${typeName(type)}, ${subtypeName(type, subtype)})`;
}

/** The type with this name; undefined if there is none. */
export function typeNumber(name: string): number | undefined {
  return TYPES.find((t) => t.name === name)?.value;
}

/** The subtype of a type by name; undefined if there is none. */
export function subtypeNumber(type: number, name: string): number | undefined {
  return TYPES.find((t) => t.value === type)?.subtypes.find((s) => s.name === name)?.value;
}

/** Every type or subtype with this name; `subtype` is null for a type. */
export function meaningsOf(word: string): { readonly type: number; readonly subtype: number | null }[] {
  return TYPES.flatMap((t) => [
    ...(t.name === word ? [{ type: t.value, subtype: null }] : []),
    ...t.subtypes.filter((s) => s.name === word).map((s) => ({ type: t.value, subtype: s.value })),
  ]);
}

/** The OTA slot number of a partition, 0 to 15; null for any other kind. */
export function otaSlot(row: { readonly type: number; readonly subtype: number }): number | null {
  const slot = row.subtype - APP.ota0;
  return row.type === TYPE_APP && slot >= 0 && slot < OTA_SLOTS ? slot : null;
}

/** The file system that a partition's type and subtype name; null if they name none. */
export function fileSystemOf({ type, subtype }: PartitionType): (typeof FILE_SYSTEMS)[number] | null {
  return type === TYPE_DATA ? (FILE_SYSTEMS.find((name) => DATA[name] === subtype) ?? null) : null;
}
