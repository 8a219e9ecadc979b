/** The preview of a file: text as text, pictures as pictures, anything else as bytes. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import { hexRows } from '../hex-view/hex-view.words.ts';
import { count } from '../shared/format.ts';
import { previewOf } from './file-tree.words.ts';

/** The most bytes that are shown as hex, and the most characters as text. */
const MOST_BYTES = 0x400;
const MOST_TEXT = 100_000;

/** The preview of a file; `pictureOf` gives the address of a picture made of these bytes. */
export function renderPreview(
  { path, data }: NonNullable<ContentsView['file']>,
  pictureOf: (data: Uint8Array, type: string) => string,
): TemplateResult {
  return html`<section class="preview" tabindex="-1" aria-label="Preview of ${path}">
    <h4>${path}</h4>
    ${contentOf(data, path, pictureOf)}
  </section>`;
}

function contentOf(
  data: Uint8Array,
  path: string,
  pictureOf: (data: Uint8Array, type: string) => string,
): TemplateResult {
  if (data.length === 0) return html`<p class="quiet">It is empty.</p>`;
  const preview = previewOf(data);
  switch (preview.as) {
    case 'picture':
      return html`<img src=${pictureOf(data, preview.type)} alt="The picture ${path}" />`;
    case 'text': {
      const cut = preview.text.length > MOST_TEXT;
      return html`<pre tabindex="0" role="region" aria-label="Text of ${path}">${preview.text.slice(0, MOST_TEXT)}</pre>
        ${cut ? html`<p class="small quiet">Only its beginning is shown. Save it to see all of it.</p>` : ''}`;
    }
    case 'bytes': {
      const shown = data.subarray(0, MOST_BYTES);
      const lines = hexRows(shown, 0).map(
        ({ offset, hex, text }) => `${offset.toString(16).padStart(4, '0')}  ${hex.join(' ').padEnd(48)} ${text}`,
      );
      return html`<pre tabindex="0" role="region" aria-label="Bytes of ${path}">${lines.join('\n')}</pre>
        ${
          data.length > shown.length
            ? html`<p class="small quiet">The first ${count(shown.length, 'byte')}. Save it to see all of it.</p>`
            : ''
        }`;
    }
  }
}
