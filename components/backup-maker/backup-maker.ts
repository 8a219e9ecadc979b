import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Inspection } from '../../src/flash/family.ts';
import type { Range } from '../../src/flash/map.ts';
import { bare, regionRange, sizeOf } from '../../src/flash/map.ts';
import { whyNoBackup, whyNoBytes } from '../../src/session/backup-scope.ts';
import { isSmall } from '../flash-map/flash-map.words.ts';
import { sendIntent } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { icons } from '../shared/icons.ts';
import { BACKS_UP, aboutSavingBytes, allOf } from '../shared/save.ts';
import { SavedNote } from '../shared/saved-note.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';

/** Something that can be backed up. `keep` is what is kept in the browser, `save` what a file has; why not, where it cannot be. */
interface Scope {
  readonly name: string;
  readonly size: number;
  readonly keep: Range | null | string;
  readonly save: Range | string;
}

const ONE_BY_ONE = 'A .bin file can have only one of this board’s memories: choose one in the list to save it.';
const ALL_AT_ONCE =
  'To back up, choose the whole flash or one partition: one memory alone can only be saved as a .bin file.';

/**
 * Copies the whole flash of the connected board, or one partition: as a backup in this browser, or as a plain file.
 *
 * @property board – what was read from it
 * @property hold – why the board cannot be read at the moment; empty if it can
 * @event sectorwise-intent – `back-up` or `save-bytes`
 */
@customElement('backup-maker')
export class BackupMaker extends LitElement {
  static override styles = [
    base,
    fields,
    css`
      :host {
        display: grid;
        gap: var(--gap-xs);
        margin-block-end: var(--gap-m);
      }

      label {
        font-weight: 600;
      }

      select {
        flex: 0 1 auto;
        max-width: 100%;
      }

      wa-button svg {
        margin-inline-end: 0.3em;
      }
    `,
  ];

  @property({ attribute: false }) board: Inspection | null = null;
  @property() hold = '';

  /** The place of what is chosen in the list; the whole flash comes first. */
  @state() private chosen = 0;

  #saved = new SavedNote(this);

  protected override render(): TemplateResult | typeof nothing {
    if (this.board === null) return nothing;
    const scopes = scopesOf(this.board);
    const scope = scopes[this.chosen] ?? scopes[0];
    if (scope === undefined) return nothing;
    const { name, keep, save } = scope;
    const whys = [keep, save].map((each) => (this.hold !== '' ? this.hold : typeof each === 'string' ? each : ''));
    const [whyNotKept = '', whyNotSaved = ''] = whys;
    return html`<div class="row">
        <label for="scope">Make a backup of</label>
        <select id="scope" @change=${this.onChosen}>
          ${scopes.map(
            (each, i) =>
              html`<option value=${i} .selected=${each === scope}>${each.name}, ${bytes(each.size)}</option>`,
          )}
        </select>
        ${this.renderButton(html`${icons.shield} Back up`, name, BACKS_UP, whyNotKept, () => {
          if (typeof keep !== 'string') sendIntent(this, { do: 'back-up', range: keep });
        })}
        ${this.renderButton(
          html`${icons.save} Save as .bin`,
          name,
          typeof save === 'string' ? '' : aboutSavingBytes(false, save),
          whyNotSaved,
          () => {
            if (typeof save !== 'string') sendIntent(this, { do: 'save-bytes', range: save });
          },
        )}
      </div>
      ${this.#saved.render()} ${this.renderHint(scope, [whyNotKept, whyNotSaved])}`;
  }

  /** What each button does, or why it does not; nothing more once the file is saved that the note above names. */
  private renderHint({ save }: Scope, whys: readonly string[]): TemplateResult | typeof nothing {
    const blocked = [...new Set(whys.filter((why) => why !== ''))];
    if (blocked.length === 0 && this.#saved.isSaid) return nothing;
    const saves = typeof save === 'string' ? '' : ` “Save as .bin” saves the plain bytes as a file: ${allOf(save)}.`;
    return html`<p class="small quiet">
      ${
        blocked.length > 0
          ? blocked.join(' ')
          : `“Back up” adds a backup to the list below.${saves} Nothing is written to the board.`
      }
    </p>`;
  }

  private onChosen({ currentTarget }: Event): void {
    if (currentTarget instanceof HTMLSelectElement) this.chosen = currentTarget.selectedIndex;
    // What was saved is not what is chosen now; a file that is still to come is named all the same.
    if (this.#saved.isSaid) this.#saved.forget();
  }

  /** A button for what is chosen, which those who hear it are told; `why` is why it cannot be pressed. */
  private renderButton(label: TemplateResult, of: string, does: string, why: string, click: () => void) {
    return html`<wa-button
      size="s"
      appearance="outlined"
      ?disabled=${why !== ''}
      title=${why === '' ? does : why}
      @click=${click}
      >${label}<span class="hidden"> ${of}</span></wa-button
    >`;
  }
}

/** What can be backed up of a board, as a person thinks of it: all of its flash, and its partitions. */
function scopesOf(board: Inspection): readonly Scope[] {
  const { map, partitions } = board.layout;
  const regions = map.regions.filter((region) => !isSmall(region, board.layout));
  const wholes = regions.map((region) => {
    const range = regionRange(region);
    return { name: region.name, size: range.size, keep: ALL_AT_ONCE, save: whyNoBytes(board, range) ?? range };
  });
  const [only, ...more] = wholes;
  const whole = {
    name: 'the whole flash',
    size: sizeOf(wholes),
    keep: whyNoBackup(board, null),
    save: only === undefined || more.length > 0 ? ONE_BY_ONE : only.save,
  };
  return [
    whole,
    ...(more.length === 0 ? [] : wholes),
    ...partitions.map((partition) => {
      const range = bare(partition);
      const { name, size } = partition;
      return { name, size, keep: whyNoBackup(board, range) ?? range, save: whyNoBytes(board, range) ?? range };
    }),
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'backup-maker': BackupMaker;
  }
}
