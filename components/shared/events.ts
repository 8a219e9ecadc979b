/** The events that elements send upwards, typed. All bubble and leave their shadow root. */
import type { Range } from '../../src/flash/map.ts';
import { overlaps } from '../../src/flash/map.ts';
import type { LibraryIntent } from '../../src/backups/library-view.ts';
import type { PageIntent } from '../../src/session/state.ts';

/** Which board someone wants: a real one behind the browser's chooser, or the virtual board with this id. */
export type Connect = { readonly port: 'serial' | 'usb' } | { readonly virtual: string };

/** Something a person wishes of the session. */
export type IntentEvent = CustomEvent<PageIntent>;
/** Something a person wishes of the library of backups. */
export type LibraryEvent = CustomEvent<LibraryIntent>;
/** A board that a person wants to connect. */
export type ConnectEvent = CustomEvent<Connect>;
/** What is lit up: one range, or all that belong together. */
export type Highlight = Range | readonly Range[] | null;
/** What a person points at or has the focus on; null when it is nothing any more. */
export type PointEvent = CustomEvent<Highlight>;

declare global {
  interface HTMLElementEventMap {
    'sectorwise-intent': IntentEvent;
    'sectorwise-library': LibraryEvent;
    'sectorwise-connect': ConnectEvent;
    'sectorwise-point': PointEvent;
  }
}

/** Sends an intent up from an element. */
export function sendIntent(from: EventTarget, intent: PageIntent): void {
  from.dispatchEvent(new CustomEvent('sectorwise-intent', { detail: intent, bubbles: true, composed: true }));
}

/** Sends a wish for the library up from an element. */
export function sendLibraryIntent(from: EventTarget, intent: LibraryIntent): void {
  from.dispatchEvent(new CustomEvent('sectorwise-library', { detail: intent, bubbles: true, composed: true }));
}

/** Asks for a board. */
export function sendConnect(from: EventTarget, wish: Connect): void {
  from.dispatchEvent(new CustomEvent('sectorwise-connect', { detail: wish, bubbles: true, composed: true }));
}

/** Says what is pointed at. */
export function sendPoint(from: EventTarget, range: Highlight): void {
  from.dispatchEvent(new CustomEvent('sectorwise-point', { detail: range, bubbles: true, composed: true }));
}

/** What is lit up, range by range. */
export function litRanges(highlight: Highlight): readonly Range[] {
  if (highlight === null) return [];
  return 'address' in highlight ? [highlight] : highlight;
}

/** Whether something of a range is lit up. */
export function isLit(highlight: Highlight, range: Range): boolean {
  return litRanges(highlight).some((each) => overlaps(each, range));
}
