/** The events that elements dispatch, typed. All bubble and cross shadow roots. */
import type { ImageChoice, ImageQuestion } from '../../src/flash/image-choice.ts';
import type { Range } from '../../src/flash/map.ts';
import { overlaps } from '../../src/flash/map.ts';
import type { BundleAsk } from '../bundle-maker/bundle-maker.words.ts';
import type { OpenRequest, Repair } from '../../src/flash/repair.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';
import type { LibraryIntent } from '../../src/backups/library-view.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { BoardConnection } from '../../src/storage/records.ts';

/** What a person does while the page waits for a board: stop, or choose another port. */
export type WaitChoice = 'stop' | 'choose';

/** What a person asks to see: the plan with what stands in its way, or one of the places where something can be chosen. */
export type Shown = 'plan' | 'files';

/** A board to connect; `known` if it was met before, so that its port need not be chosen again. */
export type ConnectRequest = BoardConnection & { readonly known?: true };

/** A file to open as a flash image; `choice` is what its question was answered with. */
export interface ImageRequest {
  readonly file: File;
  readonly choice: ImageChoice;
}

/** A file of which it is asked which chip or board it is of. */
export interface ImageAsked {
  readonly file: File;
  readonly question: ImageQuestion;
}

/** An intent for the session. */
export type IntentEvent = CustomEvent<PageIntent>;
/** An intent for the library of backups. */
type LibraryEvent = CustomEvent<LibraryIntent>;
/** A board to connect. */
type ConnectEvent = CustomEvent<ConnectRequest>;
/** What is highlighted: one range, or several that belong together. */
export type Highlight = Range | readonly Range[] | null;
/** What a person points at or focuses; null when they leave it. */
export type PointEvent = CustomEvent<Highlight>;

declare global {
  interface HTMLElementEventMap {
    'sectorwise-intent': IntentEvent;
    'sectorwise-library': LibraryEvent;
    'sectorwise-connect': ConnectEvent;
    'sectorwise-image': CustomEvent<ImageRequest>;
    'sectorwise-forget': CustomEvent<string>;
    'sectorwise-wait': CustomEvent<WaitChoice>;
    'sectorwise-point': PointEvent;
    'sectorwise-show': CustomEvent<Shown>;
    'sectorwise-look': CustomEvent<ContentsPlace>;
    'sectorwise-bundle': CustomEvent<BundleAsk>;
    'sectorwise-open': CustomEvent<OpenRequest>;
  }
}

/** Dispatches an intent from an element. */
export function sendIntent(from: EventTarget, intent: PageIntent): void {
  from.dispatchEvent(new CustomEvent('sectorwise-intent', { detail: intent, bubbles: true, composed: true }));
}

/** Dispatches an intent for the library from an element. */
export function sendLibraryIntent(from: EventTarget, intent: LibraryIntent): void {
  from.dispatchEvent(new CustomEvent('sectorwise-library', { detail: intent, bubbles: true, composed: true }));
}

/** Dispatches what a recovery bundle is to be made of. */
export function sendBundleAsk(from: EventTarget, ask: BundleAsk): void {
  from.dispatchEvent(new CustomEvent('sectorwise-bundle', { detail: ask, bubbles: true, composed: true }));
}

/** Dispatches a request to connect a board. */
export function sendConnect(from: EventTarget, request: ConnectRequest): void {
  from.dispatchEvent(new CustomEvent('sectorwise-connect', { detail: request, bubbles: true, composed: true }));
}

/** Dispatches a request to open a file as a flash image. */
export function sendImage(from: EventTarget, request: ImageRequest): void {
  from.dispatchEvent(new CustomEvent('sectorwise-image', { detail: request, bubbles: true, composed: true }));
}

/** Dispatches the key of a board that is not to be remembered any more. */
export function sendForget(from: EventTarget, key: string): void {
  from.dispatchEvent(new CustomEvent('sectorwise-forget', { detail: key, bubbles: true, composed: true }));
}

/** Dispatches what a person does while the page waits for a board. */
export function sendWait(from: EventTarget, choice: WaitChoice): void {
  from.dispatchEvent(new CustomEvent('sectorwise-wait', { detail: choice, bubbles: true, composed: true }));
}

/** Dispatches what is pointed at. */
export function sendPoint(from: EventTarget, range: Highlight): void {
  from.dispatchEvent(new CustomEvent('sectorwise-point', { detail: range, bubbles: true, composed: true }));
}

/** Dispatches a request to show something that is on the page. */
export function sendShow(from: EventTarget, what: Shown): void {
  from.dispatchEvent(new CustomEvent('sectorwise-show', { detail: what, bubbles: true, composed: true }));
}

/** Dispatches the partition to look into. */
export function sendLook(from: EventTarget, place: ContentsPlace): void {
  from.dispatchEvent(new CustomEvent('sectorwise-look', { detail: place, bubbles: true, composed: true }));
}

/** Dispatches what a repair asks for: an intent, or the view to open. */
export function sendRepair(from: EventTarget, request: Repair['request']): void {
  if (request.do !== 'open') return sendIntent(from, request);
  from.dispatchEvent(new CustomEvent('sectorwise-open', { detail: request, bubbles: true, composed: true }));
}

/** The highlighted ranges. */
export function highlightedRanges(highlight: Highlight): readonly Range[] {
  if (highlight === null) return [];
  return 'address' in highlight ? [highlight] : highlight;
}

/** Whether any part of a range is highlighted. */
export function isHighlighted(highlight: Highlight, range: Range): boolean {
  return highlightedRanges(highlight).some((each) => overlaps(each, range));
}
