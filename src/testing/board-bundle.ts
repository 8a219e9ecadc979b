/** Test support: a recovery bundle of a virtual board, made through the whole app. Nothing of the app imports it. */
import type { BundleRequest } from '../bundle/make.ts';
import { isIncludedByDefault } from '../bundle/default-parts.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { openWorld } from './esp/world.ts';
import { makeLibrary } from './library.ts';
import { connectedOf } from './plain-world.ts';

/** Connects a virtual board and makes a bundle of it, as the page does; `sign` makes a key first, `more` names partitions to add. */
export async function bundleOf(id: string, { sign = false, more = [] as readonly string[] } = {}): Promise<Uint8Array> {
  const library = makeLibrary(memoryStore());
  let making = Promise.resolve();
  const world = openWorld(
    id,
    undefined,
    {},
    {
      store: library.store,
      onBundle: (from, request) => {
        if (!('backup' in from)) throw new Error('not of the board');
        making = library.library.dispatch({ do: 'make-bundle', id: from.backup, request });
      },
    },
  );
  await world.session.connect();
  const { partitions } = connectedOf(world.session).board.layout;
  const parts = partitions.filter((each) => isIncludedByDefault(each) || more.includes(each.name));
  if (sign) await library.library.dispatch({ do: 'make-key', name: 'bench' });
  const [key] = library.library.view.keys;
  const request: BundleRequest = { name: 'raft-demo 1.4.2', notes: 'As it leaves the bench.', parts };
  await world.session.dispatch({ do: 'make-bundle', of: 'board', request: { ...request, sign: key?.key ?? null } });
  await making;
  const file = library.files.at(-1);
  if (file === undefined)
    throw new Error(library.library.view.failure?.says ?? JSON.stringify(connectedOf(world.session).work));
  return file.data;
}
