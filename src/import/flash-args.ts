/**
 * The text file `flash_args` of ESP-IDF and Arduino builds: options for esptool, then an offset and a file on each line
 * (ESP-IDF, components/esptool_py; arduino-esp32 3, platform.txt).
 */
import { plainName } from '../flash/names.ts';
import type { Build, BuildFile, FilesByPath } from './build.ts';
import { findNamed, MOST_PARTS } from './build.ts';
import type { Packed } from './packed.ts';

// No part of it can match what the next one does: a line of 64 KiB of spaces must not be tried in all ways.
const LINE = /^(0x[0-9a-f]+|\d+)\s+"?([^"\s][^"]*)"?$/i;
const OPTIONS = /^--[a-z]/;
/** The largest such list that is read, in bytes: it has a handful of lines. */
export const LARGEST_ARGS = 64 << 10;

/** The build that such a text describes, with offsets below `limit`; null if it is some other text. */
export function argsBuild(text: string, list: Packed, files: FilesByPath, limit: number): Build | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found: BuildFile[] = [];
  let named = 0;
  for (const line of lines) {
    if (OPTIONS.test(line)) continue;
    const [, offset, path] = LINE.exec(line) ?? [];
    const at = offsetOf(offset, limit);
    if (path === undefined || at === null) return null;
    named++;
    if (named <= MOST_PARTS) found.push({ path: plainName(path), file: findNamed(list, path, files), at });
  }
  if (found.length === 0) return null;
  const sorted = found.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  return {
    container: 'build',
    says: 'A build',
    where: list.path,
    list,
    chip: null,
    files: sorted,
    named,
    left: [],
    findings: [],
  };
}

/** The offset that a number or a text such as `0x10000` or `65536` means; null if it is not an offset below `limit`. */
export function offsetOf(value: unknown, limit: number): number | null {
  const offset = typeof value === 'string' ? fromText(value.trim()) : value;
  const isOffset = typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 && offset < limit;
  return isOffset ? offset : null;
}

function fromText(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number.parseInt(text, 16);
  return /^\d{1,10}$/.test(text) ? Number.parseInt(text, 10) : null;
}
