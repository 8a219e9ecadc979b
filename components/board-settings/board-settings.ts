import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type WaDetails from '@awesome.me/webawesome/dist/components/details/details.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { list } from '../../src/flash/english.ts';
import type { Setting, SettingGroup } from '../../src/flash/family.ts';
import type { Identity } from '../../src/flash/target.ts';
import { styles } from './board-settings.styles.ts';
import { sendIntent } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { base } from '../shared/base.ts';

/** The groups in their order, with their names. */
const GROUPS: readonly (readonly [group: SettingGroup, name: string])[] = [
  ['link', 'Link'],
  ['flash', 'Erase, back up, verify'],
  ['header', 'Bootloader header'],
];

/**
 * How the board is written: baud rate, what is erased, what its header says … Folded away, because the defaults are right for
 * most; anything else is shown outside.
 *
 * @property settings – this board's settings and their current choices
 * @property identity – what it is: only the choices for a board with a unique ID are stored
 * @property locked – whether nothing can be changed now
 * @property waits – whether nothing is planned because an unfinished job comes first
 * @property open – whether it is unfolded
 * @event sectorwise-intent – `set`
 */
@customElement('board-settings')
export class BoardSettings extends LitElement {
  static override styles = [base, fields, styles];

  @property({ attribute: false }) settings: readonly Setting[] = [];
  @property({ attribute: false }) identity: Pick<Identity, 'key' | 'file'> = { key: null };
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) waits = false;
  @property({ type: Boolean }) open = false;

  /** Whether the button that resets all choices had the focus before it was rendered again. */
  #wasAtReset = false;

  /** Unfolds it, and moves the focus to the choice for a setting, or for an empty ID to its heading; false if that is not there. */
  async focusOn(id: string): Promise<boolean> {
    await this.updateComplete;
    const choices = [...(this.shadowRoot?.querySelectorAll('select') ?? [])];
    const choice = choices.find((each) => each.id === id);
    const { details } = this;
    if (details === null || (choice === undefined && id !== '')) return false;
    details.open = true;
    await details.updateComplete;
    (choice ?? details.header).focus();
    return this.shadowRoot?.activeElement === (choice ?? details);
  }

  private get details(): WaDetails | null {
    return this.shadowRoot?.querySelector<WaDetails>('wa-details') ?? null;
  }

  private get isAtReset(): boolean {
    return this.shadowRoot?.activeElement?.localName === 'wa-button';
  }

  protected override willUpdate(): void {
    this.#wasAtReset = this.isAtReset;
  }

  /** Once nothing is left to reset its button is gone, and the focus with it. */
  protected override updated(): void {
    if (this.#wasAtReset && !this.isAtReset) this.details?.header.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.settings.length === 0) return nothing;
    const unusual = this.settings.filter(({ value, usual }) => value !== usual);
    // A setting without a choice cannot be restored.
    const changed = unusual.filter(({ fixed }) => fixed === undefined);
    const stands = unusual.map((setting) => `${setting.name}: ${nameOf(setting, setting.value)}`).join(', ');
    const waiting = this.waits ? waitingWords(changed) : '';
    return html`${waiting === '' ? nothing : html`<p class="small" role="status">${waiting}</p>`}<wa-details
        appearance="plain"
        ?open=${this.open}
      >
        <span slot="summary"
          ><b>Flashing options</b> <span class="quiet">${stands === '' ? 'defaults' : stands}</span></span
        >
        ${GROUPS.map(([group, name]) => {
          const own = this.settings.filter((setting) => setting.group === group);
          return own.length === 0
            ? nothing
            : html`<section aria-labelledby=${group}>
                <h3 id=${group}>${name}</h3>
                <div class="settings">${own.map((setting) => this.renderSetting(setting))}</div>
              </section>`;
        })}
        <p class="small quiet">${lastingWords(this.identity, this.settings)}</p>
        ${
          changed.length === 0
            ? nothing
            : html`<wa-button
                size="s"
                appearance="outlined"
                ?disabled=${this.locked}
                @click=${() => {
                  for (const { id, usual } of changed) this.choose(id, usual);
                }}
                >Restore defaults</wa-button
              >`
        }
      </wa-details>`;
  }

  private renderSetting(setting: Setting): TemplateResult {
    const { id, name, help, options, value, usual, fixed } = setting;
    const about = options.find((option) => option.id === value)?.help;
    return html`<div class="setting">
      <label for=${id}>${name}</label>
      <select
        id=${id}
        aria-describedby=${`${id}-help`}
        ?disabled=${this.locked || fixed !== undefined}
        @change=${(event: Event & { readonly currentTarget: HTMLSelectElement }) =>
          this.choose(id, event.currentTarget.value)}
      >
        ${options.map(
          (option) =>
            html`<option value=${option.id} .selected=${live(option.id === value)}>
              ${option.name}${option.id === usual ? ' (default)' : ''}
            </option>`,
        )}
      </select>
      <p id=${`${id}-help`} class="small quiet">${fixed ?? about ?? nothing}</p>
      <wa-details class="help" appearance="plain">
        <span slot="summary">What is this?<span class="hidden"> ${name}</span></span>
        <p class="small quiet">${help}</p>
      </wa-details>
    </div>`;
  }

  private choose(id: string, value: string): void {
    sendIntent(this, { do: 'set', id, value });
  }
}

function nameOf({ options }: Setting, value: string): string {
  return options.find((option) => option.id === value)?.name ?? value;
}

/** That what was chosen waits for the unfinished job; empty where nothing does. How long a passing choice lasts is said of it. */
function waitingWords(changed: readonly Setting[]): string {
  const own = changed.filter(({ planned }) => planned === true);
  if (own.length === 0) return '';
  const kept = own.filter(({ passing }) => passing !== true).map(({ name }) => name);
  const none = `The unfinished job is resumed as it was planned, without your choice for ${list(own.map(({ name }) => name))}.`;
  return kept.length === 0
    ? none
    : `${none} Kept for the next plan, once the job is resumed, rolled back or abandoned: ${list(kept)}.`;
}

/** How long choices last: the session stores them under the unique ID of a board, and without one not at all. */
function lastingWords({ key, file }: Pick<Identity, 'key' | 'file'>, settings: readonly Setting[]): string {
  if (file !== undefined) return 'Your choices last until the file is closed.';
  if (key === null)
    return 'Your choices last until the board is connected again: it has no unique ID to store them under.';
  const passing = settings.filter((setting) => setting.passing === true).map(({ name }) => name);
  const until = passing.length === 0 ? '' : ` Only until the board is read again: ${passing.join(', ')}.`;
  return `Your choices are stored on this computer for this board.${until}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'board-settings': BoardSettings;
  }
}
