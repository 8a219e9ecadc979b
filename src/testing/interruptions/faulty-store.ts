/** A store that fails as browsers' stores do: full, broken, hanging, or returning other bytes than were stored. */
import type { Draw } from '../../virtual-boards/faults/random.ts';
import type { Content } from '../../flash/journal.ts';
import type { Store } from '../../storage/store.ts';
import { storeFailure } from '../../storage/store.ts';

/** What goes wrong with a store, and at which of its changes, counted from 1. */
export type StoreFault =
  /** The change does not happen or, with `happened`, happens and is reported as failed. */
  | { readonly kind: 'fails'; readonly at: number; readonly happened: boolean }
  /** From then on there is no room for contents or a job. */
  | { readonly kind: 'full'; readonly at: number }
  /** No answer ever comes; with `happened` the change was made all the same. The tab is then killed. */
  | { readonly kind: 'hangs'; readonly at: number; readonly happened: boolean }
  /** One of the stored contents has a changed byte when it is read. */
  | { readonly kind: 'damages'; readonly at: number; readonly byte: number };

/** Draws a fault for a store that sees about `changes` changes. */
export function drawStoreFault(draw: Draw, changes: number): StoreFault {
  const at = draw.between(1, changes);
  const happened = draw.pick([true, false]);
  return draw.pick<StoreFault>([
    { kind: 'fails', at, happened: false },
    { kind: 'full', at },
    { kind: 'hangs', at, happened },
    { kind: 'damages', at, byte: draw.below(4096) },
  ]);
}

/** A store with one fault; `onHang` is called when no answer will come any more. The underlying store itself works normally. */
export function faultyStore(store: Store, fault: StoreFault | null, onHang: () => void): Store {
  let changes = 0;
  const change = async <R>(takesRoom: boolean, work: () => Promise<R>): Promise<R> => {
    const now = ++changes;
    if (fault?.kind === 'full' && now >= fault.at && takesRoom) throw storeFailure('storage-full');
    if (now !== fault?.at) return work();
    if (fault.kind === 'fails') throw storeFailure('storage-failed', { values: { reason: 'drawn to fail' } });
    if (fault.kind !== 'hangs') return work();
    if (fault.happened) await work();
    onHang();
    return new Promise<never>(() => undefined);
  };
  const spoiled = (contents: Iterable<Content>): Content[] => {
    const all = [...contents];
    if (fault?.kind !== 'damages' || fault.at !== changes + 1) return all;
    const [first, ...rest] = all;
    if (first === undefined) return all;
    const data = first.data.slice();
    const at = fault.byte % Math.max(1, data.length);
    data[at] = (data[at] ?? 0) ^ 0x10;
    return [{ md5: first.md5, data }, ...rest];
  };
  return {
    ...store,
    putContents: (contents) => {
      const given = spoiled(contents);
      return change(true, () => store.putContents(given));
    },
    openJob: (job, contents, needed) => {
      const given = spoiled(contents);
      return change(true, () => store.openJob(job, given, needed));
    },
    endJob: (...given) => change(false, () => store.endJob(...given)),
    append: (job, from, facts, contents = []) => {
      const given = spoiled(contents);
      return change(true, () => store.append(job, from, facts, given));
    },
    draft: async () => {
      const draft = await change(true, () => store.draft());
      return {
        put: (contents) => {
          const given = spoiled(contents);
          return change(true, () => draft.put(given));
        },
        finish: (...given) => change(true, () => draft.finish(...given)),
        discard: () => draft.discard(),
      };
    },
    putBackup: (...given) => change(true, () => store.putBackup(...given)),
    remove: (...given) => change(false, () => store.remove(...given)),
  };
}
