/** From a request to a plan, or to every reason why there is none. */
import { summarise } from '../../flash/describe.ts';
import type { Arrangement, BootOutcome, Commitment, ContentGap, StartGap } from '../../flash/arrangement.ts';
import { isFinal, rankAt } from '../../flash/arrangement.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import { imageWithin, segmentRange } from '../../flash/image.ts';
import type { KeptBytes, Content } from '../../flash/journal.ts';
import type { Move } from '../../flash/move.ts';
import type { Layout } from '../../flash/layout.ts';
import { touchedUnits } from '../../flash/layout.ts';
import { blanksOf } from '../../flash/content.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { estimateMs, plannedUnits, planInPieces } from '../../flash/plan.ts';
import type { Plan } from '../../flash/plan.ts';
import { unlessStopped } from '../../flash/failure.ts';
import { inPieces, yielding } from '../../flash/yielding.ts';
import { contentsFor, samplesOf } from '../../flash/journal-contents.ts';
import type { Survey } from '../../flash/survey.ts';
import { unitContent } from '../../flash/survey.ts';
import type { OnProgress, Target, Pace } from '../../flash/target.ts';
import { backupCost, keepsOld } from './backup-policy.ts';
import { readingParts } from '../progress.ts';
import { unprovable } from './proof.ts';
import { foundOn } from '../contents-summary.ts';
import { sessionRefusal } from '../refusals.ts';
import { reportFiles } from '../job-execution/report.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Planned, Work } from '../state.ts';
import type { JobRecord, Purpose } from '../../storage/records.ts';
import { bringsBack, planFates, planLayout } from '../../storage/records.ts';
import { surroundingsMs, takeSurroundings } from './surroundings.ts';
import { takeSurvey } from './survey.ts';
import { packedShare } from '../../formats/packed-share.ts';

/** What is to be written, whatever the purpose: files, a backup, or a roll back. */
export interface WriteRequest extends Pick<JobRecord, 'purpose' | 'files' | 'after'>, Commitment {
  /** Absent where what is known of the start afterwards is all in `after`. */
  readonly boot?: Pick<BootOutcome, 'losesStart' | 'startUnread'>;
  /** As in `Planned`; absent there, too. */
  readonly ofLayout?: string;
  /** The layout to write by: its partitions, guarded and encrypted ranges. */
  readonly layout: Layout;
  readonly image: Image;
  /** Content that goes elsewhere on the board. */
  readonly moves?: readonly Move[];
  /** Absent where nobody worked out what the board starts in between. */
  readonly gaps?: readonly StartGap[];
  /** Absent where nobody worked out what its firmware finds in between. */
  readonly contentGaps?: readonly ContentGap[];
  readonly promised: readonly KeptBytes[];
  readonly asks: readonly Refusal[];
  /** The `askKey`s of those that are answered with yes by what was asked for; absent for none. */
  readonly granted?: readonly string[];
  readonly saves: Planned['saves'];
  /** Whether the content that it overwrites is worth keeping. */
  readonly keeps: boolean;
}

/** A plan for the user to agree to, the reasons why there is none, or nothing to do. */
export type Planning =
  | {
      readonly kind: 'planned-job';
      readonly plannedJob: PlannedJob;
      readonly digestOf: (unit: EraseUnit) => string | null;
    }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | Extract<Work, { kind: 'idle' }>;

/** The typical time of a reset until the board has said what it started, in ms. */
const START_MS = 500;

/** Plans what a request comes to on a board: that of the dropped files, or to erase a partition. Surveys the device; throws its `Failure`s. */
export async function planFiles<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  arrangement: Arrangement,
  promised: readonly KeptBytes[],
  purpose: Purpose = { kind: 'flash' },
): Promise<Planning> {
  const { board, md5 } = work;
  const { placements, content, layout, fates, boot, refusals, ranks, commits, saves, moves = [], gaps } = arrangement;
  const { contentGaps } = arrangement;
  const hard = refusals.filter(isFinal);
  if (hard.length > 0 || content.kind === 'overlap') return { kind: 'refused', refusals: hard };
  const { image } = content;
  const owed = purpose.kind === 'flash' ? promised : owedIn(layout, image, promised);
  // Edits that change nothing are planned all the same: the plan says so.
  const isEdited = fates.some(({ edited }) => edited !== undefined);
  if (placements.length + image.length === 0 && !isEdited) return { kind: 'idle' };
  return planRequest(work, {
    purpose,
    files: reportFiles(placements, md5),
    layout,
    image,
    moves,
    ...(gaps !== undefined && { gaps }),
    ...(contentGaps !== undefined && { contentGaps }),
    promised: owed,
    ranks,
    commits,
    asks: [...refusals, ...sameBoard(board, owed)],
    after: { layout, fates, expected: boot.expected, says: boot.says },
    boot,
    saves,
    keeps: true,
  });
}

/** Whether what starts afterwards is what starts now: in its place, and not written anew. */
function isStartKept(
  { after: { expected, layout } }: Pick<WriteRequest, 'after'>,
  { boot }: Inspection,
  { stretches }: Plan,
): boolean {
  const now = boot?.partition ?? null;
  if (expected === null || typeof expected === 'string' || now === null) return false;
  if (now.region !== expected.region || now.address !== expected.address) return false;
  const slot = layout.partitions.find(({ region, address }) => region === now.region && address === now.address);
  return slot !== undefined && !stretches.some((stretch) => overlaps(stretch, slot));
}

/** What is owed in the erase units that an image touches: a plan for one place leaves the rest to the job that owes it. */
function owedIn(layout: Layout, image: Image, promised: readonly KeptBytes[]): readonly KeptBytes[] {
  const units = touchedUnits(layout, image.map(segmentRange));
  return promised.filter((kept) => units.some((unit) => overlaps(unit, kept)));
}

/** Plans one request: surveys what it touches and estimates its cost. Throws the `Failure`s of the device and the store. */
export async function planRequest<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  aim: WriteRequest,
): Promise<Planning> {
  const { target, board, mark, store, cancel, md5, clock, tell } = work;
  const { layout, image, moves = [], promised, ranks } = aim;
  const commits = target.commit === undefined ? [] : aim.commits;
  const rank = (range: Range) => rankAt(ranks, range);
  const progressOf = (says: string): OnProgress => {
    const part = readingParts({ says, total: 0 }, clock);
    return (...read) => {
      if (!cancel.cancelled) tell(() => part(...read));
    };
  };
  const onProgress = progressOf('Comparing the plan with the flash');
  onProgress(0, 0);
  const wanted = (unit: EraseUnit) => aim.keeps && target.read !== undefined && keepsOld(board, unit);
  const stored = (contents: readonly string[]) => unlessStopped(cancel, store.have(contents));
  const keeps = async (unit: EraseUnit, content: string) => wanted(unit) && !(await stored([content])).has(content);
  const survey = await takeSurvey({ target, layout, image, moves, promised, md5, cancel, onProgress, keeps });
  const backup = {
    proved: target.digest !== undefined,
    stored: await stored(digests(survey)),
    wanted,
  };
  const reported = planLayout({ board: mark, after: aim.after });
  const input = { layout: { ...layout, partitions: reported.partitions }, image, moves, promised, survey, md5 };
  const planning = await inPieces(planInPieces({ ...input, rank, commits, backup }), yielding(work, cancel));
  if (planning.kind === 'refused') return planning;
  const { plan } = planning;
  const digesting = progressOf('Noting what must stay unchanged');
  const surroundings = await takeSurroundings(work, { layout, plan, image }, null, digesting);
  // What moves may be anything: firmware, which the usual pace is for, compresses much better than pictures.
  const isPacked = target.pace().packed !== undefined;
  const packed = isPacked ? await packedShare(samplesOf(plan, input), yielding(work, cancel)) : null;
  const blanks = blanksOf(layout.map, md5);
  const { expected } = aim.after;
  const planned = {
    kind: 'planned',
    purpose: aim.purpose,
    plan,
    layout: reported,
    fates: planFates({ board: mark, after: aim.after }),
    summary: summarise(plan),
    backup: backupCost(
      plan,
      surroundings?.spans ?? [],
      target.pace(),
      aim.keeps,
      (unit) => unit.before === blanks.digest(unit),
    ),
    estimateMs:
      plan.stretches.length === 0
        ? 0
        : Math.round(
            work.slowness *
              (estimateMs(plan, target.pace(), packed) + surroundingsMs(surroundings?.spans ?? [], target.pace())),
          ) +
          Math.round(work.readMs) +
          START_MS,
    asks: aim.asks.filter((ask) => isAsked(ask, plan)),
    granted: aim.granted ?? [],
    ...(aim.ofLayout !== undefined && { ofLayout: aim.ofLayout }),
    afterwards: aim.after.says,
    ...(expected !== null && typeof expected === 'object' && { starts: expected }),
    ...(isStartKept(aim, board, plan) && { keepsStart: true as const }),
    ...(aim.boot?.losesStart && { losesStart: true as const }),
    ...(aim.boot?.startUnread && { startUnread: true as const }),
    ...(bringsBack(aim.purpose.kind) && {
      equalFilled: plan.equal.filter((unit) => !isBlankIn(image, unit)),
    }),
    // A flash image in a file starts nothing, and loses no power.
    gaps: target.file === undefined ? startGaps(plan, aim.gaps, target.pace(), packed) : null,
    ...(target.file === undefined && contentPauses(plan, aim.contentGaps ?? [], target.pace(), packed)),
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
      ...(packed !== null && { packed }),
      ...(surroundings !== null && { surroundings }),
      found: foundOn(board),
      after: aim.after,
    },
    contents: () => contentsFor(plan, input),
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
  const all: string[] = [];
  for (const found of survey.values()) if (found.kind === 'digest') all.push(found.md5);
  return all;
}

/** Whether a question has to be asked: the plan changes what it is about. Where nothing is written, only another way could change that. */
function isAsked({ changes, optional }: Refusal, plan: Plan): boolean {
  if (changes === undefined) return optional === true || plan.stretches.length > 0;
  // What makes the board start is written again although it is there.
  const changed = plannedUnits(plan).filter(({ before, after }) => before !== after);
  return changed.some((unit) => changes.some((range) => overlaps(range, unit)));
}

/** The question whether this is the board that bytes were promised to, asked if the board has no unique ID. */
function sameBoard({ identity }: Inspection, promised: readonly KeptBytes[]): Refusal[] {
  if (identity.key !== null || promised.length === 0) return [];
  const size = promised.reduce((sum, kept) => sum + kept.size, 0);
  return [sessionRefusal('same-board', { in: 'device' }, { bytes: bytes(size) })];
}

/** A time in ms during which the board would start another partition than before, by name, or nothing (null). */
export interface StartPause {
  readonly ms: number;
  readonly starts: string | null;
}

/**
 * The pauses of a plan, in order of time; empty if the board starts its app at every moment, null if nobody worked that out.
 * Reading and backups come before the first erase, so they take no part in it.
 */
function startGaps(
  plan: Plan,
  gaps: readonly StartGap[] | undefined,
  pace: Pace,
  packed: number | null = null,
): readonly StartPause[] | null {
  if (gaps === undefined) return null;
  return gaps.flatMap(({ rank, starts }) => {
    const ms = writingMs(plan, [rank], pace, packed);
    return ms === 0 ? [] : [{ ms, starts: starts?.name ?? null }];
  });
}

/** A time in ms during which firmware that starts would not find what some partitions hold; see `ContentGap`. */
export interface ContentPause extends Pick<ContentGap, 'firmware'> {
  readonly ms: number;
  readonly names: readonly string[];
}

/** The pauses for the contents of a plan; nothing if there are none. */
function contentPauses(
  plan: Plan,
  gaps: readonly ContentGap[],
  pace: Pace,
  packed: number | null,
): { readonly contentPauses?: readonly ContentPause[] } {
  const pauses = (['all', 'exact-size'] as const).flatMap((firmware) => {
    const own = gaps.filter((gap) => gap.firmware === firmware);
    const ms = writingMs(plan, [...new Set(own.flatMap(({ ranks }) => ranks))], pace, packed);
    return ms === 0 ? [] : [{ firmware, ms, names: own.map(({ name }) => name) }];
  });
  return pauses.length === 0 ? {} : { contentPauses: pauses };
}

/** How long the stretches of some ranks are written, in ms; 0 if there are none. */
function writingMs(plan: Plan, ranks: readonly number[], pace: Pace, packed: number | null): number {
  const stretches = plan.stretches
    .filter((stretch) => ranks.includes(stretch.rank))
    .map((stretch) => ({ ...stretch, units: stretch.units.map((unit) => ({ ...unit, backup: 'none' as const })) }));
  return stretches.length === 0 ? 0 : estimateMs({ ...plan, stretches }, pace, packed);
}

/** A plan as shown, and the job that it becomes once the user agrees. */
export interface PlannedJob {
  readonly planned: Planned;
  readonly draft: Omit<JobRecord, 'id' | 'started' | 'end'>;
  /** What the journal has to hold before the first step; generated one by one, so that it is never all in memory. */
  readonly contents: () => Iterable<Content>;
  /** The MD5s of contents that must be stored already, or be among these. */
  readonly needed: readonly string[];
}

/** Whether an image has nothing for a unit but erased bytes. */
function isBlankIn(image: Image, unit: EraseUnit): boolean {
  return imageWithin(image, unit).every(({ blank }) => blank === true);
}
