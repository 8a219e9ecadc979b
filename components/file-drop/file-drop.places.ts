/** The choice of places for a file. */
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import type WaRadioGroup from '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Choice } from '../../src/flash/family.ts';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { sendIntent, sendPoint } from '../shared/events.ts';
import { extents } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import '../sector-picker/sector-picker.ts';

/** The place of a file as a list to choose from, each with its exact addresses; `host` sends the intents and point events. */
export function renderPlace(host: HTMLElement, file: FileView, locked: boolean): TemplateResult | typeof nothing {
  const fitting = file.choices.map((choice, index) => ({ choice, index })).filter(({ choice }) => choice.fits);
  if (fitting.length === 0) return nothing;
  const chosen = placeOf(file);
  const point = () => sendPoint(host, chosen === undefined ? null : (chosen.ranges ?? [chosen]));
  const leave = () => sendPoint(host, null);
  return html`<div class="place" @pointerenter=${point} @pointerleave=${leave}>
    <label for="place-${file.id}">Write to</label>
    <select
      id="place-${file.id}"
      ?disabled=${locked}
      @focus=${point}
      @blur=${leave}
      @change=${(event: Event & { readonly currentTarget: HTMLSelectElement }) =>
        place(host, file, event.currentTarget.value)}
    >
      ${chosen === undefined ? html`<option value="" selected disabled>Choose a place</option>` : nothing}
      ${fitting.map(
        ({ choice, index }) =>
          html`<option value=${index} .selected=${index === file.chosen}>${nameOf(choice)}</option>`,
      )}
    </select>
  </div>`;
}

/** What else there is to a file's place: sectors to pick by hand, places where it does not fit and why. */
export function renderOtherPlaces(file: FileView, locked: boolean): TemplateResult {
  const { picking, choices } = file;
  const picked = choices[file.chosen ?? -1]?.picked ?? [];
  // A selection of too few sectors was never an offered place: the sector list says what is missing.
  const others = choices.filter(({ fits, picked: own }) => !fits && own === undefined);
  return html`
    ${
      picking === null && !choices.some(({ fits }) => fits)
        ? html`<p class="none">${icons.problem}<span>It does not fit anywhere on this board.</span></p>`
        : nothing
    }
    ${
      picking === null
        ? nothing
        : html`<wa-details appearance="plain" summary="Select sectors yourself">
            <sector-picker .picking=${picking} .picked=${picked} .file=${file.id} ?locked=${locked}></sector-picker>
          </wa-details>`
    }
    ${
      others.length === 0
        ? nothing
        : html`<wa-details appearance="plain" summary=${`Places where it does not fit (${others.length})`}>
            <ul class="others">
              ${others.map(({ name, why }) => html`<li><b>${name}</b> <span class="quiet">${why}</span></li>`)}
            </ul>
          </wa-details>`
    }
  `;
}

/** The builds of a container of which one has to be chosen; nothing if there is no choice. */
export function renderBuilds(
  host: HTMLElement,
  { id, builds }: ContainerView,
  locked: boolean,
): TemplateResult | typeof nothing {
  if (builds === undefined) return nothing;
  return html`<wa-radio-group
    size="s"
    label="Build to use"
    .value=${builds.chosen}
    ?disabled=${locked}
    @change=${(event: Event & { readonly currentTarget: WaRadioGroup }) => {
      const choice = String(event.currentTarget.value ?? '');
      if (choice !== builds.chosen) sendIntent(host, { do: 'place', id, choice });
    }}
  >
    ${builds.options.map(
      ({ id: value, name, why }) =>
        html`<wa-radio value=${value} ?disabled=${locked}><b>${name}</b> <span class="why">${why}</span></wa-radio>`,
    )}
  </wa-radio-group>`;
}

/** `app1, and start it · 0x1D0000, 1728 KiB`. */
function nameOf(choice: Choice): string {
  return `${choice.name} · ${extents(choice.ranges ?? [choice])}`;
}

/** The place that a file has, if it fits there. */
export function placeOf({ choices, chosen }: FileView): Choice | undefined {
  const choice = choices[chosen ?? -1];
  return choice?.fits === true ? choice : undefined;
}

function place(host: HTMLElement, file: FileView, value: string): void {
  const index = Number(value);
  const choice = file.choices[index];
  if (choice?.fits === true && index !== file.chosen) sendIntent(host, { do: 'place', id: file.id, choice: choice.id });
}
