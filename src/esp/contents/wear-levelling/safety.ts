/**
 * Wear levelling with sectors of 512 bytes in safety mode (WL_Ext_Safe.cpp): the last two sectors of the volume keep a copy of a
 * sector of 4096 bytes while a part of it is erased, and say which. After a power cut the library copies it back at its start.
 */
import { viewOf } from '../../../formats/binary.ts';
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import { WL_SECTOR } from './layout.ts';

/** The sectors that safety mode takes off the end of the volume. */
export const SAFETY_SECTORS = 2;

const PENDING = 0x12345678;
const FAT_SECTOR = 512;

/**
 * An erase that was interrupted: the sector of 4096 bytes, and the bytes in it that were being erased. `sector` is null where the
 * record itself is only half written: the library then takes its number for whatever it comes to.
 */
export interface PendingErase {
  readonly sector: number | null;
  readonly from: number;
  readonly to: number;
}

/** The interrupted erase that the end of a logical volume records; null if there is none. */
export async function pendingErase(volume: PartitionBytes): Promise<PendingErase | null> {
  if (volume.size < (SAFETY_SECTORS + 1) * WL_SECTOR) return null;
  const view = viewOf(await volume.read(volume.size - SAFETY_SECTORS * WL_SECTOR, 16));
  if (view.getUint32(0, true) !== PENDING) return null;
  const sector = view.getUint32(4, true);
  const first = view.getUint32(8, true);
  // The library adds in 32 bits; what is past that wraps around, so that all of the sector is copied back.
  const end = (first + view.getUint32(12, true)) >>> 0;
  const place = (index: number): number => Math.min(index * FAT_SECTOR, WL_SECTOR);
  const isWhole = sector < volume.size / WL_SECTOR - SAFETY_SECTORS;
  return { sector: isWhole ? sector : null, from: place(first), to: Math.max(place(first), place(end)) };
}

/** Clears the record of an interrupted erase in a logical volume in memory, as the library does when it has copied back. */
export function clearPending(volume: Uint8Array): void {
  const at = volume.length - SAFETY_SECTORS * WL_SECTOR;
  volume.fill(0xff, at, at + WL_SECTOR);
}

/** The volume as the library sees it after it has copied the kept sector back; the part that was being erased is blank. */
export function afterRestore(volume: PartitionBytes, pending: PendingErase): PartitionBytes {
  if (pending.sector === null) return volume;
  const start = pending.sector * WL_SECTOR;
  const restored = async (): Promise<Uint8Array> => {
    const kept = (await volume.read(volume.size - WL_SECTOR, WL_SECTOR)).slice();
    return kept.fill(0xff, pending.from, pending.to);
  };
  const read = async (offset: number, size: number): Promise<Uint8Array> => {
    const data = await volume.read(offset, size);
    if (offset >= start + WL_SECTOR || offset + size <= start) return data;
    const whole = data.slice();
    const sector = await restored();
    const from = Math.max(offset, start);
    whole.set(sector.subarray(from - start, Math.min(offset + size, start + WL_SECTOR) - start), from - offset);
    return whole;
  };
  return { size: volume.size, read };
}
