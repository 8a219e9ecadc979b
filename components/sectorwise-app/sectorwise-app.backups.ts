/** The view of the backups, with the plan of a restore or what its job left to read. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { LibraryView } from '../../src/backups/library-view.ts';
import type { ConnectedState } from '../../src/session/state.ts';
import { againOf, isDone, restoreTitle, whyHeld } from './sectorwise-app.work.ts';

/**
 * The backups of a board. `plan` is what is planned there, or how it ended: after a job that left nothing to do the backups come first,
 * with which a person goes on.
 */
export function renderBackups(
  { board, work }: ConnectedState,
  library: LibraryView,
  plan: TemplateResult | typeof nothing,
): TemplateResult {
  const title = restoreTitle(work);
  const heading = title === null || plan === nothing ? nothing : html`<h3>${title}</h3>`;
  const [above, below] = isDone(work) ? [nothing, plan] : [plan, nothing];
  return html`${heading} ${above}<backup-library
      view
      .library=${library}
      .board=${board}
      .hold=${whyHeld(work)}
      .again=${againOf(work)}
    ></backup-library
    >${below}`;
}
