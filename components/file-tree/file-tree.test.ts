import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import { fileEdits, fsRange, tree } from '../gallery/fixtures.contents.ts';
import { axeViolations, mount, settle, text } from '../shared/testing.ts';
import type { OwnEdit } from '../settings-table/settings-table.words.ts';
import { FileTreeElement } from './file-tree.ts';
import { LONG } from '../../src/testing/long.ts';

async function show(edits: readonly OwnEdit[] = [], file: ContentsView['file'] = null) {
  const sent: PageIntent[] = [];
  const element = await mount(
    html`<file-tree
      .tree=${tree}
      .edits=${edits}
      .file=${file}
      .range=${fsRange}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></file-tree>`,
    FileTreeElement,
  );
  return { element, sent };
}

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
/** A PNG of one pixel. */
const PIXEL = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
);

test('axe finds nothing, with changes, forms and previews, and it fits on a phone', LONG, async () => {
  const { element } = await show(fileEdits, { path: '/www/index.html', data: new TextEncoder().encode('<b>hi</b>') });
  expect(await axeViolations(element)).toEqual([]);
  await press('Rename /config.json');
  await page.viewport(360, 800);
  await settle(element);
  expect(await axeViolations(element)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test('a file is previewed, saved, renamed and deleted; all are saved', LONG, async () => {
  const { sent } = await show();
  await press('Preview /www/index.html');
  await press('Save /www/index.html');
  await press('Save all as ZIP');
  await press('Rename /config.json');
  await page.getByLabelText('New path').fill('/old.json');
  await press('Rename');
  await press('Delete /www/logo.png');
  const range = fsRange;
  expect(sent).toEqual([
    { do: 'read-file', range, path: '/www/index.html', save: false },
    { do: 'read-file', range, path: '/www/index.html', save: true },
    { do: 'save-files', range },
    { do: 'edit-contents', range, edits: [{ edit: 'rename-file', path: '/config.json', to: '/old.json' }] },
    { do: 'edit-contents', range, edits: [{ edit: 'delete-file', path: '/www/logo.png' }] },
  ]);
});

test('files dropped on a folder go into it', async () => {
  const { element, sent } = await show();
  const row = [...(element.shadowRoot?.querySelectorAll('tr[data-folder]') ?? [])].at(-1);
  const transfer = new DataTransfer();
  transfer.items.add(new File(['body {}'], 'site.css', { lastModified: 1000 }));
  row?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  await expect
    .poll(() => sent)
    .toEqual([
      {
        do: 'edit-contents',
        range: fsRange,
        edits: [
          { edit: 'write-file', path: '/www/site.css', data: new TextEncoder().encode('body {}'), modified: 1000 },
        ],
      },
    ]);
});

test('markup is previewed as text, and a picture as a picture', async () => {
  const { element } = await show([], { path: '/a.html', data: new TextEncoder().encode('<img src=x>') });
  expect(text(element)).toContain('<img src=x>');
  expect(element.shadowRoot?.querySelector('.preview img')).toBeNull();
  element.file = { path: '/a.png', data: PIXEL };
  await settle(element);
  await expect.poll(() => element.shadowRoot?.querySelector<HTMLImageElement>('.preview img')?.naturalWidth).toBe(1);
});
