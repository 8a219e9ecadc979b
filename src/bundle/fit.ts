/** Which boards a recovery bundle fits. */
import type { Inspection } from '../flash/family.ts';
import { bytes } from '../flash/finding.ts';
import type { FlashMap } from '../flash/map.ts';
import { regionSize, unitsTouching, sizeOf } from '../flash/map.ts';
import type { BundleManifest, BundleTarget, NeededFlash } from './manifest.ts';

/** What is compared with a target. */
export type BoardToFit = Pick<Inspection, 'identity' | 'layout'>;

/** Why a bundle does not fit a board, as the end of a sentence; null if it does. */
export function misfitOf({ targets }: Pick<BundleManifest, 'targets'>, board: BoardToFit): string | null {
  const reasons = targets.map((target) => misfit(target, board));
  if (reasons.includes(null)) return null;
  const { family, chip } = board.identity;
  // The nearest target says most: one for the same chip, if there is one.
  const nearest = targets.findIndex((each) => each.family === family && each.chip === chip);
  return nearest >= 0
    ? (reasons[nearest] ?? null)
    : `it is for ${targetsInWords(targets)}, but this board is ${named(board)}`;
}

/** A target in words: `ESP32 with at least 4 MiB of flash`. */
export function targetInWords({ chip, flash }: BundleTarget): string {
  const size = flash.reduce((sum, each) => sum + regionSize(each), 0);
  return size === 0 ? chip : `${chip} with at least ${bytes(size)} of flash`;
}

/** Targets as a list in a sentence. */
function targetsInWords(targets: readonly BundleTarget[]): string {
  return targets.map((target) => `the ${target.chip}`).join(' or ');
}

function named({ identity }: BoardToFit): string {
  return `the ${identity.chip}`;
}

function misfit(target: BundleTarget, { identity, layout }: BoardToFit): string | null {
  if (target.family !== identity.family || target.chip !== identity.chip) return 'it is for another chip';
  for (const needed of target.flash) {
    const why = lacking(needed, layout.map);
    if (why !== null) return why;
  }
  return null;
}

/** What a map lacks of needed flash: the region, its size, or its erase units. */
function lacking(needed: NeededFlash, map: FlashMap): string | null {
  const region = map.regions.find(({ id }) => id === needed.region);
  if (region === undefined || region.start !== needed.start)
    return `it needs the memory ${needed.region}, which this board does not have`;
  const size = regionSize(needed);
  const own = unitsTouching(region, needed.start, size);
  const has = sizeOf(own);
  if (has < size) return `it needs at least ${bytes(size)} of flash, and this board has ${bytes(has)}`;
  const wanted = unitsTouching({ ...region, runs: needed.runs }, needed.start, size);
  const same = wanted.length === own.length && wanted.every((unit, i) => unit.size === own[i]?.size);
  return same ? null : 'its flash is made of other erase units than that of this board';
}

/** The flash that a board must have for everything up to `end` in each region: whole erase units of a map. */
export function neededUpTo(map: FlashMap, ends: ReadonlyMap<string, number>): NeededFlash[] {
  return map.regions.flatMap((region): NeededFlash[] => {
    const end = ends.get(region.id);
    if (end === undefined) return [];
    const runs: { count: number; size: number }[] = [];
    for (const { size } of unitsTouching(region, region.start, end - region.start)) {
      const last = runs.at(-1);
      if (last?.size === size) last.count++;
      else runs.push({ count: 1, size });
    }
    return [{ region: region.id, start: region.start, runs }];
  });
}
