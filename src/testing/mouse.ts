/** Before each test in the browser, the mouse points at nothing: it would rest where the test before has clicked. */
import { beforeEach } from 'vitest';
import { commands } from 'vitest/browser';

declare module 'vitest/browser' {
  interface BrowserCommands {
    mouseAway: () => Promise<void>;
  }
}

beforeEach(() => commands.mouseAway());
