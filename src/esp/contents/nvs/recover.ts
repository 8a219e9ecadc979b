/** Values that are whole on flash although the firmware does not read them. */
import { Cells, ENTRY_STATE, PAGE_STATE } from './cells.ts';
import { hasData, Item, NO_CHUNK, numberSize, spanOf, TYPE } from './entry.ts';
import { joinBytes } from '../../../formats/binary.ts';
import { romCrc32 } from '../../../formats/crc32.ts';
import { shownName, typeOf } from './values.ts';
import type { NvsValue } from './values.ts';
import type { Xts } from './xts.ts';

/** A sound item with its data, wherever it lies. */
interface Piece {
  readonly page: number;
  readonly at: number;
  readonly item: Item;
  readonly data: Uint8Array;
}

/**
 * Every value in the written entries of all pages, damaged and half-moved ones too, that is not among `values`: of several with
 * one name and type, the newest.
 */
export function recover(image: Uint8Array, xts: Xts | null, values: readonly NvsValue[]): NvsValue[] {
  const cells = new Cells(image, xts);
  const pieces = new Map<string, Piece>();
  const names = new Map<number, string>();
  for (const piece of piecesOf(cells)) {
    const { ns, key, type, chunk } = piece.item;
    if (ns === 0 && type === TYPE.u8) names.set(piece.data[0] ?? 0, key);
    else if (ns !== 0) pieces.set(pieceKey(ns, key, type, chunk), piece);
  }
  const known = new Set(values.filter(({ data }) => data !== null).map((value) => valueKey(value)));
  const found: NvsValue[] = [];
  for (const { item, data, page, at } of pieces.values()) {
    const type = typeOf(item.type);
    if (type === null) continue;
    const whole = item.type === TYPE.index ? blobOf(pieces, item) : data;
    const name = names.get(item.ns);
    const value = {
      namespace: name === undefined ? null : shownName(name),
      namespaceIndex: item.ns,
      key: shownName(item.key),
      bytes: { namespace: name ?? null, key: item.key },
      type,
      data: whole,
      page,
      entry: at,
      blob: item.type === TYPE.index ? item.blob : item.type === TYPE.oldBlob ? ('old' as const) : null,
    };
    if (whole === null || known.has(valueKey(value))) continue;
    known.add(valueKey(value));
    found.push(value);
  }
  return found;
}

function valueKey({ namespace, namespaceIndex, key, type }: NvsValue): string {
  return JSON.stringify([namespace ?? namespaceIndex, key, type]);
}

function pieceKey(ns: number, key: string, type: number, chunk: number): string {
  return JSON.stringify([ns, type, chunk, key]);
}

/** All sound pieces, those of older pages first. Pages whose header is damaged come before all others. */
function* piecesOf(cells: Cells): Generator<Piece> {
  const pages = Array.from({ length: cells.pages }, (_, page) => ({ page, ...cells.header(page) }))
    .filter(({ state, crcRight }) => crcRight || state !== PAGE_STATE.blank)
    .map(({ page, sequence, crcRight }) => ({ page, order: crcRight ? sequence : -1 }))
    .sort((a, b) => a.order - b.order);
  for (const { page } of pages) {
    const states = cells.states(page);
    for (let at = 0; at < states.length;) {
      const item = states[at] === ENTRY_STATE.written ? new Item(cells.entry(page, at)) : null;
      const piece = item === null || !item.isConsistent(at) ? null : pieceAt(cells, page, at, item);
      if (piece !== null) yield piece;
      at += piece?.item.span ?? 1;
    }
  }
}

/** An item with its data; null if that is damaged. */
function pieceAt(cells: Cells, page: number, at: number, item: Item): Piece | null {
  if (!hasData(item.type)) {
    const data = item.type === TYPE.index ? item.value : item.value.slice(0, numberSize(item.type));
    return { page, at, item, data };
  }
  const parts = Array.from({ length: spanOf(item.size) - 1 }, (_, i) => cells.entry(page, at + 1 + i));
  const data = joinBytes(parts).subarray(0, item.size);
  return romCrc32(data) === item.dataCrc ? { page, at, item, data } : null;
}

/** A blob's bytes; null if a chunk is missing or they do not add up. */
function blobOf(pieces: ReadonlyMap<string, Piece>, index: Item): Uint8Array | null {
  const { size, chunks, start } = index.blob;
  const parts: Uint8Array[] = [];
  for (let n = 0; n < chunks; n++) {
    const chunk = (start + n) & 0xff;
    const piece = chunk === NO_CHUNK ? undefined : pieces.get(pieceKey(index.ns, index.key, TYPE.chunk, chunk));
    if (piece === undefined) return null;
    parts.push(piece.data);
  }
  return parts.reduce((sum, { length }) => sum + length, 0) === size ? joinBytes(parts) : null;
}
