/** Where ESP-IDF's wear levelling keeps its data in a partition (WL_Flash.cpp, WL_Config.h, WL_State.h; version 2). */

/** The size of a sector that wear levelling moves and erases, in bytes. */
export const WL_SECTOR = 4096;
/** The size of a state without its records, in bytes. */
export const STATE_HEADER = 64;
/** The size of one record of a move, in bytes. */
export const RECORD = 16;

/** Offsets and sizes in bytes from the start of the partition; sectors of 4096 bytes, one of them a dummy, come first. */
export interface WearLevellingLayout {
  readonly size: number;
  /** The size of the logical volume. */
  readonly usable: number;
  /** The number of places that the dummy sector can be at. */
  readonly positions: number;
  /** The size of each of the two states with their records. */
  readonly stateSize: number;
  readonly state1: number;
  readonly state2: number;
  readonly config: number;
}

/** The layout of a partition of `size` bytes; null if wear levelling cannot be in one of this size. */
export function wearLevellingLayout(size: number): WearLevellingLayout | null {
  if (size % WL_SECTOR !== 0) return null;
  const sectors = size / WL_SECTOR;
  const stateSize = Math.ceil((STATE_HEADER + sectors * RECORD) / WL_SECTOR) * WL_SECTOR;
  const config = size - WL_SECTOR;
  const state1 = config - 2 * stateSize;
  const usable = state1 - WL_SECTOR;
  if (usable <= 0) return null;
  return { size, usable, positions: state1 / WL_SECTOR, stateSize, state1, state2: state1 + stateSize, config };
}

/** The smallest partition, in bytes, whose logical volume has `usable` bytes; null if `usable` is not whole sectors. */
export function sizeForVolume(usable: number): number | null {
  if (usable <= 0 || usable % WL_SECTOR !== 0) return null;
  for (let stateSectors = 1; stateSectors <= 1024; stateSectors++) {
    const size = usable + (2 + 2 * stateSectors) * WL_SECTOR;
    if (wearLevellingLayout(size)?.stateSize === stateSectors * WL_SECTOR) return size;
  }
  return null;
}
