import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { TextPlace } from '../../src/flash/bounded-log.ts';
import type { TextRun } from '../../src/flash/terminal-text.ts';
import { plainText, runsOf } from '../../src/flash/terminal-text.ts';
import { styles } from './boot-log.styles.ts';
import { base } from '../shared/base.ts';

/**
 * What a board printed while it started, in its own colours, scrolled to the line that says what started, or to the end.
 *
 * @property text – everything received so far, with its escape sequences
 * @property line – where in the text the line is that the verdict goes by, which is marked; null for none
 * @property live – whether more is to come: then it is announced to screen readers
 */
@customElement('boot-log')
export class BootLog extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) text = '';
  @property({ attribute: false }) line: TextPlace | null = null;
  @property({ type: Boolean, reflect: true }) live = false;

  /** Whether its end is shown: not where a person has scrolled away from it. */
  #atEnd = true;
  /** Whether the end is about to be shown: until then, where the log stands is no wish of a person's. */
  #due = false;
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
    if (this.#due || !(changed.has('text') || changed.has('line'))) return;
    this.#due = true;
    // In the next frame: where things are, asked for now, would make the browser lay out the page once more in this task.
    requestAnimationFrame(() => {
      this.#due = false;
      this.#showEnd();
    });
  }

  /** Shows the marked line as the last one where there is more below it, and the end otherwise, which has what came last. */
  #showEnd(): void {
    const log = this.renderRoot.querySelector('pre');
    if (log === null || !this.#atEnd) return;
    const mark = log.querySelector<HTMLElement>('mark:last-of-type');
    log.scrollTop = mark === null ? log.scrollHeight : mark.offsetTop + mark.offsetHeight - log.clientHeight;
  }

  protected override render(): TemplateResult {
    const label = this.live ? 'Board output so far' : 'Board output';
    const follow = ({ currentTarget: log }: Event & { readonly currentTarget: HTMLElement }) => {
      if (!this.#due) this.#atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 1;
    };
    return html`<pre
      tabindex="0"
      role="log"
      aria-live=${this.live ? 'polite' : 'off'}
      aria-label=${label}
      @scroll=${follow}
    >
${this.live && this.text === '' ? WAITING : this.renderRuns()}</pre>`;
  }

  private renderRuns(): (TemplateResult | string)[] {
    const runs = runsOf(this.text);
    // Counted without the escape sequences before it and in it.
    const edge = (at: number) => plainText(this.text.slice(0, at)).length;
    const [from, to] = this.line === null ? [0, 0] : [edge(this.line.from), edge(this.line.to)];
    let at = 0;
    return runs.flatMap((run) => {
      const start = at;
      at += run.text.length;
      const [a, b] = [from, to].map((end) => Math.min(run.text.length, Math.max(0, end - start)));
      const part = (...ends: [number?, number?]) => renderRun({ ...run, text: run.text.slice(...ends) });
      return a === b ? [renderRun(run)] : [part(0, a), html`<mark>${part(a, b)}</mark>`, part(b)];
    });
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
