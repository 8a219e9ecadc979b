/** A changed layout in words: what becomes of the partitions, and when the board could not start. */
import { list } from '../../flash/english.ts';
import type { Fate } from '../../flash/fates.ts';
import type { Partition } from '../../flash/layout.ts';
import type { ContentPause, StartPause } from '../planning/planning.ts';
import type { Planned } from '../state.ts';
import { estimated } from './values.ts';

/** What can become of a partition's place and size, in the order in which it is said: of one, and of several. */
const VERBS = {
  grow: ['grows', 'grow'],
  'move-and-grow': ['moves and grows', 'move and grow'],
  shrink: ['shrinks', 'shrink'],
  'move-and-shrink': ['moves and shrinks', 'move and shrink'],
  move: ['moves', 'move'],
  add: ['is added', 'are added'],
  remove: ['is removed', 'are removed'],
} as const;

/** A partition's name, and its place before and after a change; null where it is not there. */
export interface PlaceChange {
  readonly name: string;
  readonly before: Place | null;
  readonly after: Place | null;
}

type Place = Pick<Partition, 'address' | 'size'>;

/** What becomes of the places of partitions: `app0 grows, fs moves and shrinks`; null if every partition keeps its place and size. */
export function placeChanges(changes: readonly PlaceChange[]): string | null {
  const own = changes.map(({ name, before, after }) => ({ name, verb: verbOf(before, after) }));
  const said = Object.entries(VERBS).flatMap(([verb, [one, several]]) => {
    const names = own.filter((each) => each.verb === verb).map(({ name }) => name);
    return names.length === 0 ? [] : [`${list(names)} ${names.length === 1 ? one : several}`];
  });
  return said.length === 0 ? null : said.join(', ');
}

/** A changed layout in one clause: `New layout: app0 grows, fs moves and shrinks`; null if every partition keeps its place and size. */
export function layoutHeadline(fates: readonly Fate[]): string | null {
  const said = placesIn(fates);
  return said === null ? null : `New layout: ${said}`;
}

/** The same as a phrase: `new layout in which app0 grows, fs moves and shrinks`; without the rest where every partition keeps its place and size. */
export function layoutPhrase(fates: readonly Fate[]): string {
  const said = placesIn(fates);
  return said === null ? 'new layout' : `new layout in which ${said}`;
}

function placesIn(fates: readonly Fate[]): string | null {
  return placeChanges(fates.flatMap((fate) => changeOf(fate, fates)));
}

function changeOf({ before, after }: Fate, fates: readonly Fate[]): PlaceChange[] {
  const place = after ?? before;
  if (place.role === 'boot' || place.role === 'table') return [];
  // A partition that is given up and one of its name elsewhere are one to the person who edits.
  const gone = before ?? fates.find((each) => each.after === null && each.before.name === place.name)?.before ?? null;
  const come = after ?? fates.find((each) => each.before === null && each.after.name === place.name)?.after ?? null;
  // Of such a pair only the new one is counted.
  if (after === null && come !== null) return [];
  return [{ name: place.name, before: gone, after: come }];
}

function verbOf(before: Place | null, after: Place | null): keyof typeof VERBS | null {
  if (before === null) return after === null ? null : 'add';
  if (after === null) return 'remove';
  const moves = after.address !== before.address;
  if (after.size === before.size) return moves ? 'move' : null;
  if (after.size > before.size) return moves ? 'move-and-grow' : 'grow';
  return moves ? 'move-and-shrink' : 'shrink';
}

/**
 * Whether the board can start while the plan is carried out, one sentence for each thing to know; empty where nobody worked
 * that out, or nothing is written.
 */
export function startLines(planned: Pick<Planned, 'gaps' | 'plan' | 'contentPauses' | 'startUnread'>): string[] {
  const { gaps, plan, startUnread = false } = planned;
  if (gaps === null || plan.stretches.length === 0) return [];
  const pauses = planned.contentPauses ?? [];
  const [all, exact] = [
    pauses.filter(({ firmware }) => firmware === 'all'),
    pauses.filter(({ firmware }) => firmware !== 'all'),
  ];
  const times = all.length + (gaps.some(({ starts }) => starts === null) ? 1 : 0);
  // What to do if power is lost is said once: with the only such time, or after all of them.
  const [advice, end] =
    times > 1 ? ['.', [`If the board loses power at one of these moments, ${RESUME}.`]] : [null, []];
  return [
    ...appLines(gaps, startUnread, advice ?? `: if it loses power then, ${RESUME}.`),
    ...all.map((pause) => incompleteLine(pause, advice ?? `: if the board loses power then, ${RESUME}.`)),
    ...end,
    ...exact.map(unmountedLine),
  ];
}

const RESUME = 'connect it here again and resume';

/** When any firmware that starts would not find some of its settings or files; `advice` ends the sentence. */
function incompleteLine({ ms, names }: ContentPause, advice: string): string {
  const them = names.length === 1 ? 'it' : 'them';
  return `For ${briefly(ms)} its firmware would find ${list(names)} incomplete, and may erase ${them}${advice}`;
}

/** When some firmware that starts would not find its files. */
function unmountedLine({ ms, names }: ContentPause): string {
  return (
    `For ${briefly(ms)} firmware that takes the size of a LittleFS from the partition table (esp_littlefs before 1.10, MicroPython) ` +
    `cannot mount ${list(names)}, and may format ${names.length === 1 ? 'it' : 'them'}; esp_littlefs 1.10 and later can.`
  );
}

function appLines(gaps: readonly StartPause[], isUnread: boolean, advice: string): string[] {
  if (gaps.length === 0)
    return [
      isUnread
        ? 'If it is intact, the board can start an app at every moment of the change.'
        : 'The board can start its app at every moment of the change.',
    ];
  const none = gaps.filter(({ starts }) => starts === null);
  const others = [...new Set(gaps.flatMap(({ starts }) => (starts === null ? [] : [starts])))];
  const total = (which: readonly StartPause[]) => briefly(which.reduce((sum, { ms }) => sum + ms, 0));
  return [
    ...(none.length === 0 ? [] : [`For ${total(none)} the board cannot start${advice}`]),
    ...others.map(
      (name) => `For ${total(gaps.filter(({ starts }) => starts === name))} it would start ${name} instead.`,
    ),
    'At every other moment of the change it can start its app.',
  ];
}

/** A short time: `about 0.1 s`. */
function briefly(ms: number): string {
  return ms < 1000 ? `about ${Math.max(0.1, Math.ceil(ms / 100) / 10)} s` : estimated(ms);
}
