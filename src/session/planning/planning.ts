/** From what a person wants to a plan, or to every reason why there is none. */
import { summarise } from '../../flash/describe.ts';
import type { Cancel } from '../../flash/failure.ts';
import type { Family, Inspection, Placement } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { makeImage, segmentRange } from '../../flash/image.ts';
import type { KeptBytes } from '../../flash/journal.ts';
import type { Layout } from '../../flash/layout.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { estimateMs, plannedUnits, planWrite } from '../../flash/plan.ts';
import { refuseOverlap } from '../../flash/refuse.ts';
import { contentsFor } from '../../flash/staging.ts';
import type { Md5, Survey } from '../../flash/survey.ts';
import { unitContent } from '../../flash/survey.ts';
import type { Target } from '../../flash/target.ts';
import { backupCost, keepsOld } from './backup-policy.ts';
import type { PlannedJob } from './planned-job.ts';
import { ProgressMeter } from '../progress.ts';
import { unprovable } from './proof.ts';
import { sessionRefusal } from '../refusals.ts';
import { reportFiles } from '../job-execution/report.ts';
import type { Progress, Work } from '../state.ts';
import type { BoardMark, JobRecord } from '../../storage/records.ts';
import { planLayout } from '../../storage/records.ts';
import type { Store } from '../../storage/store.ts';
import { surroundingsMs, takeSurroundings } from './surroundings.ts';
import { takeSurvey } from './survey.ts';

/** What any plan is made with. */
export interface PlanningParts<I extends Inspection, T extends Target> {
  readonly family: Family<I, T>;
  readonly target: T;
  readonly board: I;
  /** The board as the job's record will name it. */
  readonly mark: BoardMark;
  readonly store: Store;
  readonly cancel: Cancel;
  readonly md5: Md5;
  readonly now: () => number;
  readonly onProgress: (progress: Progress) => void;
}

/** What is wanted of the flash, whoever wants it: files, a backup, the way back. */
export interface WriteRequest extends Pick<JobRecord, 'purpose' | 'files' | 'after'> {
  /** The layout that is written by: where is what, what is guarded, what is encrypted. */
  readonly layout: Layout;
  readonly image: Image;
  readonly promised: readonly KeptBytes[];
  readonly rank: (range: Range) => number;
  readonly commits: readonly Range[];
  readonly asks: readonly Refusal[];
  readonly saves: Extract<Work, { kind: 'planned' }>['saves'];
  /** Whether what it overwrites is worth keeping. */
  readonly keeps: boolean;
}

/** A plan to be agreed to; or why there is none; or that nothing is wanted. */
export type Planning =
  | {
      readonly kind: 'planned-job';
      readonly plannedJob: PlannedJob;
      readonly digestOf: (unit: EraseUnit) => string | null;
    }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'idle' };

/** Plans what dropped files want of a board. Asks the device what it holds there; throws the `Failure`s of that. */
export async function planFiles<I extends Inspection, T extends Target>(
  parts: PlanningParts<I, T>,
  placements: readonly Placement[],
  promised: readonly KeptBytes[],
): Promise<Planning> {
  const { family, board, md5, target } = parts;
  const settingSegments = family.settingSegments?.(placements, board) ?? [];
  if (placements.length + settingSegments.length === 0) return { kind: 'idle' };

  const all = family.check(placements, board);
  const own = placements.map((placement) => ({ placement, segments: family.segments(placement, placements, board) }));
  const result = makeImage([...own.flatMap(({ segments }) => segments), ...settingSegments]);
  const refusals: Refusal[] = all.filter((refusal) => refusal.consent === undefined);
  if (result.kind === 'overlap' && refusals.length === 0) {
    const { first, second } = result;
    const claims = own.filter(({ segments }) =>
      segments.map(segmentRange).some((s) => overlaps(s, first) && overlaps(s, second)),
    );
    refusals.push(refuseOverlap(second, claims.map(({ placement }) => placement.file.name).join(' and ')));
  }
  if (refusals.length > 0 || result.kind === 'overlap') return { kind: 'refused', refusals };

  const layout = family.layout(placements, board);
  return planRequest(parts, {
    purpose: { kind: 'flash' },
    files: reportFiles(placements, md5),
    layout,
    image: result.image,
    promised,
    rank: (range) => family.rank(range, placements, board),
    commits: target.commit === undefined ? [] : (family.commits?.(placements, board) ?? []),
    asks: [...all.filter((refusal) => refusal.consent !== undefined), ...sameBoard(board, promised)],
    after: { layout, expected: family.expected(placements, board), says: family.afterwards(placements, board) },
    saves: family.saves?.(placements, board) ?? [],
    keeps: true,
  });
}

/** Plans one aim: surveys what it touches, and says what it costs. Throws the `Failure`s of the device and the store. */
export async function planRequest<I extends Inspection, T extends Target>(
  { target, board, mark, store, cancel, md5, now, onProgress }: PlanningParts<I, T>,
  aim: WriteRequest,
): Promise<Planning> {
  const { layout, image, promised, rank, commits } = aim;
  const meter = new ProgressMeter('Comparing your files with the flash', 0, now);
  const onBytes = (done: number) => onProgress(meter.at(done));
  onBytes(0);
  const survey = await takeSurvey({ target, layout, image, promised, md5, cancel, onBytes });
  const backup = {
    proved: target.digest !== undefined,
    stored: await store.have(digests(survey)),
    wanted: (unit: EraseUnit) => aim.keeps && target.read !== undefined && keepsOld(board, unit),
  };
  const reported = planLayout({ board: mark, after: aim.after });
  const wish = { layout: { ...layout, partitions: reported.partitions }, image, promised, survey, md5 };
  const planning = planWrite({ ...wish, rank, commits, backup });
  if (planning.kind === 'refused') return planning;
  const { plan } = planning;
  const surroundings = await takeSurroundings({ target, layout, plan, md5, cancel, settings: board.settings });
  const planned = {
    kind: 'planned',
    purpose: aim.purpose,
    plan,
    layout: reported,
    summary: summarise(plan),
    backup: backupCost(plan, surroundings?.spans ?? [], target.pace(), aim.keeps),
    estimateMs: estimateMs(plan, target.pace()) + surroundingsMs(surroundings?.spans ?? [], target.pace()),
    asks: aim.asks,
    granted: [],
    afterwards: aim.after.says,
    saves: aim.saves,
    unprovable: unprovable(plan, target),
  } as const;
  const plannedJob = {
    planned,
    draft: {
      version: 1,
      purpose: aim.purpose,
      board: mark,
      files: aim.files,
      plan,
      ...(surroundings !== null && { surroundings }),
      after: aim.after,
    },
    contents: () => contentsFor(plan, wish),
    needed: plannedUnits(plan).flatMap(({ backup: how, before }) =>
      how === 'stored' && before !== null ? [before] : [],
    ),
  } as const;
  const digestOf = (unit: EraseUnit) => {
    const found = unitContent(survey, unit);
    return found.kind === 'digest' ? found.md5 : found.kind === 'bytes' ? md5(found.data) : null;
  };
  return { kind: 'planned-job', plannedJob, digestOf };
}

function digests(survey: Survey): string[] {
  return [...survey.values()].flatMap((found) => (found.kind === 'digest' ? [found.md5] : []));
}

/** Whether this is the board that bytes are owed to: asked where nothing on it says so. */
function sameBoard({ identity }: Inspection, promised: readonly KeptBytes[]): Refusal[] {
  if (identity.key !== null || promised.length === 0) return [];
  const size = promised.reduce((sum, kept) => sum + kept.size, 0);
  return [sessionRefusal('same-board', { in: 'device' }, { bytes: bytes(size) })];
}
