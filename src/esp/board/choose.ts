/** A board seen with what a person chose: settings as they stand, and the flash as large as they said it is. */
import type { FlashMap } from '../../flash/map.ts';
import { regionOf, regionSize } from '../../flash/map.ts';
import type { Chosen } from '../../flash/target.ts';
import { namedFlashSize } from './settings.ts';
import { assess } from './assess.ts';
import { ASSUMED_FLASH_SIZE } from '../loader/device.ts';
import type { EspInspection } from './inspection.ts';
import { UNIT } from '../partitions/layout.ts';
import { REGION } from '../loader/target.ts';

/** The board with these choices; ids and values that it does not offer are passed over. */
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
