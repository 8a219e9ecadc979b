/** How one state of an element stands in the gallery: by itself, because the parts of the gallery share it. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** One element in one state; `data-piece` is the name of its screenshot. */
export function piece(name: string, content: TemplateResult): TemplateResult {
  return html`<section data-piece=${name} style="display: grid; gap: 0.5rem; margin-block: 1.5rem">
    <h2 style="font: 600 var(--text-label) var(--mono); margin: 0; color: var(--quiet)">${name}</h2>
    <div style="padding: 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px">
      ${content}
    </div>
  </section>`;
}
