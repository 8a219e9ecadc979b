/** Keys, wheel, drag and pinch on a strip. It knows nothing about flash: it asks for a view to be zoomed or panned. */
import type { View } from '../flash-map/flash-map.scale.ts';

/** What the gestures need from their strip. `zoom` returns whether anything changed. */
export interface Strip {
  width(): number;
  view(): View;
  zoom(factor: number, x: number): boolean;
  pan(bytes: number): unknown;
  zoomed(): boolean;
  /** Whether the strip has the keyboard focus: then a plain wheel is meant for it, not for the page. */
  held(): boolean;
}

/** A movement of fewer pixels is a click with an unsteady hand. */
const SLACK = 4;

/** Turns pointer and wheel events on a strip into zooming and panning. */
export class StripGestures {
  /** Whether the last pointer had dragged before it was released; then its click is not a click. */
  dragged = false;
  #pointers = new Map<number, number>();

  constructor(private readonly strip: Strip) {}

  /** Pans the view by bytes. */
  pan(by: number): void {
    this.strip.pan(by);
  }

  readonly onWheel = (event: WheelEvent): void => {
    const { strip } = this;
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (sideways && strip.zoomed() && !event.ctrlKey) {
      const pixels = event.deltaX === 0 ? event.deltaY : event.deltaX;
      strip.pan((pixels / Math.max(1, strip.width())) * strip.view().size);
      event.preventDefault();
      return;
    }
    // A plain wheel over the map belongs to the page until the map has the focus: scrolling past must not get stuck.
    const meant = event.ctrlKey || event.metaKey || strip.zoomed() || strip.held();
    if (!meant || sideways) return;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 24;
    const factor = 2 ** Math.max(-1, Math.min(1, lines / (event.ctrlKey ? 60 : 200)));
    // Ctrl with the wheel would zoom the page: prevented even at the last step of the map's zoom.
    if (strip.zoom(factor, this.x(event)) || event.ctrlKey) event.preventDefault();
  };

  readonly onDown = (event: PointerEvent): void => {
    this.#pointers.set(event.pointerId, event.clientX);
    if (this.#pointers.size === 1) this.dragged = false;
  };

  readonly onMove = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    if (event.buttons === 0) {
      this.#pointers.delete(event.pointerId);
      return;
    }
    const { strip } = this;
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other !== undefined) {
      const [then, now] = [Math.abs(before - other), Math.abs(event.clientX - other)];
      this.dragged = true;
      if (then > 8 && now > 8) strip.zoom(then / now, this.x(event) + (other - event.clientX) / 2);
    } else {
      if (!strip.zoomed() || (!this.dragged && Math.abs(event.clientX - before) < SLACK)) return;
      if (!this.dragged && event.currentTarget instanceof Element)
        event.currentTarget.setPointerCapture(event.pointerId);
      this.dragged = true;
      strip.pan(((before - event.clientX) / Math.max(1, strip.width())) * strip.view().size);
    }
    this.#pointers.set(event.pointerId, event.clientX);
  };

  readonly onUp = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
  };

  private x(event: MouseEvent): number {
    return event.currentTarget instanceof Element
      ? event.clientX - event.currentTarget.getBoundingClientRect().left
      : 0;
  }
}

/** What keys need from a strip. `pan` takes a fraction of the view, `go` the number of a partition. */
export interface KeyStrip {
  zoom(factor: number): unknown;
  all(): void;
  pan(part: number): void;
  go(to: number): void;
  readonly current: number;
  readonly last: number;
}

/** The action of a key on a strip; undefined if it has none. */
export function keyAction(event: KeyboardEvent, strip: KeyStrip): (() => unknown) | undefined {
  const keys: Readonly<Record<string, () => unknown>> = {
    '+': () => strip.zoom(0.5),
    '=': () => strip.zoom(0.5),
    '-': () => strip.zoom(2),
    '0': () => strip.all(),
    ArrowUp: () => strip.zoom(0.5),
    ArrowDown: () => strip.zoom(2),
    ArrowLeft: () => (event.shiftKey ? strip.pan(-1 / 8) : strip.go(strip.current - 1)),
    ArrowRight: () => (event.shiftKey ? strip.pan(1 / 8) : strip.go(strip.current + 1)),
    Home: () => strip.go(0),
    End: () => strip.go(strip.last),
    Escape: () => strip.all(),
  };
  return Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
}
