/** What was to be given more room, and the layouts that have it with the files that are chosen. */
import type { DroppedFile } from '../flash/dropped-file.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { FittingLayouts, FitRequest } from '../flash/layout-fit.ts';
import type { Range } from '../flash/map.ts';
import type { YieldNow } from '../flash/yielding.ts';
import { isSameList } from './drops.ts';

/** A file to find room for, with the place that was chosen for it by its id. */
type PlacedFile = DroppedFile & { readonly choice: string | null };

/** What needs more room, and what was found for it; looked for once for a board and its files. */
export class FitSearch<I extends Inspection> {
  /** What needs more room; null if nothing does. */
  request: FitRequest | null = null;
  #found: { readonly key: readonly unknown[]; readonly fits: FittingLayouts } | null = null;

  constructor(private readonly family: Family<I>) {}

  /** The layouts that were found for a board with these files; null if nothing was asked for, or they were not looked for. */
  fitsFor(board: I, files: readonly PlacedFile[]): FittingLayouts | null {
    const found = this.#found;
    return this.request !== null && found !== null && isSameList(found.key, [board, this.request, ...files])
      ? found.fits
      : null;
  }

  /** Looks for them, unless that was done; returns whether it was done now. Rejects with the failures of reading, and `stopped`. */
  async find(
    board: I,
    files: readonly PlacedFile[],
    bytesOf: (range: Range) => Promise<Uint8Array>,
    yieldNow: YieldNow,
  ): Promise<boolean> {
    const wanted = this.request;
    if (wanted === null || this.fitsFor(board, files) !== null) return false;
    const request = { files: files.map((file) => ({ file, choice: file.choice })) };
    const fits = await this.family.fit?.(request, wanted, board, bytesOf, yieldNow);
    this.#found = fits === undefined ? null : { key: [board, wanted, ...files], fits };
    return true;
  }
}
