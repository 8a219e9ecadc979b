/** The way from a problem to what is known about it: a section of the help page, in a tab of its own. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** A link to the help about one kind; `about` tells it from other such links for those who hear the page. */
export function renderHelp(kind: string, about: string): TemplateResult {
  // Relative to the page, so that it is found below any path; a new tab, so that nothing under way is lost.
  return html`<a class="more" href="help.html#${kind}" target="_blank" rel="noopener"
    >More about this<span class="hidden"> – ${about} (opens in a new tab)</span></a
  >`;
}
