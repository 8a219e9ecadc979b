/** What is known of the problems of a board: which a plain reading finds, which only a closer look does, and which a job repaired. */
import type { Finding } from '../flash/finding.ts';
import { isUrgent } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import { isSameRange } from '../flash/map.ts';
import type { CheckedRange } from '../flash/repair-sources.ts';
import { PlannedRepairs } from './planned-repairs.ts';
import type { Intent } from './intents.ts';
import type { Work } from './state.ts';

/** What is known of the problems of a board when a job on it has ended. */
export type ProblemsKnown = Pick<Extract<Work, { kind: 'ended' }>, 'problemsBefore' | 'repaired'>;

/** What a job leaves to judge its repairs by. */
interface AfterJob {
  /** The erase units of its plan that were verified. */
  readonly verified: readonly Range[];
  /** What the bytes that were read back after it make false. */
  readonly disproved: readonly Finding[];
  /** What reading the board after it finds. */
  readonly now: readonly Finding[];
}

/** Follows the problems of one connected board. */
export class KnownProblems {
  /** What was found when the board was last read, before any closer look. */
  #atFirst: readonly Finding[] = [];
  readonly #repairs = new PlannedRepairs();

  /** Takes over what a plain reading of the board has found. */
  readAgain(findings: readonly Finding[]): void {
    this.#atFirst = findings;
  }

  /** Follows what a person asks for: which of these findings it repairs; `checked` is what backups would bring back. */
  follow(intent: Intent, findings: readonly Finding[], checked: readonly CheckedRange[]): void {
    this.#repairs.follow(intent, findings, checked);
  }

  /** The problems and warnings among these findings that only a closer look has found: reading the board again tells nothing of them. */
  foundCloser(findings: readonly Finding[]): readonly Finding[] {
    return findings.filter((each) => isUrgent(each) && this.#isNew(each));
  }

  /**
   * The problems that were known before a job, and of those that only a closer look finds how many it repaired. `read` are the
   * findings of the board as read, `shown` those that a person saw.
   */
  afterJob({ verified, disproved, now }: AfterJob, read: readonly Finding[], shown: readonly Finding[]): ProblemsKnown {
    const isIn = (found: readonly Finding[], each: Finding) => found.some((other) => isSameFinding(each, other));
    const repairs = [...this.#repairs.takeRepaired(verified), ...disproved].filter((each) => !isIn(now, each));
    const closer = this.foundCloser(read).filter(isProblem);
    if (closer.length === 0) {
      // Reading the board finds a warning that was repaired as it finds a problem.
      const isSeen = shown.some(isProblem) || repairs.some((each) => !this.#isNew(each));
      return { problemsBefore: isSeen ? 'on-reading' : 'none' };
    }
    const problems = closer.filter((each) => isIn(repairs, each)).length;
    const repaired = problems > 0 && { repaired: { problems, all: problems === closer.length } };
    return { problemsBefore: 'on-closer-look', ...repaired };
  }

  #isNew(each: Finding): boolean {
    return !this.#atFirst.some((other) => isSameFinding(each, other));
  }
}

function isProblem({ verdict }: Finding): boolean {
  return verdict === 'problem';
}

/** Whether two findings are about one thing at one place, however much is known of it. */
function isSameFinding(a: Finding, b: Finding): boolean {
  if (a.kind !== b.kind) return false;
  return a.place.in === 'flash' && b.place.in === 'flash'
    ? isSameRange(a.place.range, b.place.range)
    : a.place.in === b.place.in;
}
