/** The inspection of a board in DFU mode: what it has beyond that of every family. */
import type { Inspection } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import type { Chosen } from '../../flash/target.ts';
import type { AlternateSetting } from '../protocol/device.ts';
import type { ExtensionHead } from '../particle/extension.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import type { BoardProfile, ProfileRange } from './profile.ts';
import type { Quirk } from '../protocol/quirks.ts';

/**
 * What one place of a board holds, as far as it was read. `passes`: the firmware would accept its header as that of the
 * user application, whatever its checksums say.
 */
export type UnitContent =
  | {
      readonly kind: 'module';
      readonly head: ModuleHead;
      /** MD5 (hex) of its first bytes, with its header and its vector table. */
      readonly digest: string;
      readonly passes: boolean;
      /** The address of its reset handler; null if it does not begin with a vector table. */
      readonly entry: number | null;
      /** Whether its checksums are right; null if it was not read whole. */
      readonly sound: boolean | null;
      /** The CRC-32 of all its bytes before the stored one; absent if it was not read whole. */
      readonly crc?: number;
    }
  | { readonly kind: 'extension'; readonly head: ExtensionHead; readonly passes: false; readonly sound: boolean | null }
  /** It starts with a vector table: a stack pointer in RAM and a reset vector in flash, at the start of the flash also counted from 0. */
  | { readonly kind: 'program'; readonly passes: boolean; readonly entry: number }
  | { readonly kind: 'blank'; readonly passes: false }
  | { readonly kind: 'data'; readonly passes: boolean }
  | { readonly kind: 'unread'; readonly passes: false };

/** What places hold, by `placeKey`. */
export type ContentByPlace = ReadonlyMap<string, UnitContent>;

/** The key of a place: its memory, by the number of its alternate setting, and its address. */
export function placeKey({ setting, address }: Pick<ProfileRange, 'setting' | 'address'>): string {
  return `${setting}@${address.toString(16)}`;
}

/** The same key for a place of the board's own map. */
export function keyOf(settings: readonly AlternateSetting[], { region, address }: Omit<Range, 'size'>): string {
  const own = settings.find(({ memory }) => memory.kind === 'memory' && memory.regions.some(({ id }) => id === region));
  return placeKey({ setting: own?.number ?? -1, address });
}

/** The inspection of a board in DFU mode: plain data that can be posted between threads. */
export interface DfuInspection extends Inspection {
  readonly dfu: {
    readonly usb: { readonly vendorId: number; readonly productId: number };
    readonly settings: readonly AlternateSetting[];
    readonly quirks: readonly Quirk[];
    readonly transferSize: number;
    readonly readProtected: boolean;
    /** See `DfuDevice`. */
    readonly unlockMs: number | null;
    /** What kind of board it is; null if unknown. */
    readonly profile: BoardProfile | null;
    readonly chosen: Chosen;
    /** What each partition holds, by `keyOf` its place: two memories may have one name, or one address. */
    readonly content: ContentByPlace;
    /** What each erase unit of the first memory starts with, by `keyOf`; empty if partitions divide it or it has too many. */
    readonly units: ContentByPlace;
    /** Whether every module was read whole. */
    readonly examined: boolean;
  };
}

/** A range of a profile as a range of the board's own map; null unless one region contains all of it. */
export function onBoard(
  { dfu }: { readonly dfu: Pick<DfuInspection['dfu'], 'settings'> },
  { setting, address, size }: ProfileRange,
): Range | null {
  const memory = dfu.settings.find(({ number }) => number === setting)?.memory;
  if (memory?.kind !== 'memory') return null;
  for (const region of memory.regions) {
    const bytes = region.runs.reduce((sum, run) => sum + run.count * run.size, 0);
    if (address >= region.start && address + size <= region.start + bytes) return { region: region.id, address, size };
  }
  return null;
}
