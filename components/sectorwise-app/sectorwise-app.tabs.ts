/** The list of views as tabs; each names the panel that it opens. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { SessionState } from '../../src/session/state.ts';
import { editableTable } from '../../src/flash/diagnosis.ts';
import type { View } from '../shared/views.ts';
import { viewAfter, VIEWS } from '../shared/views.ts';
import { repairCount } from './sectorwise-app.repair.ts';
import { reveal } from './sectorwise-app.reveal.ts';

const NAMES: Readonly<Record<View, string>> = {
  flash: 'Flash',
  layout: 'Layout',
  contents: 'Contents',
  repair: 'Repair',
  backups: 'Backups',
};

/**
 * The views of what is connected: a layout is edited only where there is a table, a board is looked at closely where its family
 * can, and a flash image has no backups, being a copy already. Of a partition without its board, the content comes first.
 */
export function viewsOf(state: SessionState): readonly View[] {
  if (state.kind !== 'connected') return VIEWS;
  const { appLayouts = [], diagnosable, identity } = state.board;
  const has: Partial<Record<View, boolean>> = {
    layout: editableTable(state.board) !== undefined || appLayouts.length > 0,
    repair: diagnosable !== undefined || repairCount(state) > 0,
    backups: identity.file === undefined,
  };
  const views = VIEWS.filter((view) => has[view] !== false);
  return identity.file?.partition === true
    ? views.toSorted((a, b) => Number(b === 'contents') - Number(a === 'contents'))
    : views;
}

/** The tabs of some views, one of them chosen; `counts` says how many things a view holds, `open` is called with the view to open. */
export function renderTabs(
  views: readonly View[],
  chosen: View,
  counts: Partial<Readonly<Record<View, number>>>,
  open: (view: View) => void,
): TemplateResult {
  const onKey = (event: KeyboardEvent) => {
    const next = viewAfter(chosen, event.key, views);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(next);
    const { currentTarget } = event;
    if (currentTarget instanceof Element) currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="Views" @keydown=${onKey}>
    ${views.map(
      (view) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${view}"
          aria-selected=${view === chosen}
          aria-controls="view-${view}"
          tabindex=${view === chosen ? 0 : -1}
          @click=${({ currentTarget }: Event) => {
            open(view);
            if (currentTarget instanceof Element) void reveal(currentTarget);
          }}
        >
          ${NAMES[view]} ${(counts[view] ?? 0) > 0 ? html`<span class="count">${counts[view]}</span>` : nothing}
        </button>`,
    )}
  </div>`;
}

/** The panel of a view, which its tab opens; it stays while another is shown. */
export function renderPanel(view: View, shown: View, content: unknown): TemplateResult {
  return html`<section id="view-${view}" role="tabpanel" aria-labelledby="tab-${view}" ?hidden=${shown !== view}>
    ${content}
  </section>`;
}
