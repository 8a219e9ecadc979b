/** Finds a FAT volume in a partition: behind ESP-IDF's wear levelling, behind one of another size, or without any. */
import type { Finding } from '../../../flash/finding.ts';
import { hex } from '../../../flash/finding.ts';
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import { WL_SECTOR, sizeForVolume, wearLevellingLayout } from '../wear-levelling/layout.ts';
import type { PendingErase } from '../wear-levelling/safety.ts';
import { SAFETY_SECTORS, afterRestore, pendingErase } from '../wear-levelling/safety.ts';
import { freshState } from '../wear-levelling/state.ts';
import type { LogicalVolume, WearLevelling } from '../wear-levelling/view.ts';
import { readWearLevelling, volumeOver } from '../wear-levelling/view.ts';
import { fatFinding } from './findings.ts';
import type { FatGeometry } from './geometry.ts';
import { geometryOf } from './geometry.ts';

/** How a volume is kept: without wear levelling; with its sectors of 4096 bytes; with 512, in performance or safety mode. */
export type WearLevellingMode = 'none' | '4096' | 'performance' | 'safety';

/** A volume that was found. */
export interface LocatedVolume {
  readonly volume: LogicalVolume;
  readonly geometry: FatGeometry;
  readonly levelling: WearLevellingMode;
  readonly wl: WearLevelling | null;
  /** An erase in safety mode that the library will finish; the volume is shown as it is afterwards. */
  readonly pending: PendingErase | null;
  readonly findings: readonly Finding[];
}

/** A volume, or only why its sectors cannot be put in order. */
export type Located = LocatedVolume | { readonly volume: null; readonly findings: readonly Finding[] };

/** How many bytes of a logical volume of `usable` bytes the file system has. */
export function volumeSize(usable: number, levelling: WearLevellingMode): number {
  return levelling === 'safety' ? usable - SAFETY_SECTORS * WL_SECTOR : usable;
}

/**
 * The mode of wear levelling that a boot sector tells by its sizes: nothing else says it. A volume that leaves the last two
 * sectors free may be in safety mode, so it is never given them.
 */
function levellingOf({ sectorSize, totalSectors }: FatGeometry, usable: number): WearLevellingMode {
  if (sectorSize !== 512) return '4096';
  return totalSectors * sectorSize <= volumeSize(usable, 'safety') ? 'safety' : 'performance';
}

async function bootAt(bytes: PartitionBytes, offset: number): Promise<FatGeometry | null> {
  return offset + 512 <= bytes.size ? geometryOf(await bytes.read(offset, 512)) : null;
}

/** The volume behind wear levelling; null if it holds no FAT. */
async function leveled(partition: PartitionBytes, wl: WearLevelling, before: readonly Finding[]) {
  const volume = volumeOver(partition, wl);
  const { usable } = wl.layout;
  const geometry = await bootAt(volume.bytes, 0);
  if (geometry !== null && levellingOf(geometry, usable) !== 'safety') {
    const levelling = levellingOf(geometry, usable);
    return { volume, geometry, levelling, wl, pending: null, findings: before } satisfies LocatedVolume;
  }
  // The boot sector itself may be what was being erased.
  const pending = await pendingErase(volume.bytes);
  const bytes = pending === null ? volume.bytes : afterRestore(volume.bytes, pending);
  const restored = await bootAt(bytes, 0);
  if (restored === null || levellingOf(restored, usable) !== 'safety') return null;
  const findings = [...before];
  if (pending?.sector === null) {
    findings.push(fatFinding('wl-erase-torn', volume.physicalOf(usable - SAFETY_SECTORS * WL_SECTOR)));
  } else if (pending !== null) {
    const lost = pending.to - pending.from;
    findings.push(fatFinding('wl-erase-pending', volume.physicalOf(pending.sector * WL_SECTOR), { lost }));
  }
  const located: LocatedVolume = {
    volume: { ...volume, bytes },
    geometry: restored,
    levelling: 'safety',
    wl,
    pending,
    findings,
  };
  return located;
}

/** Whether a boot sector was made for exactly this logical volume. */
function fills(geometry: FatGeometry | null, usable: number): boolean {
  if (geometry === null) return false;
  const size = geometry.totalSectors * geometry.sectorSize;
  return size === usable || (geometry.sectorSize === 512 && size === volumeSize(usable, 'safety'));
}

/** What the boot sector in the first bytes of a partition says; `levelled`: the volume lies behind wear levelling. */
export interface FatHead {
  readonly geometry: FatGeometry;
  readonly levelled: boolean;
}

/**
 * The FAT that the first bytes of a partition of `size` bytes show; null if they show none. Behind wear levelling the boot sector
 * is in the first sector or the second until the dummy sector has been through all of them, and may be anywhere afterwards.
 */
export function fatOfHead(head: Uint8Array, size: number): FatHead | null {
  const usable = wearLevellingLayout(size)?.usable ?? 0;
  for (const offset of [0, WL_SECTOR]) {
    const geometry = geometryOf(head.subarray(offset, offset + 512));
    if (geometry !== null) return { geometry, levelled: offset > 0 || fills(geometry, usable) };
  }
  return null;
}

/** Wear levelling that was set up for another size of partition, found by the size in a boot sector. */
async function ofOtherSize(partition: PartitionBytes, geometry: FatGeometry): Promise<Located | null> {
  const has = geometry.totalSectors * geometry.sectorSize;
  const usable = geometry.sectorSize === 512 ? [has, has + SAFETY_SECTORS * WL_SECTOR] : [has];
  for (const size of usable.map(sizeForVolume)) {
    if (size === null || size >= partition.size) continue;
    const inner: PartitionBytes = { size, read: (offset, length) => partition.read(offset, length) };
    const wl = await readWearLevelling(inner);
    if (typeof wl === 'string') continue;
    const finding = fatFinding('wl-other-size', wl.layout.state1, { was: size, size: partition.size });
    const located = await leveled(inner, wl, [finding]);
    if (located !== null) return located;
  }
  return null;
}

async function withoutStates(partition: PartitionBytes): Promise<Located | null> {
  const [atStart, atSecond] = [await bootAt(partition, 0), await bootAt(partition, WL_SECTOR)];
  for (const geometry of [atStart, atSecond]) {
    const other = geometry === null ? null : await ofOtherSize(partition, geometry);
    if (other !== null) return other;
  }
  const layout = wearLevellingLayout(partition.size);
  if (layout !== null && (fills(atStart, layout.usable) || fills(atSecond, layout.usable))) {
    const values = { first: hex(layout.state1), second: hex(layout.state2) };
    const findings = [fatFinding('wl-both-bad', layout.state1, values)];
    if (!fills(atSecond, layout.usable)) return { volume: null, findings };
    // This is where a library that starts again looks for its sectors.
    const wl: WearLevelling = { layout, state: freshState(0), position: 0, bad: null };
    return (await leveled(partition, wl, findings)) ?? { volume: null, findings };
  }
  if (atStart === null) return null;
  const volume: LogicalVolume = { bytes: partition, physicalOf: (offset) => offset };
  return { volume, geometry: atStart, levelling: 'none', wl: null, pending: null, findings: [] };
}

/** Finds the volume of a partition; null if it holds no FAT. */
export async function locate(partition: PartitionBytes): Promise<Located | null> {
  const wl = await readWearLevelling(partition);
  if (typeof wl === 'string') return withoutStates(partition);
  const bad = wl.bad === 1 ? wl.layout.state1 : wl.layout.state2;
  const findings = wl.bad === null ? [] : [fatFinding('wl-state-bad', bad, { state: wl.bad })];
  return leveled(partition, wl, findings);
}
