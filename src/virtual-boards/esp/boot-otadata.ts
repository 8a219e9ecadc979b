import { readWrapped, viewOf } from './boot-flash.ts';
import type { ReadableFlash } from './boot-flash.ts';
import type { Place } from './boot-table.ts';
import { romCrc32 } from '../crc32.ts';

/** `esp_ota_img_states_t` of ESP-IDF's `esp_flash_partitions.h`. */
export const OTA_STATE = {
  NEW: 0,
  PENDING_VERIFY: 1,
  VALID: 2,
  INVALID: 3,
  ABORTED: 4,
  UNDEFINED: 0xffffffff,
} as const;

/** The 32-bit fields of one otadata record; the label between them is not used. */
export interface OtaRecord {
  readonly seq: number;
  readonly state: number;
  readonly crc: number;
}

/** Which slot the bootloader starts with. */
export interface SlotChoice {
  /** The OTA slot, or -1 for the factory app, from which the search goes downwards, then upwards. */
  readonly slot: number;
  /** Which record chose it; null if none did. */
  readonly active: 0 | 1 | null;
  /** Both records are unwritten or have a wrong CRC and there is no factory app: the bootloader will write one. */
  readonly initial: boolean;
  /** New states to be written before the app starts, by record; only with rollback. */
  readonly states: readonly { readonly record: 0 | 1; readonly state: number }[];
  readonly level: 'I' | 'E' | null;
  /** The message that the bootloader logs about it; empty if none. */
  readonly words: string;
}

const ERASED = 0xffffffff;

/** The CRC of a record's sequence number (`bootloader_common_ota_select_crc`): seq 1 gives 0x4743989A. */
export function seqCrc(seq: number): number {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, seq, true);
  return romCrc32(bytes);
}

const unusable = (record: OtaRecord): boolean =>
  record.seq === ERASED || record.state === OTA_STATE.INVALID || record.state === OTA_STATE.ABORTED;

const unwritten = (record: OtaRecord): boolean => record.seq === ERASED || record.crc !== seqCrc(record.seq);

const usable = (record: OtaRecord): boolean => !unusable(record) && record.crc === seqCrc(record.seq);

function activeOf(first: OtaRecord, second: OtaRecord): 0 | 1 | null {
  if (usable(first)) return usable(second) && second.seq > first.seq ? 1 : 0;
  return usable(second) ? 1 : null;
}

/**
 * Where the search for an app starts, from both otadata records alone: pure, so that a prediction can be compared
 * with it many thousands of times. `apps.ota` counts the OTA rows of the table
 * (`components/bootloader_support/src/bootloader_utility.c`, `bootloader_common_loader.c`).
 */
export function chooseSlot(
  records: readonly [OtaRecord, OtaRecord],
  apps: { readonly factory: boolean; readonly ota: number },
  rollback = false,
): SlotChoice {
  const states: { record: 0 | 1; state: number }[] = [];
  const aborted = (record: OtaRecord, index: 0 | 1): OtaRecord => {
    if (!rollback || record.state !== OTA_STATE.PENDING_VERIFY) return record;
    states.push({ record: index, state: OTA_STATE.ABORTED });
    return { ...record, state: OTA_STATE.ABORTED };
  };
  const [first, second] = [aborted(records[0], 0), aborted(records[1], 1)];
  const none = { active: null, initial: false, states };
  if ((unusable(first) && unusable(second)) || apps.ota === 0) {
    if (apps.factory) return { ...none, slot: -1, level: 'I', words: 'Defaulting to factory image' };
    const initial = unwritten(first) && unwritten(second);
    return { ...none, slot: 0, initial, level: 'I', words: 'No factory image, trying OTA 0' };
  }
  const active = activeOf(first, second);
  if (active === null) {
    // Both sequence numbers look written and neither CRC is right: not the same case as erased records.
    const words = apps.factory
      ? 'ota data partition invalid, falling back to factory'
      : 'ota data partition invalid and no factory, will try all partitions';
    return { ...none, slot: -1, level: 'E', words };
  }
  const record = active === 0 ? first : second;
  if (rollback && record.state === OTA_STATE.NEW) states.push({ record: active, state: OTA_STATE.PENDING_VERIFY });
  // Seq 0 with the right CRC acts as 2^32 - 1 after the subtraction, which the bootloader does in unsigned 32 bits.
  const slot = ((record.seq - 1) >>> 0) % apps.ota;
  return { slot, active, initial: false, states, level: null, words: '' };
}

/** The 32 bytes of a record and its fields; `index` selects the first or second 4 KiB sector. */
export function readRecord(
  flash: ReadableFlash,
  otadata: Place,
  index: 0 | 1,
): { bytes: Uint8Array; record: OtaRecord } {
  const bytes = readWrapped(flash, otadata.offset + index * 0x1000, 32).slice();
  const view = viewOf(bytes);
  const record = { seq: view.getUint32(0, true), state: view.getUint32(24, true), crc: view.getUint32(28, true) };
  return { bytes, record };
}

/** A copy of a record's bytes with another state; everything else is kept. */
export function withState(bytes: Uint8Array, state: number): Uint8Array {
  const out = bytes.slice();
  viewOf(out).setUint32(24, state, true);
  return out;
}

/** The 32-byte record that the bootloader writes on its own for a slot: VALID, label left erased. */
export function actualRecord(slot: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(0xff);
  const view = viewOf(bytes);
  view.setUint32(0, slot + 1, true);
  view.setUint32(24, OTA_STATE.VALID, true);
  view.setUint32(28, seqCrc(slot + 1), true);
  return bytes;
}
