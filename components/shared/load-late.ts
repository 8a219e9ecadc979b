/** Parts of the page that are loaded when they are needed: one that the server does not deliver is reported, not missed. */
import type { FailureFacts } from '../../src/flash/failure.ts';
import { notLoaded } from '../../src/flash/failure.ts';

/** The failure of a part that did not arrive, on its way to the page. */
export type MissingEvent = CustomEvent<FailureFacts>;

/** Waits for a part; `what` names it at the beginning of a sentence. The page hears from `host` if it does not arrive. */
export function loadLate(host: HTMLElement, what: string, part: Promise<unknown>): void {
  part.catch((error: unknown) => {
    const { facts: detail } = notLoaded(what, error);
    host.dispatchEvent(new CustomEvent('sectorwise-missing', { bubbles: true, composed: true, detail }));
  });
}

declare global {
  interface HTMLElementEventMap {
    'sectorwise-missing': MissingEvent;
  }
}
