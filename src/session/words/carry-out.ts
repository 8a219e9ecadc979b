/** What carrying out a plan is called: on the button that does it, and while it is done. */
import { count, list } from '../../flash/english.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { About, Purpose } from '../../storage/records.ts';
import { namesBesideTable, targetNames } from './plan.ts';
import { withApps } from './restored-apps.ts';

/** A plan, or a job that carries one out. */
interface CarriedOut {
  readonly plan: Plan;
  /** The layout that its places are named by. */
  readonly layout: Layout;
  readonly purpose: Purpose;
}

/** What is done: the verb of a button, and of what runs once that was pressed. */
const VERBS = {
  flash: ['Flash', 'Flashing'],
  change: ['Change', 'Changing'],
  make: ['Make', 'Making'],
  erase: ['Erase', 'Erasing'],
  select: ['Select', 'Selecting'],
  restore: ['Restore', 'Restoring'],
  'roll-back': ['Roll back', 'Rolling back'],
} as const;

type Verb = keyof typeof VERBS;

/** What is done to what a person chose: only files are flashed, and what is of several kinds has no place of its own. */
const OF_CHOICES: Readonly<Record<About['what'], Verb>> = {
  files: 'flash',
  layout: 'change',
  edits: 'change',
  mixed: 'make',
  erase: 'erase',
  else: 'change',
};

/** More places than this are counted on a button: the headline names them. */
const MOST_PLACES = 2;

/** The button that carries a plan out: what is done, then to what, in few words. */
export function carryOutLabel(work: CarriedOut, about: About): string {
  const [verb, what] = deedOf(work, about);
  return `${VERBS[verb][0]} ${what}`;
}

/** The same while it is done; jobs of earlier versions do not say what they are about, and mostly wrote files. */
export function carryingOut(work: CarriedOut, about: About = { what: 'files', changes: 1 }): string {
  const [verb, what] = deedOf(work, about);
  return `${VERBS[verb][1]} ${appsOf(work) ?? what}`;
}

/** What is restored with its layout, which comes first. */
function withLayoutOf({ plan, layout, purpose }: CarriedOut): string {
  const places = namesBesideTable(plan, layout, purpose).map((name) => inSentence(name, layout));
  return list(['the layout', ...(places.length > MOST_PLACES ? [count(places.length, 'place')] : places)]);
}

/**
 * What a restore writes with the apps in it, for which a button has no room; null where none is known, there are too many places, or
 * a layout comes back, which is more than they.
 */
function appsOf({ plan, layout, purpose }: CarriedOut): string | null {
  if (purpose.kind !== 'restore' || purpose.apps === undefined || purpose.layout !== undefined) return null;
  const places = targetNames(plan, layout, purpose);
  const named = places.map((partition) => ({ partition, words: inSentence(partition, layout) }));
  return places.length > MOST_PLACES ? null : withApps(named, purpose.apps);
}

function deedOf({ plan, layout, purpose }: CarriedOut, { what, changes }: About): readonly [Verb, string] {
  const places = targetNames(plan, layout, purpose).map((name) => inSentence(name, layout));
  const where = places.length > MOST_PLACES ? count(places.length, 'place') : list(places);
  switch (purpose.kind) {
    case 'flash': {
      const counted = what === 'mixed' || (what === 'files' && changes > 1);
      return [OF_CHOICES[what], what === 'layout' ? 'the layout' : counted ? count(changes, 'change') : where];
    }
    case 'erase':
      return ['erase', purpose.name];
    case 'choose-start': {
      const { choice } = purpose;
      const app = choice.do === 'start' ? partitionAt(layout, choice.range) : undefined;
      if (app !== undefined) return ['select', `${app.name} to start`];
      return [choice.do === 'forget' ? 'erase' : 'change', where];
    }
    case 'restore':
      return ['restore', purpose.layout === undefined ? where : withLayoutOf({ plan, layout, purpose })];
    case 'roll-back':
      return ['roll-back', count(plannedUnits(plan).length, 'erase unit')];
  }
}

/** What a board has one of is named by what it is: `the partition table`. The others have names of their own. */
function inSentence(name: string, { partitions }: Layout): string {
  const role = partitions.find((each) => each.name === name)?.role;
  return role === 'boot' || role === 'table' ? `the ${name}` : name;
}
