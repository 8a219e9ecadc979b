/** A page's mouse, which a test moves and a page keeps: it would rest on what the next test shows. */
import type { BrowserCommand } from 'vitest/node';

/** Moves the mouse off everything that a test can show. */
export const mouseAway: BrowserCommand<[]> = async ({ page }) => page.mouse.move(-1, -1);
