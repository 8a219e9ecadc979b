import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { layoutEditor } from '../../src/esp/partitions/layout-editor.ts';
import { fits } from '../gallery/fixtures.fits.ts';
import { editable } from '../gallery/fixtures.ts';
import { axeViolations, inside, settle, text } from '../shared/testing.ts';
import { field, press, show, type } from './layout-editor.testing.ts';
import { LONG } from '../../src/testing/long.ts';

test('Tab takes a changed value and goes on to the next field with one press', LONG, async () => {
  const { element } = await show();
  await field('Size of app0').fill('1600K');
  await userEvent.tab();
  await expect.element(field('Size of app0')).toHaveValue('1600 KiB');
  await expect.element(field('Size of app0')).not.toHaveFocus();
  expect(element.shadowRoot?.activeElement).not.toBeNull();
});

describe('accessibility', () => {
  test('axe finds nothing, with and without problems, and as cards', LONG, async () => {
    const { element } = await show();
    expect(await axeViolations(element)).toEqual([]);
    await type('Size of app0', '2M');
    await type('Size of fs', 'large');
    expect(await axeViolations(element)).toEqual([]);
    await page.viewport(360, 800);
    await settle(element);
    expect(await axeViolations(element)).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
    await page.viewport(1200, 900);
  });
});

test('a broken rule answers at its row, with the edit that corrects it; the plan waits for that', async () => {
  const { element } = await show();
  await type('Size of app1', '1600K');
  await type('Offset of app1', '0x1D8000');
  expect(text(element)).toMatch(/app1.*must start|multiple of/);
  await expect.element(page.getByRole('button', { name: 'Plan this change' })).toBeDisabled();
  await press('Move app1 to 0x1E0000');
  await expect.element(field('Offset of app1')).toHaveValue('0x1E0000');
});

test('a partition without the room that it was given has also the layouts that would have it', LONG, async () => {
  const { sent } = await show();
  await type('Size of fs', '768K');
  await press('Show layouts with room for it');
  expect(sent).toEqual([{ do: 'make-it-fit', room: { for: 'data', size: 0xc0000, at: 0x380000 } }]);
  await type('Size of fs', '512K');
  // It was given no more room than it has: going back to its place is what corrects it.
  await type('Offset of fs', '0x3C0000');
  await expect.element(page.getByRole('button', { name: 'Make fs 256 KiB' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Show layouts with room for it' })).not.toBeInTheDocument();
});

test('what is no number is kept as it was typed, with what can be typed instead', LONG, async () => {
  const { element } = await show();
  await type('Size of fs', '12 bananas');
  await expect.element(field('Size of fs')).toHaveValue('12 bananas');
  expect(text(element)).toContain('“12 bananas” is not a number. Type an address or a size such as 0x9000');
  await type('Size of fs', '256K');
  await expect.element(field('Size of fs')).toHaveValue('256 KiB');
});

test('a changed layout is planned on request, with which partition each one was; an edit withdraws the plan', async () => {
  const { element, sent } = await show();
  await type('Size of fs', '256K');
  await press('Plan this change');
  const csv = expect.stringContaining('fs, data, littlefs, 0x380000, 256K');
  const same = editable.rows.map(({ offset }) => ({ was: offset, is: offset }));
  expect(sent).toEqual([{ do: 'change-layout', csv, same }]);
  element.planned = 'planned';
  element.stage = 'awaited';
  await settle(element);
  expect(text(element)).toContain('The plan for this layout is being worked out.');
  expect(text(element)).not.toContain('is below');
  element.stage = 'refused';
  await settle(element);
  expect(text(element)).toContain('This layout cannot be flashed yet: the reasons are below.');
  element.stage = 'there';
  await settle(element);
  element.button = 'Change the layout';
  await settle(element);
  expect(text(element)).toContain(
    'The plan for this layout is below. Nothing is written before you press “Change the layout”.',
  );
  const plan = page.getByRole('button', { name: 'Plan this change' });
  await expect.element(plan).toBeDisabled();
  await expect.element(plan).toHaveAttribute('title', 'The plan is below.');
  await type('Size of fs', '128K');
  expect(sent.at(-1)).toEqual({ do: 'change-layout', csv: null });
});

test('what the change comes to and its plan stay in view, however long the table is', LONG, async () => {
  await page.viewport(1280, 720);
  const rows = editable.rows.slice(0, 1).flatMap((row) =>
    Array.from({ length: 16 }, (_, i) => ({
      ...row,
      name: `part${i}`,
      offset: 0x10000 * (i + 1),
      size: 0x10000,
    })),
  );
  const { element } = await show({ ...editable, rows });
  await type('Size of part15', '32K');
  await type('Size of part14', '32K');
  scrollTo(0, 0);
  const end = inside(element, '.end', HTMLElement);
  expect(end.getBoundingClientRect().bottom).toBeLessThanOrEqual(innerHeight);
  expect(end.textContent).toMatch(/part14 and part15 shrink; not planned yet\./);
  await expect.element(page.getByRole('button', { name: 'Plan this change' })).toBeEnabled();
  // Above the job bar, where there is one.
  element.style.setProperty('--foot', '100px');
  expect(end.getBoundingClientRect().bottom).toBeLessThanOrEqual(innerHeight - 100);
  await page.viewport(1200, 900);
});

test('what is discarded is gone at once, although the session still has its plan', LONG, async () => {
  const { element } = await show();
  await type('Size of fs', '256K');
  const csv = element.tools?.editor.csvOf(element.draft ?? element.tools.editor.begin(editable));
  element.planned = csv ?? null;
  element.stage = 'there';
  await press('Discard changes');
  await expect.element(field('Size of fs')).toHaveValue('512 KiB');
  expect(text(element)).toContain('This is the layout on the board.');
});

test('while a job that changes the layout is unfinished, what is edited is neither compared nor planned', async () => {
  const { element } = await show();
  const says = () => inside(element, '.end [role=status]', HTMLElement).textContent.trim();
  const hints = () => element.shadowRoot?.querySelectorAll('.was, .answers, .strips').length;
  element.stage = 'unfinished';
  element.locked = true;
  await settle(element);
  const unfinished =
    'The job for this layout is unfinished: the flash is between two layouts. Resume it, roll it back or ' +
    'abandon it; then the layout can be edited again.';
  expect(says()).toBe(unfinished);
  element.stage = 'other-unfinished';
  await settle(element);
  expect(says()).toBe(unfinished.replace('The job for this layout', 'A job that changes the layout'));
  element.stage = 'none';
  element.locked = false;
  await type('Size of app1', '1600K');
  await type('Offset of app1', '0x1D8000');
  expect(hints()).toBeGreaterThan(2);
  element.stage = 'unfinished';
  element.locked = true;
  await settle(element);
  expect(says()).toBe(unfinished);
  expect(hints()).toBe(0);
  await expect.element(field('Size of app1')).toBeDisabled();
  const plan = page.getByRole('button', { name: 'Plan this change' });
  await expect.element(plan).toBeDisabled();
  await expect.element(plan).toHaveAttribute('title', 'Resume, roll back or abandon the unfinished job first.');
  await expect.element(page.getByRole('button', { name: 'Discard changes' })).not.toBeInTheDocument();
  element.hold = 'The board is not connected. Press “Connect again” first.';
  await settle(element);
  expect(says()).toBe(`${unfinished} ${element.hold}`);
});

test('while a plan can be discarded in the job bar, the editor has no second way, nor the strips of the map', async () => {
  const { element } = await show();
  await type('Size of fs', '256K');
  const strips = () => element.shadowRoot?.querySelectorAll('.strip').length;
  expect(strips()).toBe(2);
  const discard = page.getByRole('button', { name: 'Discard changes' });
  await expect.element(discard).toBeVisible();
  element.planned = element.draft === null ? null : layoutEditor.csvOf(element.draft);
  element.stage = 'there';
  await settle(element);
  expect(strips()).toBe(0);
  await expect.element(discard).toBeVisible();
  element.barDiscards = true;
  await settle(element);
  await expect.element(discard).not.toBeInTheDocument();
});

test.each([
  ['Name of app0', 'main'],
  ['Size of app0', '1856 KiB'],
])('what is being typed into “%s” stays while the board is read further', async (name, value) => {
  const { element } = await show();
  await field(name).fill(value);
  element.table = structuredClone(editable);
  await settle(element);
  await expect.element(field(name)).toHaveValue(value);
  await userEvent.keyboard('{Tab}');
  expect(element.draft?.past).toHaveLength(1);
});

test('changes are undone, done again and discarded', LONG, async () => {
  const { element, sent } = await show();
  await type('Name of fs', 'files');
  await press('Undo');
  await expect.element(field('Name of fs')).toHaveValue('fs');
  await press('Redo');
  await expect.element(field('Name of files')).toHaveValue('files');
  await press('Discard changes');
  await expect.element(field('Name of fs')).toHaveValue('fs');
  expect(text(element)).toContain('This is the layout on the board.');
  expect(sent).toEqual([]);
});

test(
  'partitions are added, moved and removed by buttons, and the focus stays in the row that moves',
  LONG,
  async () => {
    const { element } = await show();
    await press('Remove fs');
    await press('Add partition');
    await expect.element(field('Offset of data')).toHaveValue('0x380000');
    inside(element, 'button.up[aria-label="Move app1 up"]', HTMLButtonElement).focus();
    await userEvent.keyboard('{Enter}');
    await settle(element);
    const names = [...(element.shadowRoot?.querySelectorAll<HTMLInputElement>('td.name input') ?? [])];
    expect(names.map(({ value }) => value)).toEqual(['nvs', 'otadata', 'app1', 'app0', 'data']);
    expect(element.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Move app1 up');
  },
);

test(
  'a template says what it is and takes the place of the rows; equal names stay the same partitions',
  LONG,
  async () => {
    const { element } = await show();
    await page.getByLabelText('Template').selectOptions('Arduino, no OTA');
    await settle(element);
    expect(text(element)).toContain('app0 2 MiB, spiffs 1920 KiB and coredump 64 KiB. From espressif/arduino-esp32');
    await press('Use template');
    await expect.element(field('Size of app0')).toHaveValue('2 MiB');
    expect(element.draft?.rows.find(({ name }) => name === 'app0')?.was).toBe(0x20000);
  },
);

test('a link holds the whole layout, and opens it as an edit, once', LONG, async () => {
  const { copied } = await show();
  await type('Size of fs', '256K');
  await press('Copy link');
  await expect.poll(() => copied.length).toBe(1);
  history.replaceState(null, '', new URL(copied[0] ?? '').hash);
  const { element } = await show();
  await settle(element);
  await expect.element(field('Size of fs')).toHaveValue('256 KiB');
  expect(location.hash).toBe('#/layout');
  history.replaceState(null, '', '#/layout?csv=a%2Capp%2Cfactory%2C0x10000%2C8M');
  const other = await show();
  await settle(other.element);
  expect(text(other.element)).toContain('The layout in the link is not used.');
  history.replaceState(null, '', location.pathname + location.search);
});

test(
  'what came of a link or an import is said below the buttons for them, not where the layout is planned',
  LONG,
  async () => {
    const { element } = await show();
    await press('Copy link');
    const notice = inside(element, '.notice', HTMLElement);
    await expect
      .poll(() => notice.textContent.trim())
      .toBe('The link is copied. It holds the whole layout; no server sees it.');
    expect(inside(element, '.end [role=status]', HTMLElement).textContent.trim()).toBe(
      'This is the layout on the board.',
    );
    const tools = inside(element, '.tools', HTMLElement).getBoundingClientRect();
    expect(notice.getBoundingClientRect().top - tools.bottom).toBeLessThan(20);
    await type('Size of fs', '256K');
    expect(notice.textContent.trim()).toBe('');
  },
);

test(
  'a changed value says below its field what the board has, and a partition that the board lacks that it is new',
  LONG,
  async () => {
    const { element } = await show();
    const was = () => [...(element.shadowRoot?.querySelectorAll('.was') ?? [])].map((each) => each.textContent);
    expect(was()).toEqual([]);
    await type('Size of fs', '256K');
    await type('Name of fs', 'files');
    await press('Add partition');
    expect(was()).toEqual(['was fs', 'was 512 KiB', 'new']);
    await press('Undo');
    await press('Undo');
    await press('Undo');
    expect(was()).toEqual([]);
  },
);

test('of a table with other names only the names are new: its partitions may be those of the board', LONG, async () => {
  const { element } = await show();
  const now = element.table.rows;
  const renamed = now.map((row) => (row.name === 'fs' ? { ...row, name: 'files' } : row));
  element.draft = layoutEditor.edited(layoutEditor.begin(element.table), { edit: 'replace', rows: renamed });
  await settle(element);
  const was = () => [...(element.shadowRoot?.querySelectorAll('.was') ?? [])].map((each) => each.textContent);
  expect(was()).toEqual(['new name']);
  await type('Name of files', 'fs');
  expect(was()).toEqual([]);
  await press('Add partition');
  expect(was()).toEqual(['new']);
});

describe('layouts that make something fit', () => {
  test('stand above the editor, the best first, and say which of them loses nothing', LONG, async () => {
    const { element, sent } = await show();
    element.fits = fits;
    await settle(element);
    expect(text(element)).toMatch(/Room for an app of 1,844,032 bytes\..*become 1856 KiB each\. Loses nothing/);
    expect(text(element)).toMatch(/1920 KiB each\. Gives up the content of fs/);
    expect(element.shadowRoot?.activeElement?.textContent).toBe('Layouts with room for it');
    expect(await axeViolations(element)).toEqual([]);
    await press('Close');
    expect(sent).toEqual([{ do: 'make-it-fit', room: null }]);
  });

  test('one that is taken replaces the rows, is planned at once, and can be undone', LONG, async () => {
    const { element, sent } = await show();
    element.fits = fits;
    await settle(element);
    await page.getByRole('button', { name: 'Use this layout' }).first().click();
    await expect.element(field('Size of app0')).toHaveValue('1856 KiB');
    const csv = expect.stringContaining('app1, app, ota_1, 0x1F0000, 1856K');
    expect(sent).toMatchObject([
      { do: 'change-layout', csv, same: expect.arrayContaining([{ was: 0x1d0000, is: 0x1f0000 }]) },
    ]);
    await expect.element(page.getByRole('button', { name: 'Chosen' })).toBeDisabled();
    await press('Undo');
    await expect.element(field('Size of app0')).toHaveValue('1728 KiB');
  });

  test('say why there are none', async () => {
    const { element } = await show();
    element.fits = { ...fits, layouts: [], why: 'No layout of this flash has that much room.' };
    await settle(element);
    expect(text(element)).toContain('No layout of this flash has that much room.');
  });

  test('are asked for with the error of a build; what is not understood is said', LONG, async () => {
    const { element, sent } = await show();
    await page.getByText('Paste a build error').click();
    const box = page.getByLabelText(/error of ESP-IDF/);
    await box.fill('Error: All app partitions are too small for binary big.bin size 0x1c2340:');
    await press('Read the error');
    expect(sent).toEqual([{ do: 'make-it-fit', room: { for: 'app', size: 0x1c2340, slots: 'every' } }]);
    await settle(element);
    expect(text(element)).toContain('big.bin is 1,844,032 bytes.');
    await box.fill('undefined reference to `main');
    await press('Read the error');
    await settle(element);
    expect(text(element)).toContain('none of the errors that are understood');
    expect(sent).toHaveLength(1);
  });
});

test('while the board is written nothing can be edited, and the reason for waiting is said', LONG, async () => {
  const { element } = await show();
  await type('Size of fs', '256K');
  element.hold = 'Wait until the board has been read.';
  await settle(element);
  await expect.element(page.getByRole('button', { name: 'Plan this change' })).toBeDisabled();
  await expect.element(page.getByText('Wait until the board has been read.')).toBeVisible();
  element.locked = true;
  await settle(element);
  await expect.element(field('Size of fs')).toBeDisabled();
});
