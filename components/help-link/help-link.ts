/** A link from a problem to its explanation: a section of the help page, in a new tab. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** A link to the help about one kind; `about` distinguishes it from other such links for screen readers. */
export function renderHelp(kind: string, about: string): TemplateResult {
  return renderHelpLink(kind, html`More about this<span class="hidden"> – ${about}</span>`);
}

/** A link with words of its own to a section of the help page. */
export function renderHelpLink(section: string, words: string | TemplateResult): TemplateResult {
  // Relative to the page, so that it works below any path; a new tab, so that no work in progress is lost.
  return html`<a class="more" href="help.html#${section}" target="_blank" rel="noopener"
    >${words}<span class="hidden"> (opens in a new tab)</span></a
  >`;
}
