import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PageIntent } from '../../src/session/intents.ts';
import { nvsRange, settingEdits, settings } from '../gallery/fixtures.contents.ts';
import { axeViolations, mount, settle, text } from '../shared/testing.ts';
import { SettingsTable } from './settings-table.ts';
import type { OwnEdit } from './settings-table.words.ts';
import { LONG } from '../../src/testing/long.ts';

async function show(edits: readonly OwnEdit[] = [], locked = false) {
  const sent: PageIntent[] = [];
  const element = await mount(
    html`<settings-table
      .settings=${settings}
      .edits=${edits}
      .range=${nvsRange}
      ?locked=${locked}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></settings-table>`,
    SettingsTable,
  );
  return { element, sent };
}

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('axe finds nothing, with changes and forms, and it fits on a phone', LONG, async () => {
  const { element } = await show(settingEdits);
  expect(await axeViolations(element)).toEqual([]);
  await press('Add a setting');
  await page.viewport(360, 800);
  await settle(element);
  expect(await axeViolations(element)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test('the focus stays in the field that is typed in', LONG, async () => {
  await show();
  await press('Add a setting');
  await page.getByLabelText('Key').click();
  await userEvent.keyboard('ssid2');
  await expect.element(page.getByLabelText('Key')).toHaveValue('ssid2');
});

describe('a secret', () => {
  test('is not on the page until it is asked for, and hidden again', async () => {
    const { element } = await show();
    expect(element.shadowRoot?.innerHTML).not.toContain('correct horse');
    await press('Show the value of wifi/password');
    expect(text(element)).toContain('correct horse');
    await press('Hide the value of wifi/password');
    expect(element.shadowRoot?.innerHTML).not.toContain('correct horse');
  });

  test('is not shown by the form that changes it', LONG, async () => {
    const { element } = await show();
    await press('Change wifi/password');
    await expect.element(page.getByLabelText('Value', { exact: true })).toHaveValue('');
    expect(element.shadowRoot?.innerHTML).not.toContain('correct horse');
  });

  test('that was revealed is hidden again for another partition', LONG, async () => {
    const { element } = await show();
    await press('Show the value of wifi/password');
    element.range = { ...nvsRange, address: 0x20000 };
    await settle(element);
    expect(text(element)).not.toContain('correct horse');
  });
});

test('a value is changed from the keyboard alone', async () => {
  const { element, sent } = await show();
  await page.getByRole('button', { name: 'Change wifi/ssid' }).element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => element.shadowRoot?.activeElement?.localName).toBe('input');
  await page.getByLabelText('Value', { exact: true }).fill('attic');
  await userEvent.keyboard('{Enter}');
  const edit = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' };
  expect(sent).toEqual([{ do: 'edit-contents', range: nvsRange, edits: [edit] }]);
});

test('what is being typed stays in sight where its setting is not stored any more', LONG, async () => {
  const { element } = await show();
  await press('Change wifi/ssid');
  await page.getByLabelText('Value', { exact: true }).fill('half a na');
  element.settings = { ...settings, settings: [] };
  await settle(element);
  await expect.element(page.getByLabelText('Value', { exact: true })).toHaveValue('half a na');
  expect(text(element)).toContain('This setting is not stored any more.');
});

test('a setting is added, deleted, and a change is withdrawn', LONG, async () => {
  const { sent } = await show(settingEdits);
  await press('Add a setting');
  await page.getByLabelText('Namespace').fill('app');
  await page.getByLabelText('Key', { exact: true }).fill('serial');
  await page.getByLabelText('Value', { exact: true }).fill('0042');
  await press('Add');
  await press('Delete raft/name');
  await press('Withdraw wifi/ssid');
  expect(sent).toEqual([
    {
      do: 'edit-contents',
      range: nvsRange,
      edits: [{ edit: 'set', namespace: 'app', key: 'serial', type: 'string', value: '0042' }],
    },
    { do: 'edit-contents', range: nvsRange, edits: [{ edit: 'delete-setting', namespace: 'raft', key: 'name' }] },
    { do: 'withdraw-edits', range: nvsRange, id: 1 },
  ]);
});

test('markup in a value is text, and nothing can be changed while the board is busy', async () => {
  const { element } = await show([], true);
  expect(text(element)).toContain('Raft <b>on</b> the bench');
  expect(element.shadowRoot?.querySelector('td b')).toBeNull();
  await expect.element(page.getByRole('button', { name: 'Change wifi/ssid' })).toBeDisabled();
});

test('a row that is pointed at is tinted where it has columns, and a heading or a card never is', LONG, async () => {
  await page.viewport(1200, 900);
  const { element } = await show();
  const tint = (selector: string) => {
    const row = element.shadowRoot?.querySelector(selector);
    return row === null || row === undefined ? null : getComputedStyle(row).backgroundColor;
  };
  const [none, row] = ['rgba(0, 0, 0, 0)', 'tr:nth-child(2)'];
  await userEvent.hover(element.shadowRoot?.querySelector(`tbody ${row}`) ?? element);
  await expect.poll(() => tint(`tbody ${row}`)).not.toBe(none);
  await userEvent.hover(element.shadowRoot?.querySelector('.namespace') ?? element);
  expect(tint('.namespace')).toBe(none);
  await page.viewport(360, 740);
  await settle(element);
  await userEvent.hover(element.shadowRoot?.querySelector(`tbody ${row}`) ?? element);
  expect(tint(`tbody ${row}`)).toBe(none);
  await page.viewport(1200, 900);
});
