/** What a request comes to on a board in DFU mode: every fact is worked out once here, and handed down. */
import type { Arrangement, BootOutcome as StartAfter, Request, Restoration } from '../../flash/arrangement.ts';
import { askedOfWrites, chosenIn, contentOf, imageIn, plainChoice, withOverlap } from '../../flash/arrangement.ts';
import type { SavedFile } from '../../flash/family.ts';
import { fatesOf } from '../../flash/fates.ts';
import type { Image, Segment } from '../../flash/image.ts';
import { blankSegments, segmentRange } from '../../flash/image.ts';
import { contains } from '../../flash/map.ts';
import { shown } from '../../formats/words.ts';
import { startPlace } from '../board/boot.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { onBoard } from '../board/inspection.ts';
import type { BootOutcome } from './boot-outcome.ts';
import { bootOutcomeOf, bootWords, outcomeOf } from './boot-outcome.ts';
import { checkFiles } from './check.ts';
import { placesFor, unitsToPick } from './choices.ts';
import { identify } from './identify.ts';
import { dataHeader, linkerFiles } from './linker.ts';
import type { DfuPlaced } from './placed.ts';
import { segmentsOf } from './segments.ts';
import { commitmentTo } from './write-order.ts';

/** What the checks for refusals get: the board, the placed files and the predicted outcome. */
export interface DfuArranged {
  readonly board: DfuInspection;
  readonly placed: readonly DfuPlaced[];
  /** What erases partitions. */
  readonly erased: readonly Segment[];
  readonly outcome: BootOutcome;
}

/** The port's `arrange` for boards in DFU mode: see `Family.arrange`. */
export function arrangeDfu({ files, erase = [] }: Request, board: DfuInspection): Arrangement {
  const placed = files.map(({ file, choice: requested }): DfuPlaced => {
    const what = identify(file, board);
    const choices = placesFor({ file, what }, board, requested);
    const chosen = chosenIn(choices, requested);
    const choice = (chosen === null ? null : choices[chosen]) ?? null;
    const placement = { file, what, choices, chosen, choice, picking: unitsToPick({ file, what }, board) };
    return { ...placement, segments: segmentsOf(placement, board) };
  });
  const erased = blankSegments(board.layout.map, erase);
  const segments = [...placed.flatMap((placement) => placement.segments), ...erased];
  const outcome = outcomeOf(placed, board, erased);
  const content = contentOf(placed, erased);
  const { layout, contents } = board;
  return {
    content,
    refusals: askedOfWrites(
      placed,
      withOverlap(placed, content, checkFiles({ board, placed, outcome, erased })),
      layout,
    ),
    placements: placed.map(({ file, what, choices, chosen, choice, picking }) => ({
      file,
      recognised: { kind: what.kind, says: what.says, findings: what.findings },
      choices: choices.map(plainChoice),
      chosen,
      choice: choice && plainChoice(choice),
      picking,
    })),
    layout,
    fates: fatesOf({ before: layout, after: layout, contents, image: imageIn(content) }),
    boot: bootAfter(outcome, placed, board),
    saves: savesOf(placed, board),
    ...commitmentTo(segments, board),
  };
}

/** The port's `restore` for boards in DFU mode: see `Family.restore`. */
export function restoreDfu(image: Image, board: DfuInspection): Restoration {
  const outcome = bootOutcomeOf(image, board);
  return { ...commitmentTo(image, board), boot: bootAfter(outcome, [], board) };
}

/** What the board starts afterwards, and whether it starts nothing any more. */
function bootAfter(outcome: BootOutcome, placed: readonly DfuPlaced[], board: DfuInspection): StartAfter {
  const { start } = outcome;
  const startsNow = (board.boot?.partition ?? null) !== null;
  const startsNone = start?.kind === 'safe-mode' || start?.kind === 'nothing';
  return {
    expected: startPlace(start, board),
    says: bootWords(outcome, placed, board),
    ...(startsNow && startsNone && { losesStart: true as const }),
  };
}

/** Files to keep: a C header with the places of all data, and the linker file of the layout that the modules fill. */
function savesOf(placed: readonly DfuPlaced[], board: DfuInspection): SavedFile[] {
  const data = placed.filter(({ what }) => what.is === 'data');
  const places = data.flatMap(({ file, segments }) =>
    segments.map((segment, i, all) => ({
      name: all.length > 1 ? `${shown(file)} ${i + 1}` : shown(file),
      address: segment.address,
      size: segment.data.length,
    })),
  );
  return [...(places.length === 0 ? [] : [dataHeader(places)]), ...linkerOf(placed, board)];
}

/** The linker file of a layout that these modules need: none for what the application's own sector holds. */
function linkerOf(all: readonly DfuPlaced[], board: DfuInspection): SavedFile[] {
  const { profile } = board.dfu;
  if (profile === null) return [];
  const own = profile.modules && onBoard(board, profile.modules.user);
  const placed = all
    .filter(({ what: { is } }) => is === 'module' || is === 'extension' || is === 'joined')
    .flatMap(({ segments }) => segments);
  if (own !== null && placed.every((segment) => contains(own, segmentRange(segment)))) return [];
  const at = profile.layouts.findIndex(
    ({ pieces }) =>
      pieces.length === placed.length &&
      pieces.every(({ address, size }) =>
        placed.some((segment) => segment.address === address && segment.data.length <= size),
      ),
  );
  const file = linkerFiles(profile)[at];
  return file === undefined ? [] : [file];
}
