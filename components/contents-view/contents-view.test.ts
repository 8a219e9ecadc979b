import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Inspection } from '../../src/flash/family.ts';
import { placeOfFile } from '../../src/flash/partition-contents.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { FileView } from '../../src/session/state.ts';
import { board, emptyPlan, ended, file, imageBoard, planned } from '../gallery/fixtures.ts';
import { explained, fsRange, nvsRange, openedAs, settingEdits, settings, tree } from '../gallery/fixtures.contents.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { ContentsViewElement } from './contents-view.ts';
import { LONG } from '../../src/testing/long.ts';

async function show(contents: ContentsView | null, more: Partial<ContentsViewElement> = {}) {
  const sent: PageIntent[] = [];
  const element = await mount(
    html`<contents-view
      .board=${more.board ?? board}
      .contents=${contents}
      .edits=${more.edits ?? []}
      .files=${more.files ?? []}
      .place=${more.place ?? null}
      .at=${more.at ?? contents?.range ?? null}
      .work=${more.work ?? { kind: 'idle' }}
      .hold=${more.hold ?? ''}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></contents-view>`,
    ContentsViewElement,
  );
  return { element, sent };
}

test.each([
  ['settings', openedAs(settings)],
  ['files', openedAs(tree)],
  ['an explanation', openedAs(explained)],
  ['bytes', openedAs({ kind: 'unknown' })],
])('axe finds nothing with %s, and it fits on a phone', LONG, async (_, contents) => {
  const { element } = await show(contents);
  expect(await axeViolations(element)).toEqual([]);
  await page.viewport(360, 800);
  await settle(element);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  await page.viewport(1200, 900);
});

test('the name of a file to save may be long: its button wraps on a phone', LONG, async () => {
  await page.viewport(360, 800);
  const save = { label: 'the core dump as an ELF file for gdb, with all of its memory', name: 'core.elf' };
  const data = new Uint8Array();
  const { element } = await show(openedAs({ ...explained, saves: [{ ...save, data }] }));
  const button = element.shadowRoot?.querySelector('wa-button.long');
  const edge = element.getBoundingClientRect().right;
  await expect
    .poll(() => button?.shadowRoot?.querySelector('[part~=base]')?.getBoundingClientRect().height)
    .toBeGreaterThan(40);
  expect(button?.getBoundingClientRect().right).toBeLessThanOrEqual(edge);
  await page.viewport(1200, 900);
});

test('the settings are opened first, once, and another partition when it is chosen', async () => {
  const { element, sent } = await show(null);
  expect(sent).toEqual([{ do: 'open-contents', range: nvsRange }]);
  await settle(element);
  expect(sent).toHaveLength(1);
  const looked: number[] = [];
  element.addEventListener('sectorwise-look', ({ detail }) => looked.push(detail.address));
  await page.getByLabelText('Partition').selectOptions('6');
  expect(looked).toEqual([fsRange.address]);
  element.at = fsRange;
  await settle(element);
  expect(sent.at(-1)).toEqual({ do: 'open-contents', range: fsRange });
});

test('nothing is read while the board is busy; a board that cannot be read says why', async () => {
  const busy = await show(null, { hold: 'Wait until the job has ended.' });
  expect(busy.sent).toEqual([]);
  expect(text(busy.element)).toContain('Wait until the job has ended.');
  const regions = board.layout.map.regions.map((region) => ({ ...region, access: { ...region.access, read: false } }));
  const locked: Inspection = { ...board, layout: { ...board.layout, map: { regions } } };
  const { element, sent } = await show(null, { board: locked });
  expect(sent).toEqual([]);
  expect(text(element)).toContain('It cannot be looked into. Not readable');
  await expect.element(page.getByRole('button', { name: 'Show its bytes' })).toBeDisabled();
});

test('what was changed stays in sight when the job has ended and the board runs', async () => {
  const { element } = await show(openedAs(settings), {
    edits: [{ range: nvsRange, edits: settingEdits }],
    work: planned,
  });
  const { plan, layout } = planned;
  Object.assign(element, {
    work: { kind: 'starting', purpose: { kind: 'flash' }, plan, layout, units: [], bootLog: '' },
  });
  Object.assign(element, { contents: null, edits: [], hold: 'Press “Read the board again” first.' });
  await settle(element);
  expect(text(element)).toContain('This was read before the job, with the changes that were chosen. Press “Read');
  const table = element.shadowRoot?.querySelector('settings-table');
  expect(table?.shadowRoot?.querySelector('tr.changed')).not.toBeNull();
  expect(table?.locked).toBe(true);
  // Once the job has ended, what it wrote is not waiting to be written any more.
  Object.assign(element, { work: ended('verified') });
  await settle(element);
  expect(text(element)).toContain(
    `This was read before the job. ${settingEdits.length} changes made since then are not shown. Press “Read`,
  );
  expect(table?.shadowRoot?.querySelector('tr.changed')).toBeNull();
  // What a stopped job has not written is.
  Object.assign(element, { work: ended('stopped'), edits: [{ range: nvsRange, edits: settingEdits }] });
  await settle(element);
  expect(text(element)).toContain('This was read before the job, with the changes that were chosen. Press “Read');
  Object.assign(element, { edits: [] });
  // Another board, or the same one read again, has its own.
  Object.assign(element, { work: { kind: 'idle' } });
  await settle(element);
  expect(text(element)).not.toContain('This was read before the job');
});

test('bytes that were read before the job say so, too, while it writes and after it was cut short', LONG, async () => {
  const read = { offset: 0, data: new Uint8Array(0x100) };
  const opened = { ...openedAs({ kind: 'unknown' }), bytes: read };
  const { element } = await show(opened, { work: planned });
  const { plan, layout } = planned;
  const starting = { kind: 'starting', purpose: { kind: 'flash' }, plan, layout, units: [], bootLog: '' } as const;
  for (const work of [starting, ended('failed')]) {
    Object.assign(element, { work, contents: null, hold: 'Wait until the job has ended.' });
    await settle(element);
    const bytesOf = element.shadowRoot?.querySelector('hex-view');
    expect(text(bytesOf ?? element)).toContain('This was read before the job. Wait until the job has ended.');
    expect(text(bytesOf ?? element).match(/Wait until/g)).toHaveLength(1);
  }
});

test('what was read again after the job takes the place of what was read before, and says when it was read', async () => {
  const { element } = await show(openedAs(settings), {
    edits: [{ range: nvsRange, edits: settingEdits }],
    work: planned,
  });
  const table = element.shadowRoot?.querySelector('settings-table');
  const renamed = settings.settings.map((each) => (each.key === 'ssid' ? { ...each, value: 'attic' } : each));
  const hold = 'The board runs its firmware now. Press “Read the board again” first.';
  Object.assign(element, { contents: openedAs({ ...settings, settings: renamed }), edits: [], hold });
  Object.assign(element, { work: ended('verified') });
  await settle(element);
  const said = 'This is what it held before the board was started. To change it, press “Read the board again”.';
  expect(text(element)).toContain(said);
  expect(element.shadowRoot?.querySelector('settings-table')).toBe(table);
  expect(text(table ?? element)).toContain('attic');
  expect(table?.shadowRoot?.querySelector('tr.changed')).toBeNull();
  expect(table?.locked).toBe(true);
});

describe('a setting that is being typed', () => {
  const typed = async () => {
    const shown = await show(openedAs(settings));
    await page.getByRole('button', { name: 'Change wifi/ssid' }).click();
    await page.getByLabelText('Value', { exact: true }).fill('half a na');
    return shown;
  };

  test('stays while the bytes or another partition are shown', LONG, async () => {
    const { element } = await typed();
    await page.getByRole('button', { name: 'Show its bytes' }).click();
    await expect.element(page.getByLabelText('Value', { exact: true })).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Show what it holds' }).click();
    await expect.element(page.getByLabelText('Value', { exact: true })).toHaveValue('half a na');
    const contents = element.contents;
    Object.assign(element, { at: fsRange.address, contents: { ...openedAs(tree), range: fsRange } });
    await settle(element);
    await expect.element(page.getByLabelText('Value', { exact: true })).not.toBeInTheDocument();
    Object.assign(element, { at: nvsRange.address, contents });
    await settle(element);
    await expect.element(page.getByLabelText('Value', { exact: true })).toHaveValue('half a na');
    expect([...element.drafts.values()].map(({ value }) => value)).toEqual(['half a na']);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(element.drafts.size).toBe(0);
    await expect.element(page.getByLabelText('Value', { exact: true })).not.toBeInTheDocument();
  });

  test(
    'belongs to the dropped file that it was typed for, and not to another one of its size with its id',
    LONG,
    async () => {
      const opened = (id: number, md5: string) => {
        const range = placeOfFile(id, 0x15000);
        return { place: range, contents: { ...openedAs(settings), range, dropped: { name: 'nvs.bin', md5 } } };
      };
      const { element } = await show(opened(1, 'first').contents, { place: opened(1, 'first').place });
      const value = page.getByLabelText('Value', { exact: true });
      await page.getByRole('button', { name: 'Change wifi/ssid' }).click();
      await value.fill('half a na');
      const { drafts } = element;
      Object.assign(element, opened(1, 'second'));
      await settle(element);
      await expect.element(page.getByRole('button', { name: 'Change wifi/ssid' })).toBeVisible();
      await expect.element(value).not.toBeInTheDocument();
      // Who keeps the drafts gives them to the next view.
      Object.assign(element, { ...opened(2, 'first'), drafts });
      await settle(element);
      await expect.element(value).toHaveValue('half a na');
    },
  );

  test('stays when the same content comes again, as with each state of the session', LONG, async () => {
    const { element } = await typed();
    element.contents = structuredClone(element.contents);
    await settle(element);
    await expect.element(page.getByLabelText('Value', { exact: true })).toHaveValue('half a na');
  });
});

test('what is explained is said once: its sentence names what it is', async () => {
  const { element } = await show(openedAs(explained));
  expect(text(element)).toContain('Save as .bin The app raft-demo 1.4.2 for the ESP32');
});

test('changes are counted with where they stand, and withdrawn at once', async () => {
  const { element, sent } = await show(openedAs(settings), {
    edits: [{ range: nvsRange, edits: settingEdits }],
    work: planned,
  });
  expect(text(element)).toContain('3 changes planned');
  await page.getByRole('button', { name: 'Withdraw all changes' }).click();
  expect(sent).toEqual([{ do: 'withdraw-edits', range: null, id: null }]);
});

test('changes that the flash has already are said to be there', async () => {
  const edits = [{ range: nvsRange, edits: settingEdits }];
  const { element } = await show(openedAs(settings), { edits, work: { ...planned, plan: emptyPlan } });
  expect(text(element)).toContain('3 changes chosen. The flash already holds this.');
});

test.each([
  ['a board', board, 'On the board'],
  ['a flash image', imageBoard, 'In the flash image'],
])('with %s, its partitions stand apart from dropped files', async (_, shown, name) => {
  const files: readonly FileView[] = [{ ...file, recognised: { ...file.recognised, opens: true } }];
  const { element } = await show(openedAs(settings), { board: shown, files });
  const groups = [...(element.shadowRoot?.querySelectorAll('optgroup') ?? [])].map(({ label }) => label);
  expect(groups).toEqual([name, 'Dropped files']);
});

test('the bytes of any range are shown, once it is typed', LONG, async () => {
  const view = await mount(html`<contents-view .board=${board}></contents-view>`, ContentsViewElement);
  await page.getByLabelText('Partition').selectOptions('Any range …');
  await page.getByLabelText('Range', { exact: true }).fill('0x9010+0x20');
  const asked = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Show its bytes' }).click();
  const range = { region: 'flash', address: 0x9010, size: 0x20 };
  expect((await asked).detail).toEqual({ do: 'read-bytes', range, offset: 0, size: 0x400 });
  const nothing = { why: '', problem: null, notice: '', file: null, found: null };
  view.contents = { ...nothing, range, listing: { kind: 'unknown' }, bytes: { offset: 0, data: new Uint8Array(32) } };
  await settle(view);
  await expect.element(page.getByRole('region', { name: 'Bytes from 0x0' })).toBeVisible();
  expect(await axeViolations(view)).toEqual([]);
});

test('the bytes of a partition are saved from here, and those of a backup by the library', LONG, async () => {
  const { element, sent } = await show(openedAs(settings));
  const save = page.getByRole('button', { name: 'Save as .bin' });
  await save.click();
  expect(sent).toEqual([{ do: 'save-bytes', range: nvsRange }]);
  element.hold = 'Wait until the job has ended.';
  await settle(element);
  await expect.element(save).toBeDisabled();
  element.place = { ...nvsRange, within: { in: 'backup', id: 'b-1' } };
  await settle(element);
  const asked = next(element, 'sectorwise-library');
  await save.click();
  expect((await asked).detail).toEqual({ do: 'save-bytes', id: 'b-1', range: nvsRange });
});

test('the only partition of a board is opened, whatever it holds', async () => {
  const [only] = board.layout.partitions.filter(({ role }) => role === 'app');
  if (only === undefined) throw new Error('the recorded board has no app');
  const one: Inspection = { ...board, layout: { ...board.layout, partitions: [only] } };
  const { region, address, size } = only;
  const { sent } = await show(null, { board: one });
  expect(sent).toEqual([{ do: 'open-contents', range: { region, address, size } }]);
});

test('of several things in one partition, each is said with its place', async () => {
  const [app] = board.layout.partitions.filter(({ role }) => role === 'app');
  if (app === undefined) throw new Error('the recorded board has no app');
  const { region, address, size } = app;
  const at = (offset: number, says: string) => ({ region, address: address + offset, size: 0x10000, kind: 'x', says });
  const contents = [at(0, 'A program.'), at(0x10000, 'Unrecognised data.')];
  const opened = { ...openedAs({ kind: 'unknown' }), range: { region, address, size } };
  const { element } = await show(opened, { board: { ...board, contents } });
  const found = page.getByRole('list', { name: 'Found there' }).getByRole('listitem');
  expect(found.elements().map(({ textContent }) => textContent)).toEqual([
    '0x20000–0x2FFFF: A program.',
    '0x30000–0x3FFFF: Unrecognised data.',
  ]);
  expect(text(element)).toContain('These are its bytes.');
});

test('with the cable out, bytes that were not read cannot be asked for, and the reason is on the page', async () => {
  const hold = 'The board is not connected. Press “Connect again” first.';
  const bytes = page.getByRole('button', { name: 'Show its bytes' });
  const { element } = await show(null, { work: ended('failed'), hold });
  await expect.element(bytes).toBeDisabled();
  expect(text(element)).toContain(hold);
  // What it holds was read before the job, and not its bytes.
  const opened = await show(openedAs(settings), { work: planned });
  await expect.element(bytes).toBeEnabled();
  Object.assign(opened.element, { work: ended('failed'), contents: null, hold });
  await settle(opened.element);
  await expect.element(bytes).toBeDisabled();
  expect(text(opened.element)).toContain('Its bytes were not read, and the board cannot be read now.');
  const read = { ...openedAs(settings), bytes: { offset: 0, data: new Uint8Array(0x100) } };
  await show(read, { work: ended('failed'), hold });
  await expect.element(bytes).toBeEnabled();
});
