/** Test support: damaged, unfinished and encrypted NVS partitions, for each finding about them. Nothing of the app imports it. */
import { Cells, ENTRY_STATE, PAGE_SIZE, PAGE_STATE, VERSION } from '../../esp/contents/nvs/cells.ts';
import { dataValue, indexValue, Item, NO_CHUNK, spanOf, TYPE } from '../../esp/contents/nvs/entry.ts';
import { listNvs } from '../../esp/contents/nvs/list.ts';
import type { NvsOptions } from '../../esp/contents/nvs/read.ts';
import { MOST_PAGES } from '../../esp/contents/nvs/store.ts';
import { xtsOf } from '../../esp/contents/nvs/xts.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

const TEXT = new Uint8Array(40).fill(0x61);

/** A page of an image: its entries in order, all of them written. */
interface PageOf {
  readonly entries: readonly Uint8Array[];
  readonly state?: number;
  readonly sequence?: number;
  readonly version?: number;
}

function number(ns: number, key: string, value: number, type: number = TYPE.u8): Uint8Array {
  return Item.of({ ns, key, chunk: NO_CHUNK }, type, 1, Uint8Array.of(value, 0, 0, 0, 0, 0, 0, 0)).bytes;
}

/** An item with the entries of its data. */
function withData(type: number, key: string, chunk: number, data: Uint8Array): Uint8Array[] {
  const item = Item.of({ ns: 1, key, chunk }, type, spanOf(data.length), dataValue(data));
  const rest = Array.from({ length: item.span - 1 }, (_, i) => {
    const entry = new Uint8Array(32).fill(0xff);
    entry.set(data.subarray(i * 32, (i + 1) * 32));
    return entry;
  });
  return [item.bytes, ...rest];
}

const NAMESPACE = number(0, 'cfg', 1);
const A = number(1, 'a', 1);
const STRING = withData(TYPE.string, 's', NO_CHUNK, TEXT);
const CHUNK = withData(TYPE.chunk, 'b', 0, TEXT);
const INDEX = Item.of({ ns: 1, key: 'b', chunk: NO_CHUNK }, TYPE.index, 1, indexValue(TEXT.length, 1, 0)).bytes;

/** An image with these pages, and blank ones up to `count`. */
function image(pages: readonly PageOf[], count = pages.length + 1, keys: Uint8Array | null = null): Uint8Array {
  const blank = new Uint8Array(count * PAGE_SIZE).fill(0xff);
  const cells = new Cells(blank, keys === null ? null : xtsOf(keys));
  for (const [page, { entries, state = PAGE_STATE.active, sequence = page, version = VERSION }] of pages.entries()) {
    cells.writeHeader(page, sequence, version);
    cells.writeState(page, state);
    for (const [at, entry] of entries.entries()) {
      cells.writeEntries(page, at, entry);
      cells.writeEntryState(page, at, ENTRY_STATE.written);
    }
  }
  return cells.data;
}

const SOUND = image([{ entries: [NAMESPACE, A] }]);

/** The image of one page with these entries behind the namespace. */
function entries(...written: readonly Uint8Array[]): Uint8Array {
  return image([{ entries: [NAMESPACE, ...written] }]);
}

function reportedFor(data: Uint8Array, options: NvsOptions = {}): readonly string[] {
  return kindsOf(listNvs(data, options).findings);
}

function rule(
  kind: string,
  broken: () => Uint8Array,
  mended: () => Uint8Array,
  also: readonly string[] = [],
): RuleCase {
  return { kind, also, image: broken, broken: () => reportedFor(broken()), mended: () => reportedFor(mended()) };
}

/** A page that is being moved, and the copy of it that was begun. */
function moved(state: number, copy: readonly Uint8Array[]): Uint8Array {
  return image([{ entries: [NAMESPACE, A], state }, ...(copy.length === 0 ? [] : [{ entries: copy }])]);
}

const KEYS = Uint8Array.from({ length: 64 }, (_, i) => i);
const OTHER_KEYS = new Uint8Array(64);
const encrypted = () => image([{ entries: [NAMESPACE, A] }], 2, KEYS);

/** The image of `count` values, each of a namespace that has no name. */
function nameless(count: number): Uint8Array {
  return entries(...Array.from({ length: count }, (_, i) => number(2 + i, 'a', 1)));
}

/** Every finding about NVS. */
export const NVS_CASES: readonly RuleCase[] = [
  rule(
    'nvs-page-corrupt',
    () => patched(SOUND, PAGE_SIZE + 100, 0),
    () => SOUND,
  ),
  rule(
    'nvs-entry-damaged',
    () => entries(A, patched(number(1, 'c', 1), 24, 2)),
    () => entries(A, number(1, 'c', 1)),
  ),
  rule(
    'nvs-entry-unfinished',
    () => patched(SOUND, 64 + 2 * 32, 1),
    () => SOUND,
  ),
  rule(
    'nvs-item-unfinished',
    () => entries(...STRING.slice(0, 1)),
    () => entries(...STRING),
  ),
  rule(
    'nvs-duplicate',
    () => entries(A, number(1, 'a', 2)),
    () => entries(A, number(1, 'c', 2)),
  ),
  rule(
    'nvs-index-mismatch',
    () => entries(INDEX),
    () => entries(...CHUNK, INDEX),
  ),
  rule(
    'nvs-orphan-chunk',
    () => entries(...CHUNK),
    () => entries(...CHUNK, INDEX),
  ),
  rule(
    'nvs-page-freeing',
    () => moved(PAGE_STATE.freeing, []),
    () => moved(PAGE_STATE.full, []),
  ),
  rule(
    'nvs-newest-page-discarded',
    () => moved(PAGE_STATE.freeing, [NAMESPACE]),
    () => moved(PAGE_STATE.full, [number(1, 'c', 1)]),
    ['nvs-page-freeing'],
  ),
  rule(
    'nvs-data-damaged',
    () => entries(...STRING.with(1, new Uint8Array(32))),
    () => entries(...STRING),
  ),
  rule(
    'nvs-hidden',
    () => image([{ entries: [NAMESPACE, A, number(1, 'a', 1, TYPE.u16)], state: PAGE_STATE.full }]),
    () => image([{ entries: [NAMESPACE, A, number(1, 'c', 1, TYPE.u16)], state: PAGE_STATE.full }]),
  ),
  rule(
    'nvs-no-namespace',
    () => nameless(1),
    () => SOUND,
  ),
  rule(
    'nvs-recoverable',
    // The CRC of the page's header no longer fits.
    () => patched(SOUND, 28, 0),
    () => SOUND,
    ['nvs-page-corrupt'],
  ),
  rule(
    'nvs-more',
    () => nameless(101),
    () => nameless(100),
    ['nvs-no-namespace'],
  ),
  rule(
    'nvs-no-free-page',
    () => SOUND.slice(0, PAGE_SIZE),
    () => SOUND,
  ),
  rule(
    'nvs-new-version',
    () => image([{ entries: [NAMESPACE, A], version: VERSION - 1 }]),
    () => SOUND,
  ),
  rule(
    'nvs-too-large',
    () => image([], MOST_PAGES + 1),
    () => image([], MOST_PAGES),
  ),
  rule(
    'nvs-does-not-start',
    () => moved(PAGE_STATE.freeing, []).slice(0, PAGE_SIZE),
    () => moved(PAGE_STATE.freeing, []),
    ['nvs-page-freeing'],
  ),
  {
    kind: 'nvs-encrypted',
    broken: () => reportedFor(encrypted()),
    mended: () => reportedFor(encrypted(), { keys: KEYS }),
  },
  {
    kind: 'nvs-keys-wrong',
    broken: () => reportedFor(encrypted(), { keys: OTHER_KEYS }),
    mended: () => reportedFor(encrypted(), { keys: KEYS }),
  },
  {
    kind: 'nvs-keys-unused',
    broken: () => reportedFor(SOUND, { keys: KEYS }),
    mended: () => reportedFor(SOUND),
  },
];
