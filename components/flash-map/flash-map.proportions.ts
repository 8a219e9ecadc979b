/** How large the memories of a map are drawn beside each other: a small one is wide enough to read, and that has to be said. */
import type { LitElement, ReactiveController } from 'lit';
import type { Region } from '../../src/flash/map.ts';
import { regionSize } from '../../src/flash/map.ts';

/** What differs by less is drawn at one scale. */
const SAME = 0.05;

/** How a memory is drawn beside one that has `times` as few pixels for each byte: `enlarged 13×`; empty at the same scale. */
function scaleWords(times: number): string {
  if (Math.abs(times - 1) < SAME) return '';
  if (times < 1) return `reduced to ${Math.round(times * 100)} %`;
  return `enlarged ${times < 2 ? times.toFixed(1) : Math.round(times)}×`;
}

/** Measures how many times larger than the largest memory each of the others is drawn, and draws the host again where that changes. */
export class Proportions implements ReactiveController {
  readonly #size = new ResizeObserver(() => this.#measure());
  #ruler: Element | null = null;
  #times: readonly number[] = [];

  /**
   * `ruler` is as wide as the host, and has a height that nothing that is drawn changes; `parts` are the elements of the memories, as
   * wide as their strips; `regions` these memories, in the same order.
   */
  constructor(
    private readonly host: LitElement,
    private readonly ruler: () => Element | null,
    private readonly parts: () => readonly Element[],
    private readonly regions: () => readonly Region[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#ruler !== null) this.#size.observe(this.#ruler);
  }

  hostDisconnected(): void {
    this.#size.disconnect();
  }

  hostUpdated(): void {
    if (this.#ruler === null) {
      this.#ruler = this.ruler();
      this.hostConnected();
    }
    this.#measure();
  }

  /** How a memory is drawn beside the largest one, in words; empty at the same scale. */
  of(region: Region): string {
    return scaleWords(this.#times[this.regions().findIndex(({ id }) => id === region.id)] ?? 1);
  }

  #measure(): void {
    const [parts, regions] = [this.parts(), this.regions()];
    // As a table, there are no strips; they come back as they were.
    if (parts.length !== regions.length) return;
    if (regions.length < 2) {
      this.#times = [];
      return;
    }
    const perByte = regions.map((region, i) => (parts[i]?.getBoundingClientRect().width ?? 0) / regionSize(region));
    const largest = regions.reduce((best, region, i) => {
      const other = regions[best];
      return other !== undefined && regionSize(other) >= regionSize(region) ? best : i;
    }, 0);
    const times = perByte.map((each) => each / (perByte[largest] ?? 0));
    if (!times.every(Number.isFinite)) return;
    if (times.map(scaleWords).join() === this.#times.map(scaleWords).join()) return;
    this.#times = times;
    this.host.requestUpdate();
  }
}
