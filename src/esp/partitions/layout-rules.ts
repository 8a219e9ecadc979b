/** Advice on a layout that no tool gives: what works but may surprise, and Raft's recommendations on partition sizes. */
import { bytes, findings, hex } from '../../flash/finding.ts';
import type { Finding, FindingKind, Place, Values } from '../../flash/finding.ts';
import type { Security } from '../board/security.ts';
import { APP_ALIGNMENT } from '../flash-geometry.ts';
import type { TableEntry } from './table.ts';
import { APP, DATA, fileSystemOf, otaSlot, subtypeName, TYPE_APP, TYPE_DATA } from './types.ts';
import { NVS_LEAST } from './row-rules.ts';

/** Board limits that a layout is checked against; sizes in bytes, nothing is checked for an omitted one. */
export interface LayoutLimits {
  readonly flashSize?: number;
  readonly secureBoot?: Security['secureBoot'];
}

const KIB = 1024;
// Raft's page on partitions: at least 24 KiB; its own OTA layout has 84 KiB. ESP-IDF's limit is 12 KiB (row-rules.ts).
const NVS_ADVISED = { least: 24 * KIB, most: 84 * KIB } as const;
const NVS_KEYS_LEAST = 0x1000;
/** Less free flash than this is alignment, not waste; in bytes. */
export const WORTH_USING = 64 * KIB;
const FILE_SYSTEM_NAME = /^(fs|files|filesys|filesystem|storage|ffat)$/i;

/** The partition names in Raft's layouts; each has `nvs` and `fs`, which other projects' defaults do not combine. */
const RAFT_NAMES: ReadonlySet<string> = new Set(['nvs', 'otadata', 'app0', 'app1', 'fs', 'factory', 'phy_init']);

/** Every kind of finding about a layout, with its wording. */
export const LAYOUT_FINDINGS = {
  'app-size-secure': {
    verdict: 'problem',
    says: (v) =>
      `With secure boot v1, the size of the app partition “${v['name']}”, ${v['size']}, must be a multiple of ` +
      `${v['block']}.`,
    next: 'Make the partition a multiple of 64 KiB.',
  },
  'nvs-missing': {
    verdict: 'note',
    says: () => 'There is no NVS partition: Wi-Fi and most libraries cannot store settings, or fail to start.',
    next: 'Add a row “nvs, data, nvs, , 24K”, unless your program does not need it.',
  },
  'nvs-tight': {
    verdict: 'note',
    says: (v) =>
      `The NVS partition “${v['name']}” is ${v['size']}: enough to work, but Raft recommends ${v['least']} to ` +
      `${v['most']}.`,
    next: 'Make it larger if your program stores many settings.',
  },
  'nvs-roomy': {
    verdict: 'note',
    says: (v) =>
      `The NVS partition “${v['name']}” is ${v['size']}: Raft recommends ${v['least']} to ${v['most']}, and all of ` +
      'it is read at startup.',
    next: 'If you need the space, give the rest to apps or files.',
  },
  'nvs-keys-small': {
    verdict: 'warning',
    says: (v) => `“${v['name']}” is ${v['size']}, but NVS encryption keys need ${v['least']}.`,
    next: 'Make it 4 KiB or larger.',
  },
  'nvs-keys-plain': {
    verdict: 'note',
    says: (v) =>
      `“${v['name']}” holds NVS encryption keys but is not marked encrypted: anyone with the board can read them.`,
    next: 'Add the flag “encrypted”, and turn flash encryption on.',
  },
  'updates-impossible': {
    verdict: 'note',
    says: () => 'The board cannot be updated over the air: the table has no OTA app slot (ota_0, ota_1).',
    next: 'This is fine if you update by cable. Otherwise, use a layout with two equal app slots and otadata.',
  },
  'updates-one-slot': {
    verdict: 'note',
    says: (v) =>
      `“${v['name']}” is the only app slot and there is no factory app: while it runs, an update has nowhere to go.`,
    next: 'Add a second app slot of the same size.',
  },
  'otadata-unused': {
    verdict: 'note',
    says: (v) => `“${v['name']}” selects an app slot, but there are none.`,
    next: 'Remove it, or add app slots ota_0 and ota_1.',
  },
  'files-subtype': {
    verdict: 'note',
    says: (v) =>
      `“${v['name']}” sounds like a file system, but its subtype is ${v['subtype']}: programs may not find it.`,
    next: 'Use littlefs (0x83), spiffs or fat as its subtype.',
  },
  'flash-unused': {
    verdict: 'note',
    says: (v) => `The end of the flash is not in any partition: ${v['size']} from ${v['from']}.`,
    next: 'This is fine. To use it, enlarge the app slots (equally) and the file system.',
  },
} satisfies Record<string, FindingKind>;

/** A kind of finding about a layout. */
export type LayoutFindingKind = keyof typeof LAYOUT_FINDINGS;

/** Makes one finding about a layout. */
export const layoutFinding = findings<LayoutFindingKind>(LAYOUT_FINDINGS);

interface Report<R> {
  (kind: LayoutFindingKind, row: R | null, values?: Values): void;
}

function isData(row: TableEntry, subtype: number): boolean {
  return row.type === TYPE_DATA && row.subtype === subtype;
}

/** Whether a table looks like one of Raft's layouts, by its names. */
function isRaft(rows: readonly TableEntry[]): boolean {
  const names = new Set(rows.map(({ name }) => name));
  return names.has('nvs') && names.has('fs') && rows.every(({ name }) => RAFT_NAMES.has(name));
}

function checkSettings<R extends TableEntry>(rows: readonly R[], report: Report<R>): void {
  const all = rows.filter((row) => isData(row, DATA.nvs));
  if (all.length === 0) report('nvs-missing', null);
  // Raft's advice means nothing to the tables of other projects.
  const advises = isRaft(rows);
  const advised = { least: bytes(NVS_ADVISED.least), most: bytes(NVS_ADVISED.most) };
  for (const row of all) {
    const values = { size: bytes(row.size), ...advised };
    // Below ESP-IDF's own limit, row-rules.ts reports a problem; read-only settings need no spare room.
    if (advises && row.size >= NVS_LEAST && row.size < NVS_ADVISED.least && !row.readonly)
      report('nvs-tight', row, values);
    if (advises && row.size > NVS_ADVISED.most) report('nvs-roomy', row, values);
  }
  for (const row of rows.filter((r) => isData(r, DATA.nvsKeys))) {
    if (row.size < NVS_KEYS_LEAST) {
      report('nvs-keys-small', row, { size: bytes(row.size), least: bytes(NVS_KEYS_LEAST) });
    }
    if (!row.encrypted) report('nvs-keys-plain', row);
  }
}

function checkUpdates<R extends TableEntry>(rows: readonly R[], report: Report<R>): void {
  const slots = rows.filter((row) => otaSlot(row) !== null);
  const [only, second] = slots;
  const otadata = rows.find((row) => isData(row, DATA.ota));
  const factory = rows.some((row) => row.type === TYPE_APP && row.subtype === APP.factory);
  const hasApp = rows.some((row) => row.type === TYPE_APP);
  if (only === undefined && hasApp) report('updates-impossible', null);
  if (only !== undefined && second === undefined && !factory) report('updates-one-slot', only);
  if (only === undefined && otadata !== undefined) report('otadata-unused', otadata);
}

function checkFiles<R extends TableEntry>(rows: readonly R[], report: Report<R>): void {
  for (const row of rows) {
    if (row.type === TYPE_DATA && FILE_SYSTEM_NAME.test(row.name) && fileSystemOf(row) === null) {
      report('files-subtype', row, { subtype: subtypeName(row.type, row.subtype) });
    }
  }
}

/** Checks the only rule here that a chip enforces: with secure boot v1, app partition sizes are multiples of 64 KiB. */
export function checkSecureSizes<R extends TableEntry>(
  rows: readonly R[],
  placeOf: (row: R) => Place,
  { secureBoot }: LayoutLimits,
): Finding[] {
  if (secureBoot !== 'v1') return [];
  return rows
    .filter((row) => row.type === TYPE_APP && row.size % APP_ALIGNMENT !== 0)
    .map((row) => {
      const values = { name: row.name, size: bytes(row.size), block: bytes(APP_ALIGNMENT) };
      return layoutFinding('app-size-secure', placeOf(row), values);
    });
}

/**
 * Advice on a layout beyond the rules in row-rules.ts and table-rules.ts, which are not repeated here. `placeOf` gives the
 * place of a row, or of the whole table for null. Without rows there is no advice.
 */
export function checkLayout<R extends TableEntry>(
  rows: readonly R[],
  placeOf: (row: R | null) => Place,
  limits: LayoutLimits = {},
): Finding[] {
  const found: Finding[] = [];
  const report: Report<R> = (kind, row, values = {}) => {
    found.push(layoutFinding(kind, placeOf(row), row === null ? values : { name: row.name, ...values }));
  };
  if (rows.length === 0) return found;
  found.push(...checkSecureSizes(rows, placeOf, limits));
  checkSettings(rows, report);
  checkUpdates(rows, report);
  checkFiles(rows, report);
  const end = Math.max(...rows.map((row) => row.offset + row.size));
  if (limits.flashSize !== undefined && limits.flashSize - end >= WORTH_USING) {
    report('flash-unused', null, { size: bytes(limits.flashSize - end), from: hex(end) });
  }
  return found;
}
