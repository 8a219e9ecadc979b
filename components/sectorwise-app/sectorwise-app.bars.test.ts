/** What is scrolled to is under none of the bars, whatever they say and however wide the page is. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { readBuildError } from '../../src/esp/fit/build-errors.ts';
import { layoutEditor } from '../../src/esp/partitions/layout-editor.ts';
import { LONG } from '../../src/testing/long.ts';
import { board, editable, planned } from '../gallery/fixtures.ts';
import { settle } from '../shared/testing.ts';
import { show, together } from './sectorwise-app.testing.ts';
import type { SectorwiseApp } from './sectorwise-app.ts';

afterEach(() => history.replaceState(null, '', location.pathname + location.search));

const BARS = 'board-bar, job-bar, .stays';
const WIDTHS = [320, 360, 600, 768, 1000, 1280];

/** Every element below a root that a selector finds, in any shadow root. */
function below(root: ParentNode, selector: string): Element[] {
  return [...root.querySelectorAll('*')].flatMap((each) => [
    ...(each.matches(selector) ? [each] : []),
    ...(each.shadowRoot === null ? [] : below(each.shadowRoot, selector)),
  ]);
}

function isInBar(at: Node | null): boolean {
  if (at instanceof Element && at.matches(BARS)) return true;
  return at !== null && isInBar(at instanceof ShadowRoot ? at.host : at.parentNode);
}

/** What is under a bar once it is scrolled to, from above and from below. */
function covered(app: SectorwiseApp): string[] {
  const root = app.shadowRoot ?? document;
  const bars = below(root, BARS);
  const ends = below(root, 'a, button, input, select, summary, wa-button').filter(
    (each) => each.checkVisibility() && !isInBar(each),
  );
  expect(ends.length).toBeGreaterThan(10);
  return [0, document.documentElement.scrollHeight].flatMap((from) =>
    ends.flatMap((each) => {
      scrollTo(0, from);
      each.scrollIntoView({ block: 'nearest' });
      const box = each.getBoundingClientRect();
      const under = bars.filter((bar) => {
        const { top, bottom } = bar.getBoundingClientRect();
        return box.bottom > top + 1 && box.top < bottom - 1;
      });
      return under.map(
        (bar) => `${each.ariaLabel ?? each.textContent.trim()} is under ${bar.localName}.${bar.className}`,
      );
    }),
  );
}

test.each(WIDTHS)('of a layout with problems, at %i pixels', LONG, async (width) => {
  location.hash = '#/layout';
  const app = await show({ ...together({ kind: 'idle' }), board: { ...board, table: editable } }, width);
  app.layoutTools = () => Promise.resolve({ editor: layoutEditor, readBuildError, copy: () => Promise.resolve() });
  for (const [name, value] of [
    ['Size of app0', '2M'],
    ['Size of otadata', '4K'],
    ['Offset of nvs', '0x9100'],
    ['Size of fs', '300K'],
  ] as const) {
    await page.getByLabelText(name).fill(value);
    await userEvent.keyboard('{Enter}');
  }
  await page.viewport(width, 700);
  await settle(app);
  await expect.poll(() => covered(app)).toEqual([]);
});

test.each(WIDTHS)('of a plan, at %i pixels', LONG, async (width) => {
  const app = await show(together(planned), width);
  await page.viewport(width, 700);
  await settle(app);
  await expect.poll(() => covered(app)).toEqual([]);
});
