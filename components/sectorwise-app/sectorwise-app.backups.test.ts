/** What stands above the backups once a restore has ended: nothing but what is left to do. */
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { SessionState, Work } from '../../src/session/state.ts';
import { ended, libraries, planned } from '../gallery/fixtures.ts';
import { BackupLibraryElement } from '../backup-library/backup-library.ts';
import { sendIntent } from '../shared/events.ts';
import { inside, settle } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';
import { show, together } from './sectorwise-app.testing.ts';

const restore = { kind: 'restore', backup: 'whole', name: 'the whole flash' } as const;

/** The elements of the view of the backups, in their order, after a restore was asked for there and came to this. */
async function viewAfter(work: Work): Promise<readonly string[]> {
  const app = await show(together({ kind: 'idle' }));
  app.library = libraries.many;
  await page.getByRole('tab', { name: /^Backups/ }).click();
  await settle(app);
  sendIntent(inside(app, 'backup-library', BackupLibraryElement), { do: 'restore', backup: 'whole' });
  const states: readonly SessionState[] = [together({ ...planned, purpose: restore }), together(work)];
  for (const state of states) {
    app.state = state;
    await settle(app);
  }
  const view = inside(app, '#view-backups', HTMLElement);
  return [...view.children].map(({ localName }) => localName);
}

test('after a restore that left nothing to do, the backups come before what can be read of it', LONG, async () => {
  expect(await viewAfter({ ...ended('verified'), purpose: restore })).toEqual(['backup-library', 'result-view']);
});

test('what went wrong, and what to do about it, comes before the backups', LONG, async () => {
  expect(await viewAfter({ ...ended('failed'), purpose: restore })).toEqual(['result-view', 'backup-library']);
});
