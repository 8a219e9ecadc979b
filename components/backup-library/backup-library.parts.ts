/** The parts that concern the whole backup library: work in progress, a failure, and storage use. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { LibraryView } from '../../src/backups/library-view.ts';
import '../failure-card/failure-card.ts';
import { count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { lastingWords, usageWords } from './backup-library.words.ts';

/** The fraction of the storage quota above which the library warns. */
const NEARLY_FULL = 0.9;

/** The state of the whole library: work, a failure, and warnings that backups do not last. */
export function renderState({ storage: kept, unread, busy, failure, foreign }: LibraryView): TemplateResult {
  return html`<div class="state" tabindex="-1" role="group" aria-label="Backups">
    <p role="status" class=${busy === null ? 'hidden' : ''}>${busy === null ? '' : `${busy} …`}</p>
    ${failure === null ? nothing : html`<failure-card whose="This failed" .failure=${failure}></failure-card>`}
    ${
      unread === null
        ? nothing
        : html`<failure-card whose="The backups could not be read" .failure=${unread}></failure-card>`
    }
    ${
      kept?.kind !== 'tab'
        ? nothing
        : html`<p class="warning">
            ${icons.warning}<span
              ><b>${lastingWords(kept)}</b>
              ${kept.why === null ? nothing : html`${kept.why.says} ${kept.why.next}`}</span
            >
          </p>`
    }
    ${
      kept?.kind !== 'database' || kept.trouble === null || unread !== null
        ? nothing
        : html`<p class="warning">
            ${icons.warning}<span><b>${kept.trouble.says}</b> ${kept.trouble.next}</span>
          </p>`
    }
    ${
      foreign.length === 0
        ? nothing
        : html`<div class="warning small">
            ${icons.note}
            <div>
              ${count(foreign.length, 'record')} that this version of Sectorwise cannot read
              ${foreign.length === 1 ? 'is' : 'are'} also stored here, but not shown or changed:
              <ul class="foreign">
                ${foreign.map(({ why }) => html`<li>${why}</li>`)}
              </ul>
            </div>
          </div>`
    }
  </div>`;
}

/** The further actions of one backup, which close on Escape and once the focus leaves them. */
export function renderMenu(id: string, title: string, actions: TemplateResult): TemplateResult {
  type Own<E extends Event> = E & { readonly currentTarget: HTMLDetailsElement };
  return html`<details
    class="menu"
    name="menu"
    @toggle=${({ currentTarget }: Own<Event>) => {
      if (currentTarget.open) currentTarget.querySelector('.list')?.scrollIntoView({ block: 'nearest' });
    }}
    @keydown=${({ key, currentTarget }: Own<KeyboardEvent>) => {
      if (key !== 'Escape' || !currentTarget.open) return;
      currentTarget.open = false;
      currentTarget.querySelector('summary')?.focus();
    }}
    @focusout=${({ currentTarget, relatedTarget }: Own<FocusEvent>) => {
      if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
    }}
  >
    <summary data-does=${`More ${id}`}>More<span class="hidden"> for ${title}</span>${icons.fold}</summary>
    <div class="list" @click=${closeMenu}>${actions}</div>
  </details>`;
}

/** A menu closes behind what was chosen from it; the focus stays where the menu is until something else takes it. */
function closeMenu({ currentTarget, target }: Event): void {
  if (!(currentTarget instanceof HTMLElement) || target === currentTarget) return;
  const menu = currentTarget.closest('details');
  if (menu === null) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
}

/** Why the backups of a board cannot be restored yet, with what makes the board ready for it. */
export function renderAgain(name: string, click: () => void): TemplateResult {
  return html`<p class="again small">
    To restore a backup, the board must be read first.
    <wa-button size="s" appearance="outlined" @click=${click}>${icons.again} ${name}</wa-button>
  </p>`;
}

/**
 * How long backups last, and the storage that the whole site uses, which is more than the backups: a browser counts it by origin. Null
 * where it does not say.
 */
export function renderUsage(
  usage: LibraryView['usage'],
  kept: LibraryView['storage'],
): TemplateResult | typeof nothing {
  const lasting = kept?.kind === 'database' ? lastingWords(kept) : '';
  if (usage === null && lasting === '') return nothing;
  const part = usage === null || usage.quota === 0 ? 0 : Math.min(1, usage.used / usage.quota);
  return html`<div class="usage small ${part >= NEARLY_FULL ? 'full' : ''}">
    <p>
      ${lasting} ${usage === null ? nothing : usageWords(usage)}
      ${part >= NEARLY_FULL ? html`<b>Nearly full: delete what you no longer need, or export it first.</b>` : nothing}
    </p>
    ${usage === null ? nothing : html`<div class="bar" aria-hidden="true"><i style="width: ${part * 100}%"></i></div>`}
  </div>`;
}
