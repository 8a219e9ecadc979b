/** Parts of the view of contents: what is said of content that has no settings or files, and how its bytes are shown and saved. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { LitElement, TemplateResult } from 'lit';
import { html } from 'lit';
import type { ContentsPlace, ExplainedContent } from '../../src/flash/partition-contents.ts';
import { sendIntent, sendLibraryIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { aboutSavingBytes, saveFile } from '../shared/save.ts';
import { savedNoteOf } from '../shared/saved-note.ts';

/** What was found out about content of a format that holds neither settings nor files. */
export function renderExplained({ facts, saves }: ExplainedContent): TemplateResult {
  return html`<dl>
      ${facts.map(
        ({ name, value }) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <div class="row" ?hidden=${saves.length === 0}>
      ${saves.map(
        (file) =>
          html`<wa-button class="long" size="s" appearance="outlined" @click=${() => saveFile(file)}
            >${icons.save} Save ${file.label}</wa-button
          >`,
      )}
    </div>`;
}

/** What was found in content of no format that is known here, above its bytes. */
export function renderFound([first = '', ...others]: readonly string[]): TemplateResult {
  return others.length === 0
    ? html`<p>${first} These are its bytes.</p>`
    : html`<ul class="small" aria-label="Found there">
          ${[first, ...others].map((each) => html`<li>${each}</li>`)}
        </ul>
        <p>These are its bytes.</p>`;
}

/** Saves the plain bytes of a partition of the board or of a backup; `why` is why that cannot be done now, empty if it can. */
export function renderSaveBytes(host: LitElement, place: ContentsPlace, isImage: boolean, why: string): TemplateResult {
  const { within, ...range } = place;
  const save = () => {
    if (within?.in === 'backup') sendLibraryIntent(host, { do: 'save-bytes', id: within.id, range });
    else sendIntent(host, { do: 'save-bytes', range });
  };
  return html`<wa-button
      size="s"
      appearance="outlined"
      ?disabled=${why !== ''}
      title=${why === '' ? aboutSavingBytes(isImage || within !== undefined) : why}
      @click=${save}
      >${icons.save} Save as .bin</wa-button
    >${savedNoteOf(host).render('save-bytes')}`;
}

/** Which file the settings or files of a partition were saved as; empty if they were not. */
export function renderSaved(host: LitElement): TemplateResult {
  return savedNoteOf(host).render('save-settings', 'save-files', 'read-file');
}
