/** Parts of the page that are loaded when they are needed: one that the server does not deliver is reported, not missed. */
import type { FailureFacts } from '../../src/flash/failure.ts';
import { notLoaded } from '../../src/flash/failure.ts';

/** The failure of a part that did not arrive, on its way to the page. */
export type MissingEvent = CustomEvent<FailureFacts>;

/**
 * Waits for a part, and gives whether it arrived; `what` names it at the beginning of a sentence. The page hears from `host` if
 * it did not. Never rejects.
 */
export async function loadLate(host: HTMLElement, what: string, part: Promise<unknown>): Promise<boolean> {
  try {
    await part;
    return true;
  } catch (error) {
    const { facts: detail } = notLoaded(what, error);
    host.dispatchEvent(new CustomEvent('sectorwise-missing', { bubbles: true, composed: true, detail }));
    return false;
  }
}

declare global {
  interface HTMLElementEventMap {
    'sectorwise-missing': MissingEvent;
  }
}
