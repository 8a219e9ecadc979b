/**
 * Which problems and warnings the plan repairs: those of which a repair was asked for that the board or a backup offers, as long as
 * nothing else is chosen. Of a dropped file that is written instead the bytes tell that the job verified: `disproved.ts`.
 */
import type { Finding } from '../flash/finding.ts';
import { isUrgent } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import { isSameRange, overlaps } from '../flash/map.ts';
import { requests } from '../flash/repair.ts';
import type { CheckedRange } from '../flash/repair-sources.ts';
import { isSameKept } from '../flash/repair-sources.ts';
import { changesPlan, isChoice } from './choice-intents.ts';
import type { Intent } from './intents.ts';

/** Follows what a person asks for, and says which problems and warnings a job has repaired. */
export class PlannedRepairs {
  #problems: readonly Finding[] = [];

  /** Follows an intent, on a board with these findings; `checked` is what backups would bring back. */
  follow(intent: Intent, findings: readonly Finding[], checked: readonly CheckedRange[]): void {
    if (!changesPlan(intent)) return;
    const own = findings.filter((each) => isUrgent(each) && isRepairOf(each, intent, checked));
    // Choices add up to one plan; anything else than a repair may undo one of them.
    const before = isChoice(intent) && own.length > 0 ? this.#problems : [];
    this.#problems = [...before, ...own];
  }

  /** The problems and warnings that a job has repaired which verified these erase units: of each something at its place. */
  takeRepaired(verified: readonly Range[]): readonly Finding[] {
    const all = this.#problems;
    this.#problems = [];
    return all.filter(({ place }) => place.in === 'flash' && verified.some((unit) => overlaps(unit, place.range)));
  }
}

/** Whether an intent is a repair of a problem as it was offered, or brings back what a backup was found to be sound in. */
function isRepairOf(
  { repairs = [], restores = [] }: Finding,
  intent: Intent,
  checked: readonly CheckedRange[],
): boolean {
  if (intent.do === 'restore' && intent.range !== undefined) {
    const kept = { backup: intent.backup, range: intent.range };
    const isSound = checked.some((each) => each.wrong === null && isSameKept(each, kept));
    return isSound && restores.some((range) => isSameRange(range, kept.range));
  }
  return repairs.some((repair) => requests(repair, intent));
}
