import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { TextRun } from '../../src/flash/terminal-text.ts';
import { runsOf } from '../../src/flash/terminal-text.ts';
import { styles } from './boot-log.styles.ts';
import { base } from '../shared/tokens.ts';

/**
 * What a board printed while it started, in its own colours, scrolled to the end.
 *
 * @property text – everything received so far, with its escape sequences
 * @property live – whether more is to come: then it is announced to screen readers
 */
@customElement('boot-log')
export class BootLog extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) text = '';
  @property({ type: Boolean, reflect: true }) live = false;

  /** Whether its end is shown: not where a person has scrolled away from it. */
  #atEnd = true;
  readonly #size = new ResizeObserver(() => this.#showEnd());

  override connectedCallback(): void {
    super.connectedCallback();
    // Narrower lines are more lines.
    this.#size.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Where a person was in another log says nothing of this one.
    if (changed.has('text') && !isGrown(changed.get('text') ?? '', this.text)) this.#atEnd = true;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('text')) this.#showEnd();
  }

  /** The interesting part is at the end: which app started. */
  #showEnd(): void {
    const log = this.renderRoot.querySelector('pre');
    if (log !== null && this.#atEnd) log.scrollTop = log.scrollHeight;
  }

  protected override render(): TemplateResult {
    const label = this.live ? 'Board output so far' : 'Board output';
    const follow = ({ currentTarget: log }: Event & { readonly currentTarget: HTMLElement }) => {
      this.#atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 1;
    };
    return html`<pre
      tabindex="0"
      role="log"
      aria-live=${this.live ? 'polite' : 'off'}
      aria-label=${label}
      @scroll=${follow}
    >
${this.live && this.text === '' ? WAITING : runsOf(this.text).map(renderRun)}</pre>`;
  }
}

/** What stands in the place of a log that is still empty. */
const WAITING = 'Waiting for what the board prints …';

/** How much of its beginning every log keeps, in characters: what is left out of a long one lies behind that. */
const HEAD = 0x1000;

/** Whether a text is a log that there is more of now. */
function isGrown(before: string, now: string): boolean {
  return now.startsWith(before.slice(0, HEAD));
}

function renderRun({ text, colour, bold }: TextRun): TemplateResult | string {
  if (colour === null && !bold) return text;
  return html`<span class=${classMap({ ...(colour !== null && { [colour]: true }), bold })}>${text}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'boot-log': BootLog;
  }
}
