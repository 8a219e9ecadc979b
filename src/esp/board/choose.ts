/** Applies the chosen settings to an inspection, including a flash size chosen for a board that does not report its own. */
import type { FlashMap } from '../../flash/map.ts';
import { regionOf, regionSize } from '../../flash/map.ts';
import type { Chosen } from '../../flash/target.ts';
import { namedFlashSize } from './settings.ts';
import { assess } from './assess.ts';
import { ASSUMED_FLASH_SIZE } from '../loader/device.ts';
import type { EspInspection } from './inspection.ts';
import { UNIT } from '../partitions/layout.ts';
import { REGION } from '../loader/target.ts';

/** The inspection with these choices; ids and values that the board does not offer are ignored. */
export function chooseEsp(board: EspInspection, chosen: Chosen): EspInspection {
  const { esp, layout } = board;
  const flashSize = esp.sizeKnown ? esp.flashSize : (namedFlashSize(chosen) ?? ASSUMED_FLASH_SIZE);
  return assess({ ...board, layout: { ...layout, map: sized(layout.map, flashSize) } }, { ...esp, flashSize, chosen });
}

function sized(map: FlashMap, size: number): FlashMap {
  if (regionSize(regionOf(map, REGION)) === size) return map;
  const runs = [{ count: size / UNIT, size: UNIT }];
  return { regions: map.regions.map((region) => (region.id === REGION ? { ...region, runs } : region)) };
}
