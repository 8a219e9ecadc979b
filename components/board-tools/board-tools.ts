import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { lowered } from '../../src/flash/english.ts';
import type { Inspection } from '../../src/flash/family.ts';
import { unitsToBackUp, whyNoBackup, whyNoBytes, whyNoRangeErase } from '../../src/session/backup-scope.ts';
import { summaryOf } from '../../src/session/words/board.ts';
import { isSmall } from '../flash-map/flash-map.words.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import { rowsOf } from '../bundle-maker/bundle-maker.words.ts';
import { sendBundleAsk, sendIntent } from '../shared/events.ts';
import { roughly } from '../shared/format.ts';
import { BACKS_UP, saveFile } from '../shared/save.ts';
import { SavedNote } from '../shared/saved-note.ts';
import { base } from '../shared/base.ts';
import type { Region } from '../../src/flash/map.ts';
import { regionRange, sizeOf } from '../../src/flash/map.ts';

/**
 * Actions on all of a board: read its apps completely, read all of it, back it all up, make a recovery bundle of it, save its
 * partition table, erase it.
 *
 * @property board – what was read from it
 * @property hold – why the board cannot be read at the moment; empty if it can
 * @event sectorwise-intent – `examine`, `read-out`, `back-up`, `save-bytes` or `erase`
 * @event sectorwise-bundle – the board, of which a recovery bundle is to be made
 */
@customElement('board-tools')
export class BoardTools extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--gap-s) var(--gap-m);
      }

      section {
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
        align-items: baseline;
      }

      section:not(:has(wa-button)) {
        display: none;
      }

      h4 {
        font-size: var(--text-label);
        font-weight: 400;
        color: var(--quiet);
      }

      p {
        grid-column: 1 / -1;
      }

      @media (max-width: 480px) {
        section {
          grid-template-columns: minmax(0, 1fr);
          row-gap: var(--gap-xs);
        }
      }
    `,
  ];

  @property({ attribute: false }) board: Inspection | null = null;
  @property() hold = '';

  #saved = new SavedNote(this);

  protected override render(): TemplateResult | typeof nothing {
    if (this.board === null) return nothing;
    const { examinable, saves, appLayouts = [], layout, identity } = this.board;
    // Of a flash image, the strip above saves all of it.
    const isImage = identity.file !== undefined;
    const never = whyNoBackup(this.board, null);
    // Linker regions are shown with their layout option instead.
    const regions = layout.map.regions.filter((region) => !isSmall(region, layout));
    const shut = regions.flatMap((region) => {
      const why = whyNoRangeErase({ layout }, regionRange(region));
      return why === null ? [] : [`${eraseLabel(region, regions.length)}: ${lowered(why)}`];
    });
    const own = saves.filter(({ name }) => !appLayouts.some((room) => room.save?.name === name));
    return html`
      ${this.renderGroup(
        'Save',
        html`${isImage ? nothing : this.renderCopies(this.board, never)}
        ${own.map(
          (file) =>
            html`<wa-button class="long" size="s" appearance="outlined" @click=${() => saveFile(file)}>
              Save ${file.label}
            </wa-button>`,
        )}`,
      )}
      ${
        examinable === null
          ? nothing
          : this.renderGroup(
              'Check',
              this.renderTool(
                'Read and check the complete apps',
                `Reads up to ${roughly(examinable)}; nothing is written`,
                { do: 'examine' },
              ),
            )
      }
      ${this.#saved.render()}
      ${this.renderGroup(
        'Erase',
        regions.map((region) => this.renderErase(region, regions.length, this.board ?? { layout })),
      )}
      ${never === null || isImage ? nothing : html`<p class="small quiet">No backup: ${lowered(never)}</p>`}
      ${shut.map((why) => html`<p class="small quiet">${why}</p>`)}
      ${this.hold === '' ? nothing : html`<p class="small quiet">${this.hold}</p>`}
    `;
  }

  private renderGroup(name: string, tools: unknown): TemplateResult {
    return html`<section aria-label=${name}>
      <h4 aria-hidden="true">${name}</h4>
      <div class="row">${tools}</div>
    </section>`;
  }

  /** What copies the whole flash; `never` is why it cannot be backed up, null if it can. */
  private renderCopies(board: Inspection, never: string | null): TemplateResult {
    const { readable, layout } = board;
    const whole = sizeOf(unitsToBackUp(board, null).units);
    return html`${layout.map.regions
      .filter((region) => !isSmall(region, layout))
      .map((region, _, { length }) =>
        this.renderTool(
          `Save ${length === 1 ? 'the whole flash' : region.name} as .bin`,
          'Reads and verifies it, and saves its plain bytes as a file; no backup is kept',
          { do: 'save-bytes', range: regionRange(region) },
          whyNoBytes(board, regionRange(region)),
        ),
      )}
    ${
      readable === undefined
        ? nothing
        : this.renderTool('Read and save the whole flash', `Reads ${roughly(readable)}; nothing is written`, {
            do: 'read-out',
          })
    }
    ${this.renderTool(
      'Back up the whole flash',
      `Reads ${roughly(whole)}. ${BACKS_UP}`,
      { do: 'back-up', range: null },
      never,
    )}
    ${this.renderButton(
      'Make a recovery bundle',
      'Makes a file that restores other boards of this kind; nothing is written',
      () => this.askForBundle(board),
      never,
    )}`;
  }

  /** A button that plans to erase all of a region, of `regions` that are large enough to be shown. */
  private renderErase(region: Region, regions: number, board: Pick<Inspection, 'layout'>): TemplateResult {
    const why = whyNoRangeErase(board, regionRange(region)) ?? this.hold;
    return html`<wa-button
      class="long"
      size="s"
      appearance="outlined"
      variant="danger"
      ?disabled=${why !== ''}
      title=${why === '' ? 'Plans it: you see what that means before anything is erased.' : why}
      @click=${() => sendIntent(this, { do: 'erase', range: regionRange(region) })}
    >
      <span>${eraseLabel(region, regions)}</span>
    </wa-button>`;
  }

  private askForBundle(board: Inspection): void {
    const { layout, contents, identity } = board;
    const name = summaryOf(board).app ?? identity.chip;
    sendBundleAsk(this, { of: 'board', name, rows: rowsOf(layout, null, contents) });
  }

  private renderTool(name: string, does: string, intent: PageIntent, never: string | null = null): TemplateResult {
    return this.renderButton(name, does, () => sendIntent(this, intent), never);
  }

  /** A button that reads from the board; `never` is why it can do nothing with this board. */
  private renderButton(name: string, does: string, click: () => void, never: string | null): TemplateResult {
    const why = never ?? this.hold;
    return html`<wa-button
      class="long"
      size="s"
      appearance="outlined"
      ?disabled=${why !== ''}
      title=${why === '' ? does : why}
      @click=${click}
    >
      ${name}
    </wa-button>`;
  }
}

/** The button that erases a region, of so many that are shown. */
function eraseLabel({ name }: Region, regions: number): string {
  return regions === 1 ? 'Erase the whole flash' : `Erase ${name}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'board-tools': BoardTools;
  }
}
