/** Helpers of the tests of the page: axe, the focus as a keyboard user sees it, and the gallery at an address. */
import axe from 'axe-core';
import { expect, type Locator, test as base, type Page } from 'playwright/test';
import { build, preview } from 'vite';

/** What axe finds wrong with the whole page now, one line each. */
export async function complaints(page: Page): Promise<string[]> {
  await settled(page);
  // As text, because the page's own policy forbids scripts from elsewhere.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

/** Ends colour transitions, within which text may lack contrast, in every shadow tree, which the document does not list. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const inTransition = (root: Document | ShadowRoot): CSSTransition[] => [
      ...root.getAnimations().filter((each) => each instanceof CSSTransition),
      ...[...root.querySelectorAll('*')].flatMap((each) => (each.shadowRoot ? inTransition(each.shadowRoot) : [])),
    ];
    for (let quiet = 0; quiet < 2;) {
      await new Promise(requestAnimationFrame);
      const running = inTransition(document);
      for (const each of running) each.finish();
      quiet = running.length === 0 ? quiet + 1 : 0;
    }
  });
}

/** Checks that each of these is wholly inside the viewport, as it is now, and not under one of the bars. */
export async function inView(page: Page, what: Readonly<Record<string, Locator>>): Promise<void> {
  const size = page.viewportSize();
  if (size === null) throw new Error('the page has no viewport');
  for (const [name, locator] of Object.entries(what)) {
    const box = await locator.boundingBox();
    if (box === null) throw new Error(`${name} is not on the page`);
    const { top, bottom } = await locator.evaluate((element) => {
      const barOf = (each: Node | null): boolean =>
        each instanceof Element && /^(board|job)-bar$/.test(each.localName)
          ? true
          : each !== null && barOf(each instanceof ShadowRoot ? each.host : holderOf(each));
      // What stands in a slot of a bar is in that bar.
      const holderOf = (each: Node): Node | null =>
        (each instanceof Element ? each.assignedSlot : null) ?? each.parentNode;
      // What is in a bar is not under it.
      if (barOf(element)) return { top: 0, bottom: innerHeight };
      const app = document.querySelector('sectorwise-app')?.shadowRoot;
      const boxOf = (bar: string) => app?.querySelector(bar)?.getBoundingClientRect();
      return { top: boxOf('board-bar')?.bottom ?? 0, bottom: boxOf('job-bar')?.top ?? innerHeight };
    });
    expect(box.y, `top of ${name}`).toBeGreaterThanOrEqual(top);
    expect(box.x, `left of ${name}`).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height, `bottom of ${name}`).toBeLessThanOrEqual(bottom);
    expect(box.x + box.width, `right of ${name}`).toBeLessThanOrEqual(size.width);
  }
}

/** The focused element: its name, and whether the focus is visible. */
export interface Focus {
  readonly name: string;
  readonly seen: boolean;
}

/** Finds the focus through all shadow roots; null if nothing is focused. */
export function focusOf(page: Page): Promise<Focus | null> {
  return page.evaluate(() => {
    let at = document.activeElement;
    const hosts: Element[] = [];
    while (at?.shadowRoot?.activeElement) {
      hosts.push(at);
      at = at.shadowRoot.activeElement;
    }
    if (at === null || at === document.body) return null;
    // A Web Awesome control draws its focus ring around an inner part.
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

/** Presses Tab (or another key) until the element with this name has the focus; the focus must be visible on every stop. */
export async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const stops: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press(key);
    const focus = await focusOf(page);
    // After the last control the browser itself has the focus, once.
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

/** Playwright's `test` with the address of a gallery, built once per worker; it is not shipped. */
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
