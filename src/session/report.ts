/** What is kept of a job for whoever asks later: identity, plan, every unit's digest, times, what was kept. */
import type { FailureFacts } from '../flash/failure.ts';
import type { BootVerdict, Inspection, Placement } from '../flash/family.ts';
import { hex } from '../flash/finding.ts';
import type { UnitState } from '../flash/job.ts';
import type { Range } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import { keptRanges, plannedUnits } from '../flash/plan.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Identity } from '../flash/target.ts';

/** A report as it is saved: JSON, no secrets, digests are MD5 in hex, times are ISO 8601. */
export interface Report {
  readonly format: 'sectorwise-report';
  readonly version: 1;
  readonly app: string;
  readonly started: string;
  readonly ended: string;
  readonly identity: Identity;
  readonly files: readonly { readonly name: string; readonly size: number; readonly md5: string; readonly place: string; readonly address: string }[];
  readonly outcome: string;
  readonly failure: FailureFacts | null;
  readonly units: readonly {
    readonly region: string;
    readonly address: string;
    readonly size: number;
    readonly before: string | null;
    readonly after: string;
    readonly state: UnitState;
  }[];
  readonly equalUnits: number;
  readonly kept: readonly Range[];
  readonly start: { readonly says: string; readonly good: boolean; readonly log: string } | null;
}

/** What a report is made from; times are ms since 1970. */
export interface ReportParts {
  readonly app: string;
  readonly started: number;
  readonly ended: number;
  readonly board: Inspection;
  readonly placements: readonly Placement[];
  readonly plan: Plan;
  readonly units: readonly UnitState[];
  readonly outcome: string;
  readonly failure: FailureFacts | null;
  readonly start: { readonly log: string; readonly verdict: BootVerdict | null } | null;
  readonly md5: Md5;
}

/** Makes the report of a job that ended. */
export function makeReport(parts: ReportParts): Report {
  const { plan, start } = parts;
  return {
    format: 'sectorwise-report',
    version: 1,
    app: parts.app,
    started: new Date(parts.started).toISOString(),
    ended: new Date(parts.ended).toISOString(),
    identity: parts.board.identity,
    files: parts.placements.map(({ file, choice }) => ({
      name: file.name,
      size: file.data.length,
      md5: parts.md5(file.data),
      place: choice?.name ?? 'nowhere',
      address: choice === null ? '' : hex(choice.address),
    })),
    outcome: parts.outcome,
    failure: parts.failure,
    units: plannedUnits(plan).map((unit, i) => ({
      region: unit.region,
      address: hex(unit.address),
      size: unit.size,
      before: unit.before,
      after: unit.after,
      state: parts.units[i] ?? 'waiting',
    })),
    equalUnits: plan.equal.length,
    kept: keptRanges(plan),
    start: start && { says: start.verdict?.says ?? 'The board did not say what it started.', good: start.verdict?.good ?? false, log: start.log },
  };
}
