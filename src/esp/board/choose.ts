/** Applies the chosen settings to an inspection, including a flash size chosen for a board that does not report its own. */
import type { Content } from '../../flash/family.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { isCovered, overlaps, regionOf, regionSize } from '../../flash/map.ts';
import type { Chosen } from '../../flash/target.ts';
import { UNIT } from '../flash-geometry.ts';
import { namedFlashSize } from './settings.ts';
import { assess } from './assess.ts';
import { withApps } from './boot-state.ts';
import { ASSUMED_FLASH_SIZE } from '../loader/device.ts';
import type { EspInspection } from './inspection.ts';
import { REGION } from '../loader/target.ts';

/**
 * The inspection with these choices; ids and values that the board does not offer are ignored. What an interrupted job has left
 * incomplete starts nothing, although its first bytes look like an app.
 */
export function chooseEsp(board: EspInspection, chosen: Chosen): EspInspection {
  const { esp, layout } = board;
  const flashSize = esp.sizeKnown ? esp.flashSize : (namedFlashSize(chosen) ?? ASSUMED_FLASH_SIZE);
  const isIncomplete = (range: Range) => (board.incomplete ?? []).some((each) => overlaps(each, range));
  const contents = board.contents.map((content): Content => {
    // An app that was read completely is known better than by what was written to it.
    const known = content.kind === 'app' && esp.examined.has(content.address);
    if (known || !isIncomplete(content)) return content;
    const brief = content.brief === undefined ? 'incomplete' : `${content.brief}, incomplete`;
    return { ...content, says: `${content.says} ${INCOMPLETE}`, brief };
  });
  const rows = esp.table.reading.rows.filter(({ offset, size }) =>
    isIncomplete({ region: REGION, address: offset, size }),
  );
  const incomplete = new Set(rows.map(({ offset }) => offset).filter((offset) => !esp.examined.has(offset)));
  const loads = new Set([...esp.loads].filter((offset) => !incomplete.has(offset)));
  const verified = new Set(
    contents.filter((content) => isVerified(content, board.verified ?? [])).map(({ address }) => address),
  );
  const sizedLayout = { ...layout, map: sized(layout.map, flashSize) };
  const seen = assess(
    { ...board, contents, layout: sizedLayout },
    { ...esp, loads, incomplete, verified, flashSize, chosen },
  );
  const system = layout.partitions.find(
    ({ role, ...range }) => (role === 'boot' || role === 'table') && isIncomplete(range),
  );
  if (system === undefined || seen.boot === null) return seen;
  const says = `The ${system.name} is incomplete: a write to it was interrupted.`;
  return { ...seen, boot: withApps({ partition: null, says }, seen.esp) };
}

/** Whether every byte of an app was verified when it was written. */
function isVerified({ region, address, kind, usedBytes }: Content, units: readonly Range[]): boolean {
  return kind === 'app' && usedBytes !== undefined && isCovered({ region, address, size: usedBytes }, units);
}

/** Added to what was found in a partition that holds only a part of what was to be written. */
const INCOMPLETE = 'Incomplete: a write to it was interrupted.';

function sized(map: FlashMap, size: number): FlashMap {
  if (regionSize(regionOf(map, REGION)) === size) return map;
  const runs = [{ count: size / UNIT, size: UNIT }];
  return { regions: map.regions.map((region) => (region.id === REGION ? { ...region, runs } : region)) };
}
