/** A Raft SysType folder is dropped: its table is planned, and where its settings contradict it, both places are named. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { addFolder, openVirtualBoard, RAFT } from './app.ts';
import { reached } from './progress.ts';

const CSV = `nvs, data, nvs, 0x009000, 0x015000,
otadata, data, ota, 0x01e000, 0x002000,
app0, app, ota_0, 0x020000, 0x1b0000,
app1, app, ota_1, 0x1d0000, 0x1b0000,
fs, data, 0x83, 0x380000, 0x080000,
`;
const KEYS = 'nvs_keys, data, nvs_keys, 0x01a000, 0x004000, encrypted\n';

test.use({ viewport: { width: 1280, height: 720 } });

test('a SysType folder says what it sets, what disagrees, and that its keys lie inside its settings', async ({
  page,
}, info) => {
  const folder = info.outputPath('SysTypeMain');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'partitions.csv'), CSV + KEYS);
  writeFileSync(join(folder, 'sdkconfig.defaults'), 'CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y\nCONFIG_NVS_ENCRYPTION=y\n');
  writeFileSync(join(folder, 'features.cmake'), 'set(FS_TYPE "spiffs")\n');
  writeFileSync(join(folder, 'SysTypes.json'), '{ "ESPOTAUpdate": { "enable": 1 } }\n');
  await openVirtualBoard(page, RAFT);
  await addFolder(page, folder);
  await reached(page.getByText('A Raft SysType: 4 MiB of flash, spiffs.'));
  await expect(
    page.getByText(/features\.cmake, line 1, sets FS_TYPE to spiffs, but fs \(SysTypeMain\/partitions\.csv, line 5\)/),
  ).toBeVisible();
  await expect(page.getByText(/“nvs_keys” and “nvs” overlap|“nvs” and “nvs_keys” overlap/).first()).toBeVisible();
  await expect(page.getByText(/0x1A000/).first()).toBeVisible();
});
