/** otadata: the two records by which the bootloader selects an app slot. */
import { hex } from '../../flash/finding.ts';
import { isFilledWith, textOf, viewOf } from '../../formats/binary.ts';
import { romCrc32 } from '../../formats/crc32.ts';
import { espFailure } from '../failures.ts';

/** The size of one record in bytes; each is at the start of its own erase unit. */
export const RECORD_SIZE = 32;
/** The distance between the two records, in bytes. */
export const RECORD_DISTANCE = 0x1000;

/** `esp_ota_img_states_t` of ESP-IDF's esp_flash_partitions.h. */
export const OTA_STATE = { new: 0, pendingVerify: 1, valid: 2, invalid: 3, aborted: 4, undefined: 0xffffffff } as const;

const STATE_NAMES: Readonly<Record<number, string>> = {
  [OTA_STATE.new]: 'NEW',
  [OTA_STATE.pendingVerify]: 'PENDING_VERIFY',
  [OTA_STATE.valid]: 'VALID',
  [OTA_STATE.invalid]: 'INVALID',
  [OTA_STATE.aborted]: 'ABORTED',
  [OTA_STATE.undefined]: 'UNDEFINED',
};

/** What each state means for the app that the entry selects, in plain words. */
const STATE_MEANS: Readonly<Record<number, string>> = {
  [OTA_STATE.new]: 'not started yet',
  [OTA_STATE.pendingVerify]: 'on trial',
  [OTA_STATE.valid]: 'marked as working',
  [OTA_STATE.invalid]: 'marked as not working',
  [OTA_STATE.aborted]: 'never confirmed that it works',
  [OTA_STATE.undefined]: 'no trial is pending',
};

const UNWRITTEN = 0xffffffff;

/** Index of a record and of the erase unit that holds it. */
export type RecordIndex = 0 | 1;

/** Why the bootloader does not use a record. */
export type RecordDefect = 'cut-short' | 'unwritten' | 'state-invalid' | 'state-aborted' | 'crc-wrong';

/** One parsed record; numbers are unsigned 32-bit. */
export interface OtaRecord {
  readonly seq: number;
  readonly label: string;
  readonly state: number;
  /** The state's name in ESP-IDF, or its number in hex. */
  readonly stateName: string;
  readonly crc: { readonly stored: number; readonly computed: number };
  readonly usable: boolean;
  /** The name with what it means: `UNDEFINED (no trial is pending)`. */
  readonly stateWords: string;
  /** Every defect of the record, in the order in which the bootloader checks. */
  readonly defects: readonly RecordDefect[];
  /** One sentence about the record. */
  readonly says: string;
}

const DEFECT_SAYS: Readonly<Record<RecordDefect, string>> = {
  'cut-short': 'it could not be read completely',
  unwritten: 'it is blank',
  'state-invalid': 'its app is marked as not working (INVALID)',
  'state-aborted': 'its app never confirmed that it works (ABORTED)',
  'crc-wrong': 'its CRC is wrong',
};

/** Why a record cannot be used, in words: `its CRC is wrong`; empty if it can. */
export function defectWords({ defects }: OtaRecord): string {
  return defects.map((defect) => DEFECT_SAYS[defect]).join(', and ');
}

/** The CRC of a record, which covers only the four bytes of `seq` (`bootloader_common_ota_select_crc`). */
export function recordCrc(seq: number): number {
  const data = new Uint8Array(4);
  viewOf(data).setUint32(0, seq, true);
  return romCrc32(data);
}

/** Whether the bootloader treats a record as never written: no sequence number, or a wrong CRC. */
export function isInitial(record: OtaRecord): boolean {
  return record.seq === UNWRITTEN || record.crc.stored !== record.crc.computed;
}

/** Parses the record in the first 32 bytes of its erase unit; with fewer bytes it has the defect `cut-short`. */
export function readRecord(data: Uint8Array): OtaRecord {
  const cut = data.length < RECORD_SIZE;
  const view = cut ? viewOf(new Uint8Array(RECORD_SIZE).fill(0xff)) : viewOf(data);
  const seq = view.getUint32(0, true);
  const state = view.getUint32(24, true);
  const crc = { stored: view.getUint32(28, true), computed: recordCrc(seq) };
  const defects: RecordDefect[] = [];
  if (cut) defects.push('cut-short');
  else if (seq === UNWRITTEN) defects.push('unwritten');
  if (state === OTA_STATE.invalid) defects.push('state-invalid');
  if (state === OTA_STATE.aborted) defects.push('state-aborted');
  if (crc.stored !== crc.computed && seq !== UNWRITTEN) defects.push('crc-wrong');
  const first = defects[0];
  const stateName = STATE_NAMES[state] ?? hex(state);
  const stateWords = `${stateName} (${STATE_MEANS[state] ?? 'not defined by ESP-IDF'})`;
  const field = data.subarray(4, 24);
  return {
    seq,
    label: cut || isFilledWith(field, 0xff) ? '' : textOf(field),
    state,
    stateName,
    stateWords,
    crc,
    usable: first === undefined,
    defects,
    says:
      first === undefined
        ? `Sequence number ${seq}, state ${stateWords}.`
        : `The bootloader ignores this entry: ${DEFECT_SAYS[first]}.`,
  };
}

/**
 * The record that the bootloader uses (`bootloader_common_select_otadata`): the usable one with the higher sequence number,
 * the first on a tie; null if neither is usable.
 */
export function activeRecord(records: readonly [OtaRecord, OtaRecord]): RecordIndex | null {
  const [a, b] = records;
  if (a.usable && b.usable) return a.seq >= b.seq ? 0 : 1;
  if (a.usable) return 0;
  return b.usable ? 1 : null;
}

/** The slot that a sequence number selects: (seq − 1) mod `slots`, in unsigned 32-bit. */
export function slotOf(seq: number, slots: number): number {
  return ((seq - 1) >>> 0) % slots;
}

/** The lowest sequence number above another that selects slot `slot` of `slots`; null if there is none. */
export function seqAbove(above: number, slot: number, slots: number): number | null {
  const seq = above + 1 + ((slot - slotOf(above + 1, slots) + slots) % slots);
  return seq < UNWRITTEN ? seq : null;
}

/** The 32 bytes of a record with another state; the rest, its CRC too, does not depend on that. */
export function withState(record: Uint8Array, state: number): Uint8Array {
  const data = record.slice(0, RECORD_SIZE);
  viewOf(data).setUint32(24, state, true);
  return data;
}

/** The 32 bytes of a record; `state` defaults to UNDEFINED. */
export function writeRecord(seq: number, state: number = OTA_STATE.undefined): Uint8Array {
  const data = new Uint8Array(RECORD_SIZE).fill(0xff);
  const view = viewOf(data);
  view.setUint32(0, seq, true);
  view.setUint32(24, state, true);
  view.setUint32(28, recordCrc(seq), true);
  return data;
}

/** What to write so that a slot boots: nothing, or one record in its erase unit, leaving the other alone. */
export type NextOtadata =
  | { readonly kind: 'nothing'; readonly record: RecordIndex }
  | { readonly kind: 'write'; readonly record: RecordIndex; readonly seq: number; readonly data: Uint8Array };

/**
 * The record that makes slot `slot` of `slots` boot. It replaces the record that is not current, so that an interruption
 * leaves the old choice. Throws a `Failure` named `otadata-slot-unknown` (our mistake) or `otadata-exhausted`.
 */
export function nextOtadata(request: {
  readonly otadata: readonly [Uint8Array, Uint8Array];
  readonly slots: number;
  readonly slot: number;
}): NextOtadata {
  const { otadata, slots, slot } = request;
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots) {
    throw espFailure('otadata-slot-unknown', { values: { slot, slots } });
  }
  const records = [readRecord(otadata[0]), readRecord(otadata[1])] as const;
  const active = activeRecord([records[0], records[1]]);
  const current = active === null ? null : records[active];
  // A bootloader with rollback may drop a record on trial (NEW, PENDING_VERIFY), so it is not a lasting choice.
  const lasting = current !== null && current.state !== OTA_STATE.new && current.state !== OTA_STATE.pendingVerify;
  if (active !== null && lasting && slotOf(current.seq, slots) === slot) return { kind: 'nothing', record: active };

  const above = current?.seq ?? 0;
  const seq = seqAbove(above, slot, slots);
  if (seq === null) throw espFailure('otadata-exhausted', { values: { seq: hex(above) } });
  // UNDEFINED, as IDF's own tools leave it when rollback is off. NEW would put the app on trial: with rollback on, it is
  // dropped at the next reset unless it confirms itself. VALID makes a bootloader with anti-rollback burn the app's secure
  // version into eFuses at once (update_anti_rollback), without being asked and irreversibly.
  return { kind: 'write', record: active === 0 ? 1 : 0, seq, data: writeRecord(seq) };
}
