/** What the tests of the face share: axe, the focus as a keyboard's user sees it, and the gallery behind an address. */
import axe from 'axe-core';
import { type Locator, test as base, type Page } from 'playwright/test';
import { build, preview } from 'vite';

export const RAFT = 'Open ESP32, 4 MB, Raft';

/** What axe finds wrong with the whole page as it is now, one line each. */
export async function complaints(page: Page): Promise<string[]> {
  // As text, because the page's own policy forbids scripts from elsewhere.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

/** What has the focus: its name, and whether one can see that. */
export interface Focus {
  readonly name: string;
  readonly seen: boolean;
}

/** Looks for the focus through all shadow roots; null if it is nowhere. */
export function focusOf(page: Page): Promise<Focus | null> {
  return page.evaluate(() => {
    let at = document.activeElement;
    const hosts: Element[] = [];
    while (at?.shadowRoot?.activeElement) {
      hosts.push(at);
      at = at.shadowRoot.activeElement;
    }
    if (at === null || at === document.body) return null;
    // A control of the library draws its ring around a part of its own.
    const host = at.shadowRoot === null ? hosts.at(-1) : at;
    const own = host?.localName.startsWith('wa-') === true ? [...(host.shadowRoot?.querySelectorAll('*') ?? [])] : [];
    const ringed = [at, ...own].filter((each) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    });
    const seen = ringed.some((each) => {
      const { top, bottom, left, right } = each.getBoundingClientRect();
      return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth && bottom > top && right > left;
    });
    const named = host?.localName.startsWith('wa-') === true ? host : at;
    const label = named.getAttribute('aria-label') ?? named.getAttribute('summary') ?? named.textContent;
    return { name: label.replace(/\s+/g, ' ').trim(), seen };
  });
}

/** Presses Tab (or another key) until what has this name has the focus; the focus must be seen on every stop. */
export async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const stops: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press(key);
    const focus = await focusOf(page);
    // Past the last control the focus is with the browser itself, once.
    if (focus === null) {
      stops.push('(the browser)');
      if (stops.filter((each) => each === '(the browser)').length > 1) break;
      continue;
    }
    if (!focus.seen) throw new Error(`The focus is on "${focus.name}", and cannot be seen there.`);
    if (name.test(focus.name)) return;
    stops.push(focus.name);
  }
  throw new Error(`${key} never reached ${String(name)}; it stopped at: ${stops.join(' | ')}`);
}

/** One element of the gallery in one of its states. */
export function piece(page: Page, name: string): Locator {
  return page.locator(`[data-piece="${name}"] > div`);
}

/** Playwright's `test` with the address of a gallery: built once for each worker, no part of what is shipped. */
export const test = base.extend<object, { gallery: string }>({
  gallery: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use, info) => {
      const outDir = `.results/gallery-${info.parallelIndex}`;
      const rolldownOptions = { input: 'gallery.html' };
      await build({ logLevel: 'error', build: { outDir, emptyOutDir: true, sourcemap: false, rolldownOptions } });
      const port = 4190 + info.parallelIndex;
      const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port, strictPort: false } });
      try {
        await use(new URL('gallery.html', server.resolvedUrls?.local[0]).href);
      } finally {
        await server.close();
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

export { expect } from 'playwright/test';
