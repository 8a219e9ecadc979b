/** Modal dialogs that ask something: when they open and close, what gets the focus, and how they look. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { css, html, nothing } from 'lit';
import { icons } from './icons.ts';

/** The dialog of an element, open as long as the element renders a form in it. */
export class ModalDialog implements ReactiveController {
  #isAsked = false;

  /** `first` selects what gets the focus when it opens; `closed` is called when it was closed while its form was still asked for. */
  constructor(
    private readonly host: LitElement,
    private readonly first: string,
    private readonly closed: () => void,
  ) {
    host.addController(this);
  }

  private get dialog(): HTMLDialogElement | null {
    return this.host.renderRoot.querySelector('dialog');
  }

  hostUpdated(): void {
    const { dialog } = this;
    if (!this.#isAsked) dialog?.close();
    else if (dialog?.open === false) {
      dialog.showModal();
      const first = dialog.querySelector<HTMLElement>(this.first);
      first?.focus();
      // The buttons get their height a frame later, and would then lie over it.
      requestAnimationFrame(() => first?.scrollIntoView({ block: 'nearest' }));
    }
  }

  /** Closes it, as Escape does. */
  close(): void {
    this.dialog?.close();
  }

  /** The dialog with a form, whose title is `#title`; null asks nothing, and what was typed goes with the form. */
  render(form: TemplateResult | null): TemplateResult {
    this.#isAsked = form !== null;
    return html`<dialog
      aria-labelledby="title"
      @close=${() => {
        if (this.#isAsked) this.closed();
      }}
    >
      ${form ?? nothing}
    </dialog>`;
  }

  /** The last row of the form: the button that agrees, and Cancel. */
  renderActions(agree: TemplateResult): TemplateResult {
    return html`<div class="row">
      ${agree}
      <wa-button appearance="outlined" @click=${() => this.close()}>Cancel</wa-button>
      <!-- The Enter key needs a button of the browser's own. -->
      <input type="submit" hidden />
    </div>`;
  }
}

/** What is wrong with an answer; empty if nothing is. */
export function renderInputError(complaint: string): TemplateResult {
  return html`<p class="complaint small" role="alert">
    ${complaint === '' ? nothing : html`${icons.problem} ${complaint}`}
  </p>`;
}

/** Styles of a modal dialog: a form with a title in `h3` and a last `.row` of actions, which stay in view while it scrolls; `.check` is a checkbox with its label. */
export const dialogStyles = css`
  dialog {
    /* What the actions at the end take. */
    --above: var(--gap-m);
    --below: 8rem;

    width: min(36rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: var(--gap-l) var(--gap-l) 0;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-l);
    background: var(--surface);
    color: var(--ink);
    overflow: auto;
  }

  dialog::backdrop {
    background: light-dark(#1219, #000b);
  }

  dialog h3 {
    display: flex;
    gap: 0.5em;
    align-items: center;
    font-size: var(--text-heading);
  }

  dialog form > .row:last-child {
    position: sticky;
    inset-block-end: 0;
    padding-block: var(--gap-m) var(--gap-l);
    border-block-start: 1px solid var(--line);
    background: var(--surface);
  }

  .check {
    display: flex;
    gap: var(--gap-s);
    align-items: center;
    min-height: max(1.75rem, var(--target));
  }

  .check input {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--ink);
  }

  .complaint {
    color: var(--failed);
    font-weight: 600;
  }

  .complaint:empty {
    display: none;
  }
`;
