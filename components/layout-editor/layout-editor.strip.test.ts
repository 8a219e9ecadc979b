/** The edited layout to scale, and the flash that no partition has. */
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { LONG } from '../../src/testing/long.ts';
import { axeViolations, inside, settle, text } from '../shared/testing.ts';
import { field, press, show, type } from './layout-editor.testing.ts';
import type { LayoutEditorElement } from './layout-editor.ts';

describe('free flash', () => {
  test(
    'stands among the rows, and is given to the app slots with one press, which is undone with one',
    LONG,
    async () => {
      const { element, sent } = await show();
      const free = () =>
        [...(element.shadowRoot?.querySelectorAll('tbody.free') ?? [])].map((each) => each.textContent);
      expect(free()).toEqual([]);
      await type('Size of fs', '256K');
      expect(free().map((each) => each?.replace(/\s+/g, ' ').trim())).toEqual([
        '256 KiB free from 0x3C0000 Give it to the app slots: 1856 KiB each Give it to fs: 512 KiB',
      ]);
      expect(await axeViolations(element)).toEqual([]);
      await press('Give it to the app slots: 1856 KiB each');
      await expect.element(field('Size of app0')).toHaveValue('1856 KiB');
      await expect.element(field('Size of app1')).toHaveValue('1856 KiB');
      await expect.element(field('Offset of fs')).toHaveValue('0x3C0000');
      // What does nothing more is not there, and the focus is where something became larger.
      expect(free()).toEqual([]);
      expect(element.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Size of app0');
      expect(sent).toEqual([]);
      await press('Undo');
      await expect.element(field('Size of app0')).toHaveValue('1728 KiB');
      await press('Give it to fs: 512 KiB');
      expect(text(element)).toContain('This is the layout on the board.');
    },
  );

  test(
    'comes into view above the bar when an edit frees it, with what the board has in place of the value',
    LONG,
    async () => {
      await page.viewport(1280, 420);
      const { element } = await show();
      inside(element, '[aria-label="Size of fs"]', HTMLInputElement).scrollIntoView({ block: 'end' });
      await type('Size of fs', '256K');
      await settle(element);
      const bar = inside(element, '.stays', HTMLElement).getBoundingClientRect().top;
      for (const part of ['.free', '.size .was'])
        expect(inside(element, part, HTMLElement).getBoundingClientRect().bottom).toBeLessThanOrEqual(bar);
      expect(element.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Size of fs');
      await page.viewport(1200, 900);
    },
  );

  test('between two partitions stands between their rows', LONG, async () => {
    const { element } = await show();
    await type('Size of app0', '1M');
    const bodies = [...(element.shadowRoot?.querySelectorAll('tbody') ?? [])];
    expect(bodies.map(({ className }) => className)).toEqual(['', '', '', 'free', '', '']);
  });
});

test('a size is in the block of its partition wherever it has room beside the name, and whole', LONG, async () => {
  const { element } = await show();
  element.style.inlineSize = '1180px';
  await type('Size of fs', '256K');
  await settle(element);
  const part = () => [...inside(element, '.strip:not(.before)', HTMLElement).querySelectorAll('.part')][4];
  await expect.poll(() => part()?.textContent).toMatch(/fs\s+256 KiB/);
  const size = part()?.lastElementChild?.getBoundingClientRect();
  expect(size?.right).toBeLessThanOrEqual((part()?.getBoundingClientRect().right ?? 0) - 1);
});

test('the strips of now and of the edited layout have their names above them, and lines from one to the other', async () => {
  const { element } = await show();
  await type('Size of fs', '256K');
  const [now, edited] = [...(element.shadowRoot?.querySelectorAll('.when') ?? [])].map((each) =>
    each.getBoundingClientRect(),
  );
  const strip = (which: string) => inside(element, which, HTMLElement).getBoundingClientRect();
  const [above, below] = [strip('.strip.before'), strip('.strip:not(.before)')];
  expect(now?.bottom).toBeLessThanOrEqual(above.top);
  expect(edited?.top).toBeGreaterThanOrEqual(above.bottom);
  expect(edited?.bottom).toBeLessThanOrEqual(below.top);
  const lines = element.shadowRoot?.querySelector('.lines')?.getBoundingClientRect();
  expect(lines?.top).toBeCloseTo(above.bottom, 0);
  expect(lines?.bottom).toBeCloseTo(below.top, 0);
});

/** What is written in and beside the strip of the edited layout, with where it is. */
function written(element: LayoutEditorElement) {
  const strip = inside(element, '.strip:not(.before)', HTMLElement);
  const own = [
    ...strip.querySelectorAll('.part > b'),
    ...(strip.parentElement?.querySelectorAll('.names > span, .chip') ?? []),
  ];
  return own.map((each) => ({ name: each.textContent, box: each.getBoundingClientRect(), of: each.closest('.part') }));
}

describe('every partition is named in the strip', () => {
  test.each([1200, 640, 360, 320])(
    'at %i pixels, whole, and beside its block where that is too narrow',
    LONG,
    async (width) => {
      await page.viewport(width, 800);
      const { element } = await show();
      await type('Size of fs', '64K');
      await type('Size of app1', '64K');
      await settle(element);
      await expect
        .poll(() =>
          written(element)
            .map(({ name }) => name)
            .toSorted(),
        )
        .toEqual(expect.arrayContaining(['app0', 'app1', 'fs', 'nvs', 'otadata']));
      const cut = written(element).filter(({ box, of }) => {
        const room = of?.getBoundingClientRect() ?? new DOMRect(0, 0, width);
        return box.left < room.left || box.right > room.right;
      });
      expect(cut.map(({ name }) => name)).toEqual([]);
      await page.viewport(1200, 900);
    },
  );
});

test.each([1200, 700, 360])(
  'at %i pixels the ring of a field that has the focus leaves its caption and what the board has to be read',
  LONG,
  async (width) => {
    await page.viewport(width, 900);
    const { element } = await show();
    await type('Size of app0', '1600K');
    const size = inside(element, '[aria-label="Size of app0"]', HTMLInputElement);
    expect(element.shadowRoot?.activeElement).toBe(size);
    const { outlineOffset, outlineWidth, outlineStyle } = getComputedStyle(size);
    expect(outlineStyle).not.toBe('none');
    const ring = parseFloat(outlineOffset) + parseFloat(outlineWidth);
    const { top, bottom } = size.getBoundingClientRect();
    const textIn = (part: Element | null | undefined) => {
      const words = document.createRange();
      words.selectNodeContents(part ?? element);
      return words.getBoundingClientRect();
    };
    expect(textIn(inside(element, '.size .was', HTMLElement)).top).toBeGreaterThanOrEqual(bottom + ring);
    const caption = size.parentElement?.querySelector('.caption');
    // Beside each other, the fields have their captions at the head of the columns.
    expect(width < 760 ? textIn(caption).bottom : 0).toBeLessThanOrEqual(top - ring);
    await page.viewport(1200, 900);
  },
);

test('a border is dragged to where the partition behind it may start, and both fields follow', async () => {
  const { element } = await show();
  const strip = inside(element, '.strip', HTMLElement).getBoundingClientRect();
  const border = [...(element.shadowRoot?.querySelectorAll('.border') ?? [])].find(
    (each) => each instanceof HTMLElement && each.title.startsWith('app0 | app1'),
  );
  if (border === undefined) throw new Error('app0 and app1 have no border');
  // An untrusted event captures no pointer: the element says that it has it.
  Object.assign(border, { setPointerCapture: () => undefined, hasPointerCapture: () => true });
  const at = (address: number) => ({ pointerId: 1, clientX: strip.left + (address / 0x400000) * strip.width });
  border.dispatchEvent(new PointerEvent('pointermove', at(0x1e3000)));
  await settle(element);
  await expect.element(field('Offset of app1')).toHaveValue('0x1E0000');
  expect(element.draft).toBeNull();
  border.dispatchEvent(new PointerEvent('pointerup', at(0x1e3000)));
  await settle(element);
  await expect.element(field('Size of app0')).toHaveValue('1792 KiB');
  await expect.element(field('Size of app1')).toHaveValue('1664 KiB');
  expect(element.draft?.past).toHaveLength(1);
});

test('flash that two partitions have is marked to scale, and no longer once the overlap is corrected', async () => {
  const { element } = await show();
  const overlaps = () => [...(element.shadowRoot?.querySelectorAll('.overlap') ?? [])];
  expect(overlaps()).toEqual([]);
  await type('Size of app0', '1792 KiB');
  const strip = inside(element, '.strip:not(.before)', HTMLElement).getBoundingClientRect();
  const [place] = overlaps().map((each) => each.getBoundingClientRect());
  expect(overlaps()).toHaveLength(1);
  expect(((place?.left ?? 0) - strip.left) / strip.width).toBeCloseTo(0x1d0000 / 0x400000, 2);
  expect((place?.width ?? 0) / strip.width).toBeCloseTo(0x10000 / 0x400000, 2);
  await type('Size of app0', '1728 KiB');
  expect(overlaps()).toEqual([]);
});
