/** Predicts which app the bootloader will start and why, by the rules of ESP-IDF's bootloader_utility.c. */
import { activeRecord, isInitial, OTA_STATE, readRecord, slotOf } from './otadata.ts';
import type { OtaRecord, RecordIndex } from './otadata.ts';
import type { AppImageResult } from '../../formats/app-image.ts';
import type { TableEntry, TableRow } from '../partitions/table.ts';
import { ROW_SIZE } from '../partitions/table.ts';
import { APP, DATA, otaSlot, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';

/** The fields of a partition that the bootloader uses. */
export type BootRow = Pick<TableEntry, 'name' | 'type' | 'subtype' | 'offset' | 'size'>;

/** An otadata record that the bootloader itself writes before it starts the app. */
export interface BootWrite {
  readonly kind: 'writes-otadata';
  readonly record: RecordIndex;
  readonly seq: number;
  readonly state: number;
}

/** The inputs of a prediction. */
export interface BootFacts<Row extends BootRow> {
  readonly rows: readonly Row[];
  /** The first 32 bytes (or more) of the two erase units of otadata; null if there is none or it was not read. */
  readonly otadata: readonly [Uint8Array, Uint8Array] | null;
  /** Whether an app partition's image is complete; the bootloader skips one that is not. */
  readonly imageOk: (row: Row) => boolean;
  /** Whether the bootloader was built with app rollback, which cannot be detected; false if omitted. */
  readonly rollback?: boolean;
}

/** What the bootloader will do at the next reset. */
export interface BootPrediction<Row extends BootRow> {
  /** `unknown`: there is an otadata partition whose content was not read, so `order` is empty. */
  readonly kind: 'boots' | 'nothing-boots' | 'unknown';
  readonly boots: Row | null;
  /** The otadata record that selected the app; null if none did. */
  readonly active: RecordIndex | null;
  readonly why: string;
  /** The app partitions in the order in which the bootloader tries them until one loads. */
  readonly order: readonly Row[];
  /** The entries of `order` after `boots`. */
  readonly fallbacks: readonly Row[];
  readonly writes: readonly BootWrite[];
}

/**
 * The rows that the bootloader reads. It counts the rows without the MD5 row, but then reads that many from the first on
 * (`esp_partition_table_verify`), so a row after the MD5 row makes it miss the last one.
 */
export function rowsCounted<Row extends Pick<TableRow, 'address'>>(rows: readonly Row[], tableAddress: number): Row[] {
  return rows.filter((row) => row.address < tableAddress + rows.length * ROW_SIZE);
}

/**
 * Whether the bootloader would start this image, for `BootFacts.imageOk`. `chipId` as in image headers. Not checked: the
 * chip revision, and whether segments load to existing memory.
 */
export function holdsWholeApp(result: AppImageResult, chipId: number): boolean {
  if (result.kind !== 'image') return false;
  const { loads, sha256, header } = result.image;
  // An image without a description looks like a bootloader, whose hash the ROM ignores; in an app partition it counts.
  return loads && sha256.ok !== false && header.chip.id === chipId;
}

/** The largest partition, in bytes, from which the bootloader loads an app (esp_image_format.c, SIXTEEN_MB). */
export const LARGEST_APP_PARTITION = 0x1000000;

/** The bootloader's index for the factory app; slots are 0 and up. */
const FACTORY = -1;

interface Choice {
  readonly start: number;
  readonly active: RecordIndex | null;
  readonly why: string;
  readonly initial: boolean;
  readonly writes: readonly BootWrite[];
}

interface Apps<Row> {
  readonly factory: Row | undefined;
  readonly test: Row | undefined;
  readonly slots: ReadonlyMap<number, Row>;
  /** The number of slot rows: the bootloader counts rows, so a gap in the numbers hides the highest slots. */
  readonly count: number;
}

function appsOf<Row extends BootRow>(rows: readonly Row[]): Apps<Row> {
  // The last of several rows of one kind wins: each overwrites the one before in bootloader_state_t.
  const last = (subtype: number): Row | undefined => rows.findLast((r) => r.type === TYPE_APP && r.subtype === subtype);
  const slots = new Map<number, Row>();
  let count = 0;
  for (const row of rows) {
    const slot = otaSlot(row);
    if (slot === null) continue;
    slots.set(slot, row);
    count++;
  }
  return { factory: last(APP.factory), test: last(APP.test), slots, count };
}

/** The order of bootloader_utility_load_boot_image: from `start` down to the factory app, then up, then the test app. */
function tryOrder<Row extends BootRow>(apps: Apps<Row>, start: number): Row[] {
  const order: Row[] = [];
  const add = (row: Row | undefined): void => {
    if (row !== undefined && row.size > 0) order.push(row);
  };
  const addIndex = (index: number): void => {
    if (index === FACTORY) add(apps.factory);
    else add(apps.slots.get(index));
  };
  for (let index = start; index >= FACTORY; index--) addIndex(index);
  for (let index = start + 1; index < apps.count; index++) addIndex(index);
  add(apps.test);
  return order;
}

/** With rollback, an app still on trial at a reset has failed, whether or not its record is the active one. */
function endTrials(records: readonly [OtaRecord, OtaRecord]): readonly [OtaRecord, OtaRecord] {
  const end = (record: OtaRecord): OtaRecord =>
    record.state === OTA_STATE.pendingVerify ? { ...record, state: OTA_STATE.aborted, usable: false } : record;
  return [end(records[0]), end(records[1])];
}

/** bootloader_common_ota_select_invalid: unlike `usable`, it ignores the CRC. */
function isInvalid({ seq, state }: OtaRecord): boolean {
  return seq === 0xffffffff || state === OTA_STATE.invalid || state === OTA_STATE.aborted;
}

/** A slot as the flash map names it: `app0 (ota_0)`. */
function slotWords<Row extends BootRow>({ slots }: Apps<Row>, slot: number): string {
  const subtype = `ota_${slot}`;
  const name = slots.get(slot)?.name ?? subtype;
  return name === subtype ? subtype : `${name} (${subtype})`;
}

function choose<Row extends BootRow>(
  read: readonly [OtaRecord, OtaRecord],
  apps: Apps<Row>,
  hasFactory: boolean,
  rollback: boolean,
): Choice {
  const { count } = apps;
  const writes: BootWrite[] = [];
  const note = (record: RecordIndex, { seq }: OtaRecord, state: number): void => {
    writes.push({ kind: 'writes-otadata', record, seq, state });
  };
  const records = rollback ? endTrials(read) : read;
  for (const i of [0, 1] as const) if (records[i].state !== read[i].state) note(i, records[i], records[i].state);

  if ((isInvalid(records[0]) && isInvalid(records[1])) || count === 0) {
    const reason = count === 0 ? 'There is no OTA app slot' : 'Neither otadata entry is valid';
    if (hasFactory) {
      return { start: FACTORY, active: null, why: `${reason}, so the factory app is chosen.`, initial: false, writes };
    }
    const initial = isInitial(records[0]) && isInitial(records[1]);
    return {
      start: 0,
      active: null,
      why: `${reason} and there is no factory app, so ${slotWords(apps, 0)} is tried first.`,
      initial,
      writes,
    };
  }
  const active = activeRecord(records);
  if (active === null) {
    const then = hasFactory ? 'the factory app is chosen' : `every slot is tried in turn, ${slotWords(apps, 0)} first`;
    const why = `The otadata entries are damaged, so ${then}.`;
    return { start: FACTORY, active, why, initial: false, writes };
  }
  const record = records[active];
  const start = slotOf(record.seq, count);
  if (rollback && record.state === OTA_STATE.new) note(active, record, OTA_STATE.pendingVerify);
  const rank =
    records[0].usable && records[1].usable
      ? 'has the higher sequence number'
      : 'is the only valid one, with sequence number';
  return {
    start,
    active,
    why: `otadata entry ${active + 1} ${rank} ${record.seq}, which selects ${slotWords(apps, start)}.`,
    initial: false,
    writes,
  };
}

function stuck<Row extends BootRow>(kind: 'nothing-boots' | 'unknown', why: string): BootPrediction<Row> {
  return { kind, boots: null, active: null, why, order: [], fallbacks: [], writes: [] };
}

function chosenBy<Row extends BootRow>(facts: BootFacts<Row>, apps: Apps<Row>): Choice | BootPrediction<Row> {
  const ota = facts.rows.findLast((row) => row.type === TYPE_DATA && row.subtype === DATA.ota);
  if (ota === undefined || ota.offset === 0) {
    const why = 'There is no otadata partition, so the factory app is tried first.';
    return { start: FACTORY, active: null, why, initial: false, writes: [] };
  }
  if (ota.size < OTADATA_SIZE) {
    return stuck('nothing-boots', `“${ota.name}” is too small for two entries, so the bootloader restarts endlessly.`);
  }
  if (facts.otadata === null)
    return stuck('unknown', `The content of “${ota.name}” was not read, so it is not known which app boots.`);
  const records = [readRecord(facts.otadata[0]), readRecord(facts.otadata[1])] as const;
  if (records.some((record) => record.defects.includes('cut-short'))) {
    return stuck('unknown', `“${ota.name}” was not read completely, so it is not known which app boots.`);
  }
  // The bootloader tests the offset, where 0 means "not present".
  const hasFactory = apps.factory !== undefined && apps.factory.offset !== 0;
  return choose(records, apps, hasFactory, facts.rollback ?? false);
}

/**
 * Predicts the next boot of a board whose table the bootloader accepts (`TableReading.accepted`). Not modelled, because
 * they cannot be detected: anti-rollback, pins for factory reset or the test app, skipped validation.
 */
export function predictBoot<Row extends BootRow>(facts: BootFacts<Row>): BootPrediction<Row> {
  const apps = appsOf(facts.rows);
  const choice = chosenBy(facts, apps);
  if ('kind' in choice) return choice;
  const order = tryOrder(apps, choice.start);
  const at = order.findIndex((row) => facts.imageOk(row));
  const boots = order[at] ?? null;
  const { active } = choice;
  if (boots === null) {
    const why =
      facts.rows.length === 0
        ? 'The partition table has no partitions, and therefore no app.'
        : order.length === 0
          ? 'No partition holds an app.'
          : `${choice.why} But no partition holds a complete app.`;
    return { kind: 'nothing-boots', boots, active, why, order, fallbacks: [], writes: choice.writes };
  }
  const slot = otaSlot(boots);
  const writes = [...choice.writes];
  if (choice.initial && slot !== null) {
    writes.push({ kind: 'writes-otadata', record: 0, seq: slot + 1, state: OTA_STATE.valid });
  }
  const passed = order.slice(0, at).map((row) => `“${row.name}”`);
  const verb = passed.length === 1 ? 'does' : 'do';
  const why =
    passed.length === 0
      ? choice.why
      : `${choice.why} ${passed.join(', ')} ${verb} not hold a complete app, so “${boots.name}” is next.`;
  return { kind: 'boots', boots, active, why, order, fallbacks: order.slice(at + 1), writes };
}
