/** What a person is to know before they press the button of a plan, in a few words for the bar that has the button. */
import { briefList, list } from '../../flash/english.ts';
import type { Inspection } from '../../flash/family.ts';
import { overlaps } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Planned } from '../state.ts';
import { backupLines, isErased } from './plan.ts';

/**
 * The risks of a plan, as sentences: which apps are replaced, what a loss of power would do, what cannot be restored, and what cannot be
 * verified. Empty if there are none. The plan itself says more about each.
 */
export function riskWords(work: Planned, board: Inspection): string {
  return [replacedWords(work, board), powerWords(work, board), lostWords(work, board), unprovedWords(work)]
    .filter((words) => words !== '')
    .join(' ');
}

/** The apps of the board in whose place files are written. */
function replacedWords({ plan, purpose, fates }: Planned, { contents, boot }: Inspection): string {
  if (purpose.kind !== 'flash') return '';
  const units = plannedUnits(plan).filter((unit) => !isErased(unit));
  const replaced = fates.flatMap(({ fate, before }) => {
    if (fate !== 'overwritten' || before.role !== 'app' || !units.some((unit) => overlaps(unit, before))) return [];
    const found = contents.find(({ region, address }) => region === before.region && address === before.address);
    // What is no app has no digest: it may say “no app” in its place.
    return found?.brief === undefined || found.digest === undefined ? [] : [{ app: found.brief, before }];
  });
  const [only, ...more] = replaced;
  if (only === undefined) return '';
  if (more.length > 0)
    return `Replaces the apps in ${list(replaced.map(({ app, before }) => `${before.name} (${app})`))}.`;
  return `Replaces ${only.app}${boot?.partition?.address === only.before.address ? ', which the board starts now' : ''}.`;
}

/** What may become of a board that loses power while the plan is carried out; of a flash image nothing. */
function powerWords({ plan, layout, gaps, contentPauses = [] }: Planned, { identity }: Inspection): string {
  if (identity.file !== undefined) return '';
  const units = plannedUnits(plan);
  // The erase units of a bootloader hold its code and its header.
  const writesBootloader = layout.partitions.some(
    (place) => place.role === 'boot' && units.some((unit) => overlaps(unit, place)),
  );
  const stops = writesBootloader || gaps?.some(({ starts }) => starts === null) === true;
  const names = [...new Set(contentPauses.flatMap((pause) => pause.names))];
  const may = [...(stops ? ['may not start'] : []), ...(names.length > 0 ? [`may erase ${briefList(names)}`] : [])];
  return may.length === 0
    ? ''
    : `If the board loses power meanwhile, it ${may.join(', or ')}: connect it here again and resume.`;
}

function lostWords({ backup }: Planned, { layout, identity }: Inspection): string {
  // Of a flash image nothing is overwritten but the copy in memory.
  if (identity.file !== undefined) return '';
  const [first = '', ...more] = backupLines(backup, layout).lost;
  return more.length === 0 ? first : 'Not all that is overwritten is backed up: the rest cannot be restored.';
}

function unprovedWords({ plan, unprovable }: Planned): string {
  if (unprovable === 0) return '';
  return unprovable === plannedUnits(plan).length ? 'This write cannot be verified.' : 'Not all of it can be verified.';
}
