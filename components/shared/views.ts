/** The views of a connected board. A URL fragment names each, such as `#/backups`, so that reload and Back lead to the same one. */

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

/** The fragment of the contents of the partition at an address: `#/contents?at=0x9000`. */
export function contentsFragment(address: number): string {
  return `#/contents?at=0x${address.toString(16)}`;
}

/** The address in the fragment of contents; null for any other. */
export function contentsAt(fragment: string): number | null {
  const at = /^#\/contents\?at=0x([0-9a-f]{1,8})$/i.exec(fragment)?.[1];
  return at === undefined ? null : Number.parseInt(at, 16);
}

/** The view that a key leads to from another in a list of tabs; null for a key that moves nothing. */
export function viewAfter(view: View, key: string, views: readonly View[] = VIEWS): View | null {
  const at = views.indexOf(view);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[key];
  return to === undefined ? null : (views.at(to % views.length) ?? null);
}
