/** Where the focus and the view go when the state changes: to what the page says now, and never back to its beginning. */
import type { LitElement } from 'lit';
import type { SessionState } from '../../src/session/state.ts';
import type { View } from '../shared/views.ts';
import { revealPlan } from './sectorwise-app.reveal.ts';
import { hasJobBar } from './sectorwise-app.work.ts';

/** What the page shows: `asked` is the view in which something was last asked for that is planned. */
interface Page {
  readonly state: SessionState;
  readonly shown: View;
  readonly asked: View | null;
}

/** Keeps the focus of the page over changes of its state. */
export class KeptFocus {
  #focused: Element | null = null;
  /** Whether a board has arrived that the focus has not moved to yet. */
  #arrived = false;
  /** Whether a plan was asked for that the view has not moved to yet. */
  #isAsked = false;
  /** The setting that had the focus when its board was connected again for it; empty for the button that resets them all. */
  #setting: string | null = null;

  constructor(
    private readonly host: LitElement,
    private readonly page: () => Page,
  ) {}

  /** Before the new state is rendered: what has the focus. */
  note(before: SessionState | undefined): void {
    this.#focused = this.host.shadowRoot?.activeElement ?? null;
    const { state } = this.page();
    const settings = this.#focused?.localName === 'board-settings' ? this.#focused : null;
    if (state.kind === 'connecting' && before?.kind === 'connected')
      this.#setting = settings?.shadowRoot?.activeElement?.id ?? null;
    else if (state.kind === 'disconnected') this.#setting = null;
  }

  /** Whether a plan was asked for by a button; by what changes the plan that is there, the focus stays at that. */
  asks(isByButton: boolean): void {
    this.#isAsked = isByButton;
  }

  /** The focused element may be gone with the last state: the focus then moves to what the page says now. */
  async keep(arrives: boolean): Promise<void> {
    const { host } = this;
    const before = this.#focused;
    this.#focused = null;
    if (arrives) this.#arrived = true;
    if (before === null && !this.#arrived) return;
    // Inner elements render after this one, and the browser moves the focus away from a disabled element one frame later.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    // The board may have arrived in these frames, after the focus was lost in the state before.
    const arrived = this.#arrived;
    this.#arrived = false;
    const setting = this.#setting;
    // It is for this arrival only, also where a person has gone on to something else.
    if (arrived) this.#setting = null;
    if (!host.isConnected || document.activeElement !== document.body) return;
    if (arrived && setting !== null && (await this.#isBackAt(setting))) return;
    host.shadowRoot?.querySelector<HTMLElement>(saidAt(this.page(), arrived))?.focus();
  }

  /** Moves the focus back to the setting for which the board was connected again; false if it is not there any more. */
  async #isBackAt(setting: string): Promise<boolean> {
    return (await this.host.shadowRoot?.querySelector('board-settings')?.focusOn(setting)) === true;
  }

  /**
   * A plan that was asked for by a button, or why there is none: that of a repair or a restore comes above the list in which the button
   * was pressed, that of an erase or of what starts below the map. Where files are chosen, a person goes on choosing.
   */
  showPlan(before: SessionState | undefined): void {
    const { state, shown, asked } = this.page();
    if (state.kind !== 'connected' || !this.#isAsked) return;
    const { work } = state;
    if ((work.kind !== 'planned' && work.kind !== 'refused') || kindOf(before) === work.kind) return;
    this.#isAsked = false;
    const isBelow = shown === 'flash' && work.purpose.kind !== 'flash';
    if (asked !== shown || (!isBelow && shown !== 'repair' && shown !== 'backups')) return;
    const tab = this.host.shadowRoot?.querySelector(`#tab-${shown}`) ?? null;
    if (tab !== null) void revealPlan(tab);
  }
}

function kindOf(state: SessionState | undefined): string | null {
  return state?.kind === 'connected' ? state.work.kind : null;
}

/** Where the page says what is now: the board when it has just been read, then the job, then where a file is chosen. */
function saidAt({ state, shown, asked }: Page, arrived: boolean): string {
  if (state.kind !== 'connected') return '#board';
  if (arrived && state.unlocked !== undefined) return 'unlock-view';
  // What is read on arrival is read for the board.
  const isBusy = state.work.kind !== 'idle' && !(arrived && state.work.kind === 'surveying');
  // So is an unfinished job whose plan was discarded: the bar has its ways out, wherever the page is.
  const isUnfinished = state.interrupted !== null && !arrived;
  if ((isBusy || isUnfinished) && hasJobBar(state, shown, asked)) return 'job-bar';
  return arrived || shown !== 'flash' ? 'board-panel' : 'file-drop';
}
