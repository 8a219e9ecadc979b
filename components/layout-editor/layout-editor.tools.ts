/** What stands above the rows of the layout editor: its buttons, what came of the last one, and the layouts to start from. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Editing, OfferedTemplate } from '../../src/flash/layout-editor.ts';
import { icons } from '../shared/icons.ts';
import { templateWords } from './layout-editor.words.ts';

/** What the buttons do. */
export interface Tools {
  readonly locked: boolean;
  undo(): void;
  redo(): void;
  /** Asks for the file to import, which is taken once it is chosen. */
  choose(): void;
  take(): void;
  saveCsv(): void;
  saveBinary(): void;
  copyLink(): void;
}

/** The buttons; undo and redo wait until there is something to undo or redo. */
export function renderTools({ past, future }: Editing, tools: Tools): TemplateResult {
  const tool = (name: string, icon: TemplateResult | null, click: () => void, off = false) =>
    html`<wa-button size="s" appearance="outlined" ?disabled=${tools.locked || off} @click=${click}
      >${icon ?? nothing} ${name}</wa-button
    >`;
  return html`<div class="tools">
    ${tool('Undo', icons.back, () => tools.undo(), past.length === 0)}
    ${tool('Redo', icons.again, () => tools.redo(), future.length === 0)}
    <input type="file" hidden aria-label="Partition table to import" accept=".csv,.bin" @change=${() => tools.take()} />
    ${tool('Import', icons.open, () => tools.choose())} ${tool('Export CSV', icons.save, () => tools.saveCsv())}
    ${tool('Export binary', icons.save, () => tools.saveBinary())} ${tool('Copy link', null, () => tools.copyLink())}
  </div>`;
}

/** What is said of what a button did, beside that button. */
export interface Notice {
  readonly of: 'tools' | 'plan';
  readonly says: string;
  readonly verdict: 'good' | 'problem';
}

/** What came of the last tool that was used; empty where nothing is to be said. */
export function renderNotice(notice: Notice | null): TemplateResult {
  const shown = notice?.of === 'tools' ? html`${icons[notice.verdict]}<span>${notice.says}</span>` : nothing;
  return html`<p class="notice small ${notice?.verdict ?? ''}" role="status">${shown}</p>`;
}

/** Which template is selected, and where a choice goes. */
export interface Templates {
  readonly locked: boolean;
  /** The id of the selected one; the first one where none has it. */
  readonly id: string;
  choose(id: string): void;
  use(template: OfferedTemplate): void;
}

/** The list of templates with what the selected one holds; nothing where there is none. */
export function renderTemplates(
  templates: readonly OfferedTemplate[],
  { locked, id: selected, choose, use }: Templates,
): TemplateResult | typeof nothing {
  const chosen = templates.find(({ id }) => id === selected) ?? templates[0];
  if (chosen === undefined) return nothing;
  return html`<div class="template">
    <label for="template">Template</label>
    <select
      id="template"
      aria-describedby="about-template"
      ?disabled=${locked}
      @change=${({ currentTarget }: Event & { readonly currentTarget: HTMLSelectElement }) => choose(currentTarget.value)}
    >
      ${templates.map(({ id, name }) => html`<option value=${id} .selected=${id === chosen.id}>${name}</option>`)}
    </select>
    <wa-button size="s" appearance="outlined" ?disabled=${locked} @click=${() => use(chosen)}>Use template</wa-button>
    <p id="about-template" class="small quiet">${templateWords(chosen)}</p>
  </div>`;
}
