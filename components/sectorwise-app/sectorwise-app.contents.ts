/** The view of contents: loaded when it opens. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { ContentsTools } from '../../src/flash/partition-contents.ts';
import type { SessionState } from '../../src/session/state.ts';
import { loadLate } from '../shared/load-late.ts';
import { contentsAt } from '../shared/views.ts';
import { holdOf, isOwnPlan, isWriting } from './sectorwise-app.work.ts';

/** How many changes of contents are chosen. */
export function editCount({ edits = [] }: Extract<SessionState, { kind: 'connected' }>): number {
  return edits.reduce((sum, each) => sum + each.edits.length, 0);
}

/** Loads what the view works out for the board's formats; null where there is nothing. */
export type ToolsLoader = (() => Promise<ContentsTools>) | null;

/** Which partition is looked into; it outlives the view and the connection. */
export class ContentsPanel {
  #isAsked = false;
  #tools: ContentsTools | null = null;
  #at: number | null = null;

  constructor(private readonly host: LitElement) {}

  /** Takes over the partition that a fragment names, if it names one. */
  follow(fragment: string): void {
    const at = contentsAt(fragment);
    if (at === null || at === this.#at) return;
    this.#at = at;
    this.host.requestUpdate();
  }

  /** The panel's content; nothing before it is shown for the first time. `plan` shows the plan of what is edited. */
  render(
    state: Extract<SessionState, { kind: 'connected' }>,
    isShown: boolean,
    plan: TemplateResult,
    tools: ToolsLoader,
  ): TemplateResult | typeof nothing {
    if (isShown && !this.#isAsked) void this.#load(tools);
    if (!this.#isAsked) return nothing;
    const { board, work, contents = null, edits } = state;
    // Nothing is read for a view that nobody sees.
    const hold = isShown ? holdOf(work) : 'Open the view Contents first.';
    return html`<contents-view
        .board=${board}
        .contents=${contents}
        .tools=${this.#tools}
        .edits=${edits ?? []}
        .at=${this.#at}
        .work=${work}
        .hold=${hold}
        ?inert=${isWriting(work)}
      ></contents-view>
      ${isShown && !isWriting(work) && (work.kind === 'ended' || isOwnPlan(work, edits)) ? plan : nothing}`;
  }

  async #load(tools: ToolsLoader): Promise<void> {
    this.#isAsked = true;
    const parts = Promise.all([tools?.() ?? null, import('../contents-view/contents-view.ts')]).then(
      ([own]) => (this.#tools = own),
    );
    // What did not arrive is asked for again when the view opens the next time.
    this.#isAsked = await loadLate(this.host, 'The view of contents', parts);
    this.host.requestUpdate();
  }
}
