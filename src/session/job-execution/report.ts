/** The report of a job, for later reference: identity, plan, every unit's digest, times, what was kept and what was lost. */
import { blanksOf } from '../../flash/content.ts';
import { describe } from '../../flash/describe.ts';
import type { FailureFacts } from '../../flash/failure.ts';
import type { Placement } from '../../flash/dropped-file.ts';
import type { BootVerdict, Inspection } from '../../flash/family.ts';
import type { Fate } from '../../flash/fates.ts';
import { isBlank, losesContent } from '../../flash/fates.ts';
import { hex } from '../../flash/finding.ts';
import type { UnitState } from '../../flash/job.ts';
import { jobState } from '../../flash/job.ts';
import type { Fact } from '../../flash/journal.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionsTouching } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, sizeOf } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { keptOf, plannedUnits } from '../../flash/plan.ts';
import type { Md5 } from '../../flash/survey.ts';
import { unitKey } from '../../flash/survey.ts';
import type { Identity } from '../../flash/target.ts';
import { plainText } from '../../flash/terminal-text.ts';
import type { Purpose } from '../../storage/records.ts';
import type { ProvedBy } from '../planning/proof.ts';
import { surroundingsWords } from '../planning/surroundings.ts';
import { isErased } from '../words/plan.ts';
import { startedWords } from '../words/verdict.ts';
import { hideSecrets } from './hide-secrets.ts';

/** A range in a report: its address in hex, and the names of the partitions it was in. */
export interface ReportRange {
  readonly region: string;
  readonly address: string;
  readonly size: number;
  readonly partition: string;
}

/** A file that was written: its name, size in bytes, MD5 and place. */
export interface ReportFile {
  readonly name: string;
  readonly size: number;
  readonly md5: string;
  readonly place: string;
  readonly address: string;
  /** What was changed of its content before it was written, by name; absent where nothing was. */
  readonly changed?: readonly string[];
}

/** A report as saved: JSON without flash contents; digests are MD5 in hex, times ISO 8601. */
export interface Report {
  readonly format: 'sectorwise-report';
  readonly version: 1;
  /** The app's version, and the browser it ran in, if known. */
  readonly app: string;
  readonly browser: string | null;
  readonly started: string;
  readonly ended: string;
  /**
   * The actual and estimated duration in ms, including the board's start; the number of bytes in begun units, and whether no bytes
   * were to be written to any of these.
   */
  readonly timings: {
    readonly ms: number;
    readonly estimatedMs: number | null;
    readonly rewritten: number;
    readonly onlyErased: boolean;
  };
  readonly identity: Identity;
  /** What the job was for: files, a backup (with what it holds and from when), or the way back. */
  readonly purpose: Purpose;
  readonly files: readonly ReportFile[];
  /** The plan as text: a summary, one line per stretch in the order of work, then the kept ranges. */
  readonly plan: readonly string[];
  readonly outcome: string;
  /** The outcome as a sentence. */
  readonly says: string;
  readonly failure: FailureFacts | null;
  /** The board's protections, and the settings that differ from their defaults. */
  readonly protections: readonly { readonly name: string; readonly state: string }[];
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  /**
   * The partitions before, and those that are new: what was found there, what became of it, whether the firmware can read
   * what stays, and how many of their units were begun; `onlyErased`: no bytes were to be written to any of these. How many of them
   * were blank before, and of the others, how many were backed up first.
   */
  readonly partitions: readonly (ReportRange & {
    readonly type: string;
    readonly found: string;
    /** `edited` for content that is kept but for its changes, which `edited` names. */
    readonly fate: Fate['fate'] | 'edited';
    readonly edited?: readonly string[];
    /** Those of `edited` that are deleted; and whether the content was recreated, with nothing else in it. */
    readonly deleted?: readonly string[];
    readonly recreated?: true;
    readonly readable: boolean;
    readonly rewrittenUnits: number;
    readonly rewrittenBytes: number;
    readonly onlyErased: boolean;
    readonly blankUnits: number;
    readonly backedUpUnits: number;
  })[];
  readonly units: readonly {
    readonly region: string;
    readonly address: string;
    readonly size: number;
    readonly before: string | null;
    /** The digest that the plan wanted, and the last one that was measured; null if it was not measured or cannot be. */
    readonly after: string;
    readonly measured: string | null;
    readonly state: UnitState;
  }[];
  readonly equalUnits: number;
  /** Bytes inside begun units that were written back, verified as unchanged. */
  readonly kept: readonly ReportRange[];
  /**
   * The flash beside the writes: what was verified as unchanged, what changed, what was restored, what was not compared; and a
   * summary.
   */
  readonly surroundings: {
    readonly says: string;
    readonly same: readonly ReportRange[];
    readonly changed: readonly ReportRange[];
    readonly putBack: readonly ReportRange[];
    readonly notCompared: readonly ReportRange[];
  };
  /** What was overwritten, at least in part, without a backup of all that was: everything found there but blank flash. */
  readonly lost: readonly (ReportRange & { readonly was: string })[];
  /**
   * The start of the board; `good` is null for a board that never reports what it starts. `log` is its output without colours
   * and without what looks like a secret (of much output, the beginning and the end); null if the user left it out.
   */
  readonly start: { readonly says: string; readonly good: boolean | null; readonly log: string | null } | null;
}

/** The input of a report; `started` and `ended` are ms since 1970, and the clock may have been set back in between. */
export interface ReportParts {
  readonly app: string;
  /** The browser's name and version. */
  readonly browser?: string | undefined;
  readonly estimatedMs: number | null;
  readonly started: number;
  readonly ended: number;
  readonly tookMs: number;
  readonly board: Inspection;
  readonly purpose: Purpose;
  readonly fates: readonly Fate[];
  readonly files: readonly ReportFile[];
  readonly plan: Plan;
  readonly units: readonly UnitState[];
  /** Everything that happened, from the journal. */
  readonly facts: readonly Fact[];
  readonly outcome: string;
  readonly provedBy: ProvedBy;
  readonly md5: Md5;
  readonly failure: FailureFacts | null;
  readonly start: { readonly log: string; readonly verdict: BootVerdict | null } | null;
}

/** The files of a job, as its record and its report name them. */
export function reportFiles(placements: readonly Placement[], md5: Md5): ReportFile[] {
  return placements.map(({ file, choice }) => ({
    name: file.name,
    size: file.data.length,
    md5: md5(file.data),
    place: choice?.name ?? 'nowhere',
    address: choice === null ? '' : (choice.ranges ?? [choice]).map((range) => hex(range.address)).join(' + '),
    ...(file.changes !== undefined && { changed: file.changes }),
  }));
}

const OUTCOMES: Readonly<Record<string, string>> = {
  unproved: 'Written, but not verifiable: the board’s content cannot be read.',
  'nothing-to-do': 'The flash already had this content.',
  wrong: 'Failed: not every erase unit holds the written content.',
  beside: 'Flash outside the planned range changed and could not be put back.',
  stopped: 'Stopped by the user before the end.',
  failed: 'Not finished.',
};

const VERIFIED: Readonly<Record<Exclude<ProvedBy, null>, string>> = {
  digest: 'Verified: the board confirmed every erase unit by digest.',
  'read-back': 'Verified: every erase unit was read back and compared.',
  'in-memory':
    'Verified: every erase unit of the flash image in memory was compared. The file that was opened is as it was.',
};

/** The outcome as a sentence; if verified, it says how. */
function outcomeWords({ outcome, provedBy }: ReportParts): string {
  if (outcome === 'verified' && provedBy !== null) return VERIFIED[provedBy];
  return OUTCOMES[outcome] ?? outcome;
}

/** Makes the report of a job that ended. */
export function makeReport(parts: ReportParts): Report {
  const { plan, start, board } = parts;
  const { layout, contents } = board;
  const units = plannedUnits(plan);
  const promised = new Set(parts.facts.flatMap((fact) => (fact.fact === 'intent' ? fact.units.map(unitKey) : [])));
  const measured = new Map(
    parts.facts.flatMap((fact) => (fact.fact === 'digest' ? [[unitKey(fact.unit), fact.md5]] : [])),
  );
  // A stop can come before the first erase; the board then still has what it had.
  const isAsBefore = (unit: UnitPlan) => unit.before !== null && measured.get(unitKey(unit)) === unit.before;
  const begun = units.filter((unit) => promised.has(unitKey(unit)) && !isAsBefore(unit));
  const { surroundings, units: progress } = jobState(plan, parts.facts);
  const unsaved = begun.filter((unit) => progress.get(unitKey(unit))?.saved !== true);
  const blanks = blanksOf(layout.map, parts.md5);
  // What it held when it was first written, which may be something else than when it was planned.
  const wasBlank = (unit: UnitPlan) => (progress.get(unitKey(unit)) ?? unit).before === blanks.digest(unit);
  const named = (range: Range): ReportRange => rangeFacts(range, layout);
  const proved = units.filter((_, i) => parts.units[i] === 'verified');
  return {
    format: 'sectorwise-report',
    version: 1,
    app: parts.app,
    browser: parts.browser ?? null,
    started: new Date(parts.started).toISOString(),
    ended: new Date(parts.ended).toISOString(),
    timings: {
      ms: parts.tookMs,
      estimatedMs: parts.estimatedMs,
      rewritten: sizeOf(begun),
      onlyErased: isOnlyErased(begun),
    },
    identity: board.identity,
    purpose: parts.purpose,
    files: parts.files,
    plan: describe(plan).split('\n'),
    outcome: parts.outcome,
    says: outcomeWords(parts),
    protections: board.protections.map(({ name, state }) => ({ name, state })),
    settings: board.settings
      .filter(({ value, usual }) => value !== usual)
      .map(({ name, value, options }) => ({ name, value: options.find(({ id }) => id === value)?.name ?? value })),
    failure: parts.failure,
    partitions: parts.fates.map((fate) => {
      const partition = fate.after === null ? fate.before : (fate.before ?? fate.after);
      const own = begun.filter((unit) => overlaps(unit, partition));
      return {
        ...rangeFacts(partition, layout),
        partition: partition.name,
        type: partition.type,
        found: contents
          .filter((content) => overlaps(content, partition))
          .map((content) => content.says)
          .join('; '),
        fate: fate.edited !== undefined && fate.fate === 'kept' ? 'edited' : fate.fate,
        ...(fate.edited !== undefined && { edited: fate.edited }),
        ...(fate.deleted !== undefined && { deleted: fate.deleted }),
        ...(fate.recreated !== undefined && { recreated: fate.recreated }),
        readable: !losesContent(fate),
        rewrittenUnits: own.length,
        rewrittenBytes: sizeOf(own),
        onlyErased: isOnlyErased(own),
        blankUnits: own.filter(wasBlank).length,
        backedUpUnits: own.filter((unit) => !wasBlank(unit) && !unsaved.includes(unit)).length,
      };
    }),
    units: units.map((unit, i) => ({
      region: unit.region,
      address: hex(unit.address),
      size: unit.size,
      before: unit.before,
      after: unit.after,
      measured: measured.get(unitKey(unit)) ?? null,
      state: parts.units[i] ?? 'waiting',
    })),
    equalUnits: plan.equal.length,
    kept: proved.flatMap(keptOf).map(named),
    surroundings: {
      says: begun.length === 0 ? '' : surroundingsWords(surroundings),
      same: surroundings.same.map(named),
      changed: surroundings.changed.map(named),
      putBack: surroundings.putBack.map(named),
      notCompared: surroundings.toCompare.map(named),
    },
    lost: contents
      .filter((content) => !isBlank([content]) && unsaved.some((unit) => overlaps(unit, content)))
      .map((content) => ({ ...rangeFacts(content, layout), was: content.says })),
    start: start && {
      says:
        start.verdict === null
          ? 'The output of the board, as far as it was heard, does not say what it started.'
          : startedWords(start.verdict),
      good: start.verdict === null ? false : start.verdict.good,
      log: hideSecrets(plainText(start.log)),
    },
  };
}

function isOnlyErased(units: readonly UnitPlan[]): boolean {
  return units.length > 0 && units.every(isErased);
}

function rangeFacts(range: Range, layout: Layout): ReportRange {
  const partition = partitionsTouching(layout, range)
    .map((each) => each.name)
    .join(', ');
  return { region: range.region, address: hex(range.address), size: range.size, partition };
}
