/** What firmware reads from its settings: strings and small numbers in NVS, version 2, plain (ESP-IDF `nvs_flash`). */
import { textOf, viewOf } from '../boot-flash.ts';
import { romCrc32 } from '../../crc32.ts';

const PAGE = 0x1000;
const ENTRY = 32;
const FIRST = 64;
const COUNT = 126;
/** Pages that hold entries: active, full, freeing. */
const IN_USE: readonly number[] = [0xfffffffe, 0xfffffffc, 0xfffffff8];
const STRING = 0x21;
const NUMBERS: Readonly<Record<number, (view: DataView) => number>> = {
  0x01: (view) => view.getUint8(24),
  0x02: (view) => view.getUint16(24, true),
  0x04: (view) => view.getUint32(24, true),
  0x11: (view) => view.getInt8(24),
  0x12: (view) => view.getInt16(24, true),
  0x14: (view) => view.getInt32(24, true),
};

interface Entry {
  readonly namespace: number;
  readonly key: string;
  readonly value: string | number;
}

/** Looks settings up by namespace and key; a partition without a single sound page has none. */
export type Settings = (namespace: string, key: string) => string | number | undefined;

/** The settings in the bytes of a partition; null if `nvs_flash_init` would find none of its pages in use. */
export function readSettings(partition: Uint8Array): Settings | null {
  const pages = pagesOf(partition);
  if (pages.length === 0) return null;
  const entries = pages.flatMap(entriesOf);
  return (namespace, key) => {
    const index = entries.find((entry) => entry.namespace === 0 && entry.key === namespace)?.value;
    // Of two copies, which a power cut can leave, the library erases the older one when it starts.
    return index === undefined
      ? undefined
      : entries.findLast((entry) => entry.namespace === index && entry.key === key)?.value;
  };
}

/** The pages in use, in the order in which they were begun. */
function pagesOf(partition: Uint8Array): Uint8Array[] {
  const all = Array.from({ length: Math.floor(partition.length / PAGE) }, (_, i) =>
    partition.subarray(i * PAGE, (i + 1) * PAGE),
  );
  const isSound = (page: Uint8Array) =>
    IN_USE.includes(viewOf(page).getUint32(0, true)) &&
    viewOf(page).getUint32(28, true) === romCrc32(page.subarray(4, 28));
  const order = (page: Uint8Array) => viewOf(page).getUint32(4, true);
  return all.filter(isSound).toSorted((a, b) => order(a) - order(b));
}

function entriesOf(page: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < COUNT;) {
    const own = page.subarray(FIRST + i * ENTRY, FIRST + (i + 1) * ENTRY);
    const isWritten = (((page[32 + (i >> 2)] ?? 0) >> ((i & 3) * 2)) & 3) === 2;
    const isSound =
      isWritten && viewOf(own).getUint32(4, true) === romCrc32(own.subarray(0, 4), own.subarray(8, ENTRY));
    const value = isSound ? valueOf(page, own, i) : null;
    if (value !== null) entries.push({ namespace: own[0] ?? 0, key: textOf(own.subarray(8, 24)), value });
    i += isSound ? Math.max(1, own[2] ?? 1) : 1;
  }
  return entries;
}

/** Null for what this firmware does not use: blobs and 64-bit numbers. */
function valueOf(page: Uint8Array, entry: Uint8Array, index: number): string | number | null {
  const [view, type] = [viewOf(entry), entry[1] ?? 0];
  if (type !== STRING) return NUMBERS[type]?.(view) ?? null;
  const size = view.getUint16(24, true);
  const at = FIRST + (index + 1) * ENTRY;
  const data = page.subarray(at, at + size);
  if (data.length !== size || view.getUint32(28, true) !== romCrc32(data)) return null;
  return new TextDecoder().decode(data.subarray(0, -1));
}
