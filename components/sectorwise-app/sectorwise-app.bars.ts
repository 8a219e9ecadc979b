/** The room that the bars take at the top and at the foot of the page, for what stays between them or is scrolled into view. */
import type { LitElement } from 'lit';
import { BESIDE_BAR, measureBar } from '../shared/bar-height.ts';

/**
 * Measures the bars of the page: `--foot` is the height that the job bar has now, and `--above` and `--below` keep what has the focus
 * between both.
 */
export function measureBars(host: LitElement): void {
  const beside = (height: number) => `${height + BESIDE_BAR}px`;
  measureBar(host, 'board-bar', (height) => host.style.setProperty('--above', beside(height)));
  measureBar(host, 'job-bar', (height) => {
    host.style.setProperty('--foot', `${height}px`);
    host.style.setProperty('--below', beside(height));
  });
}
