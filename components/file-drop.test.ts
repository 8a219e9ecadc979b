import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { FileDrop, LARGEST } from './file-drop.ts';
import { file, layout, wrongFile } from './fixtures.ts';
import { complaints, inside, mount, next, settle, text } from './testing.ts';

const show = (files = [file]) => mount(html`<file-drop .files=${files} .layout=${layout}></file-drop>`, FileDrop);

function choose(drop: FileDrop, ...files: File[]): void {
  const transfer = new DataTransfer();
  for (const each of files) transfer.items.add(each);
  inside(drop, '.zone', HTMLElement).dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
}

describe('accessibility', () => {
  test('axe finds nothing, empty and full', async () => {
    expect(await complaints(await show([]))).toEqual([]);
    expect(await complaints(await show([file, wrongFile]))).toEqual([]);
  });

  test('places are radio buttons under one name', async () => {
    await show();
    await expect.element(page.getByRole('radiogroup', { name: 'Where it goes' })).toBeInTheDocument();
    expect(page.getByRole('radio').elements()).toHaveLength(2);
  });
});

test('a dropped file is read and handed on', async () => {
  const drop = await show([]);
  const intent = next(drop, 'sectorwise-intent');
  choose(drop, new File([Uint8Array.of(0xe9, 1, 2)], 'app.bin'));
  expect((await intent).detail).toEqual({ do: 'add-file', name: 'app.bin', data: Uint8Array.of(0xe9, 1, 2) });
});

test('a file that no flash could hold is refused before it is read', async () => {
  const drop = await show([]);
  const huge = new File([], 'disk.img');
  Object.defineProperty(huge, 'size', { value: LARGEST + 1 });
  Object.defineProperty(huge, 'arrayBuffer', { value: () => Promise.reject(new Error('was read')) });
  const transfer = { files: [huge] };
  const event = new DragEvent('drop', { cancelable: true });
  Object.defineProperty(event, 'dataTransfer', { value: transfer });
  inside(drop, '.zone', HTMLElement).dispatchEvent(event);
  await settle(drop);
  expect(text(drop)).toContain('disk.img was not read');
});

test('another place can be chosen, and the file removed', async () => {
  const drop = await show();
  const placed = next(drop, 'sectorwise-intent');
  await page.getByRole('radio', { name: /app1/ }).click();
  expect((await placed).detail).toEqual({ do: 'place', id: 1, choice: file.choices[1]?.id });
  const removed = next(drop, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Remove raft-demo-1.5.0.bin' }).click();
  expect((await removed).detail).toEqual({ do: 'remove-file', id: 1 });
});

test('a file without a place says so, and why it is no app', async () => {
  const shown = text(await show([wrongFile]));
  expect(shown).toContain('There is no place for it on this board.');
  expect(shown).toContain('the first byte is FF, not E9');
});
