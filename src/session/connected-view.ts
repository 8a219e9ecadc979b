/** The state of a session while a board is connected, put together from what knows its parts. */
import { outdated } from '../flash/diagnosis.ts';
import type { Range } from '../flash/map.ts';
import { sizeOf } from '../flash/map.ts';
import type { Inspection } from '../flash/family.ts';
import type { FlashFile, Target } from '../flash/target.ts';
import type { ChosenFiles } from './chosen-files.ts';
import type { ConnectedBoard } from './connected-board.ts';
import type { PartitionViewer } from './contents/partition-viewer.ts';
import type { OpenJobs } from './job-execution/open-jobs.ts';
import type { Purpose } from '../storage/records.ts';
import type { ConnectedState, ImageChanges, Work } from './state.ts';

/** Makes the states; a part of them that has not changed is the same object as before. */
export class ConnectedView<I extends Inspection, T extends Target> {
  #image: ImageChanges | null = null;
  /** A board while a job writes to it, and as it was read before that. */
  #before: { readonly board: Inspection; readonly shown: Inspection } | null = null;

  /** The state with this work, while it is planned for `aim`; null if no board is connected. */
  of(
    work: Work,
    aim: Purpose,
    { board, target, read, unread, comparison, checked }: ConnectedBoard<I, T>,
    files: ChosenFiles<I>,
    viewer: PartitionViewer<I>,
    jobs: OpenJobs,
  ): ConnectedState | null {
    if (board === null) return null;
    // A board that is gone cannot be resumed, so nobody is asked about its jobs.
    const interrupted = target === null ? null : jobs.view();
    const writes = writtenBy(work);
    const contents = viewer.view(read, [...writes, ...unread]);
    const image = target?.file === undefined ? null : this.#changesOf(target.file, work);
    return {
      kind: 'connected',
      board: writes.length === 0 ? board : this.#beforeJob(board),
      ...files.view(board),
      ...(contents !== null && { contents }),
      ...(checked.length > 0 && { checked }),
      ...(comparison !== null && { comparison }),
      ...(image !== null && { image }),
      work,
      ...(aim.kind !== 'flash' && { aside: true as const }),
      interrupted,
    };
  }

  #beforeJob(board: I): Inspection {
    if (this.#before?.board !== board) this.#before = { board, shown: outdated(board) };
    return this.#before.shown;
  }

  /** How a flash image differs from its file; while it is being written, as it was before. */
  #changesOf(file: FlashFile, work: Work): ImageChanges {
    const last = this.#image;
    // Looking costs time for each changed unit, and progress is reported several times a second.
    if (work.kind === 'flashing' && last !== null) return last;
    const units = file.changed();
    const counts = { units: units.length, bytes: sizeOf(units), saved: file.isSaved };
    const now = { ...counts, ...(file.onlyWhole === true && { onlyWhole: true as const }) };
    const same = last?.units === now.units && last.bytes === now.bytes && last.saved === now.saved;
    this.#image = same ? last : now;
    return this.#image;
  }
}

/** What the job that is carried out writes; empty where none is. */
function writtenBy(work: Work): readonly Range[] {
  return work.kind === 'flashing' || work.kind === 'starting' ? work.plan.stretches : [];
}
