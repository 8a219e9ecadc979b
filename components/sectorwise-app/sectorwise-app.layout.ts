/** The view of the layout: what it needs is loaded when it opens, and what is being edited stays when it closes. */
import type { LitElement, TemplateResult, nothing } from 'lit';
import { html } from 'lit';
import type { EditableTable, Editing, LayoutTools } from '../../src/flash/layout-editor.ts';
import type { SessionState } from '../../src/session/state.ts';
import { loadLate } from '../shared/load-late.ts';
import { holdOf, isWriting } from './sectorwise-app.work.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/** The layout being edited. It outlives the view and the connection, as long as it is that board with the table that it began with. */
export class LayoutView {
  #tools: LayoutTools | null = null;
  #isLoading = false;
  /** The board and its table that were last shown, and the layout that began with them. */
  #of = '';
  #draft: { readonly of: string; readonly editing: Editing } | null = null;

  constructor(private readonly host: LitElement) {}

  /** Whether there are edits that were neither discarded nor written. */
  get isEdited(): boolean {
    return this.#draft !== null && this.#draft.of === this.#of && this.#draft.editing.past.length > 0;
  }

  /** Loads the editor, once; a part that did not arrive is asked for again when the view opens the next time. */
  async open(tools: () => Promise<LayoutTools>): Promise<void> {
    if (this.#isLoading || this.#tools !== null) return;
    this.#isLoading = true;
    const parts = Promise.all([tools(), import('../layout-editor/layout-editor.ts')]).then(
      ([own]) => (this.#tools = own),
    );
    await loadLate(this.host, 'The editor of the layout', parts);
    this.#isLoading = false;
    this.host.requestUpdate();
  }

  /** The panel's content; `plan` shows the plan for the edited layout. */
  render(table: EditableTable, state: Together, plan: TemplateResult | typeof nothing): TemplateResult {
    const { work, board, editedLayout: planned, fits = null } = state;
    const of = JSON.stringify([board.identity.chip, board.identity.key, table]);
    this.#of = of;
    const isPlanned = planned !== undefined && work.kind !== 'ended';
    return html`<layout-editor
        .table=${table}
        .tools=${this.#tools}
        .draft=${this.#draft?.of === of ? this.#draft.editing : null}
        .planned=${isPlanned ? planned : null}
        .fits=${fits}
        .hold=${holdOf(work)}
        ?locked=${isWriting(work)}
        @layout-draft=${({ detail }: CustomEvent<Editing | null>) => {
          this.#draft = detail === null ? null : { of, editing: detail };
          this.host.requestUpdate();
        }}
      ></layout-editor>
      ${plan}`;
  }
}
