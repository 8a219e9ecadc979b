import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { imageAsked } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { ImageOpener } from './image-opener.ts';

const show = (question: ImageOpener['question'] = null) =>
  mount(html`<image-opener .question=${question}></image-opener>`, ImageOpener);
const dump = new File([new Uint8Array(16)], 'dump.bin');

function dropped(...files: readonly File[]): DragEvent {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  return new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true, composed: true });
}

test('axe finds nothing, with and without a question', async () => {
  expect(await axeViolations(await show())).toEqual([]);
  expect(await axeViolations(await show(imageAsked))).toEqual([]);
});

test('a dropped file is opened; of several none is, and the person is told', async () => {
  const opener = await show();
  const zone = opener.shadowRoot?.querySelector('section');
  const sent = next(opener, 'sectorwise-image');
  zone?.dispatchEvent(dropped(dump));
  expect((await sent).detail).toEqual({ file: dump, choice: {} });
  zone?.dispatchEvent(dropped(dump, dump));
  await settle(opener);
  await expect
    .element(page.getByRole('alert'))
    .toHaveTextContent('2 files were dropped. Open one flash image at a time.');
});

test('what the file does not say is asked in place, and the answer opens the same file', async () => {
  const opener = await show(imageAsked);
  expect(text(opener)).toContain('nothing in it says of which one');
  await page.getByLabelText('Which board is it of?').selectOptions('Particle Photon');
  const sent = next(opener, 'sectorwise-image');
  await page.getByRole('button', { name: 'Open it' }).click();
  expect((await sent).detail).toEqual({ file: imageAsked.file, choice: { board: 'photon' } });
});

test('nothing is opened while something else is', async () => {
  const opener = await show();
  opener.busy = true;
  await settle(opener);
  await expect.element(page.getByRole('button', { name: 'Open a flash image' })).toBeDisabled();
});
