/** Arranges a request on an Espressif board. Shared facts are computed once here and passed down. */
import type { Arrangement, Request } from '../../flash/arrangement.ts';
import { askedOfWrites, chosenIn, contentOf, imageIn, plainChoice, withOverlap } from '../../flash/arrangement.ts';
import type { Fate } from '../../flash/fates.ts';
import { fatesOf } from '../../flash/fates.ts';
import type { Segment } from '../../flash/image.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import type { EspInspection } from '../board/inspection.ts';
import { predictBoot } from '../boot/prediction.ts';
import { layoutOf } from '../partitions/layout.ts';
import type { BootOutcome } from './boot-outcome.ts';
import { bootOutcomeOf, bootWords, expectedStart, losesStart } from './boot-outcome.ts';
import { checkFiles } from './check.ts';
import { choiceWords, chosenStart, isStartUnread } from './choose-start.ts';
import { isForPartition, placesFor } from './choices.ts';
import { withoutCiphertext } from './ciphertext.ts';
import type { ArrangeContext } from './context.ts';
import { contextOf, bootloaderIn } from './context.ts';
import { headerChanges } from './header-edit.ts';
import { identify, recognisedOf } from './identify.ts';
import { editedParts } from './edited.ts';
import type { EspPlaced, EspPlacement, EspFile } from './placed.ts';
import { migrationOf, pairingsOf } from './migration.ts';
import { contentGapsOf, gapsOf, ranksOf } from './migration-order.ts';
import { placeSegments } from './segments.ts';
import { settingSegmentsOf } from './setting-segments.ts';
import { hasHeader, sizeOptions } from '../boot/bootloader-header.ts';
import { checksSignatures } from '../board/read-access.ts';
import { HEADER_SIZE } from '../board/setting-ids.ts';
import { canCarry } from './carry.ts';
import { commitmentTo } from './write-order.ts';

/** The expensive steps of an arrangement; tests pass in counting versions. */
export interface ArrangeTools {
  readonly identify: typeof identify;
  readonly predict: typeof predictBoot;
}

const TOOLS: ArrangeTools = { identify, predict: predictBoot };

/** Everything known about a request when its refusals are determined. */
export interface EspArranged {
  readonly context: ArrangeContext;
  readonly placed: readonly EspPlaced[];
  /** Segments that result from settings and erased partitions; those of settings overlap no others. */
  readonly beside: readonly Segment[];
  readonly layout: Layout;
  readonly outcome: BootOutcome;
  readonly fates: readonly Fate[];
}

/** The port's `arrange` for Espressif boards: see `Family.arrange`. */
export function arrangeEsp(request: Request, as: EspInspection, tools = TOOLS): Arrangement {
  const { files, erase = [], rewritten = [], boot } = request;
  const identified = files.map(({ file, choice }) => ({ file, what: tools.identify(file, as), requested: choice }));
  const own = identified.filter((each) => !isForPartition(each, identified, as));
  const board = withLargerHeader(own, as);
  const context = contextOf(own, board, tools.predict, request);
  const placements = identified.map(({ file, what, requested }): EspPlacement => {
    const choices = placesFor({ file, what, requested }, context);
    const chosen = chosenIn(choices, requested);
    return { file, what, requested, choices, chosen, choice: (chosen === null ? null : choices[chosen]) ?? null };
  });
  const layout = layoutAfter(placements, context);
  const placed = placeSegments(placements, context, layout);
  const fileSegments = placed.flatMap(({ segments }) => segments);
  const { moves, blanks, rebuilt, otadata } = migrationOf(context, fileSegments);
  const choice = chosenStart(boot, board);
  const beside = choice === null ? [...settingSegmentsOf(placed, board, erase), ...otadata] : [...choice.segments];
  const edited = editedParts(rewritten, placed, context);
  const outcome = bootOutcomeOf(placed, beside, context);
  const content = contentOf(placed, [...beside, ...blanks, ...rebuilt, ...edited.segments, ...edited.madeAnew]);
  const after = outcome.tableErased ? { ...layout, partitions: layout.partitions.filter(isSystem) } : layout;
  const pairs = pairingsOf(context, after);
  const image = imageIn(contentOf(placed, [...beside, ...edited.madeAnew]));
  const { contents } = board;
  const known = { before: board.layout, after, contents, image, edited: edited.fates };
  const header = outcome.changesHeader ? headerChanges(board) : '';
  const fates = fatesOf({ ...known, ...(pairs !== undefined && { pairs }) }).map((fate) =>
    header !== '' && fate.after?.role === 'boot' ? { ...fate, why: header } : fate,
  );
  const rebuilds = (context.carriages ?? []).flatMap(({ rebuild }) => rebuild ?? []);
  const written = { files: fileSegments, segments: imageIn(content), moves };
  const arranged = { context, placed, beside, layout, outcome, fates };
  // At every moment the entries select what they did, or what they will.
  const startsThroughout = as.boot !== null && as.boot.partition !== null && expectedStart(outcome) !== null;
  return {
    content,
    refusals: askedOfWrites(
      placed,
      withOverlap(placed, content, choice === null ? [...checkFiles(arranged), ...edited.refusals] : choice.refusals),
      as.layout,
    ),
    placements: placed.map(({ file, what, choices, chosen, choice }) => ({
      file,
      recognised: recognisedOf(what),
      choices: choices.map(plainChoice),
      chosen,
      choice: choice && plainChoice(choice),
      picking: null,
    })),
    ...(rebuilds.length > 0 && { rebuilds }),
    layout: after,
    fates,
    boot: {
      expected: expectedStart(outcome),
      says: `${bootWords(arranged, board !== as)}${choice === null ? '' : choiceWords(board, outcome)}`,
      ...(losesStart(outcome) && { losesStart: true as const }),
      ...(choice !== null && isStartUnread(board, outcome) && { startUnread: true as const }),
    },
    saves: [],
    ...(choice !== null
      ? { ranks: choice.ranks, commits: [], ...(startsThroughout && { gaps: [] }) }
      : context.carriages === null
        ? commitmentTo(layout)
        : {
            moves,
            gaps: gapsOf(context, written, outcome),
            contentGaps: contentGapsOf(context, written),
            ranks: ranksOf(context, written),
            commits: [],
          }),
  };
}

/** Whether a partition is there without a table that names it. */
function isSystem({ role }: Partition): boolean {
  return role === 'boot' || role === 'table';
}

/** The layout afterwards: the board's own, or that of the partition table among the files. */
function layoutAfter(placements: readonly EspPlacement[], { board, table }: ArrangeContext): Layout {
  const encrypts = board.esp.security.encryption.on === true;
  const { map } = board.layout;
  const bootloader = board.esp.bootloader.address;
  const layout =
    table.from === null
      ? board.layout
      : layoutOf({ map, rows: table.rows, bootloader, table: table.address, encrypts });
  return { ...layout, ciphered: withoutCiphertext(layout.ciphered, placements) };
}

/**
 * The board with the header size chosen that covers a new table among the files, if that is needed and possible: the size is not
 * chosen already, no bootloader comes with the table, the board's own was read and may be changed, and the board accepts its
 * present table. A table that it rejects has another cause, which is reported.
 */
function withLargerHeader(files: readonly EspFile[], board: EspInspection): EspInspection {
  const { esp, identity } = board;
  const table = files.find(({ what }) => what.is === 'table' && what.table.data !== null)?.what;
  if (table?.is !== 'table' || files.some(({ what }) => bootloaderIn(what) !== null)) return board;
  const end = Math.max(...table.table.rows.map(({ offset, size }) => offset + size));
  const { chosen, headerSize, bootloader, security, flashSize, sizeKnown } = esp;
  const needed = headerSize !== null && end > headerSize && end <= flashSize && chosen[HEADER_SIZE] === undefined;
  if (!needed || bootloader.data === null || !esp.table.reading.accepted || !canCarry(board)) return board;
  if (checksSignatures(security) || !hasHeader(identity.chip)) return board;
  const sizes = sizeOptions(identity.chip, sizeKnown ? flashSize : null).filter(({ bytes }) => bytes >= end);
  const size = sizeKnown ? sizes.at(-1) : sizes[0];
  if (size === undefined) return board;
  return { ...board, esp: { ...esp, chosen: { ...chosen, [HEADER_SIZE]: size.id } } };
}
