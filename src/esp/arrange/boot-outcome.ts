/** What the board will start once the files are written, predicted in the same way as for the board as read. */
import { lowered } from '../../flash/english.ts';
import type { AppImage } from '../../formats/app-image.ts';
import { isSameIdentity } from '../../flash/identity.ts';
import { isImageFor } from '../../formats/chip-ids.ts';
import { shown } from '../../formats/words.ts';
import { headerEdit } from '../boot/bootloader-header.ts';
import { imageWithin, segmentRange } from '../../flash/image.ts';
import type { Image, Segment } from '../../flash/image.ts';
import { bytes } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { RECORD_DISTANCE, RECORD_SIZE } from '../boot/otadata.ts';
import { isBare } from '../board/bare-chip.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { StartPlace } from '../../flash/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { startPlace } from '../partitions/layout.ts';
import type { BootPrediction } from '../boot/prediction.ts';
import { REGION } from '../loader/target.ts';
import { readBarrierOf } from '../board/read-access.ts';
import type { ArrangeContext, Records } from './context.ts';
import { runningAfterwards } from './migration.ts';
import { isAccepted } from './context.ts';
import type { EspArranged } from './arrange.ts';
import type { EspPlaced } from './placed.ts';

/** The state of the board after the files are written. */
export interface BootOutcome {
  readonly context: ArrangeContext;
  /** Whether there will be a bootloader that accepts the table. */
  readonly accepted: boolean;
  /** Whether the bootloader or the table is erased and no file replaces it. */
  readonly erased: boolean;
  /** Whether that is so of the table: no partition is there then. */
  readonly tableErased: boolean;
  /** Whether the header of the bootloader on the board is changed in place. */
  readonly changesHeader: boolean;
  readonly prediction: BootPrediction<TableRow>;
  /** The offsets at which a complete app is placed, and of these where that app is already, as far as its header tells. */
  readonly placed: ReadonlySet<number>;
  readonly there: ReadonlySet<number>;
  /** Whether a partition will hold an app that loads, as far as known. */
  readonly loads: (row: TableRow) => boolean;
}

/** The outcome for placed files and for the segments that result from settings (`beside`). */
export function bootOutcomeOf(
  all: readonly EspPlaced[],
  beside: readonly Segment[],
  context: ArrangeContext,
): BootOutcome {
  const { board } = context;
  const segments = [...all.flatMap((placement) => placement.segments), ...beside];
  const apps = placedApps(all, context);
  const placed = new Set(apps.keys());
  const { appsAfter } = context;
  const isThere = (at: number, { description }: AppImage) =>
    appsAfter.loads.has(at) && isSameIdentity(description?.elfSha256, appsAfter.apps.get(at)?.elfSha256);
  const there = new Set([...apps].flatMap(([at, image]) => (isThere(at, image) ? [at] : [])));
  const touched = (range: Range) => segments.some((segment) => overlaps(segmentRange(segment), range));
  const loads = (row: TableRow) => {
    if (placed.has(row.offset)) return true;
    const before = beforeOf(row, context);
    // The end of the app in its partition is not known: a smaller partition, or any changed byte, may break it.
    if (before === undefined || !board.esp.loads.has(before.offset)) return false;
    return !touched({ region: REGION, address: row.offset, size: Math.min(before.size, row.size) });
  };
  const { otadata, table } = context;
  const records = otadata === null ? null : recordsAfter(otadata.row, otadata.records, segments);
  const prediction = context.predict({ rows: table.rows, otadata: records, imageOk: loads });
  const { address, header } = board.esp.bootloader;
  const place = { region: REGION, address, size: Math.max(1, board.esp.table.address - address) };
  const blanks = beside.filter(({ blank }) => blank === true);
  const isErased = (at: number) =>
    blanks.some((segment) => overlaps(segmentRange(segment), { region: REGION, address: at, size: 1 }));
  const tableErased = isErased(context.table.address);
  const erased = tableErased || isErased(address);
  const hasBootloader = header !== null || context.header.from !== null || readBarrierOf(board.esp) !== null;
  const accepted = hasBootloader && !erased && isAccepted(context);
  return {
    context,
    accepted,
    erased,
    tableErased,
    changesHeader: beside.some((segment) => segment.blank !== true && overlaps(segmentRange(segment), place)),
    prediction,
    placed,
    there,
    loads,
  };
}

/** The partition of the board whose app a row will hold; undefined if there is none, or it may be cut off. */
function beforeOf(row: TableRow, { carriages, board }: ArrangeContext): TableRow | undefined {
  if (carriages !== null) return carriages.find(({ after, parts }) => after === row && parts !== null)?.before;
  const before = board.esp.table.reading.rows.find(({ offset }) => offset === row.offset);
  return before === undefined || row.size < before.size ? undefined : before;
}

/** The complete apps that are placed, by offset. */
function placedApps(placements: readonly EspPlaced[], { table, board }: ArrangeContext): Map<number, AppImage> {
  const placed = new Map<number, AppImage>();
  const loads = ({ loads: sound, header }: AppImage) => sound && isImageFor(header.chip, board.identity.chip);
  for (const { file, what, choice } of placements) {
    if (choice === null) continue;
    const row = table.rows.find((r) => r.offset === choice.address);
    const fits = row !== undefined && file.data.length <= row.size;
    if (what.is === 'image' && loads(what.image) && fits) placed.set(row.offset, what.image);
    if (what.is !== 'merged') continue;
    for (const part of what.merged.parts)
      if (part.kind === 'app' && part.image !== null && loads(part.image)) placed.set(part.address, part.image);
  }
  return placed;
}

/** Both otadata records once an image is written; null where one of them is not known then. */
export function recordsAfter(row: TableRow, before: Records | null, image: Image): Records | null {
  const record = (index: 0 | 1): Uint8Array | null => {
    const range = { region: REGION, address: row.offset + index * RECORD_DISTANCE, size: RECORD_SIZE };
    return covered(imageWithin(image, range)) ?? before?.[index] ?? null;
  };
  const [first, second] = [record(0), record(1)];
  return first === null || second === null ? null : [first, second];
}

/** The 32 bytes of a record, if a single segment has them all. */
function covered([segment]: readonly Segment[]): Uint8Array | null {
  return segment !== undefined && segment.data.length === RECORD_SIZE ? segment.data : null;
}

/** The partition that the board should start; null if unknown. */
export function expectedStart({ accepted, prediction }: BootOutcome): StartPlace | null {
  return accepted && prediction.boots !== null ? startPlace(prediction.boots) : null;
}

/**
 * Sentences on what the board will start, and on what cannot be verified; `reached`: the header's flash size is changed because
 * the new table needs it.
 */
export function bootWords(arranged: EspArranged, reached = false): string {
  const { outcome, context } = arranged;
  const { board } = context;
  const { chip } = board.identity;
  if (isBare({ chip })) return `The ${chip} will then start the program at the start of its flash.`;
  const unproved = unprovedWords(arranged);
  const header = reached ? reachWords(context) : headerWords(outcome, board);
  // A flash image is written in memory.
  const pause = outcome.changesHeader && board.identity.file === undefined ? HEADER_PAUSE : '';
  return `${unproved}${trustWords(arranged)}${header}${pause}${startWords(outcome, board)}`;
}

/** A warning that a table used only to locate partitions could not be compared with the board's. */
function trustWords({ placed, context }: EspArranged): string {
  const known = placed.find(({ file, choice }) => file === context.table.from && choice?.place === 'table-known');
  if (known === undefined) return '';
  return `Files are placed by ${shown(known.file)}, but this board’s own table cannot be read: if it differs, they are written to the wrong places. `;
}

/** Says that the flash size in the board's bootloader header is changed with the table. */
function reachWords({ header }: ArrangeContext): string {
  const size = bytes(header.size ?? 0);
  return `The flash size in the header of the board’s bootloader becomes ${size}, which this layout needs. `;
}

/** Where the header of the board's bootloader changes: its erase units hold the code of the bootloader, too. */
const HEADER_PAUSE =
  'If the board loses power while its bootloader is written, it may not start: connect it here again and resume. ';

/** Says that a bootloader's header is changed in a file; of the board's own the plan names what changes. */
function headerWords({ changesHeader, context }: BootOutcome, board: EspInspection): string {
  const { from } = context.header;
  if (changesHeader || from === null || headerEdit(board) === null) return '';
  return `The bootloader’s header in ${shown(from)} is changed as you chose, and its SHA-256 is updated. `;
}

const UNPROVED = {
  locked: 'Written, but not verifiable: this board cannot be read. ',
  encrypted: 'Written, but not verifiable: only the chip can read what it encrypts. ',
} as const;

function unprovedWords({ placed, layout, context }: EspArranged): string {
  const barrier = readBarrierOf(context.board.esp);
  if (barrier === null) return '';
  const encrypted = placed
    .flatMap(({ segments }) => segments)
    .some((segment) => layout.ciphered.some((range) => overlaps(range, segmentRange(segment))));
  return barrier === 'locked' || encrypted ? UNPROVED[barrier] : '';
}

/** Whether the board starts an app now, and is known to start none afterwards. */
export function losesStart({ accepted, erased, prediction, context: { board } }: BootOutcome): boolean {
  if ((board.boot?.partition ?? null) === null) return false;
  const startsNone = !accepted || (prediction.boots === null && prediction.kind !== 'unknown');
  return erased || (readBarrierOf(board.esp) === null && startsNone);
}

/** How a sentence about the next start begins: a flash image in a file starts nothing. */
export function itWill({ identity }: Pick<EspInspection, 'identity'>): string {
  return identity.file === undefined ? 'The board will' : 'A board with this flash will';
}

function startWords(outcome: BootOutcome, board: EspInspection): string {
  const { accepted, erased, prediction, placed, there, loads } = outcome;
  const now = runningAfterwards(outcome.context);
  const { boots, why } = prediction;
  const will = itWill(board);
  if (erased)
    return 'Afterwards nothing starts: the bootloader or the partition table is erased, and the chosen files do not replace it.';
  if (readBarrierOf(board.esp) !== null) {
    return boots !== null && placed.has(boots.offset)
      ? `If the bootloader on the board is intact, it will start the new app from ${boots.name}.`
      : 'Sectorwise cannot tell what the board will start.';
  }
  if (!accepted) {
    const today = board.boot?.partition === null ? board.boot.says : null;
    const says = today ?? 'Nothing starts: the bootloader rejects the partition table.';
    return `Afterwards ${lowered(says)}`;
  }
  if (boots === null) return `Afterwards: ${prediction.kind === 'unknown' ? why : `nothing starts. ${why}`}`;
  const keeps = boots.offset === now?.offset && (!placed.has(boots.offset) || there.has(boots.offset));
  if (placed.has(boots.offset) && !keeps) {
    const net = prediction.fallbacks.find((row) => row.offset === now?.offset && loads(row));
    const stays =
      net === undefined || placed.has(net.offset) ? '' : ` ${net.name}, which it starts now, stays as a fallback.`;
    return `${will} start the new app from ${boots.name}.${stays}`;
  }
  if (keeps) {
    const elsewhere = placed.size === 0 || there.has(boots.offset) ? '' : ': the app you write is not started';
    return `${will} keep starting ${boots.name}${elsewhere}.`;
  }
  return `${will} start ${boots.name}. Afterwards ${lowered(why)}`;
}
