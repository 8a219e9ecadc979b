/** From what a person wants to a plan, or to every reason why there is none. */
import { summarise } from '../flash/describe.ts';
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection, Placement } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import { bytes } from '../flash/finding.ts';
import { makeImage, segmentRange } from '../flash/image.ts';
import type { KeptBytes } from '../flash/journal.ts';
import type { Range } from '../flash/map.ts';
import { overlaps } from '../flash/map.ts';
import { estimateMs, planWrite } from '../flash/plan.ts';
import { refuseOverlap } from '../flash/refuse.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import type { Errand } from './carry-out.ts';
import { Meter } from './meter.ts';
import { unprovable } from './proof.ts';
import { sessionRefusal } from './refusals.ts';
import type { Progress, Work } from './state.ts';
import { takeSurvey } from './survey.ts';

/** What a plan is made from. */
export interface PlanningParts<I extends Inspection, T extends Target> {
  readonly family: Family<I, T>;
  readonly target: T;
  readonly board: I;
  readonly placements: readonly Placement[];
  readonly promised: readonly KeptBytes[];
  readonly cancel: Cancel;
  readonly md5: Md5;
  readonly now: () => number;
  readonly onProgress: (progress: Progress) => void;
}

/** A plan to be agreed to and what it is made from; or why there is none; or that nothing is wanted. */
export type Planning<I extends Inspection> =
  { readonly kind: 'errand'; readonly errand: Errand<I> } | Extract<Work, { readonly kind: 'refused' | 'idle' }>;

/** Plans what is to be done to a board. Asks the device what it holds there; throws the `Failure`s of that. */
export async function planFor<I extends Inspection, T extends Target>(
  parts: PlanningParts<I, T>,
): Promise<Planning<I>> {
  const { family, target, board, placements, promised, md5, cancel } = parts;
  const wishes = family.wishes?.(placements, board) ?? [];
  if (placements.length + promised.length + wishes.length === 0) return { kind: 'idle' };

  const all = family.check(placements, board);
  const own = placements.map((placement) => ({ placement, segments: family.segments(placement, placements, board) }));
  const result = makeImage([...own.flatMap(({ segments }) => segments), ...wishes]);
  const refusals: Refusal[] = all.filter((refusal) => refusal.consent === undefined);
  if (result.kind === 'overlap' && refusals.length === 0) {
    const { first, second } = result;
    const claims = own.filter(({ segments }) =>
      segments.map(segmentRange).some((s) => overlaps(s, first) && overlaps(s, second)),
    );
    refusals.push(refuseOverlap(second, claims.map(({ placement }) => placement.file.name).join(' and ')));
  }
  if (refusals.length > 0 || result.kind === 'overlap') return { kind: 'refused', refusals };

  const { image } = result;
  const meter = new Meter('Comparing the file with the flash', 0, parts.now);
  const onBytes = (done: number) => parts.onProgress(meter.at(done));
  onBytes(0);
  const layout = family.layout(placements, board);
  const survey = await takeSurvey({ target, layout, image, promised, md5, cancel, onBytes });
  const rank = (range: Range) => family.rank(range, placements, board);
  const commits = target.commit === undefined ? [] : (family.commits?.(placements, board) ?? []);
  const planning = planWrite({ layout, image, promised, survey, md5, rank, commits });
  if (planning.kind === 'refused') return planning;
  const { plan } = planning;
  const planned = {
    kind: 'planned',
    plan,
    summary: summarise(plan),
    estimateMs: estimateMs(plan, target.pace()),
    asks: [...all.filter((refusal) => refusal.consent !== undefined), ...sameBoard(board, promised)],
    granted: [],
    afterwards: family.afterwards(placements, board),
    saves: family.saves?.(placements, board) ?? [],
    unprovable: unprovable(plan, target),
  } as const;
  return { kind: 'errand', errand: { planned, board, placements, image, survey, promised } };
}

/** Whether this is the board that bytes are owed to: asked where nothing on it says so. */
function sameBoard({ identity }: Inspection, promised: readonly KeptBytes[]): Refusal[] {
  if (identity.key !== null || promised.length === 0) return [];
  const size = promised.reduce((sum, kept) => sum + kept.size, 0);
  return [sessionRefusal('same-board', { in: 'device' }, { bytes: bytes(size) })];
}
