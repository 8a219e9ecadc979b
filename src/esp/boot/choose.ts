/**
 * What a change of the boot selection writes. The entry that counts is never erased to select another app: the other one is
 * written, so that an interruption at any moment leaves what was or what will be.
 */
import type { BootChoice } from '../../flash/boot-choice.ts';
import type { Place, Refusal, Values } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import type { EspInspection } from '../board/inspection.ts';
import { checksSignatures, readBarrierOf } from '../board/read-access.ts';
import { REGION } from '../loader/target.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import { APP, otaSlot, TYPE_APP } from '../partitions/types.ts';
import type { OtaRecord, RecordIndex } from './otadata.ts';
import {
  activeRecord,
  defectWords,
  isInitial,
  nextOtadata,
  OTA_STATE,
  readRecord,
  seqAbove,
  slotOf,
  withState,
  writeRecord,
} from './otadata.ts';
import { rowsCounted } from './prediction.ts';
import type { BootRefusalKind } from './refusals.ts';
import { refuseChoice } from './refusals.ts';

/** What is known of a board when its boot selection is changed. */
export type ChoiceFacts = Pick<EspInspection, 'contents' | 'esp'>;

/** What one entry gets: its 32 bytes, or null if its erase unit is erased; `why` is a clause for the plan. */
export interface EntryChange {
  readonly index: RecordIndex;
  readonly data: Uint8Array | null;
  readonly why: string;
}

/** What a choice comes to: entries in the order in which they are written, with what to ask first; or why it cannot be made. */
export type ChoiceResult =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'change'; readonly entries: readonly EntryChange[]; readonly asks: readonly Refusal[] };

/** The entries of a board as read, and the slots that they select from. */
export interface Entries {
  readonly row: TableRow;
  readonly data: readonly [Uint8Array, Uint8Array];
  readonly records: readonly [OtaRecord, OtaRecord];
  readonly active: RecordIndex | null;
  /** The app partitions, and how many of them are slots. */
  readonly apps: readonly TableRow[];
  readonly slots: number;
}

/** The entries of a board; null where there are none, or they cannot be read. */
export function entriesOf({ table, otadata }: EspInspection['esp']): Entries | null {
  if (otadata === null || otadata.row.size < OTADATA_SIZE) return null;
  const records = [readRecord(otadata.records[0]), readRecord(otadata.records[1])] as const;
  const apps = rowsCounted(table.reading.rows, table.address).filter(({ type }) => type === TYPE_APP);
  const slots = apps.filter((row) => otaSlot(row) !== null).length;
  return { row: otadata.row, data: otadata.records, records, active: activeRecord(records), apps, slots };
}

/** The app partition that an entry selects; undefined if its number is not to be relied on, or there is no such slot. */
export function selectedBy(record: OtaRecord, { apps, slots }: Entries): TableRow | undefined {
  if (slots === 0 || isInitial(record)) return undefined;
  const slot = slotOf(record.seq, slots);
  return apps.findLast((row) => otaSlot(row) === slot);
}

/** What a choice comes to on this board. */
export function changeFor(choice: BootChoice, board: ChoiceFacts): ChoiceResult {
  const { esp } = board;
  const table = refusedAt({ address: esp.table.address, size: 1 });
  const why = whyEntriesUnread(esp);
  if (why !== null) return table('choice-unread', { why });
  if (!esp.table.reading.accepted) return table('choice-table-unknown', { address: hex(esp.table.address) });
  const entries = entriesOf(esp);
  if (entries === null) {
    const small =
      esp.otadata === null ? 'there is no otadata partition' : 'its otadata partition has no room for two entries';
    return table('no-boot-entries', { why: small, starts: esp.prediction.boots?.name ?? 'nothing' });
  }
  switch (choice.do) {
    case 'start':
      return start(choice.range, entries, board);
    case 'mark':
      return mark(choice.entry, choice.as, entries, board);
    case 'forget':
      return forget(entries);
  }
}

/** Why the entries cannot be read, as a clause; null if they can. */
function whyEntriesUnread(esp: EspInspection['esp']): string | null {
  if (readBarrierOf(esp) === 'locked') return 'the board does not send its flash';
  const encrypted = readBarrierOf(esp) === 'encrypted' || (esp.looksEncrypted && esp.security.encryption.on !== false);
  return encrypted ? 'flash encryption is on, and otadata is always encrypted' : null;
}

function start({ address, size }: Range, entries: Entries, board: ChoiceFacts): ChoiceResult {
  const { apps, slots, data, row: otadata, active } = entries;
  const refused = refusedAt({ address, size });
  const row = apps.find((each) => each.offset === address && each.size === size);
  if (row === undefined) return refused('start-not-an-app', { address: hex(address), size: bytes(size) });
  const partition = row.name;
  const why = whyNotSelectable(row, entries);
  if (why !== null) return refused('start-not-selectable', { partition, why });
  if (!board.esp.loads.has(row.offset)) return refused('start-incomplete', { partition, holds: holds(row, board) });
  const asks = checksSignatures(board.esp.security)
    ? [refuseChoice('start-signature', placeAt({ address, size }), { partition })]
    : [];
  const slot = otaSlot(row);
  // The bootloader starts the factory app if there is no entry.
  if (slot === null) {
    const gone = forget(entries);
    const why = 'because both entries are blank';
    return gone.kind === 'refused' ? refused('starts-already', { partition, why }) : { ...gone, asks };
  }
  const current = active === null ? null : entries.records[active];
  if (seqAbove(current?.seq ?? 0, slot, slots) === null)
    return refusedAt(unitOf(otadata, active ?? 0))('choice-exhausted', { partition, seq: hex(current?.seq ?? 0) });
  const next = nextOtadata({ otadata: data, slots, slot });
  if (next.kind === 'nothing') return refused('starts-already', { partition, why: `by entry ${next.record + 1}` });
  return {
    kind: 'change',
    entries: [{ index: next.record, data: next.data, why: `${partition} is selected to start` }],
    asks,
  };
}

/** Why no entry can select an app partition, as a clause; null if one can. */
function whyNotSelectable(row: TableRow, { apps, slots }: Entries): string | null {
  if (row.subtype === APP.factory)
    return apps.findLast(({ subtype }) => subtype === APP.factory) === row ? null : 'another factory app follows it';
  const slot = otaSlot(row);
  if (slot === null) return 'it is no numbered slot';
  if (slot >= slots) return `its number is ${slot}, and with ${slots} slots the bootloader counts only to ${slots - 1}`;
  return apps.findLast((other) => otaSlot(other) === slot) === row ? null : 'another partition has the same number';
}

function mark(entry: number, as: 'valid' | 'invalid', entries: Entries, board: ChoiceFacts): ChoiceResult {
  const index: RecordIndex = entry === 0 ? 0 : 1;
  const { row: otadata, records, data, active, slots } = entries;
  const record = records[index];
  const refused = refusedAt(unitOf(otadata, index));
  if (isInitial(record)) return refused('mark-no-entry', { entry: index + 1, why: defectWords(record) });
  const state = OTA_STATE[as];
  const name = as.toUpperCase();
  if (record.state === state) return refused('marked-already', { entry: index + 1, state: name });
  const why = `entry ${index + 1} is marked ${name}`;
  const inPlace = { index, data: withState(data[index], state), why };
  // While this is written the board starts what it starts afterwards: without this entry.
  if (as === 'invalid') return { kind: 'change', entries: [inPlace], asks: [] };
  const row = selectedBy(record, entries);
  const partition = row?.name ?? `ota_${slotOf(record.seq, Math.max(1, slots))}`;
  if (row === undefined || !board.esp.loads.has(row.offset)) {
    const held = row === undefined ? 'there is no such slot' : holds(row, board);
    return refused('start-incomplete', { partition, holds: held });
  }
  const version = board.esp.apps.get(row.offset)?.secureVersion ?? 0;
  const asks =
    version === 0 ? [] : [refuseChoice('valid-burns-version', placeAt(unitOf(otadata, index)), { partition, version })];
  if (active !== index) return { kind: 'change', entries: [inPlace], asks };
  const seq = seqAbove(record.seq, slotOf(record.seq, slots), slots);
  if (seq === null) return refused('choice-exhausted', { partition, seq: hex(record.seq) });
  const other: RecordIndex = index === 0 ? 1 : 0;
  const next = { index: other, data: writeRecord(seq, state), why: `${partition} is marked ${name}` };
  return { kind: 'change', entries: [next], asks };
}

/** The entry that counts is erased last: until then it selects what it does now. */
function forget({ row, data, active }: Entries): ChoiceResult {
  const order: readonly RecordIndex[] = active === 0 ? [1, 0] : [0, 1];
  const held = order.filter((index) => data[index].some((byte) => byte !== 0xff));
  if (held.length === 0)
    return {
      kind: 'refused',
      refusal: refuseChoice('nothing-to-forget', placeAt({ address: row.offset, size: row.size })),
    };
  return {
    kind: 'change',
    entries: held.map((index) => ({ index, data: null, why: 'the choice is forgotten' })),
    asks: [],
  };
}

/** What an app partition holds instead of an app that starts, as a sentence. */
function holds({ offset }: TableRow, { contents, esp }: ChoiceFacts): string {
  if (esp.incomplete.has(offset)) return 'A write to it was interrupted.';
  const content = contents.find(({ address }) => address === offset);
  const found = content?.says ?? 'Its content is not known.';
  return content?.kind === 'app' ? `${found.replace(/\.$/, '')}, which does not start here.` : found;
}

/** The erase unit of an entry. */
export function unitOf({ offset, size }: TableRow, index: RecordIndex): Pick<Range, 'address' | 'size'> {
  return { address: offset + (index * OTADATA_SIZE) / 2, size: Math.min(size, OTADATA_SIZE / 2) };
}

function placeAt({ address, size }: Pick<Range, 'address' | 'size'>): Place {
  return { in: 'flash', range: { region: REGION, address, size } };
}

function refusedAt(range: Pick<Range, 'address' | 'size'>) {
  return (kind: BootRefusalKind, values: Values): ChoiceResult => ({
    kind: 'refused',
    refusal: refuseChoice(kind, placeAt(range), values),
  });
}
