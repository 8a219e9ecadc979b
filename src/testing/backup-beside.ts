/** Test support: a whole-device backup beside which something else happens. Nothing of the app imports it. */
import { makeCancel } from '../flash/failure.ts';
import type { Range } from '../flash/map.ts';
import { DIGEST_SPAN } from '../flash/surroundings.ts';
import { md5Hex } from '../formats/hashes.ts';
import { backUp } from '../session/make-backup.ts';
import type { Store } from '../storage/store.ts';
import { layoutOf, mapOf } from './flash.ts';
import { exported, makeLibrary, PASS, withBackup } from './library.ts';
import { PlainTarget } from './plain-target.ts';
import { plainFamily } from './plain-world.ts';

/** The size of an erase unit of the board, in bytes. */
export const UNIT = DIGEST_SPAN / 2;
/** How many spans a backup of the board is read in, each of two units. */
export const SPANS = 3;
/** The layout of the board. */
export const layout = layoutOf(mapOf(...Array.from({ length: 2 * SPANS }, () => UNIT)));
/** What the board holds: no two units are equal. */
export const flash = Uint8Array.from({ length: DIGEST_SPAN * SPANS }, (_, at) => 1 + Math.floor(at / UNIT));

/** A board beside which something else happens before the span with this number is read. */
export class Beside extends PlainTarget {
  constructor(
    private readonly span: number,
    private readonly happens: () => Promise<void>,
  ) {
    super(flash, layout.map, md5Hex);
  }

  override async read(range: Range): Promise<Uint8Array> {
    if (Math.floor(range.address / DIGEST_SPAN) === this.span) await this.happens();
    return super.read(range);
  }
}

/** Backs up the whole board under the id `whole`. */
export async function backUpDevice(store: Store, target: PlainTarget, cancel = makeCancel()) {
  const board = { ...(await plainFamily().inspect(target, cancel, () => undefined)), layout };
  const mark = { key: 'plain', identity: board.identity, layout };
  const named = { newId: () => 'whole', now: () => 5 };
  return backUp({ target, board, mark, store, md5: md5Hex, cancel, ...named }, null, () => undefined);
}

/** What may happen to another backup, `b-1`, while one is being made. */
export const CHANGES = ['delete', 'encrypt', 'open', 'import'] as const;

/**
 * Changes another backup just before a span of a whole-device backup in `here` is read, from the library over `there`, and
 * returns that library and the units of the finished backup.
 */
export async function backUpBeside(here: Store, there: Store, span: number, what: (typeof CHANGES)[number]) {
  const { library, files, give } = makeLibrary(there);
  await withBackup(there);
  const { data } = await exported({ library, files }, 'b-1');
  if (what === 'open') await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: PASS });
  const beside = new Beside(span, () => {
    if (what === 'delete') return library.dispatch({ do: 'delete-backup', id: 'b-1' });
    if (what === 'import') return give(data);
    return library.dispatch({ do: what === 'encrypt' ? 'encrypt-backup' : 'open-backup', id: 'b-1', passphrase: PASS });
  });
  const { units } = await backUpDevice(here, beside);
  return { library, units };
}
