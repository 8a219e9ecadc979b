/**
 * Before each test in the browser, the mouse points at nothing: it would rest where the test before has clicked. Moving it away
 * takes a frame, so that it is not done where nothing has moved it.
 */
import { afterAll, beforeEach } from 'vitest';
import { commands } from 'vitest/browser';

declare module 'vitest/browser' {
  interface BrowserCommands {
    mouseAway: () => Promise<void>;
  }
}

let isAway = false;
const listening = new AbortController();
for (const type of ['pointermove', 'pointerdown'] as const) {
  addEventListener(type, () => (isAway = false), { capture: true, signal: listening.signal });
}
afterAll(() => listening.abort());

beforeEach(async () => {
  if (isAway) return;
  await commands.mouseAway();
  isAway = true;
});
