/** Parts of the view of contents: what is said of content that has no settings or files, and how its bytes are shown and saved. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { ContentsPlace, ExplainedContent } from '../../src/flash/partition-contents.ts';
import { isSamePlace } from '../../src/flash/partition-contents.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import { sendIntent, sendLibraryIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { aboutSavingBytes, saveFile } from '../shared/save.ts';
import { savedNoteOf } from '../shared/saved-note.ts';
import type { Offered, offeredOf } from './contents-view.places.ts';
import { RANGE } from './contents-view.places.ts';
import { editsOf } from './contents-view.words.ts';

/** What of the list of places is shown: what is looked into, whether a range is typed instead, and what is to be changed. */
interface ShownPlaces {
  readonly current: ContentsPlace | null;
  readonly ranges: boolean;
  readonly edits: readonly EditsView[];
}

/** The list of what can be looked into; `choose` hears what is chosen, null for a range that is typed. Without a board there is none. */
export function renderPlaces(
  groups: ReturnType<typeof offeredOf>,
  { current, ranges, edits }: ShownPlaces,
  hasBoard: boolean,
  choose: (place: ContentsPlace | null) => void,
): TemplateResult {
  const all = groups.flatMap(({ offered }) => offered);
  const option = ({ place, label }: Offered) =>
    html`<option
      value=${all.findIndex((each) => each.place === place)}
      .selected=${current !== null && isSamePlace(place, current) && !ranges}
    >
      ${label}${editsOf(edits, place).length > 0 ? ', with unwritten changes' : ''}
    </option>`;
  const onChange = ({ target }: Event) => {
    const value = target instanceof HTMLSelectElement ? target.value : '';
    const place = value === RANGE ? null : all[Number(value)]?.place;
    if (place !== undefined) choose(place);
  };
  return html`<label for="partition">${groups.length > 1 ? 'Look into' : 'Partition'}</label>
    <select id="partition" @change=${onChange}>
      ${current === null && !ranges ? html`<option value="" selected>Choose one</option>` : nothing}
      ${
        groups.length > 1
          ? groups.map(({ name, offered }) => html`<optgroup label=${name}>${offered.map(option)}</optgroup>`)
          : all.map(option)
      }
      ${hasBoard ? html`<option value=${RANGE} .selected=${ranges}>Any range …</option>` : nothing}
    </select>`;
}

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
      title=${why === '' ? aboutSavingBytes(isImage || within !== undefined, range) : why}
      @click=${save}
      >${icons.save} Save as .bin</wa-button
    >${savedNoteOf(host).render('save-bytes')}`;
}

/** Which file the settings or files of a partition were saved as; empty if they were not. */
export function renderSaved(host: LitElement): TemplateResult {
  return savedNoteOf(host).render('save-settings', 'save-files', 'read-file');
}
