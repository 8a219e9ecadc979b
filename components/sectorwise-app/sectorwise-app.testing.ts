/** The app in the states of a session, for its tests, and what is true in each. */
import { html } from 'lit';
import { beforeAll, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { SessionState, Work } from '../../src/session/state.ts';
import {
  ask,
  badBoard,
  board,
  ended,
  file,
  interrupted,
  notTaken,
  plan,
  planned,
  progress,
  refusal,
  libraries,
  unitStates,
} from '../gallery/fixtures.ts';
import './sectorwise-app.board.ts';
import { SectorwiseApp } from './sectorwise-app.ts';
import { axeViolations, mount, settle } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const purpose = { kind: 'flash' } as const;
const boards = [{ id: 'raft', name: 'ESP32, 4 MB', summary: 'An app and settings.' }];
/** A connected board at some work. */
export const together = (work: Work): Extract<SessionState, { kind: 'connected' }> => ({
  kind: 'connected',
  board,
  files: work.kind === 'idle' ? [] : [file],
  containers: [],
  work,
  interrupted: null,
});
/** A board at a write. */
export const flashing: Extract<Work, { kind: 'flashing' }> = {
  kind: 'flashing',
  purpose,
  plan,
  layout: board.layout,
  unprovable: 0,
  progress: progress('Writing app0', 0.42),
  units: unitStates(98),
  stopping: false,
};
/** The states that show the most: between them nearly every element of the page. */
export const USUAL: readonly (readonly [string, SessionState])[] = [
  ['disconnected', { kind: 'disconnected', failure: null }],
  ['bad board', { ...together({ kind: 'idle' }), board: badBoard }],
  ['asking', together({ ...planned, asks: [ask] })],
  ['flashing', together(flashing)],
  ['verified', together(ended('verified'))],
  ['failed', together(ended('failed'))],
  ['interrupted, refused', { ...together({ kind: 'refused', purpose, refusals: [refusal] }), interrupted }],
];
/** The other states. */
export const OTHERS: readonly (readonly [string, SessionState])[] = [
  ['apart, failed', { kind: 'disconnected', failure: notTaken }],
  ['connecting', { kind: 'connecting', says: 'Reading' }],
  ['idle', together({ kind: 'idle' })],
  ['surveying', together({ kind: 'surveying', progress: progress('Looking', 0.5) })],
  ['refused', together({ kind: 'refused', purpose, refusals: [refusal] })],
  ['planned', together(planned)],
  ['interrupted', { ...together({ kind: 'idle' }), interrupted }],
  ['rolling back', { ...together({ ...planned, purpose: { kind: 'roll-back', job: 'j1' } }), interrupted }],
  ['stopped', { ...together(ended('stopped')), interrupted }],
  ['nothing to do', together(ended('nothing-to-do'))],
];

/** Puts the app onto a page of this width. */
export async function show(state: SessionState, width = 1200): Promise<SectorwiseApp> {
  await page.viewport(width, 900);
  const app = await mount(
    html`<sectorwise-app .state=${state} .boards=${boards} .library=${libraries.many}></sectorwise-app>`,
    SectorwiseApp,
  );
  document.querySelector('main')?.replaceWith(app);
  await settle(app);
  await settle(app);
  return app;
}

/** The visible prominent buttons, in any shadow root below. */
export function primaries(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    if (element instanceof HTMLElement && element.hidden) return [];
    const own =
      element.localName === 'wa-button' && element.getAttribute('variant') === 'brand'
        ? [element.textContent.trim()]
        : [];
    return [...own, ...(element.shadowRoot === null ? [] : primaries(element.shadowRoot))];
  });
}

/** Tests what is true in each of these states. */
export function eachStateIsSound(states: typeof USUAL): void {
  describe.each(states)('%s', (_name, state) => {
    let app: SectorwiseApp;
    beforeAll(async () => {
      app = await show(state);
    });

    // Colours are examined by each element's own test, and by e2e/face-axe.spec.ts on every view in both schemes.
    test('axe finds nothing', LONG, async () => {
      expect(await axeViolations(app, { colours: false })).toEqual([]);
    });

    test('there is at most one next step', () => {
      expect(primaries(app.shadowRoot ?? document).length).toBeLessThanOrEqual(1);
    });

    test('it fits on a phone', LONG, async () => {
      await page.viewport(360, 900);
      await settle(app);
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
    });
  });
}
