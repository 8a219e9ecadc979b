/** What a layout costs, in the order in which it counts; `layout-editor.fit.ts` puts this order into words. */

/** What a layout costs: known from its arrangement, or estimated from its rows. */
export interface LayoutCosts {
  /** How many partitions lose their content. */
  readonly lost: number;
  readonly endsUpdates: boolean;
  readonly changesBootloader: boolean;
  /** How much content is moved. */
  readonly moved: number;
}

/** Compares two layouts by what they cost, the better one first. */
export function compareCosts(a: LayoutCosts, b: LayoutCosts): number {
  return (
    Math.sign(a.lost) - Math.sign(b.lost) ||
    Number(a.endsUpdates) - Number(b.endsUpdates) ||
    Number(a.changesBootloader) - Number(b.changesBootloader) ||
    a.lost - b.lost ||
    a.moved - b.moved
  );
}
