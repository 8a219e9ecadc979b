/** The choice of places for a file. */
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Choice } from '../../src/flash/dropped-file.ts';
import { hex } from '../../src/flash/finding.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { isThere } from '../../src/session/words/doing.ts';
import { sendIntent, sendPoint } from '../shared/events.ts';
import { extents } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import '../sector-picker/sector-picker.ts';

/** The element that shows the file, which sends the intents and point events; `plan` says what is on the board already. */
interface PlaceList extends HTMLElement {
  readonly locked: boolean;
  readonly plan: Plan | null;
}

/** The place of a file as a list to choose from, each with its exact addresses. */
export function renderPlace(host: PlaceList, file: FileView): TemplateResult | typeof nothing {
  const { locked, plan } = host;
  const fitting = file.choices.map((choice, index) => ({ choice, index })).filter(({ choice }) => choice.fits);
  if (fitting.length === 0) return nothing;
  const chosen = placeOf(file);
  const point = () => sendPoint(host, chosen === undefined ? null : (chosen.ranges ?? [chosen]));
  const leave = () => sendPoint(host, null);
  return html`<div class="place" @pointerenter=${point} @pointerleave=${leave}>
    ${
      plan !== null && isThere(file, plan)
        ? html`<label for="place-${file.id}">Already in</label>`
        : html`<label for="place-${file.id}">Write to</label>`
    }
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
          html`<option value=${index} .selected=${live(index === file.chosen)}>${nameOf(choice)}</option>`,
      )}
    </select>
  </div>`;
}

/** What else there is to a file's place: an address to type, sectors to pick by hand, places where it does not fit and why. */
export function renderOtherPlaces(host: HTMLElement, file: FileView, locked: boolean): TemplateResult {
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
    ${file.container === null ? renderAddress(host, file, locked) : nothing}
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

/** An address for a file, typed; nothing in a file's other places needs it. */
function renderAddress(host: HTMLElement, { id, name, typed }: FileView, locked: boolean): TemplateResult {
  const send = (address: number | null) => sendIntent(host, { do: 'place-at', id, address });
  const take = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const input = event.currentTarget.querySelector('input');
    const address = readAddress(input?.value ?? '');
    input?.setCustomValidity(address === null ? 'An address is a number such as 0x1D0000.' : '');
    if (address === null) input?.reportValidity();
    else send(address);
  };
  return html`<wa-details appearance="plain" summary="Type an address" ?open=${typed !== undefined}>
    <form class="address" @submit=${take}>
      <label for="address-${id}">Address<span class="hidden"> of ${name}</span></label>
      <input
        id="address-${id}"
        class="exact"
        autocomplete="off"
        spellcheck="false"
        placeholder="0x1D0000"
        .value=${typed === undefined ? '' : hex(typed)}
        ?disabled=${locked}
        @input=${(event: Event & { readonly currentTarget: HTMLInputElement }) =>
          event.currentTarget.setCustomValidity('')}
      />
      <wa-button size="s" type="submit" appearance="outlined" ?disabled=${locked}>Write there</wa-button>
      ${
        typed === undefined
          ? nothing
          : html`<wa-button size="s" appearance="plain" ?disabled=${locked} @click=${() => send(null)}
              >Choose from the list</wa-button
            >`
      }
    </form>
  </wa-details>`;
}

/** An address as it is typed, `0x1D0000` or decimal, in bytes; null if it is none. */
function readAddress(text: string): number | null {
  const plain = text.trim().replaceAll('_', '');
  return /^(?:0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(plain) ? Number(plain) : null;
}

/** The builds of a container of which one has to be chosen, as a list; nothing if there is no choice. */
export function renderBuilds(
  host: HTMLElement,
  { id, builds }: ContainerView,
  locked: boolean,
): TemplateResult | typeof nothing {
  if (builds === undefined) return nothing;
  const chosen = builds.options.find((option) => option.id === builds.chosen);
  return html`<div class="place">
    <label for="build-${id}">Build to use</label>
    <select
      id="build-${id}"
      ?disabled=${locked}
      @change=${(event: Event & { readonly currentTarget: HTMLSelectElement }) =>
        sendIntent(host, { do: 'place', id, choice: event.currentTarget.value })}
    >
      ${chosen === undefined ? html`<option value="" selected disabled>Choose a build</option>` : nothing}
      ${builds.options.map(
        (option) =>
          html`<option value=${option.id} .selected=${live(option === chosen)}>${option.name} · ${option.why}</option>`,
      )}
    </select>
  </div>`;
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
  // Also if it is the chosen one: another choice may be on its way, which this one takes back.
  if (choice?.fits === true) sendIntent(host, { do: 'place', id: file.id, choice: choice.id });
}
