/** What is remarked on Wi-Fi names and passwords that no network can have. */
import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { nvsRange, settings } from '../gallery/fixtures.contents.ts';
import { mount, text } from '../shared/testing.ts';
import { SettingsTable } from './settings-table.ts';
import { wifiRemark } from './settings-table.wifi.ts';

test.each<[namespace: string, key: string, value: string, remark: string]>([
  ['wifi', 'ssid', 'x'.repeat(32), ''],
  ['wifi', 'ssid', 'x'.repeat(33), 'A Wi-Fi name has at most 32 bytes; this has 33.'],
  // In UTF-8 an umlaut has two bytes.
  ['app', 'staSsid', 'ü'.repeat(17), 'A Wi-Fi name has at most 32 bytes; this has 34.'],
  ['app', 'wifi_ssid', 'x'.repeat(40), 'A Wi-Fi name has at most 32 bytes; this has 40.'],
  ['app', 'ap.bssid', 'x'.repeat(40), ''],
  ['app', 'name', 'x'.repeat(40), ''],
  ['wifi', 'password', 'x'.repeat(63), ''],
  ['wifi', 'password', 'short', 'A WPA password has 8 to 63 bytes; this has 5.'],
  ['wifi', 'password', 'x'.repeat(64), 'A WPA password has 8 to 63 bytes; this has 64.'],
  ['wifi', 'password', 'a5'.repeat(32), ''],
  ['wifi', 'password', '', ''],
  ['app', 'wifi_pass', 'short', 'A WPA password has 8 to 63 bytes; this has 5.'],
  ['mqtt', 'password', 'short', ''],
])('%s/%s: %s', (namespace, key, value, remark) => {
  expect(wifiRemark({ namespace, key, type: 'string', value })).toBe(remark);
  // The driver's own settings are bytes with a length before them.
  expect(wifiRemark({ namespace, key, type: 'blob', value })).toBe('');
});

test('it is said at the field while it is typed, and at the change until that is written; nothing is refused', async () => {
  const remark = 'A Wi-Fi name has at most 32 bytes; this has 33.';
  const set = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'x'.repeat(33) } as const;
  const show = (edits: SettingsTable['edits']) =>
    mount(
      html`<settings-table .settings=${settings} .edits=${edits} .range=${nvsRange}></settings-table>`,
      SettingsTable,
    );
  const typing = await show([]);
  await page.getByRole('button', { name: 'Change wifi/ssid' }).click();
  await page.getByLabelText('Value', { exact: true }).fill(set.value);
  expect(text(typing)).toContain(remark);
  await expect.element(page.getByRole('button', { name: 'Change', exact: true })).toBeEnabled();
  expect(text(await show([{ id: 1, edit: set }]))).toContain(remark);
});
