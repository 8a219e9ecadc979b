/** Where an application larger than its sector can go, with the consequences, and which layouts are impossible. */
import { capital } from '../../flash/english.ts';
import type { AppLayoutOffer } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { contentAt } from '../board/boot.ts';
import { onBoard } from '../board/inspection.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { AppLayout, BoardProfile, ProfileRange } from '../board/profile.ts';
import { linkerFiles } from './linker.ts';
import { placeName } from './placed.ts';

/** Every layout of a board, the recommended one first, then the layouts that it cannot have. Empty for a board without modules. */
export function appLayoutsOf(profile: BoardProfile, board: Pick<DfuInspection, 'dfu' | 'layout'>): AppLayoutOffer[] {
  if (profile.modules === null) return [];
  const files = linkerFiles(profile);
  const offers = profile.layouts.flatMap((layout, i): AppLayoutOffer[] => {
    const ranges = layout.pieces.flatMap((piece) => onBoard(board, piece) ?? []);
    if (ranges.length < layout.pieces.length) return [];
    const { name, why, recommended = null } = layout;
    const consequences = consequencesOf(layout, ranges, profile, board);
    return [{ name, why: sentence(why), ranges, consequences, recommended, save: files[i] ?? null }];
  });
  const unavailable = profile.unavailable.map(({ name, why, forbiddenBy }): AppLayoutOffer => ({
    name,
    why: sentence(why),
    ranges: [],
    consequences: [],
    recommended: null,
    forbiddenBy,
    save: null,
  }));
  const first = offers.filter(({ recommended }) => recommended !== null);
  return [...first, ...offers.filter((offer) => !first.includes(offer)), ...unavailable];
}

function consequencesOf(
  { keepsOta }: AppLayout,
  ranges: readonly Range[],
  profile: BoardProfile,
  board: Pick<DfuInspection, 'dfu' | 'layout'>,
): string[] {
  const touched = (range: ProfileRange) => {
    const own = onBoard(board, range);
    return own !== null && ranges.some((each) => overlaps(each, own)) ? own : null;
  };
  const erased = profile.erasedBy.flatMap(({ by, ...range }) => {
    const own = touched(range);
    return own === null ? [] : [`${by} will erase ${placeName(own, board.layout)} (${hex(own.address)}).`];
  });
  const factory = profile.modules?.factory ?? null;
  const slot = factory === null ? null : touched(factory);
  return [
    ...(keepsOta ? ['Over-the-air updates keep working.'] : ['Over-the-air updates are no longer possible.']),
    ...(keepsOta ? erased : []),
    ...(slot !== null ? [`It uses the factory slot (${hex(slot.address)}): factory reset no longer works.`] : []),
    ...(factory !== null && slot === null
      ? [
          contentAt(board.dfu.content, factory).passes
            ? 'Factory reset keeps working: it brings back what the factory slot holds.'
            : 'The factory slot stays as it is.',
        ]
      : []),
  ];
}

function sentence(text: string): string {
  const first = capital(text);
  return first.endsWith('.') ? first : `${first}.`;
}
