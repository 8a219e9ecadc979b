/**
 * Which problems the bytes make false that a job has verified. Only a closer look finds them, so reading the board as when it is
 * connected tells nothing of them: their partition is read back and checked as a diagnosis would. It counts what is there, whether a
 * repair that was offered, a backup or a dropped file brought it.
 */
import type { Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Cancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { contains, isSameRange, overlaps } from '../../flash/map.ts';
import type { Target } from '../../flash/target.ts';
import { FlashReader } from '../contents/flash-reader.ts';
import type { BoardWork } from '../session-parts.ts';

/** What the check needs of the work on a board. */
type Work<I extends Inspection, T extends Target> = Pick<
  BoardWork<I, T>,
  'family' | 'target' | 'board' | 'md5' | 'cancel' | 'foundCloser'
>;

/** The ranges by whose content a finding stands or falls, on a board of which these units were verified. */
function decisive({ place, restores = [] }: Finding, verified: readonly Range[]): Range | undefined {
  if (place.in !== 'flash' || !verified.some((unit) => overlaps(unit, place.range))) return undefined;
  return restores.find((range) => contains(range, place.range));
}

/** Whether a partition holds something after the job that says what it is: then a check that finds nothing wrong means something. */
function isRecognised(range: Range, before: Inspection, after: Inspection): boolean {
  const kindIn = ({ contents }: Inspection) => contents.find((content) => isSameRange(content, range))?.kind;
  const [was, is] = [kindIn(before), kindIn(after)];
  return is !== undefined && is !== 'unknown' && (is === was || was === 'unknown');
}

/**
 * Those of the problems and warnings that only a closer look has found which are not there any more, on a board that was read
 * again after these units were verified. `onBytes` hears that something was read. Rejects with the `Failure`s of reading, and if it
 * is stopped.
 */
export async function disprovedOf<I extends Inspection, T extends Target>(
  work: Work<I, T>,
  read: I,
  verified: readonly Range[],
  onBytes: () => void,
): Promise<readonly Finding[]> {
  const { family, target, board, md5, foundCloser } = work;
  if (family.checkKept === undefined || target.read === undefined) return [];
  const cancel = betweenPieces(work.cancel);
  const reads = { target, map: read.layout.map, md5, cancel, onMore: onBytes };
  const reader = new FlashReader();
  const sound = new Map<string, boolean>();
  const disproved: Finding[] = [];
  for (const finding of foundCloser) {
    const range = decisive(finding, verified);
    cancel.check();
    if (range === undefined || !isRecognised(range, board, read)) continue;
    const key = `${range.region} ${range.address} ${range.size}`;
    const bytesOf = (wanted: Range) => reader.at(read).bytesOf(() => reads, wanted);
    const isSound =
      sound.get(key) ?? (await family.checkKept(read, range, { watch: { cancel, onBytes }, bytesOf })) === null;
    // A check that was stopped may have found nothing wrong because it could not read any more.
    cancel.check();
    sound.set(key, isSound);
    if (isSound) disproved.push(finding);
  }
  return disproved;
}

/** A stop that ends work between two pieces: each piece that is read is waited for, so that the link is not lost with it. */
function betweenPieces(stop: Cancel): Cancel {
  return {
    get cancelled() {
      return stop.cancelled;
    },
    check: () => stop.check(),
    onCancel: () => () => undefined,
  };
}
