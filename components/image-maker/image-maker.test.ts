import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { contentsTools } from '../../src/esp/contents/tools.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import { fsRange } from '../gallery/fixtures.contents.ts';
import { axeViolations, inside, mount, settle, text } from '../shared/testing.ts';
import { ImageMaker } from './image-maker.ts';
import { filesOf } from './image-maker.words.ts';
import { LONG } from '../../src/testing/long.ts';

const partition: Partition = { ...fsRange, name: 'fs', role: 'files', type: 'data, spiffs' };

async function show() {
  const sent: PageIntent[] = [];
  const element = await mount(
    html`<image-maker
      .partition=${partition}
      .tools=${contentsTools}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></image-maker>`,
    ImageMaker,
  );
  return { element, sent };
}

/** Drops files on the element as a browser does. */
function drop(element: ImageMaker, ...files: readonly File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  const target = element.shadowRoot?.querySelector('.stack');
  target?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}

const file = (name: string, size: number) => new File([new Uint8Array(size)], name, { lastModified: 5 });

test(
  'what is too large is said before anything is built, the largest first, and fits once it is left out',
  LONG,
  async () => {
    const { element, sent } = await show();
    drop(element, file('small.txt', 10), file('film.bin', 0x90000), file('logo.png', 2000));
    await expect.element(page.getByText('Too large by at least 66.0 KiB', { exact: false })).toBeVisible();
    const listed = [...(element.shadowRoot?.querySelectorAll('.files li label span') ?? [])].map((e) => e.textContent);
    expect(listed).toEqual(['/film.bin', '/logo.png', '/small.txt']);
    await expect.element(page.getByRole('button', { name: 'Plan it with 3 files' })).toBeDisabled();
    await page.getByLabelText('/film.bin').click();
    expect(await axeViolations(element)).toEqual([]);
    await page.getByRole('button', { name: 'Plan it with 2 files' }).click();
    await expect
      .poll(() => sent)
      .toMatchObject([
        { do: 'withdraw-edits', range: fsRange, id: null },
        {
          do: 'edit-contents',
          range: fsRange,
          edits: [
            { edit: 'make', format: 'spiffs' },
            { edit: 'write-file', path: '/logo.png', modified: 5 },
            { edit: 'write-file', path: '/small.txt', modified: 5 },
          ],
        },
      ]);
  },
);

test('it is made empty in the chosen format, and fits on a phone', async () => {
  const { element, sent } = await show();
  await page.getByLabelText('Format').selectOptions('fat-wl');
  await page.getByRole('button', { name: 'Make it empty' }).click();
  expect(sent.at(-1)).toEqual({ do: 'edit-contents', range: fsRange, edits: [{ edit: 'make', format: 'fat-wl' }] });
  await page.viewport(360, 800);
  await settle(element);
  expect(await axeViolations(element)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  expect(text(element)).toContain('Make it from a folder');
});

test('the chosen folder is the root of the file system', () => {
  const blob = new Blob(['x']);
  const picked = ['site/index.html', 'site/img/a.png'].map((path) => ({ path, blob }));
  expect(filesOf(picked).map(({ path }) => path)).toEqual(['/img/a.png', '/index.html']);
  expect(filesOf([{ path: 'a.txt', blob }]).map(({ path }) => path)).toEqual(['/a.txt']);
});

test('a file is left out by pressing anywhere in its line before its size', async () => {
  const { element } = await show();
  drop(element, file('small.txt', 10));
  await settle(element);
  const label = inside(element, '.files label', HTMLElement).getBoundingClientRect();
  const size = inside(element, '.files .exact', HTMLElement).getBoundingClientRect();
  expect(size.left - label.right).toBeLessThan(20);
});
