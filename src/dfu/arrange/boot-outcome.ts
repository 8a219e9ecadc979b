/** Predicts what a board holds and starts once the files are written. */
import { hex } from '../../flash/finding.ts';
import { segmentRange } from '../../flash/image.ts';
import type { Segment } from '../../flash/image.ts';
import type { Partition } from '../../flash/layout.ts';
import { overlaps } from '../../flash/map.ts';
import { shown } from '../../formats/words.ts';
import { readVectorTable } from '../../formats/vector-table.ts';
import type { Start } from '../board/boot.ts';
import { startOf } from '../board/boot.ts';
import type { DfuInspection, ContentByPlace, UnitContent } from '../board/inspection.ts';
import { keyOf } from '../board/inspection.ts';
import { placeParts, recognise } from '../board/contents.ts';
import { moduleLength } from '../particle/module.ts';
import type { DfuPlaced, DfuPlacement } from './placed.ts';

/** What each partition will hold, and what the board starts then. */
export interface BootOutcome {
  readonly content: ContentByPlace;
  readonly start: Start | null;
}

/** Predicts contents and start after the write. Placed files were checked, so their checksums count as correct. */
export function bootOutcomeOf(segments: readonly Segment[], board: DfuInspection): BootOutcome {
  const content = new Map<string, UnitContent>();
  for (const partition of board.layout.partitions) {
    const key = keyOf(board.dfu.settings, partition);
    const before = board.dfu.content.get(key) ?? { kind: 'unread', passes: false };
    content.set(key, after(partition, before, segments, board));
  }
  return { content, start: startOf(board, content) };
}

/** The outcome for placed files: of a program that was not linked for the start of the flash, it is unknown what it does there. */
export function outcomeOf(
  placed: readonly DfuPlaced[],
  board: DfuInspection,
  erased: readonly Segment[] = [],
): BootOutcome {
  const segments = [...placed.flatMap((placement) => placement.segments), ...erased];
  const outcome = bootOutcomeOf(segments, board);
  const flashStart = board.layout.map.regions[0]?.start;
  for (const { what, choice } of placed) {
    if (what.is !== 'program' || choice?.place !== 'sectors' || choice.address !== flashStart) continue;
    const reset = readVectorTable(what.data)?.handlers[0];
    if (what.linked === flashStart || reset === undefined || outcome.start?.kind !== 'starts') continue;
    const says =
      `Sectorwise cannot tell what starts: the program at ${hex(flashStart)} was not linked for this place, and its reset ` +
      `vector points to ${hex(reset)}.`;
    return { ...outcome, start: { place: null, kind: 'unknown', says } };
  }
  return outcome;
}

function after(
  partition: Partition,
  before: UnitContent,
  segments: readonly Segment[],
  board: DfuInspection,
): UnitContent {
  const own = segments.find(({ region, address }) => region === partition.region && address === partition.address);
  if (own !== undefined) {
    const found = recognise(own.data, placeParts(board.layout.map, board.dfu.profile, own));
    // Anything that starts with a header was read whole before it got here.
    return found.kind === 'module' || found.kind === 'extension' ? { ...found, sound: true } : found;
  }
  const touched = segments.some((segment) => overlaps(segmentRange(segment), partition));
  if (!touched || before.kind === 'unread') return before;
  const reaches = before.kind === 'module' ? moduleLength(before.head) : partition.size;
  const hit = segments.some((segment) => overlaps(segmentRange(segment), { ...partition, size: reaches }));
  return hit && before.kind === 'module' ? { ...before, sound: false } : before;
}

/** What the board will start after the write, in words. */
export function bootWords(
  { start, content }: BootOutcome,
  files: readonly DfuPlacement[],
  { layout, dfu }: DfuInspection,
): string {
  const words =
    start === null
      ? ['Sectorwise cannot tell what the board starts afterwards.']
      : [`Afterwards: ${lower(start.says)}`];
  const contentOf = (partition: Partition) => content.get(keyOf(dfu.settings, partition));
  const extended = layout.partitions.find((partition) => contentOf(partition)?.kind === 'extension');
  const extension = extended && contentOf(extended);
  if (extension?.kind === 'extension') {
    const { version } = extension.head;
    const only = files.every(({ what }) => what.is === 'extension');
    words.push(
      only
        ? `The application stays as it is; it uses version ${version} of the extension if it was built for that version.`
        : `The extension in ${extended?.name} is version ${version}: the application runs without it if it was built for a different version.`,
    );
  }
  const flashStart = layout.map.regions[0]?.start ?? 0;
  for (const { file, what, choice } of files) {
    const plain = what.is === 'program' && dfu.profile?.modular !== true;
    if (!plain || choice === null || choice.address === flashStart) continue;
    const name = `${shown(file)} at ${hex(choice.address)}`;
    words.push(
      start?.kind === 'starts'
        ? `${name} runs only if that program starts it, as a bootloader does.`
        : `${name} needs a bootloader at ${hex(flashStart)} that starts it.`,
    );
  }
  return words.join(' ');
}

/** A sentence as it follows a colon: its first word in lower case. */
function lower(text: string): string {
  return text
    .replace(/^The /, 'the ')
    .replace(/^What /, 'what ')
    .replace(/^Nothing /, 'nothing ');
}
