/** What is edited of what partitions hold, by name and never by value, which may be a secret: as a plan says it, and once it is done. */
import { briefList, count, list } from '../../flash/english.ts';
import type { Fate } from '../../flash/fates.ts';
import type { Report } from '../job-execution/report.ts';

/** More files than this are counted, not named. */
const NAMED = 3;

/** What of one partition is edited; `deleted` are those of `edited` that are gone afterwards. */
type Edited = Pick<Report['partitions'][number], 'edited' | 'deleted' | 'recreated'>;

/** What is edited of a partition's content; more than a few are counted: `wifi/ssid in nvs changes`, `/log in fs is deleted`. */
export function editedWords(fate: Fate): string {
  const { name } = fate.after ?? fate.before;
  const { changed, deleted, made } = namesOf(fate);
  if (fate.recreated === true) return `${name} is recreated${made}`;
  if (changed.length + deleted.length === 0) return `${name} is rewritten with the same content`;
  const said = [
    ...(changed.length === 0
      ? []
      : [`${briefList(changed)} in ${name} ${changed.length === 1 ? 'changes' : 'change'}`]),
    ...(deleted.length === 0
      ? []
      : [`${briefList(deleted)} in ${name} ${deleted.length === 1 ? 'is' : 'are'} deleted`]),
  ];
  return said.join(', ');
}

/**
 * What a job has edited of partitions, of which it wrote no others where `alone`: `wifi/ssid changed`, `/log in fs deleted`. Empty where
 * it edited nothing.
 */
export function editsDoneWords(partitions: Report['partitions'], alone: boolean): string {
  const own = partitions.filter(({ edited, rewrittenUnits }) => edited !== undefined && rewrittenUnits > 0);
  const isNamed = !alone || own.length > 1;
  return own.flatMap((each) => doneWords(each, isNamed ? each.partition : null)).join(', ');
}

function doneWords(edited: Edited, name: string | null): string[] {
  const { changed, deleted, made } = namesOf(edited);
  const [what, place] = name === null ? ['', ''] : [`${name} `, ` in ${name}`];
  if (edited.recreated === true) return [`${what}recreated${made}`];
  if (changed.length + deleted.length === 0) return [`${what}rewritten with the same content`];
  return [
    ...(changed.length === 0 ? [] : [`${briefList(changed)}${place} changed`]),
    ...(deleted.length === 0 ? [] : [`${briefList(deleted)}${place} deleted`]),
  ];
}

/** The names of what is changed and deleted; `made` is what a recreated partition is made with, as the end of a clause. */
function namesOf({ edited = [], deleted = [] }: Pick<Edited, 'edited' | 'deleted'>) {
  const named = edited.length > NAMED ? count(edited.length, 'file') : list(edited);
  return {
    changed: edited.filter((each) => !deleted.includes(each)),
    deleted,
    made: edited.length === 0 ? '' : ` with ${named}`,
  };
}
