/** Scrolls the page to what was asked for: on a small screen, the board and its map above the views leave no room for it. */
import type { LitElement } from 'lit';
import type { View } from '../shared/views.ts';

/** The most of the height of the viewport that may be above the tabs when one is pressed. */
const MOST_ABOVE = 0.55;

/**
 * Shows a view from its top: with the board and its map above it, or, where they leave no room for it on a small screen, from its tab
 * on. What is above the tabs may differ between views, so it is measured once the view is drawn.
 */
export async function reveal(tab: Element): Promise<void> {
  await new Promise(requestAnimationFrame);
  if (tab.getBoundingClientRect().top + scrollY > MOST_ABOVE * innerHeight) tab.scrollIntoView();
  else scrollTo(0, 0);
}

/** Shows a view from its top, then its plan with the focus: on a small screen the map leaves no room for it. */
export async function revealPlan(tab: Element): Promise<void> {
  await reveal(tab);
  // The room that the job bar takes is known a frame after it is drawn.
  await new Promise(requestAnimationFrame);
  const root = tab.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  const plan = root.querySelector<HTMLElement>('[role=tabpanel]:not([hidden]) plan-view:not([hidden])');
  plan?.focus();
  // The plan of a repair is in view with the problem that it repairs, from that problem on where not all of both has room.
  plan?.closest('[slot=plan]')?.assignedSlot?.parentElement?.scrollIntoView({ block: 'nearest' });
}

/** Shows a view from its top once more when what it shows was loaded, if its tab was pressed for it and still has the focus. */
export async function revealLoaded(host: LitElement, view: View): Promise<void> {
  await host.updateComplete;
  const tab = host.shadowRoot?.querySelector(`#tab-${view}`) ?? null;
  if (tab !== null && host.shadowRoot?.activeElement === tab) await reveal(tab);
}
