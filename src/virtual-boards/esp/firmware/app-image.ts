import { sha256 } from '@noble/hashes/sha2.js';
import { putText, viewOf } from './bytes.ts';
import { assembleImage } from './image.ts';
import type { ImageSegment } from './image.ts';
import { firmwareBytes, randomWords } from './random.ts';

/** Sizes in bytes of an app's parts, each a multiple of four; the first IRAM part fills up to the next 64 KiB page. */
export interface AppParts {
  readonly drom: number;
  readonly dram: number;
  readonly irom: number;
  readonly iram: number;
}

/** The chip ids of image headers: 0 is an ESP32 (the default), 5 an ESP32-C3, 9 an ESP32-S3, 13 an ESP32-C6. */
export type ImageChip = 0 | 5 | 9 | 13;

/** The app image to build. */
export interface AppOptions {
  readonly project: string;
  readonly version: string;
  readonly idf?: string;
  readonly time?: string;
  readonly date?: string;
  readonly chipId?: ImageChip;
  readonly segments?: AppParts;
  /** The whole image's length in bytes, a multiple of 16, at least 1024; 64 KiB unless `segments` says otherwise. */
  readonly size?: number;
  /** The seed of the content. */
  readonly seed: number;
  /** Replaces about one in `oneIn` of the 1 KiB pieces, like a later build of the same app. */
  readonly change?: { readonly seed: number; readonly oneIn: number };
  readonly minRev?: number;
  readonly maxRev?: number;
  readonly secureVersion?: number;
}

// Load addresses as ESP-IDF links them; data mapped from flash keeps its offset in a 64 KiB page.
const WINDOWS = {
  0: { drom: 0x3f400020, dram: 0x3ffb0000, iram: 0x40080000, irom: 0x400d0020, maxRev: 399 },
  // On a C3 and a C6 data and code share one memory: the data comes after the code.
  5: { drom: 0x3c000020, dram: 0x3fc98000, iram: 0x40380000, irom: 0x42000020, maxRev: 199 },
  13: { drom: 0x42800020, dram: 0x40820000, iram: 0x40800000, irom: 0x42000020, maxRev: 99 },
  9: { drom: 0x3c000020, dram: 0x3fc90000, iram: 0x40374000, irom: 0x42000020, maxRev: 99 },
} as const;
const PAGE = 0x10000;
const WORD = 4;
const HEADERS = 24 + 3 * 8;

const even = (size: number): number => Math.floor(size / WORD) * WORD;

/** Sizes in file order: DROM, DRAM, IRAM, and for large apps IROM on its page and the rest of IRAM. */
function sizesOf(options: AppOptions): number[] {
  const fill = (drom: number, dram: number): number => {
    // Fills up so that the IROM segment's data starts at +0x20 of a page, counting its header and this one's.
    const at = HEADERS + drom + dram;
    return (((PAGE + 0x20 - 8 - at) % PAGE) + PAGE) % PAGE;
  };
  if (options.segments !== undefined) {
    const { drom, dram, irom, iram } = options.segments;
    return [drom, dram, fill(drom, dram), irom, iram];
  }
  const size = options.size ?? PAGE;
  if (size < 1024 || size % 16 !== 0) throw new RangeError(`an app image of ${size} bytes cannot be built`);
  // The last segment ends four bytes before the checksum block does: no room for another block.
  const body = size - 32 - WORD;
  if (size < 4 * PAGE) {
    const rest = body - HEADERS;
    const [drom, dram] = [Math.max(256, even(rest * 0.5)), even(rest * 0.1)];
    return [drom, dram, rest - drom - dram];
  }
  // Both parts of IRAM together stay below its 128 KiB.
  const [drom, dram, iram] = [even(size * 0.2), even(size * 0.02), even(Math.min(size * 0.04, PAGE - 4096))];
  const first = fill(drom, dram);
  return [drom, dram, first, body - HEADERS - 16 - drom - dram - first - iram, iram];
}

/** The `esp_app_desc_t` at the start of the first segment. */
function describe(out: Uint8Array, options: AppOptions): void {
  const view = viewOf(out);
  out.fill(0, 0, 256);
  view.setUint32(0, 0xabcd5432, true);
  view.setUint32(4, options.secureVersion ?? 0, true);
  putText(out, 16, 32, options.version);
  putText(out, 48, 32, options.project);
  putText(out, 80, 16, options.time ?? '10:00:00');
  putText(out, 96, 16, options.date ?? 'Jan  5 2026');
  putText(out, 112, 32, options.idf ?? 'v5.3.1');
  out.set(sha256(new TextEncoder().encode(`${options.project} ${options.version} ${options.seed}`)), 144);
}

/**
 * Builds a valid app image: header, app description, segments in the right windows, checksum, appended SHA-256. The same
 * options give the same bytes. It contains no code that runs. Throws a `RangeError` for a size that cannot be built.
 */
export function buildAppImage(options: AppOptions): Uint8Array {
  const chipId = options.chipId ?? 0;
  const window = WINDOWS[chipId];
  const sizes = sizesOf(options);
  const iramFirst = sizes[2] ?? 0;
  const loads = [window.drom, window.dram, window.iram, window.irom, window.iram + iramFirst];
  const { change } = options;
  const segments = sizes.map((size, index): ImageSegment => {
    if (size < 0 || size % WORD !== 0) throw new RangeError(`segment ${index} cannot have ${size} bytes`);
    const data = new Uint8Array(size);
    const own = options.seed * 8 + index;
    firmwareBytes(data, (piece) => {
      const changed = change !== undefined && randomWords(change.seed, index, piece)() % change.oneIn === 0;
      return changed ? change.seed * 8 + index : own;
    });
    if (index === 0) describe(data, options);
    return { load: loads[index] ?? 0, data };
  });
  const header = { chipId, entry: window.iram + 0x400, mode: 2, size: 2, frequency: 0 };
  return assembleImage({ ...header, minRev: options.minRev ?? 0, maxRev: options.maxRev ?? window.maxRev }, segments);
}
