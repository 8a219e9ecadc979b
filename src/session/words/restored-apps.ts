/** The apps that a restore brings back, beside their places. */
import { briefList, list } from '../../flash/english.ts';
import type { Purpose } from '../../storage/records.ts';

/** As a restore names them. */
type Apps = NonNullable<Extract<Purpose, { kind: 'restore' }>['apps']>;

/** A place, by its partition's name and in words that may say more. */
interface Place {
  readonly partition: string;
  readonly words: string;
}

/** Places with what goes there: `raft-demo 1.4.2 to app1`, or several as `nvs and app1 (raft-demo 1.4.2)`. */
export function withApps(places: readonly Place[], apps: Apps): string {
  const briefOf = (place: Place) => apps.find(({ partition }) => partition === place.partition)?.brief;
  const [only, ...more] = places;
  const brief = only === undefined || more.length > 0 ? undefined : briefOf(only);
  if (only !== undefined && brief !== undefined) return `${brief} to ${only.words}`;
  const named = (place: Place) => {
    const own = briefOf(place);
    return own === undefined ? place.words : `${place.words} (${own})`;
  };
  return briefList(places.map(named));
}

/** The apps among some partitions, for a subject: ` (raft-demo 1.4.2)`; empty where none is known. */
export function appsAmong(names: readonly string[], apps: Apps = []): string {
  const briefs = new Set(apps.filter(({ partition }) => names.includes(partition)).map(({ brief }) => brief));
  return briefs.size === 0 ? '' : ` (${list([...briefs])})`;
}
