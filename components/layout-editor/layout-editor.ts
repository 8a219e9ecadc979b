import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { factsOf } from '../../src/flash/failure.ts';
import type {
  EditableTable,
  Editing,
  ImportedRows,
  LayoutEdit,
  LayoutEditor,
  LayoutTools,
} from '../../src/flash/layout-editor.ts';
import { sendIntent } from '../shared/events.ts';
import type { FittingLayout, FittingLayouts } from '../../src/flash/layout-fit.ts';
import { count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { save } from '../shared/save.ts';
import { base } from '../shared/base.ts';
import { renderEnd } from './layout-editor.end.ts';
import { renderFits, renderPaste } from './layout-editor.fit.ts';
import type { Rows } from './layout-editor.rows.ts';
import { renderAnswers, renderRows } from './layout-editor.rows.ts';
import type { Border } from './layout-editor.strip.ts';
import { renderStrip } from './layout-editor.strip.ts';
import { StripMeasures } from './layout-editor.measures.ts';
import { styles } from './layout-editor.styles.ts';
import type { Notice } from './layout-editor.tools.ts';
import { renderNotice, renderTemplates, renderTools } from './layout-editor.tools.ts';
import { KeptInView } from './layout-editor.view.ts';
import type { LayoutPlanStage } from './layout-editor.words.ts';
import { isTableOfBefore, problemsIn, layoutStatus, problemToSay, stageHold } from './layout-editor.words.ts';

/** While the map has the layout: beside the one before it, or as it is being written. */
const STRIPLESS: readonly LayoutPlanStage[] = ['there', 'writing', 'unfinished', 'other-unfinished', 'done'];

/**
 * The partition table of the connected board as rows to edit. The rules answer at the row, with a button where one value corrects
 * it. A changed layout is planned on request; an edit after that withdraws the plan, so a plan on the page is always for the
 * layout shown here.
 *
 * @property table – the table on the board, and the board's limits
 * @property tools – how tables are edited; null until that has arrived
 * @property draft – the layout being edited; null for the board's own. Whoever holds it gets each next one by `layout-draft`
 * @property planned – the CSV of the layout that is planned for; null if none is
 * @property stage – how far that plan is
 * @property button – the name of the button that carries that plan out
 * @property barDiscards – whether the plan is discarded where it is carried out: then not here, too
 * @property fits – layouts that give something its room, best first; null if none are asked for
 * @property hold – why nothing can be planned at the moment; empty if it can
 * @property locked – whether nothing can be edited: a job runs, or one that changes the layout is unfinished
 * @event layout-draft – the next layout being edited; null once the changes are discarded
 * @event sectorwise-intent – `change-layout`, `make-it-fit`
 */
@customElement('layout-editor')
export class LayoutEditorElement extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) table: EditableTable = { rows: [], flashSize: 0, tableAddress: 0, secureBoot: 'off' };
  @property({ attribute: false }) tools: LayoutTools | null = null;
  @property({ attribute: false }) draft: Editing | null = null;
  @property({ attribute: false }) planned: string | null = null;
  @property() stage: LayoutPlanStage = 'none';
  @property() button = '';
  @property({ type: Boolean }) barDiscards = false;
  @property({ attribute: false }) fits: FittingLayouts | null = null;
  @property() hold = '';
  @property({ type: Boolean }) locked = false;

  /** What was typed into fields and is no number. */
  @state() private typed: ReadonlyMap<string, string> = new Map();
  readonly #typing = new Map<string, string>();
  /** What came of the last import, export, link or plan, and whether that is what was wanted; null if nothing is to be said. */
  @state() private notice: Notice | null = null;
  @state() private template = '';
  /** What the error of a build says that was pasted; empty if none was. */
  @state() private buildSays = '';
  /** The request, as JSON, whose layouts were shown last. */
  #room: string | null = null;
  /** The border being dragged: its layout is shown, and taken once it is let go. */
  @state() private border: Border | null = null;
  @query('input[type=file]') private file!: HTMLInputElement;

  readonly #strip = new StripMeasures(this);
  readonly #view = new KeptInView(this);
  /** The field that has the focus, or gets it when what has it goes: a row that moves takes it along. */
  #at: string | null = null;
  /** The plan that was withdrawn, until the session has heard of it. */
  #withdrawn: string | null = null;
  #onFragment = () => this.takeLink();
  /** A field that is left says that it changed while nothing has the focus: that is on its way, and not to be called back. */
  #onLeft = {
    handleEvent: () => {
      if (this.shadowRoot?.activeElement === null) this.#at = null;
    },
    // What the field itself does with the event renders it.
    capture: true,
  };

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#onFragment);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#onFragment);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('planned')) this.#withdrawn = null;
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('tools')) queueMicrotask(() => this.takeLink());
    this.#view.rendered(changed.has('draft') || changed.has('typed'));
    if (this.focusFits()) return;
    if (this.#at === null || this.shadowRoot?.activeElement !== null || document.activeElement !== document.body)
      return;
    const field = this.shadowRoot.querySelector<HTMLElement>(`[data-at="${this.#at}"]:not(:disabled)`);
    (field ?? this.shadowRoot.querySelector<HTMLElement>('.add'))?.focus();
  }

  /** The layouts for another request take the focus once. */
  private focusFits(): boolean {
    const room = this.fits === null ? null : JSON.stringify(this.fits.room);
    const heading = this.shadowRoot?.querySelector<HTMLElement>('#fits');
    if (room === this.#room || (room !== null && heading === null)) return false;
    this.#room = room;
    if (room !== null) queueMicrotask(() => heading?.focus());
    return room !== null;
  }

  /** Takes a layout that makes something fit, and plans it at once: what it comes to is then below. */
  private take({ rows }: FittingLayout): void {
    const { editor, editing } = this;
    if (editor === null || editing === null) return;
    const next = editor.edited(editing, { edit: 'replace', rows });
    this.show(next);
    if (this.hold === '') this.plan(next);
  }

  private readBuildError(text: string): void {
    const read = this.tools?.readBuildError(text);
    if (read === undefined) return;
    this.buildSays = read.says;
    if (read.room !== null) sendIntent(this, { do: 'make-it-fit', room: read.room });
  }

  /** Takes the layout that the address holds, once: reloading must not undo later edits. */
  private takeLink(): void {
    const { editor } = this;
    const linked = editor?.linkedRows(location.hash, this.table) ?? null;
    if (linked === null) return;
    history.replaceState(null, '', '#/layout');
    this.takeRows(linked, 'The layout in the link');
  }

  private takeRows(read: ImportedRows, what: string): void {
    if ('refused' in read) {
      this.refuse(`${what} is not used. ${read.refused}`);
      return;
    }
    this.edit({ edit: 'replace', rows: read.rows });
    this.say(`${what} is in the table: ${count(read.rows.length, 'partition')}.`);
  }

  private say(says: string): void {
    this.notice = { of: 'tools', says, verdict: 'good' };
  }

  private refuse(says: string, of: Notice['of'] = 'tools'): void {
    this.notice = { of, says, verdict: 'problem' };
  }

  private get editor(): LayoutEditor | null {
    return this.tools?.editor ?? null;
  }

  /** The CSV of the layout that is planned for, unless that was withdrawn a moment ago; null if there is none. */
  private get chosen(): string | null {
    return this.planned === this.#withdrawn ? null : this.planned;
  }

  /** The layout shown: the one being edited, else the one that is planned for, else that of the board. */
  private get editing(): Editing | null {
    const { editor, table, chosen } = this;
    if (this.draft !== null || editor === null) return this.draft;
    const begun = editor.begin(table);
    if (chosen === null) return begun;
    const read = editor.importedRows('partitions.csv', new TextEncoder().encode(chosen), table);
    return 'refused' in read ? begun : editor.edited(begun, { edit: 'replace', rows: read.rows });
  }

  private edit(edit: LayoutEdit): void {
    const { editor, editing } = this;
    if (editor === null || editing === null) return;
    this.show(editor.edited(editing, edit));
  }

  /** Shows another state of the layout. A plan for the one before is withdrawn. */
  private show(next: Editing | null): void {
    if (next !== null && next === this.editing) return;
    this.notice = null;
    this.typed = new Map();
    this.dispatchEvent(new CustomEvent('layout-draft', { detail: next, bubbles: true, composed: true }));
    if (this.planned !== null) sendIntent(this, { do: 'change-layout', csv: null });
    this.#withdrawn = this.planned;
  }

  private type(key: string, text: string, change: (value: number) => LayoutEdit): void {
    const value = this.editor?.readNumber(text) ?? null;
    if (value === null) {
      this.typed = new Map([...this.typed, [key, text]]);
      return;
    }
    this.typed = new Map([...this.typed].filter(([own]) => own !== key));
    this.edit(change(value));
    // The field shows the value in its usual form.
    this.requestUpdate();
  }

  private plan(editing = this.editing): void {
    const { editor } = this;
    if (editor === null || editing === null) return;
    this.#withdrawn = null;
    const same = editor.pairsOf(editing);
    const use = (csv: string) => sendIntent(this, { do: 'change-layout', csv, ...(same !== null && { same }) });
    this.written(editing, use, 'plan');
  }

  /** The CSV of the layout; what no CSV can express is said. */
  private written(editing: Editing | null, use: (csv: string) => void, of: Notice['of'] = 'tools'): void {
    const { editor } = this;
    if (editor === null || editing === null) return;
    try {
      use(editor.csvOf(editing));
    } catch (error) {
      this.refuse(factsOf(error).says, of);
    }
  }

  private drop(): void {
    const { border } = this;
    this.border = null;
    if (border !== null) this.edit(border);
  }

  private exportBinary(): void {
    const { editor, editing } = this;
    if (editor === null || editing === null) return;
    try {
      save('partitions.bin', editor.binaryOf(editing), 'application/octet-stream');
    } catch (error) {
      this.refuse(factsOf(error).says);
    }
  }

  private async copyLink(): Promise<void> {
    const { editor, editing } = this;
    if (editor === null || editing === null) return;
    try {
      const link = new URL(editor.linkOf(editing), location.href).href;
      await this.tools?.copy(link);
      this.say('The link is copied. It holds the whole layout; no server sees it.');
    } catch (error) {
      const denied = error instanceof DOMException;
      this.refuse(denied ? 'The browser did not let the page copy the link.' : factsOf(error).says);
    }
  }

  private async import(): Promise<void> {
    const [file] = this.file.files ?? [];
    if (file === undefined || this.editor === null) return;
    const data = new Uint8Array(await file.arrayBuffer());
    // Allows the same file to be chosen again.
    this.file.value = '';
    this.takeRows(this.editor.importedRows(file.name, data, this.table), file.name);
  }

  protected override render(): TemplateResult {
    const { editor, locked, hold, border } = this;
    const begun = this.editing;
    if (editor === null || begun === null) return html`<p role="status">Loading the editor</p>`;
    const editing = border === null ? begun : editor.edited(begun, border);
    // A field that is disabled under the fingers says so to nobody.
    if (locked) this.#typing.clear();
    const isJobs = this.stage === 'writing' || isTableOfBefore(this.stage);
    const stage = this.chosen === null && !isJobs ? 'none' : this.stage;
    // Between two layouts, the table that was read is not what an edit would change.
    const isCompared = !isTableOfBefore(stage);
    const answers = isCompared ? editor.rulesOf(editing, this.table) : [];
    const changed = editor.isChanged(editing, this.table);
    const problems = problemsIn(answers) + this.typed.size;
    const missing = problems > 0 ? 'Correct the problems first.' : !changed ? 'Nothing is changed.' : hold;
    const last = editing.past.at(-1);
    const before = last === undefined ? [] : editor.rulesOf({ ...editing, rows: last }, this.table);
    const rows: Rows = {
      editor,
      editing,
      now: this.table.rows,
      answers,
      free: editor.freeFlash(editing, this.table),
      locked,
      isCompared,
      typed: this.typed,
      typing: this.#typing,
      edit: (edit) => this.edit(edit),
      fit: (room) => sendIntent(this, { do: 'make-it-fit', room }),
      type: (key, text, change) => this.type(key, text, change),
    };
    const whole = answers.filter(({ row }) => row === null);
    return html`<div
      class="stack"
      @change=${this.#onLeft}
      @focusin=${({ target }: FocusEvent) => (this.#at = target instanceof HTMLElement ? (target.dataset['at'] ?? target.dataset['back'] ?? null) : null)}
    >
      ${
        this.fits === null
          ? nothing
          : renderFits(this.fits, {
              locked,
              rows: begun.rows,
              take: (layout) => this.take(layout),
              close: () => sendIntent(this, { do: 'make-it-fit', room: null }),
            })
      }
      ${renderTools(begun, {
        locked,
        undo: () => this.show(editor.undone(begun)),
        redo: () => this.show(editor.redone(begun)),
        choose: () => this.file.click(),
        take: () => void this.import(),
        saveCsv: () => this.written(this.editing, (csv) => save('partitions.csv', csv, 'text/csv')),
        saveBinary: () => this.exportBinary(),
        copyLink: () => void this.copyLink(),
      })}
      ${renderNotice(this.notice)}
      ${renderTemplates(editor.templates(this.table), {
        locked,
        id: this.template,
        choose: (id) => (this.template = id),
        use: ({ rows }) => this.edit({ edit: 'replace', rows }),
      })}
      ${renderPaste(this.buildSays, locked, (text) => this.readBuildError(text))}
      ${STRIPLESS.includes(stage) ? nothing : renderStrip(rows, { ...this.#strip.measures, size: this.table.flashSize, drag: (to) => (this.border = to), drop: () => this.drop() })}
      ${renderRows(rows)}
      <div class="row">
        <wa-button
          class="add"
          size="s"
          appearance="outlined"
          ?disabled=${locked}
          @click=${() => this.edit({ edit: 'add', row: editor.freshRow(editing, this.table) })}
          >${icons.plus} Add partition</wa-button
        >
      </div>
      ${whole.length === 0 ? nothing : renderAnswers(rows, whole, 'What the rules say of the whole layout')}
      ${renderEnd({
        stage,
        changed,
        locked,
        says: this.notice?.of === 'plan' ? this.notice.says : '',
        status: [
          layoutStatus({
            rows: editing.rows,
            now: this.table.rows,
            problems,
            changed,
            undone: editing.future.length > 0,
            stage,
            button: this.button,
          }),
          ...(isTableOfBefore(stage) || (stage === 'none' && missing === hold) ? [hold] : []),
        ].join(' '),
        problem: stage === 'none' ? problemToSay(answers, before, [...this.typed.values()]) : '',
        why: stageHold(stage) || missing,
        discards: isCompared && !this.barDiscards && (changed || this.chosen !== null),
        discard: () => this.show(null),
        plan: () => this.plan(),
      })}
    </div>`;
  }
}

declare global {
  interface HTMLElementEventMap {
    'layout-draft': CustomEvent<Editing | null>;
  }
  interface HTMLElementTagNameMap {
    'layout-editor': LayoutEditorElement;
  }
}
