/** A page with a connected board: the common interface of every kind of board in these tests. */
import type { Bytes } from './scenario.ts';
import type { FlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import { askKey } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { rangeEnd, regionOf, unitsTouching } from '../../flash/map.ts';
import type { ListenOptions, Target } from '../../flash/target.ts';
import { openAsks } from '../../session/state.ts';
import { bytesSource } from '../../session/sources.ts';
import type { SessionState, Work } from '../../session/state.ts';
import type { Session } from '../../session/session.ts';
import { standalone, findKept } from '../../backups/find-backup.ts';
import type { Backup } from '../../storage/records.ts';
import type { Store } from '../../storage/store.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import type { Memory } from './cells.ts';

/** What these tests use of a session of any family. */
type AnySession = Pick<Session<EspInspection>, 'state' | 'dispatch'> & { connect(): Promise<void> };

/** A memory with the fault hook of its virtual flash. */
export interface HookedMemory extends Memory {
  faults: FlashFaults | null;
}

/** What a board would start if it were powered up now. */
export interface Boot {
  /** `app`: something runs, identified by `app`; `safe`: nothing of the person's runs, and the board says so. */
  readonly kind: 'app' | 'safe' | 'nothing';
  /** Where the app is in the first memory, and its size. */
  readonly app: { readonly offset: number; readonly size: number } | null;
  /** The place that the app was copied from because there was none; otherwise absent. */
  readonly fallback?: { readonly offset: number; readonly size: number };
  readonly says: string;
}

/** A board that was powered up again, and a tab that was opened again. */
export interface Page {
  readonly session: AnySession;
  readonly store: Store;
  readonly memories: readonly HookedMemory[];
  readonly violations: () => number;
  /** What the board would start with its cells as they are now; leaves the cells unchanged. */
  readonly boot: () => Promise<Boot>;
  /** The board's cable; null for a board that is only bytes. */
  readonly cable: Cable | null;
}

/** A cable for power and data. */
interface Cable {
  unplug(): void;
  /** Powers the board up again; one in DFU mode is put back into it. */
  plug(): void;
}

/** What a page is made of: the browser's store, and a callback for the moment before the board is started. */
export interface PageParts {
  readonly store: Store;
  /** Called before the board is started, and awaited. */
  readonly onRestart: () => unknown;
  /** Whether the board is really started then, which takes longer. */
  readonly starts?: boolean;
  /** Whether the loader writes one erase unit too many each time. */
  readonly careless?: boolean;
}

/** A kind of board; `open` gives one in its factory state. */
export interface BoardKind {
  readonly id: string;
  readonly open: (parts: PageParts) => Page;
  /** Whether what is written can be verified; if not, a job ends as written, unproved. */
  readonly proves: boolean;
  /** Whether it differs from another board only in some bytes, or is so slow that a sample has to do. */
  readonly few: boolean;
}

/** A target that silently zeroes the erase unit behind each rewrite, if the device allows it. */
export function careless<T extends Target>(target: T): T {
  const rewrite = target.rewrite.bind(target);
  return Object.assign(target, {
    rewrite: async (range: Range, content: Uint8Array, watch: Parameters<Target['rewrite']>[2]): Promise<void> => {
      await rewrite(range, content, watch);
      const region = regionOf(await target.readMap(), range.region);
      const [next] = unitsTouching(region, rangeEnd(range), 1);
      if (next !== undefined)
        await rewrite(next, new Uint8Array(next.size), { cancel: watch.cancel }).catch(() => undefined);
    },
  });
}

/** A target whose restart only calls back, unless the board is to be really started. */
export function restarting<T extends Target>(target: T, { onRestart, starts = false }: PageParts): T {
  const restart = target.restart?.bind(target);
  return Object.assign(target, {
    restart: async (listen: ListenOptions): Promise<void> => {
      await onRestart();
      if (starts) await restart?.(listen);
    },
  });
}

/** Finds a backup as the app's own library does: a standalone one, or what a job kept. */
export function backupsIn(store: Store): (id: string) => Promise<Backup | null> {
  return async (id) => {
    const kept = await findKept(store, id);
    if (kept === null) return null;
    return kept.kind === 'job' ? kept.backup : standalone(kept);
  };
}

/** The session's current work; throws if there is no board. */
export function workIn({ session: { state } }: Pick<Page, 'session'>): Work {
  if (state.kind !== 'connected') throw new Error(`no board: ${describeState(state)}`);
  return state.work;
}

/** A state in a few words, for diagnosing failures. */
export function describeState(state: SessionState): string {
  if (state.kind !== 'connected') return JSON.stringify(state).slice(0, 300);
  const { work } = state;
  if (work.kind === 'refused') return `refused: ${work.refusals.map(({ kind }) => kind).join()}`;
  if (work.kind === 'ended') return `ended ${work.outcome}: ${work.failure?.name ?? ''}`;
  return work.kind;
}

/** Drops files together, and chooses the places that are given. */
export async function dropFiles({ session }: Page, files: readonly Bytes[]): Promise<void> {
  await session.dispatch({ do: 'add-files', files: files.map(({ name, data }) => bytesSource(name, data)) });
  for (const [i, { place }] of files.entries()) {
    const { state } = session;
    const view = state.kind === 'connected' ? state.files[i] : undefined;
    if (place !== undefined && view !== undefined) await session.dispatch({ do: 'place', id: view.id, choice: place });
  }
}

/** Consents to every question that the plan waits for, and confirms it; throws if none is shown. */
export async function agree(page: Page): Promise<void> {
  const work = workIn(page);
  if (work.kind !== 'planned') throw new Error(`no plan: ${describeState(page.session.state)}`);
  for (const ask of openAsks(work)) await page.session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  await page.session.dispatch({ do: 'flash', plan: work.plan.image.md5 });
}
