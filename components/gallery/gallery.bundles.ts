/** Recovery bundles in the gallery: dropped, signed by someone known and unknown, and the keys. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { Layout } from '../../src/flash/layout.ts';
import '../bundle-card/bundle-card.ts';
import '../bundle-maker/bundle-maker.ts';
import '../signing-keys/signing-keys.ts';
import { piece } from './gallery.piece.ts';
import { ask, changed, dropped, droppedParts, keys, signed, unsigned } from './fixtures.bundles.ts';

/** The states. */
export function bundlePieces(layout: Layout): readonly TemplateResult[] {
  return [
    piece(
      'file-drop: bundle',
      html`<file-drop
        .files=${droppedParts}
        .containers=${[dropped, changed]}
        .keys=${keys}
        .layout=${layout}
      ></file-drop>`,
    ),
    piece('bundle-card: unsigned', html`<bundle-card .bundle=${unsigned}></bundle-card>`),
    piece('bundle-card: unknown key', html`<bundle-card .bundle=${signed}></bundle-card>`),
    piece('bundle-card: known key', html`<bundle-card .bundle=${signed} .keys=${keys}></bundle-card>`),
    piece('signing-keys', html`<signing-keys .keys=${keys}></signing-keys>`),
  ];
}

/** The dialog, as `?app=bundle`: it hides everything else, so it is no piece among others. */
export function bundleDialog(): TemplateResult {
  return html`<bundle-maker .ask=${ask} .keys=${keys}></bundle-maker>`;
}
