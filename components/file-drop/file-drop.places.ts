/** The choice of places for a file. */
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import type WaRadioGroup from '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { sendIntent, sendPoint } from '../shared/events.ts';
import { extents } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import '../sector-picker/sector-picker.ts';

/** Where a file may go, and where it may not and why; `host` sends the intents and point events. */
export function renderPlaces(host: HTMLElement, file: FileView, locked: boolean): TemplateResult {
  const choices = file.choices.map((choice, index) => ({ choice, index }));
  const fitting = choices.filter(({ choice }) => choice.fits);
  const { picking } = file;
  const picked = file.choices[file.chosen ?? -1]?.picked ?? [];
  // A selection of too few sectors was never an offered place: the sector list says what is missing.
  const others = choices.filter(({ choice }) => !choice.fits && choice.picked === undefined);
  return html`
    ${
      fitting.length === 0
        ? picking !== null
          ? nothing
          : html`<p class="none">${icons.problem}<span>It does not fit anywhere on this board.</span></p>`
        : html`<wa-radio-group
            size="s"
            label="Write to"
            .value=${file.chosen === null ? null : String(file.chosen)}
            ?disabled=${locked}
            @change=${(event: Event & { readonly currentTarget: WaRadioGroup }) =>
              place(host, file, event.currentTarget.value)}
          >
            ${fitting.map(
              ({ choice, index }) =>
                html`<wa-radio
                  value=${String(index)}
                  ?disabled=${locked}
                  @pointerenter=${() => sendPoint(host, choice.ranges ?? choice)}
                  @pointerleave=${() => sendPoint(host, null)}
                >
                  <b>${choice.name}</b> <span class="exact">${extents(choice.ranges ?? [choice])}</span>
                  <span class="why">${choice.why}</span>
                </wa-radio>`,
            )}
          </wa-radio-group>`
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
              ${others.map(
                ({ choice }) => html`<li><b>${choice.name}</b> <span class="quiet">${choice.why}</span></li>`,
              )}
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

function place(host: HTMLElement, file: FileView, value: string | number | null): void {
  const index = Number(value ?? Number.NaN);
  const choice = file.choices[index];
  if (choice?.fits === true && index !== file.chosen) sendIntent(host, { do: 'place', id: file.id, choice: choice.id });
}
