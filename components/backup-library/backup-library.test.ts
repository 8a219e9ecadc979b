import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Inspection } from '../../src/flash/family.ts';
import type { LibraryItem, LibraryView } from '../../src/backups/library-view.ts';
import { storeFailure } from '../../src/storage/store.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import { BackupMaker } from '../backup-maker/backup-maker.ts';
import { BackupLibraryElement } from './backup-library.ts';
import { board, libraries } from '../gallery/fixtures.ts';
import { PassphraseDialog } from '../passphrase-dialog/passphrase-dialog.ts';
import { titleOf } from './backup-library.words.ts';
import { clock } from '../shared/format.ts';
import { tellSaved, ticketOf } from '../shared/saved-note.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const { NOW, busy, failing, fleeting, many, others } = libraries;

async function show(library: LibraryView, on: Inspection | null = board, width = 900): Promise<BackupLibraryElement> {
  const element = await mount(
    html`<backup-library style="width: ${width}px" .library=${library} .board=${on} .now=${NOW}></backup-library>`,
    BackupLibraryElement,
  );
  await settle(element);
  return element;
}
/** The title of one of the recorded backups. */
function titled(id: string): string {
  const item = [...many.items, ...failing.items, ...busy.items].find((each) => each.id === id);
  if (item === undefined) throw new Error(`no backup ${id} is recorded`);
  return titleOf(item, NOW);
}
const WHOLE = titled('whole');
/** Opens the menu of a backup. */
const more = (title: string) => page.getByText(`More for ${title}`).click();
const button = (name: string) => page.getByRole('button', { name, exact: true });
const isOpen = (library: BackupLibraryElement) => inside(library, 'details', HTMLElement).hasAttribute('open');

describe('accessibility', () => {
  test.each([
    ['many', many],
    ['others', others],
    ['not lasting', fleeting],
    ['busy', busy],
    ['failing', failing],
    ['empty', EMPTY_LIBRARY],
  ] as const)('axe finds nothing: %s', LONG, async (_name, library) => {
    expect(await axeViolations(await show(library))).toEqual([]);
    // Without a board there are fewer buttons, and no other colours.
    expect(await axeViolations(await show(library, null), { colours: false })).toEqual([]);
  });

  test('axe finds nothing in the dialogs, nor while a deletion is being confirmed', LONG, async () => {
    const library = await show(many);
    await more(WHOLE);
    await button(`Delete ${WHOLE}`).click();
    expect(await axeViolations(library)).toEqual([]);
    await more(titled('gaps'));
    await button(`Encrypt ${titled('gaps')}`).click();
    await expect.element(page.getByRole('dialog', { name: 'Encrypt this backup' })).toBeVisible();
    expect(await axeViolations(library)).toEqual([]);
  });
});

test('what was blank is not counted as content', async () => {
  const [first] = many.items;
  if (first === undefined) throw new Error('no backup is recorded');
  const item = { ...first, size: 624 * 1024 };
  expect(text(await show({ ...many, items: [{ ...item, blank: item.size }] }))).toContain('624 KiB, all blank');
  expect(text(await show({ ...many, items: [item] }))).not.toContain('blank');
});

test('it groups backups by board, the connected one first, and says what, when, how much and why', async () => {
  const shown = text(await show(many));
  expect(shown.indexOf('The connected board ESP32-D0WD-V3 24:6f:28:a1:b2:c3')).toBeLessThan(shown.indexOf('0d:e0:11'));
  const at = clock(NOW - 2 * 3_600_000).slice(-5);
  expect(shown).toContain(
    `Part of app1 (raft-demo 1.4.2); app0 started Today,\u00a0${at}, before flashing app1; the job is unfinished. Holds 444 KiB.`,
  );
  expect(shown).toContain('Not backed up (unreadable, or excluded by you): 1008 KiB; the rest can be restored.');
  // The bytes of the backups themselves: a site may store far more, and stores equal content once.
  expect(shown).toContain('5 backups of this board, 2 of other boards; 5.4 MiB of flash, 2.5 MiB of it blank');
  expect(text(await show(many, null))).toContain('7 backups of 3 boards; 5.4 MiB of flash, 2.5 MiB of it blank');
  expect(shown).toContain('The browser estimates that this site uses about 12.3 MiB, of 2 GiB that it may use.');
});

test('it is one line if it has nothing useful for the board, and opens on request', LONG, async () => {
  expect(isOpen(await show(many))).toBe(true);
  expect(isOpen(await show(others))).toBe(false);
  expect(isOpen(await show(many, null))).toBe(false);
  const library = await show(EMPTY_LIBRARY);
  expect(text(library)).toContain('Backups none yet');
  await page.getByText('none yet').click();
  await expect.element(button('Import backup')).toBeVisible();
});

test('as a view it is not folded, and its name is not repeated', LONG, async () => {
  const library = await show(others);
  library.view = true;
  await settle(library);
  await expect.element(button('Import backup')).toBeVisible();
  expect(text(library)).toMatch(/^no backups of this board, 1 of another board; .* of flash/);
});

test('only what fits the board can be restored; an encrypted one is decrypted first', LONG, async () => {
  const library = await show(many);
  expect(page.getByRole('button', { name: /^Restore / }).elements()).toHaveLength(4);
  expect(text(library)).toContain('Encrypted. Decrypt it with its passphrase before you restore it.');
  const intent = next(library, 'sectorwise-intent');
  await button(`Restore ${WHOLE}`).click();
  expect((await intent).detail).toEqual({ do: 'restore', backup: 'whole' });
  library.hold = 'Connect the board again first.';
  await settle(library);
  await expect.element(button(`Restore ${WHOLE}`)).toBeDisabled();
  expect(text(library)).toContain('Nothing can be restored yet. Connect the board again first.');
  library.view = true;
  await settle(library);
  expect(text(library)).not.toContain('Nothing can be restored yet.');
  expect(text(inside(library, 'backup-maker', BackupMaker))).toContain(library.hold);
  await show({ ...many, items: many.items.filter(({ id }) => id === 'whole') }, null);
  expect(page.getByRole('button', { name: /^Restore/ }).elements()).toHaveLength(0);
});

test('a backup of another board says whose it is, and is restored by another action, in its menu', LONG, async () => {
  const library = await show(many);
  expect(text(library)).toContain('Another board ESP32-D0WD-V3 24:6f:28:0d:e0:11');
  const title = titled('equal');
  expect(button(`Restore ${title}`).elements()).toHaveLength(0);
  await more(title);
  const intent = next(library, 'sectorwise-intent');
  await button(`Restore to this board ${title}`).click();
  expect((await intent).detail).toEqual({ do: 'restore', backup: 'equal' });
  // Its own backups have no such action.
  await more(WHOLE);
  expect(button(`Restore to this board ${WHOLE}`).elements()).toHaveLength(0);
});

test('that backups are of another board is said once for all of them', async () => {
  const equal = many.items.filter(({ id }) => id === 'equal');
  const items = ['a', 'b', 'c'].flatMap((id) => equal.map((item) => ({ ...item, id })));
  const shown = text(await show({ ...many, items }));
  expect(shown.match(/Another board/g)).toHaveLength(1);
  expect(shown.match(/press “Restore to this board” under “More”/g)).toHaveLength(1);
});

test('a backup of a board without an ID of its own is not attributed to another board, but one of a different kind is', async () => {
  await show(libraries.ofUnnamed, libraries.unnamed);
  const item = (name: string) => page.getByRole('listitem', { name }).element().textContent;
  expect(item('nvs, backup of today')).not.toContain('From another board');
  expect(item('fs, backup of today')).toContain('From another board');
  expect(page.getByRole('button', { name: /^Restore/ }).elements()).toHaveLength(1);
});

test('deleting asks once, in place, and keeps the keyboard focus there', LONG, async () => {
  const library = await show(many);
  await more(WHOLE);
  await button(`Delete ${WHOLE}`).click();
  const focused = () => library.shadowRoot?.activeElement?.textContent.trim();
  await expect.poll(focused).toBe('Keep it');
  await button('Keep it').click();
  await expect.poll(focused).toBe(`More for ${WHOLE}`);
  await more(WHOLE);
  await button(`Delete ${WHOLE}`).click();
  const sent = next(library, 'sectorwise-library');
  await button('Delete').click();
  expect((await sent).detail).toEqual({ do: 'delete-backup', id: 'whole' });
});

test(
  'what an open job needs is neither deleted nor encrypted, and names the job; it can be exported',
  LONG,
  async () => {
    const library = await show(many);
    const title = titled('open');
    await more(title);
    await expect.element(button(`Delete ${title}`)).toBeDisabled();
    await expect.element(button(`Encrypt ${title}`)).toBeDisabled();
    await expect.element(button(`Export ${title}`)).toBeEnabled();
    expect(text(library)).toContain(
      `The interrupted job of ${clock(NOW - 2 * 3_600_000)} still needs this backup. Resume the job, roll it back or abandon it first.`,
    );
    await userEvent.keyboard('{Escape}');
    await more(titled('gaps'));
    await expect.element(button(`Delete ${titled('gaps')}`)).toBeEnabled();
  },
);

test('a passphrase is typed twice, can be shown, and is said to be unrecoverable', LONG, async () => {
  const library = await show(many);
  await more(WHOLE);
  await button(`Encrypt ${WHOLE}`).click();
  await expect.element(page.getByText('It cannot be recovered.')).toBeVisible();
  const first = page.getByLabelText('Passphrase', { exact: true });
  const second = page.getByLabelText('Repeat the passphrase');
  const dialog = inside(library, 'passphrase-dialog', PassphraseDialog);
  expect(dialog.shadowRoot?.activeElement?.id).toBe('first');
  await expect.element(first).toHaveAttribute('autocomplete', 'new-password');
  await first.fill('green kettle');
  await second.fill('green cattle');
  await button('Encrypt').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('The passphrases do not match.');
  await page.getByLabelText('Show passphrase').click();
  await expect.element(second).toHaveAttribute('type', 'text');
  await second.fill('green kettle');
  const sent = next(library, 'sectorwise-library');
  await userEvent.keyboard('{Enter}');
  expect((await sent).detail).toEqual({ do: 'encrypt-backup', id: 'whole', passphrase: 'green kettle' });
  expect(page.getByRole('dialog').elements()).toHaveLength(0);
});

test('an encrypted backup is opened with its passphrase, typed once, and exported as it is', LONG, async () => {
  const library = await show(failing);
  await button(`Decrypt ${titled('encrypted')}`).click();
  await expect
    .element(page.getByLabelText('Passphrase', { exact: true }))
    .toHaveAttribute('autocomplete', 'current-password');
  await page.getByLabelText('Passphrase', { exact: true }).fill('green kettle');
  const opened = next(library, 'sectorwise-library');
  await button('Decrypt').click();
  expect((await opened).detail).toEqual({ do: 'open-backup', id: 'encrypted', passphrase: 'green kettle' });
  const left = next(library, 'sectorwise-library');
  await more(titled('encrypted'));
  await button(`Export ${titled('encrypted')}`).click();
  expect((await left).detail).toEqual({ do: 'export-backup', id: 'encrypted', passphrase: null });
});

test('an export goes without a passphrase only if that was chosen', LONG, async () => {
  const library = await show(many);
  await more(WHOLE);
  await button(`Export ${WHOLE}`).click();
  await button('Export').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Enter a passphrase first.');
  await page.getByLabelText('Encrypt the file with a passphrase').click();
  await expect.element(page.getByText(/Anyone with the file can read/)).toBeVisible();
  const sent = next(library, 'sectorwise-library');
  await button('Export without a passphrase').click();
  expect((await sent).detail).toEqual({ do: 'export-backup', id: 'whole', passphrase: null });
});

test('on a phone the menu stays beside what can be done at once', LONG, async () => {
  await page.viewport(360, 740);
  const library = await show(many);
  library.style.width = '310px';
  await settle(library);
  const top = (element: Element | null | undefined) => {
    const { top: from = 0, height = 0 } = element?.getBoundingClientRect() ?? {};
    return Math.round(from + height / 2);
  };
  const rows = [...(library.shadowRoot?.querySelectorAll('.actions') ?? [])];
  const most = rows.find((row) => row.querySelectorAll(':scope > wa-button').length === 3);
  expect(top(most?.querySelector('.menu'))).toBe(top(most?.querySelector('wa-button')));
  const framed = most?.querySelector("wa-button[appearance='outlined']")?.shadowRoot?.querySelector('[part~=base]');
  expect(
    framed === null || framed === undefined ? 0 : parseFloat(getComputedStyle(framed).paddingInlineStart),
  ).toBeGreaterThan(6);
});

test('a menu that opens at the lower edge is scrolled into view', LONG, async () => {
  await page.viewport(1280, 480);
  const library = await show(many);
  const menus = [...(library.shadowRoot?.querySelectorAll('.menu') ?? [])];
  const menu = menus[1];
  if (!(menu instanceof HTMLDetailsElement)) throw new Error('the second backup has no menu');
  menu.scrollIntoView({ block: 'end' });
  const toggled = new Promise((resolve) => menu.addEventListener('toggle', resolve, { once: true }));
  menu.open = true;
  await toggled;
  await settle(library);
  const bottom = menu.querySelector('.list')?.getBoundingClientRect().bottom;
  expect(bottom).toBeLessThanOrEqual(480);
});

test('closing the dialog sends no intent', LONG, async () => {
  const library = await show(many);
  const sent: unknown[] = [];
  library.addEventListener('sectorwise-library', ({ detail }) => sent.push(detail));
  await more(WHOLE);
  await button(`Encrypt ${WHOLE}`).click();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => page.getByRole('dialog').elements().length).toBe(0);
  expect(sent).toEqual([]);
});

test(
  'what was imported is said and shown, also where it was here already and stands far down in the list',
  LONG,
  async () => {
    const [first, last] = [many.items[0], many.items.at(-1)];
    const library = await show({ ...many, imported: [{ id: first?.id ?? '', was: 'new' }] });
    expect(text(library)).toContain(`Imported: ${titled(first?.id ?? '')}.`);
    const copies = Array.from(
      { length: 9 },
      (_, i) => ({ ...last, id: `copy ${i}`, made: NOW - i * 1000 }) as LibraryItem,
    );
    library.library = { ...many, items: [...copies, ...many.items] };
    await settle(library);
    expect(text(library)).not.toContain('Imported');
    const far = page.getByRole('listitem', { name: titled(last?.id ?? ''), exact: true });
    expect(far.query()).toBeNull();
    library.library = { ...library.library, imported: [{ id: last?.id ?? '', was: 'there' }] };
    await settle(library);
    expect(text(library)).toContain(`Already here: ${titled(last?.id ?? '')}.`);
    expect(await axeViolations(library)).toEqual([]);
    await page.getByRole('button', { name: /^Show it/ }).click();
    expect(library.shadowRoot?.activeElement).toBe(far.element());
    await expect.element(far).toBeInViewport();
  },
);

const IMPORTS = [
  ['an equal file, then a fuller one', ['there', 'added'], 'Already here; missing bytes were added'],
  ['a new file, then a fuller one', ['new', 'added'], 'Imported'],
  ['a new file, then an equal one', ['new', 'there'], 'Imported'],
] as const;
for (const [options, imports] of byLength(IMPORTS, ([, came]) => came[0] === 'there'))
  test.each(imports)('of %s, what changed is said, once', options, async (_, came, says) => {
    const id = many.items[0]?.id ?? '';
    const library = await show({ ...many, imported: came.map((was) => ({ id, was })) });
    const said = [...(library.shadowRoot?.querySelectorAll('[role=status]') ?? [])].map(
      ({ textContent }) => textContent,
    );
    expect(said.filter((words) => words.includes(titled(id)))).toEqual([`${says}: ${titled(id)}.`]);
  });

test('the menu closes behind what was chosen, and the note on a saved file stands with its backup', LONG, async () => {
  const library = await show(many);
  await more(WHOLE);
  const asked = next(library, 'sectorwise-library');
  await page
    .getByRole('button', { name: /^Save .* as \.bin/, exact: false })
    .first()
    .click();
  expect(library.shadowRoot?.querySelector('details.menu[open]')).toBeNull();
  tellSaved('saved.bin', ticketOf((await asked).detail));
  await settle(library);
  const items = [...(library.shadowRoot?.querySelectorAll('.item') ?? [])];
  expect(items.map((item) => item.textContent.includes('The browser saves it as saved.bin.'))).toContain(true);
});

test('a file is imported by the button or dropped', async () => {
  const library = await show(many);
  const file = new File(['x'], 'nvs.sectorwise');
  const sent = next(library, 'sectorwise-library');
  await page.elementLocator(inside(library, 'input[type=file]', HTMLInputElement)).upload(file);
  expect((await sent).detail).toMatchObject({ do: 'import-backup', file: { name: 'nvs.sectorwise' } });
  const dropped = next(library, 'sectorwise-library');
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  inside(library, '.body', HTMLElement).dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  expect((await dropped).detail).toMatchObject({ do: 'import-backup', file: { name: 'nvs.sectorwise' } });
});

const hung = storeFailure('storage-hung', { values: { seconds: 20 } }).facts;

test('lost storage, foreign records, work in progress and failures are shown', LONG, async () => {
  expect(text(await show(fleeting))).toMatch(
    /Everything here is lost when this tab closes: export what you need\. This browser stores nothing for this page, .*ordinary window/,
  );
  expect(text(await show({ ...EMPTY_LIBRARY, unread: hung }))).toContain('Backups could not be read');
  await expect.element(page.getByRole('alert').first()).toHaveTextContent('has not answered for 20 seconds');
  const gone = storeFailure('storage-deleted').facts;
  expect(
    text(await show({ ...EMPTY_LIBRARY, storage: { kind: 'database', persisted: null, trouble: gone } })),
  ).toContain('was deleted while this page was open');
  const working = await show(busy);
  expect(text(working)).toContain('Encrypting nvs …');
  await expect.element(button('Import backup')).toBeDisabled();
  expect(text(working)).toContain('Wait until the current work on the backups has ended.');
  expect(text(working)).toContain('1 record that this version of Sectorwise cannot read is also stored here');
  await more(titled('nvs'));
  await expect.element(button(`Delete ${titled('nvs')}`)).toBeDisabled();
  const failed = await show(failing);
  await expect.element(page.getByRole('alert').first()).toHaveTextContent('This passphrase does not open the backup.');
  expect(text(failed)).toContain('Nearly full');
});

test('a plain file is one click away, also of one partition of a whole flash', LONG, async () => {
  const library = await show(many);
  const whole = next(library, 'sectorwise-library');
  await button(`Save as .bin SPI flash, 4 MiB, of ${WHOLE}`).click();
  expect((await whole).detail).toMatchObject({ do: 'save-bytes', id: 'whole', range: { address: 0, size: 4 << 20 } });
  await more(WHOLE);
  expect(await axeViolations(library)).toEqual([]);
  const part = next(library, 'sectorwise-library');
  await button(`Save nvs, 84 KiB as .bin of ${WHOLE}`).click();
  expect((await part).detail).toMatchObject({ do: 'save-bytes', id: 'whole', range: { address: 0x9000 } });
  const item = (id: string) => page.getByRole('listitem', { name: titled(id), exact: true });
  // Of a part of a partition it is not one click: it is named as what it is. An encrypted backup has none.
  await expect.element(item('open').getByRole('button', { name: 'Save as .bin' })).not.toBeInTheDocument();
  await more(titled('open'));
  await expect.element(button(`Save 436 KiB at 0x1D0000 (part of app1) as .bin of ${titled('open')}`)).toBeVisible();
  await expect.element(item('encrypted').getByRole('button', { name: 'Save as .bin' })).not.toBeInTheDocument();
});

test('the menu closes with Escape, and only one is open', LONG, async () => {
  await show(many);
  await more(WHOLE);
  await more(titled('open'));
  await expect.element(button(`Delete ${WHOLE}`)).not.toBeInTheDocument();
  await expect.element(button(`Export ${titled('open')}`)).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(button(`Export ${titled('open')}`)).not.toBeInTheDocument();
});

test(
  'how long backups last is said in one place, as the browser answered, whether or not it counts its storage',
  LONG,
  async () => {
    const answered = async (persisted: boolean | null, usage = many.usage) => {
      const library = await show({ ...many, usage, storage: { kind: 'database', persisted, trouble: null } });
      library.view = true;
      await settle(library);
      const maker = text(inside(library, 'backup-maker', BackupMaker));
      expect(maker).not.toMatch(/this browser|until/);
      return text(library);
    };
    for (const usage of [many.usage, null]) {
      expect(await answered(false, usage)).toContain('This browser has not agreed to keep the backups: it may');
      expect(await answered(true, usage)).toContain(
        'This browser has agreed to keep the backups until you delete them',
      );
      expect(await answered(null, usage)).toContain('This browser does not say whether it keeps the backups when');
    }
    expect(text(await show({ ...fleeting, usage: many.usage }))).not.toMatch(/agreed|does not say/);
  },
);

test('how long backups last is not said before the browser has answered', async () => {
  const library = await show(EMPTY_LIBRARY);
  expect(text(library)).not.toMatch(/This browser|lost when/);
  library.library = { ...EMPTY_LIBRARY, storage: { kind: 'database', persisted: true, trouble: null } };
  await settle(library);
  expect(text(library)).toContain('This browser has agreed to keep the backups until you delete them');
});

/** A day, as the button names it that shows older backups. */
const dayWords = (time: number) =>
  new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }).replace(' ', '\u00a0');

test('many backups of one board are shown on request, by a button that says how far back they go', LONG, async () => {
  const [one] = fleeting.items;
  const dayMs = 86_400_000;
  const items =
    one === undefined ? [] : Array.from({ length: 20 }, (_, i) => ({ ...one, id: `${i}`, made: NOW - i * dayMs }));
  await show({ ...EMPTY_LIBRARY, items });
  expect(page.getByRole('listitem').elements()).toHaveLength(8);
  await button(`Show 12 more, back to ${dayWords(NOW - 19 * dayMs)}`).click();
  expect(page.getByRole('listitem').elements()).toHaveLength(20);
});

test('the keyboard focus moves to the library when its backup is gone', LONG, async () => {
  const library = await show(many);
  await more(WHOLE);
  await button(`Delete ${WHOLE}`).click();
  await button('Delete').click();
  library.library = { ...many, items: many.items.filter(({ id }) => id !== 'whole') };
  await settle(library);
  expect(library.shadowRoot?.activeElement?.className).toBe('state');
});

for (const [options, views] of byLength([many, failing, fleeting], (view) => view === many))
  test.each(views)('it fits on a phone', options, async (view) => {
    await page.viewport(360, 900);
    await show(view, board, 310);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  });

test(
  'where the board has to be read before a restore, that is said once for its backups, and can be done there',
  LONG,
  async () => {
    const library = await show(many);
    const again = page.getByRole('button', { name: 'Read the board again' });
    await expect.element(again).not.toBeInTheDocument();
    library.hold = 'The board runs its firmware now. Press “Read the board again” first.';
    library.again = 'Read the board again';
    await settle(library);
    expect(text(library).match(/must be read first/g)).toHaveLength(1);
    const own = page.getByRole('region', { name: /^The connected board/ });
    await expect.element(own.getByText('To restore a backup, the board must be read first.')).toBeVisible();
    expect(again.elements()).toHaveLength(1);
    const intent = next(library, 'sectorwise-intent');
    await again.click();
    expect((await intent).detail).toEqual({ do: 'reconnect' });
    expect(await axeViolations(library)).toEqual([]);
    // Those of other boards do not wait for it.
    library.library = others;
    await settle(library);
    expect(text(library)).not.toContain('must be read first');
  },
);
