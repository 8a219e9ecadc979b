/** The views of a connected board. A URL fragment names each, such as `#/backups`, so that reload and Back lead to the same one. */

import type { Range } from '../../src/flash/map.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';

/** The views, in the order of their tabs. */
export const VIEWS = ['flash', 'layout', 'contents', 'repair', 'backups'] as const;

/** One view. */
export type View = (typeof VIEWS)[number];

/** The view that a fragment names, with or without parameters (`#/flash?a=b`); Flash for a fragment that names none. */
export function viewIn(fragment: string): View {
  const name = /^#\/([a-z]+)(?:$|\?)/.exec(fragment)?.[1];
  return VIEWS.find((view) => view === name) ?? 'flash';
}

/** The fragment of a view. */
export function fragmentOf(view: View): string {
  return `#/${view}`;
}

/** Where a partition begins, in bytes; without a region, in the first that has one there. */
export interface At {
  readonly address: number;
  readonly region: string | null;
}

/** Whether a partition begins there. */
export function isAt({ address, region }: Pick<Range, 'address' | 'region'>, at: At | null): boolean {
  return at !== null && address === at.address && (at.region === null || at.region === region);
}

/** Whether one place is not the other, whichever objects they are. */
export const isElsewhere = (a: At | null, b: At | null | undefined): boolean =>
  a?.address !== b?.address || a?.region !== b?.region;

/** What a fragment of contents names: a partition of the board or of a backup by where it begins, or a dropped file by its id. */
export type ContentsName = { readonly at: At; readonly backup?: string } | { readonly file: number };

/** The region that goes without saying: the only one of most boards. */
const USUAL = 'flash';

/**
 * The fragment of contents: `#/contents?at=0x9000`, `#/contents?file=3`, `#/contents?at=0x9000&backup=…`, and
 * `#/contents?at=0x0&region=files` where a board has several memories.
 */
export function contentsFragment({ address, region, within }: ContentsPlace): string {
  if (within?.in === 'file') return `#/contents?file=${within.id}`;
  const other = region === USUAL ? '' : `&region=${encodeURIComponent(region)}`;
  const backup = within === undefined ? '' : `&backup=${within.id}`;
  return `#/contents?at=0x${address.toString(16)}${other}${backup}`;
}

/** What a fragment of contents names; null for any other. */
export function contentsIn(fragment: string): ContentsName | null {
  const file = /^#\/contents\?file=(\d{1,9})$/.exec(fragment)?.[1];
  if (file !== undefined) return { file: Number(file) };
  const [, at, other, backup] =
    /^#\/contents\?at=0x([0-9a-f]{1,8})(?:&region=([\w%.-]{1,99}))?(?:&backup=([\w-]{1,99}))?$/i.exec(fragment) ?? [];
  if (at === undefined) return null;
  const region = other === undefined ? null : decoded(other);
  return { at: { address: Number.parseInt(at, 16), region }, ...(backup !== undefined && { backup }) };
}

/** A part of a fragment as it was before it was encoded; as it is if a person typed what is no code. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The view that a key leads to from another in a list of tabs; null for a key that moves nothing. */
export function viewAfter(view: View, key: string, views: readonly View[] = VIEWS): View | null {
  const at = views.indexOf(view);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[key];
  return to === undefined ? null : (views.at(to % views.length) ?? null);
}
