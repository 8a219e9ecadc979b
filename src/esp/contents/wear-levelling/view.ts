/** The logical volume that wear levelling shows to a file system, over the bytes of its partition. */
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import type { WearLevellingLayout } from './layout.ts';
import { RECORD, STATE_HEADER, WL_SECTOR, wearLevellingLayout } from './layout.ts';
import type { WearLevellingState } from './state.ts';
import { countRecords, stateFrom } from './state.ts';

/** Wear levelling as it stands: `position` is the dummy sector's place, `repair` which state the other one is restored from. */
export interface WearLevelling {
  readonly layout: WearLevellingLayout;
  readonly state: WearLevellingState;
  readonly position: number;
  /** Which state's CRC is wrong, so that the library restores it at its next start. */
  readonly bad: 1 | 2 | null;
}

/** A logical volume: its bytes, and where they are in the partition. */
export interface LogicalVolume {
  readonly bytes: PartitionBytes;
  /** The offset in the partition of an offset in the volume. */
  physicalOf(offset: number): number;
}

/** The place in the partition, in sectors, of a sector of the volume. */
export function physicalSector(
  { layout, state, position }: Pick<WearLevelling, 'layout' | 'state' | 'position'>,
  sector: number,
): number {
  const sectors = layout.positions - 1;
  const place = (sectors - state.moveCount + sector) % sectors;
  return place < position ? place : place + 1;
}

/** Reads the states of a partition; `none` if no wear levelling fits into its size, `bad` if both states are wrong. */
export async function readWearLevelling(partition: PartitionBytes): Promise<WearLevelling | 'none' | 'bad'> {
  const layout = wearLevellingLayout(partition.size);
  if (layout === null) return 'none';
  const first = stateFrom(await partition.read(layout.state1, STATE_HEADER), layout);
  const second = stateFrom(await partition.read(layout.state2, STATE_HEADER), layout);
  // The first state counts, because the library writes it first.
  const state = first ?? second;
  if (state === null) return 'bad';
  const start = (first === null ? layout.state2 : layout.state1) + STATE_HEADER;
  const most = Math.min(layout.positions, Math.floor((layout.stateSize - STATE_HEADER) / RECORD));
  let position = 0;
  while (position < most) {
    const records = Math.min(most - position, WL_SECTOR / RECORD);
    const found = countRecords(
      await partition.read(start + position * RECORD, records * RECORD),
      state.deviceId,
      position,
    );
    position += found;
    if (found < records) break;
  }
  // After the last record of a round only the states were not rewritten yet; the last place is the same volume.
  const bad = first === null ? 1 : second === null ? 2 : null;
  return { layout, state, position: Math.min(position, layout.positions - 1), bad };
}

/** The logical volume of a partition with wear levelling. */
export function volumeOver(partition: PartitionBytes, wl: Pick<WearLevelling, 'layout' | 'state' | 'position'>) {
  const physicalOf = (offset: number): number =>
    physicalSector(wl, Math.floor(offset / WL_SECTOR)) * WL_SECTOR + (offset % WL_SECTOR);
  const read = async (offset: number, size: number): Promise<Uint8Array> => {
    const data = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const at = physicalOf(offset + done);
      let run = Math.min(size - done, WL_SECTOR - ((offset + done) % WL_SECTOR));
      // Neighbouring sectors are mostly neighbours in the partition, too: one read for all of them.
      while (done + run < size && physicalOf(offset + done + run) === at + run) {
        run += Math.min(size - done - run, WL_SECTOR);
      }
      data.set(await partition.read(at, run), done);
      done += run;
    }
    return data;
  };
  const volume: LogicalVolume = { bytes: { size: wl.layout.usable, read }, physicalOf };
  return volume;
}
