/** Which file came of a button that saves one: said in each view that has such a button, and only there. */
import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { BackupLibraryElement } from '../backup-library/backup-library.ts';
import { ContentsViewElement } from '../contents-view/contents-view.ts';
import { board, libraries } from '../gallery/fixtures.ts';
import { nvsRange, openedAs, settings, tree } from '../gallery/fixtures.contents.ts';
import { tellSaved, ticketOf, withTicket } from './saved-note.ts';
import { mount, next, settle, text } from './testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const contentsView = (contents = openedAs(settings)) =>
  mount(
    html`<contents-view .board=${board} .contents=${contents} .at=${contents.range}></contents-view>`,
    ContentsViewElement,
  );

const SAVES = [
  ['Save as .bin', openedAs(settings)],
  ['Save as CSV', openedAs(settings)],
  ['Save all as ZIP', openedAs(tree)],
] as const;

for (const [options, saves] of byLength(SAVES, ([name]) => name === 'Save as .bin'))
  test.each(saves)(
    'the view of contents says it of “%s”, until something else is looked into',
    options,
    async (name, contents) => {
      const view = await contentsView(contents);
      tellSaved('of-another.bin', undefined);
      await settle(view);
      expect(text(view)).not.toContain('of-another.bin');
      const asked = next(view, 'sectorwise-intent');
      await page.getByRole('button', { name, exact: true }).click();
      // It reads the partition again in between.
      view.dispatchEvent(
        new CustomEvent('sectorwise-intent', { detail: { do: 'open-contents', range: nvsRange }, composed: true }),
      );
      tellSaved('saved-here', ticketOf((await asked).detail));
      await settle(view);
      expect(text(view).match(/The browser saves it as saved-here\./g)).toHaveLength(1);
      await page.getByLabelText('Partition').selectOptions(page.getByRole('option', { name: /^app1/ }));
      await settle(view);
      expect(text(view)).not.toContain('saved-here');
    },
  );

test('the backups say it of the bytes of a backup', LONG, async () => {
  const library = await mount(
    html`<backup-library .library=${libraries.many} .board=${board} .now=${libraries.NOW}></backup-library>`,
    BackupLibraryElement,
  );
  const asked = next(library, 'sectorwise-library');
  await page
    .getByRole('button', { name: /^Save as \.bin/ })
    .first()
    .click();
  tellSaved('app1.bin', ticketOf((await asked).detail));
  await settle(library);
  expect(text(library)).toContain('The browser saves it as app1.bin.');
});

test('two views that save at the same time each say which file is theirs, whichever comes first', LONG, async () => {
  const view = await mount(
    html`<contents-view .board=${board} .contents=${openedAs(settings)} .at=${nvsRange}></contents-view>
      <backup-library .library=${libraries.many} .board=${board} .now=${libraries.NOW}></backup-library>`,
    ContentsViewElement,
  );
  const library = view.nextElementSibling;
  if (!(library instanceof BackupLibraryElement)) throw new Error('the backups are not shown');
  await settle(library);
  const [first, second] = [next(view, 'sectorwise-intent'), next(library, 'sectorwise-library')];
  const buttons = page.getByRole('button', { name: /^Save as \.bin/ });
  await buttons.first().click();
  await buttons.last().click();
  tellSaved('of-the-board.bin', ticketOf((await first).detail));
  await settle(view);
  await settle(library);
  expect(text(view)).toContain('The browser saves it as of-the-board.bin.');
  expect(text(library)).not.toContain('The browser saves it');
  tellSaved('of-the-backup.bin', ticketOf((await second).detail));
  await settle(library);
  expect(text(view)).toContain('The browser saves it as of-the-board.bin.');
  expect(text(library)).toContain('The browser saves it as of-the-backup.bin.');
});

test('a file comes back with the ticket of its intent, and nothing else is numbered', () => {
  const intents = [0, 1].map(() => ({ do: 'save-bytes', range: nvsRange }) as const);
  const sent = intents.map(withTicket);
  expect(sent).toEqual(intents.map((intent) => ({ ...intent, ticket: ticketOf(intent) })));
  expect(new Set(intents.map(ticketOf)).size).toBe(2);
  const other = { do: 'back-up', range: nvsRange } as const;
  expect(withTicket(other)).toBe(other);
});
