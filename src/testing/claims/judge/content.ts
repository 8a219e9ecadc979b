/** What the content of a partition comes to when it may have been rewritten for another size. */
import { readFiles } from '../../../virtual-boards/esp/firmware/littlefs-read.ts';
import type { Cells, Row } from './reader.ts';
import { bytesAt, hex, same, tableIn, written } from './reader.ts';

/**
 * How what a partition held differs from what one holds now; null if it does not. At its own size every byte counts. A LittleFS of
 * another size has to hold the same files, as a smaller one cannot be a part of the larger; of anything else the bytes that
 * have room in both have to be the same.
 */
export function contentDifference(old: Uint8Array, now: Uint8Array): string | null {
  const files = old.length === now.length ? null : readFiles(old);
  if (files === null) {
    const at = old.subarray(0, now.length).findIndex((byte, i) => byte !== now[i]);
    return at < 0 ? null : `its byte at +${hex(at)} changed`;
  }
  const held = readFiles(now);
  if (held === null) return 'its file system does not mount';
  const lost = [...files].find(([path, data]) => !same(data, held.get(path) ?? null));
  if (lost !== undefined) return `${lost[0]} is not what it was`;
  return held.size === files.size ? null : `it holds ${held.size} files instead of ${files.size}`;
}

/** The partition of the table in `after` that holds what one of `before` held: there, or in another place; undefined if none does. */
export function holderOf(row: Row, before: Cells, after: Cells): Row | undefined {
  const old = bytesAt(before, row);
  const isHolder = (other: Row): boolean => {
    const now = bytesAt(after, other);
    if (other.type !== row.type || old === null || now === null) return false;
    const isWhole = written(old.subarray(now.length)) === 0 || readFiles(old) !== null;
    return isWhole && contentDifference(old, now) === null;
  };
  return tableIn(after).find(isHolder);
}
