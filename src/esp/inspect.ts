/** Reads what is on an Espressif board: bootloader header, live table, otadata, and what each partition holds. */
import type { Cancel } from '../flash/failure.ts';
import type { Content } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import { bytes, hex } from '../flash/finding.ts';
import { regionOf, regionSize } from '../flash/map.ts';
import type { Identity, Target } from '../flash/target.ts';
import type { AppDescription, AppHead } from '../formats/app-header.ts';
import { APP_HEAD_SIZE, readAppHead } from '../formats/app-header.ts';
import { HASHES } from '../formats/hashes.ts';
import { boardFinding } from './board-findings.ts';
import { bootloaderOffset } from './chips.ts';
import { recognise } from './contents.ts';
import { gapContent, gapsBetween } from './gaps.ts';
import type { EspInspection } from './inspection.ts';
import { layoutOf, UNIT } from './layout.ts';
import { checkLayout } from './layout-rules.ts';
import { readRecord, RECORD_DISTANCE } from './otadata.ts';
import type { TableReading, TableRow } from './partition-table.ts';
import { readTable } from './partition-table.ts';
import { DATA, TYPE_APP, TYPE_DATA } from './partition-types.ts';
import { predictBoot } from './predict-boot.ts';
import { REGION } from './target.ts';

/** Where the partition table is unless a project moved it: ESP-IDF CONFIG_PARTITION_TABLE_OFFSET. */
export const DEFAULT_TABLE = 0x8000;
/** Projects that moved their table were seen between these addresses; each is tried if the default place is empty. */
const OTHER_TABLES = { from: 0x9000, to: 0x20000 };
/** Settings are counted page by page, so they are read whole up to this size in bytes. */
const SETTINGS_LIMIT = 0x20000;

/** Reads a board. `onSay` gets what is being read, in words. Throws the target's `Failure`s and nothing else. */
export async function inspectEsp(
  target: Target,
  cancel: Cancel,
  onSay: (words: string) => void,
): Promise<EspInspection> {
  const identity = await target.identify();
  const map = await target.readMap();
  const flashSize = regionSize(regionOf(map, REGION));
  const read = async (address: number, size: number) => {
    const range = { region: REGION, address, size: Math.min(size, Math.max(0, flashSize - address)) };
    return target.read === undefined || range.size === 0 ? new Uint8Array() : target.read(range, { cancel });
  };

  onSay('Reading the bootloader and the partition table');
  const bootloader = bootloaderOffset(identity.chip) ?? UNIT;
  const head = readAppHead(await read(bootloader, UNIT));
  const headerSize = head?.header.flashSize.bytes ?? null;
  const table = await findTable(read, { flashSize, ...(headerSize !== null && { headerSize }) });
  const { rows } = table.reading;

  onSay('Looking into each partition');
  const contents: Content[] = [
    { region: REGION, address: bootloader, size: table.address - bootloader, ...bootloaderContent(head, identity) },
    { region: REGION, address: table.address, size: UNIT, kind: 'partition table', says: tableSays(table.reading) },
  ];
  const apps = new Map<number, AppDescription>();
  const loads = new Set<number>();
  let otadata: EspInspection['esp']['otadata'] = null;
  for (const row of rows) {
    cancel.check();
    if (row.offset >= flashSize) continue;
    const data = await read(row.offset, Math.min(row.size, headSize(row)));
    const found = recognise(data, row);
    contents.push({ region: REGION, address: row.offset, size: row.size, kind: found.kind, says: found.says });
    if (row.type === TYPE_APP && found.kind === 'app') {
      loads.add(row.offset);
      if (found.head.description !== null) apps.set(row.offset, found.head.description);
    }
    if (row.type === TYPE_DATA && row.subtype === DATA.ota) {
      otadata ??= { row, records: [data.subarray(0, UNIT), data.subarray(RECORD_DISTANCE)] };
    }
  }
  for (const gap of gapsBetween(contents, flashSize)) {
    cancel.check();
    contents.push(gapContent(gap, await read(gap.address, Math.min(gap.size, UNIT))));
  }
  const prediction = predictBoot({ rows, otadata: otadata?.records ?? null, imageOk: (row) => loads.has(row.offset) });
  const esp = {
    flashSize,
    bootloader: { address: bootloader, header: head?.header ?? null },
    headerSize,
    table,
    otadata,
    prediction,
    apps,
    loads,
  };
  return {
    identity,
    layout: layoutOf({ map, rows, bootloader, table: table.address }),
    contents: contents.toSorted((a, b) => a.address - b.address),
    findings: findingsOf(identity, esp),
    boot: bootOf(identity, esp),
    esp,
  };
}

function findingsOf({ chip }: Identity, esp: EspInspection['esp']): Finding[] {
  const { flashSize, headerSize, bootloader, table, otadata } = esp;
  const found: Finding[] = [...table.reading.findings];
  const at = (address: number, size: number) => ({ in: 'flash', range: { region: REGION, address, size } }) as const;
  if (bootloader.header === null) {
    found.push(boardFinding('bootloader-missing', at(bootloader.address, UNIT), {
      address: hex(bootloader.address),
      chip,
    }));
  }
  if (headerSize !== null && headerSize !== flashSize) {
    const kind = headerSize > flashSize ? 'header-size-past-chip' : 'header-size-below-chip';
    found.push(boardFinding(kind, at(bootloader.address, UNIT), { header: bytes(headerSize), chip: bytes(flashSize) }));
  }
  if (table.address !== DEFAULT_TABLE) {
    found.push(boardFinding('table-elsewhere', at(table.address, UNIT), {
      address: hex(table.address),
      usual: hex(DEFAULT_TABLE),
    }));
  }
  if (otadata !== null) {
    const [first, second] = otadata.records.map(readRecord);
    const usable = first?.usable === true || second?.usable === true;
    // Two blank records are how a board begins: no slot was chosen yet, so no choice is lost.
    const blank = [first, second].every((record) => record?.defects[0] === 'unwritten');
    if (first !== undefined && second !== undefined && !usable && !blank) {
      const values = { name: otadata.row.name, first: first.defects.join(', '), second: second.defects.join(', ') };
      found.push(boardFinding('otadata-unusable', at(otadata.row.offset, otadata.row.size), values));
    }
  }
  // Of rows that end where damage begins it cannot be said what the layout lacks.
  if (table.reading.end === 'marker') {
    const placeOf = (row: TableRow | null) => (row === null ? at(table.address, UNIT) : at(row.offset, row.size));
    found.push(...checkLayout(table.reading.rows, placeOf, { flashSize }));
  }
  return found;
}

type Limits = NonNullable<Parameters<typeof readTable>[3]>;

async function findTable(read: (address: number, size: number) => Promise<Uint8Array>, limits: Limits) {
  const at = async (address: number) => {
    const data = await read(address, UNIT);
    return { address, reading: readTable(data, { region: REGION, address }, HASHES, limits) };
  };
  const usual = await at(DEFAULT_TABLE);
  if (usual.reading.rows.length > 0) return usual;
  for (let address = OTHER_TABLES.from; address < OTHER_TABLES.to; address += UNIT) {
    // Two bytes would do, but an erase unit is what the loader reads at its least cost.
    const other = await at(address);
    if (other.reading.rows.length > 0 && other.reading.md5.state === 'right') return other;
  }
  return usual;
}

function bootloaderContent(head: AppHead | null, { chip }: Identity): Pick<Content, 'kind' | 'says'> {
  if (head === null) return { kind: 'unknown', says: 'No bootloader.' };
  const { flashSize, spiMode, frequency } = head.header;
  const size = flashSize.bytes === null ? 'a flash size that has no meaning' : bytes(flashSize.bytes);
  const how = [spiMode.name, frequency.mhz === null ? null : `${frequency.mhz} MHz`].filter((word) => word !== null);
  const name = head.header.chip.name ?? chip;
  return { kind: 'bootloader', says: `A bootloader for ${name}; its header says ${size}, ${how.join(', ')}.` };
}

function tableSays(reading: TableReading): string {
  const { length } = reading.rows;
  if (length === 0) return 'No partition table.';
  const md5 = { right: 'its MD5 is right', wrong: 'its MD5 is wrong', absent: 'without an MD5' }[reading.md5.state];
  return `${length} ${length === 1 ? 'partition' : 'partitions'}, ${md5}.`;
}

function headSize(row: TableRow): number {
  if (row.type === TYPE_APP) return Math.ceil(APP_HEAD_SIZE / UNIT) * UNIT;
  if (row.type === TYPE_DATA && row.subtype === DATA.nvs) return SETTINGS_LIMIT;
  return 2 * UNIT;
}

function bootOf(
  { chip }: Identity,
  { bootloader, table, prediction, loads }: EspInspection['esp'],
): EspInspection['boot'] {
  if (bootloader.header === null) {
    return { partition: null, says: `Nothing starts: there is no ${chip} bootloader where the chip looks for it.` };
  }
  if (!table.reading.accepted) {
    return { partition: null, says: 'Nothing starts: the bootloader does not accept this partition table.' };
  }
  const { boots, fallbacks, why } = prediction;
  if (boots === null) return { partition: null, says: why };
  const tried = fallbacks.map(({ name, offset }) => (loads.has(offset) ? name : `${name} (no app in it)`));
  const next =
    tried.length === 0
      ? 'There is no other app to fall back on.'
      : `If it does not load, the bootloader tries ${tried.join(', then ')}.`;
  const read = 'Only the headers of the apps were read, not all of their bytes.';
  return { partition: boots.name, says: `${why} ${next} ${read}` };
}
