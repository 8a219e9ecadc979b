/** The two states of wear levelling and the records of the dummy sector's moves. */
import { viewOf } from '../../../formats/binary.ts';
import { romCrc32 } from '../../../formats/crc32.ts';
import type { WearLevellingLayout } from './layout.ts';
import { RECORD, STATE_HEADER, WL_SECTOR } from './layout.ts';

/** The version that this code reads and writes (WL_CURRENT_VERSION); the library turns version 1 into it when it mounts one. */
const VERSION = 2;
/** Sector erases between two moves, as ESP-IDF sets it (WL_DEFAULT_UPDATERATE). */
const UPDATE_RATE = 16;
/** Bytes that are copied at once, as ESP-IDF sets it (WL_DEFAULT_TEMP_BUFF_SIZE). */
const COPY_SIZE = 32;

/** What a state says. `moveCount` counts the rounds of the dummy sector; its place in the round is in the records. */
export interface WearLevellingState {
  readonly moveCount: number;
  readonly updateRate: number;
  readonly version: number;
  readonly deviceId: number;
}

/** A state's header; null if its CRC is wrong or it is not one that this layout can have. */
export function stateFrom(header: Uint8Array, layout: WearLevellingLayout): WearLevellingState | null {
  const read = readState(header);
  return read?.positions === layout.positions ? read.state : null;
}

/** A state's header with the number of positions that it was made for; null if its CRC is wrong or it is of another version. */
export function readState(
  header: Uint8Array,
): { readonly state: WearLevellingState; readonly positions: number } | null {
  if (header.length < STATE_HEADER) return null;
  const view = viewOf(header);
  const word = (index: number): number => view.getUint32(4 * index, true);
  if (word(15) !== romCrc32(header.subarray(0, 60))) return null;
  const [positions, moveCount, version] = [word(1), word(2), word(6)];
  if (word(5) !== WL_SECTOR || version !== VERSION || moveCount >= positions - 1) return null;
  return { positions, state: { moveCount, updateRate: word(4), version, deviceId: word(7) } };
}

/** The record that says that the dummy sector has left place `index`. */
export function recordOf(deviceId: number, index: number): Uint8Array {
  const record = new Uint8Array(RECORD);
  const view = viewOf(record);
  const word = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    viewOf(word).setUint32(0, (deviceId + 4 * index + i) >>> 0, true);
    view.setUint32(4 * i, romCrc32(word), true);
  }
  return record;
}

/** How many whole records of this device `records` begins with, if the first of them is record `first`. */
export function countRecords(records: Uint8Array, deviceId: number, first: number): number {
  let found = 0;
  while ((found + 1) * RECORD <= records.length) {
    const expected = recordOf(deviceId, first + found);
    if (!expected.every((byte, i) => records[found * RECORD + i] === byte)) break;
    found++;
  }
  return found;
}

/** A state as the library writes it after `position` moves of this round: the header, the records, erased bytes. */
export function stateBytes(layout: WearLevellingLayout, state: WearLevellingState, position: number): Uint8Array {
  const data = new Uint8Array(layout.stateSize).fill(0xff);
  data.fill(0, 0, STATE_HEADER);
  const view = viewOf(data);
  view.setUint32(4, layout.positions, true);
  view.setUint32(8, state.moveCount, true);
  view.setUint32(16, state.updateRate, true);
  view.setUint32(20, WL_SECTOR, true);
  view.setUint32(24, state.version, true);
  view.setUint32(28, state.deviceId, true);
  view.setUint32(60, romCrc32(data.subarray(0, 60)), true);
  for (let i = 0; i < position; i++) data.set(recordOf(state.deviceId, i), STATE_HEADER + i * RECORD);
  return data;
}

/** The state of wear levelling that has just been set up. */
export function freshState(deviceId: number): WearLevellingState {
  return { moveCount: 0, updateRate: UPDATE_RATE, version: VERSION, deviceId: deviceId >>> 0 };
}

/** The configuration, as ESP-IDF writes it; it is not read again. */
export function configBytes(layout: WearLevellingLayout): Uint8Array {
  const data = new Uint8Array(WL_SECTOR).fill(0xff);
  data.fill(0, 0, 48);
  const words = [0, layout.size, WL_SECTOR, WL_SECTOR, UPDATE_RATE, RECORD, VERSION, COPY_SIZE];
  const view = viewOf(data);
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  view.setUint32(32, romCrc32(data.subarray(0, 32)), true);
  return data;
}
