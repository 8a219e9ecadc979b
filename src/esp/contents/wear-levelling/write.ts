/** Writes a logical volume back through wear levelling: into a new partition, or only the sectors that changed. */
import { isFilledWith, sameBytes } from '../../../formats/binary.ts';
import type { WearLevellingLayout } from './layout.ts';
import { RECORD, STATE_HEADER, WL_SECTOR } from './layout.ts';
import { configBytes, freshState, recordOf, stateBytes } from './state.ts';
import type { WearLevelling } from './view.ts';
import { physicalSector } from './view.ts';

/** A partition that wear levelling has just been set up in: the dummy sector first, then the volume, which may be shorter. */
export function freshPartition(layout: WearLevellingLayout, volume: Uint8Array, deviceId: number): Uint8Array {
  const image = new Uint8Array(layout.size).fill(0xff);
  image.set(volume.subarray(0, layout.usable), WL_SECTOR);
  const state = stateBytes(layout, freshState(deviceId), 0);
  image.set(state, layout.state1);
  image.set(state, layout.state2);
  image.set(configBytes(layout), layout.config);
  return image;
}

/** A state as it has to be for the next start: the header, the records of all moves, and cells that are still erased. */
function stateAfter(image: Uint8Array, wl: WearLevelling): Uint8Array {
  const { layout, state, position } = wl;
  const good = wl.bad === 1 ? layout.state2 : layout.state1;
  const data = new Uint8Array(layout.stateSize).fill(0xff);
  data.set(image.subarray(good, good + STATE_HEADER));
  for (let i = 0; i < position; i++) data.set(recordOf(state.deviceId, i), STATE_HEADER + i * RECORD);
  return data;
}

/**
 * The partition with another logical volume. Sectors whose bytes are the same stay as they are, and so does the dummy sector. A
 * state is rewritten only if it is damaged or a record in it is half written.
 */
export function withVolume(image: Uint8Array, wl: WearLevelling, volume: Uint8Array): Uint8Array {
  const result = image.slice();
  for (let sector = 0; sector * WL_SECTOR < volume.length; sector++) {
    const at = physicalSector(wl, sector) * WL_SECTOR;
    const content = volume.subarray(sector * WL_SECTOR, (sector + 1) * WL_SECTOR);
    if (!sameBytes(content, image.subarray(at, at + WL_SECTOR))) result.set(content, at);
  }
  const state = stateAfter(image, wl);
  const records = STATE_HEADER + wl.position * RECORD;
  for (const at of [wl.layout.state1, wl.layout.state2]) {
    const now = image.subarray(at, at + state.length);
    // What is behind the last record of a whole round is not looked at.
    const isErased = isFilledWith(now.subarray(records), 0xff) || wl.position === wl.layout.positions - 1;
    if (!sameBytes(now.subarray(0, records), state.subarray(0, records)) || !isErased) result.set(state, at);
  }
  return result;
}
