/** A link from a problem to its explanation: a section of the help page, in a new tab. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** A link to the help about one kind; `about` distinguishes it from other such links for screen readers. */
export function renderHelp(kind: string, about: string): TemplateResult {
  // Relative to the page, so that it works below any path; a new tab, so that no work in progress is lost.
  return html`<a class="more" href="help.html#${kind}" target="_blank" rel="noopener"
    >More about this<span class="hidden"> – ${about} (opens in a new tab)</span></a
  >`;
}
