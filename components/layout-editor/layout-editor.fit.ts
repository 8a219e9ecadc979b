/** Layouts that make something fit, above the editor, and the box that takes the error of a build. */
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { TableEntry } from '../../src/flash/layout-editor.ts';
import type { FittingLayout, FittingLayouts } from '../../src/flash/layout-fit.ts';
import { icons } from '../shared/icons.ts';

/** Where the list of layouts sends what a person chooses. */
export interface Fits {
  readonly locked: boolean;
  /** The rows that the editor shows: the layout that has them is the one that was taken. */
  readonly rows: readonly TableEntry[];
  take(layout: FittingLayout): void;
  close(): void;
}

/** The layouts for a request, best first, or why there are none. */
export function renderFits({ says, layouts, why }: FittingLayouts, fits: Fits): TemplateResult {
  return html`<section class="fits" aria-labelledby="fits">
    <div class="row">
      <h3 id="fits" tabindex="-1">Layouts with room for it</h3>
      <wa-button size="s" appearance="plain" @click=${() => fits.close()}>Close</wa-button>
    </div>
    <p>${says} ${why ?? ORDER}</p>
    ${
      layouts.length === 0
        ? nothing
        : html`<ol>
            ${layouts.map((layout, i) => renderFit(layout, i === 0, fits))}
          </ol>`
    }
  </section>`;
}

const ORDER =
  'Layouts that lose nothing come first, then those that keep updates over the air, leave the bootloader alone and move the ' +
  'least. Using one writes nothing: you see its plan first.';

function renderFit(layout: FittingLayout, best: boolean, fits: Fits): TemplateResult {
  const { says, details, costs } = layout;
  const taken = isTaken(layout, fits.rows);
  return html`<li class="fit ${best ? 'best' : ''}">
    <div>
      <h4>${says}</h4>
      ${
        costs.lost.length === 0
          ? html`<p class="lossless">${icons.good} Loses nothing</p>`
          : html`<p class="loses">${icons.warning} Gives up the content of ${costs.lost.join(', ')}</p>`
      }
      <ul>
        ${details.map((each) => html`<li>${each}</li>`)}
      </ul>
    </div>
    <wa-button
      size="s"
      variant=${best && !taken ? 'brand' : 'neutral'}
      appearance=${best && !taken ? 'accent' : 'outlined'}
      ?disabled=${fits.locked || taken}
      @click=${() => fits.take(layout)}
      >${taken ? 'Chosen' : 'Use this layout'}</wa-button
    >
  </li>`;
}

function isTaken({ rows }: FittingLayout, shown: readonly TableEntry[]): boolean {
  const places = (of: readonly TableEntry[]) => of.map(({ name, offset, size }) => `${name} ${offset} ${size}`).join();
  return places(rows) === places(shown);
}

/** The box for the error of a build; `says` is what the last one says, empty if none was read. */
export function renderPaste(says: string, locked: boolean, read: (text: string) => void): TemplateResult {
  return html`<wa-details class="paste" summary="Paste a build error">
    <div class="stack">
      <label for="build-error"
        >An error of ESP-IDF, PlatformIO or Arduino about something that does not fit: the app, a file system, the
        partition table.</label
      >
      <textarea id="build-error" rows="4" spellcheck="false" autocomplete="off"></textarea>
      <div class="row">
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${locked}
          @click=${({ currentTarget }: Event) => {
            if (!(currentTarget instanceof HTMLElement)) return;
            const box = currentTarget.closest('.paste')?.querySelector('textarea');
            if (box !== null && box !== undefined) read(box.value);
          }}
          >Read the error</wa-button
        >
      </div>
      <p role="status" class="small">${says}</p>
    </div>
  </wa-details>`;
}
