import { romCrc32 } from '../crc32.ts';
import { viewOf } from './bytes.ts';

/** One entry: text, or a number that is stored as u8 or i32. */
export interface NvsEntry {
  readonly key: string;
  readonly type: 'u8' | 'i32' | 'string';
  readonly value: number | string;
}

/** Entries under one name. */
export interface NvsNamespace {
  readonly name: string;
  readonly entries: readonly NvsEntry[];
}

const ENTRY = 32;
const FIRST = 64;
const MAX = 126;
const TYPE = { u8: 0x01, i32: 0x14, string: 0x21 } as const;

/**
 * An NVS partition of `size` bytes, version 2, plain: one active page with the entries in order, the others erased
 * (ESP-IDF `components/nvs_flash/src/nvs_page.hpp`, `nvs_types.hpp`). Throws a `RangeError` if one page cannot hold
 * them.
 */
export function buildNvs(size: number, namespaces: readonly NvsNamespace[]): Uint8Array {
  const out = new Uint8Array(size).fill(0xff);
  const view = viewOf(out);
  let used = 0;
  const put = (namespace: number, type: number, key: string, payload: Uint8Array | null, span: number): DataView => {
    if (used + span > MAX) throw new RangeError('these entries do not fit into one NVS page');
    const at = FIRST + used * ENTRY;
    out.set([namespace, type, span, 0xff], at);
    out.fill(0, at + 8, at + 24);
    out.set(new TextEncoder().encode(key).subarray(0, 15), at + 8);
    if (payload !== null) out.set(payload, at + ENTRY);
    // Two bits an entry, 11 empty, 10 written.
    for (let i = used; i < used + span; i++) out[32 + (i >> 2)] = (out[32 + (i >> 2)] ?? 0) & ~(1 << ((i & 3) * 2));
    used += span;
    return new DataView(out.buffer, at, ENTRY);
  };
  const seal = (entry: DataView): void => {
    const bytes = new Uint8Array(entry.buffer, entry.byteOffset, ENTRY);
    entry.setUint32(4, romCrc32(bytes.subarray(0, 4), bytes.subarray(8)), true);
  };
  for (const [index, { name, entries }] of namespaces.entries()) {
    const named = put(0, TYPE.u8, name, null, 1);
    named.setUint8(24, index + 1);
    seal(named);
    for (const { key, type, value } of entries) {
      if (typeof value === 'string') {
        const text = new TextEncoder().encode(`${value}\0`);
        const entry = put(index + 1, TYPE.string, key, text, 1 + Math.ceil(text.length / ENTRY));
        entry.setUint16(24, text.length, true);
        entry.setUint32(28, romCrc32(text), true);
        seal(entry);
      } else {
        const entry = put(index + 1, TYPE[type], key, null, 1);
        if (type === 'u8') entry.setUint8(24, value);
        else entry.setInt32(24, value, true);
        seal(entry);
      }
    }
  }
  view.setUint32(0, 0xfffffffe, true);
  view.setUint32(4, 0, true);
  view.setUint8(8, 0xfe);
  view.setUint32(28, romCrc32(out.subarray(4, 28)), true);
  return out;
}
