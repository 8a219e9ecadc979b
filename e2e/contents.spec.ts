/** What partitions hold, on a live board: the Wi-Fi name is seen and changed, and the board looks for the new one. */
import { expect, test } from 'playwright/test';
import { readSettings } from '../src/virtual-boards/esp/firmware/nvs-read.ts';
import { buildNvs } from '../src/virtual-boards/esp/firmware/nvs.ts';
import { addFile, backUp, choosePlace, dump, openVirtualBoard, partitionOnMap, RAFT } from './app.ts';
import { complaints, tabTo } from './face.ts';
import { reached } from './progress.ts';

const NVS = 0x9000;
const NVS_SIZE = 0x15000;
const PAGE = 0x1000;

test('from the map into the settings: the Wi-Fi name is changed by keyboard alone, in one erase unit', async ({
  page,
}) => {
  await openVirtualBoard(page, RAFT);
  const { now: before } = await dump(page);
  await partitionOnMap(page, 'nvs').click();
  await page.getByRole('button', { name: 'Look inside', exact: true }).click();
  const view = page.getByRole('tabpanel', { name: 'Contents' });
  await expect(view.getByRole('row', { name: /^ssid/ })).toContainText('workshop');
  expect(page.url()).toContain('#/contents?at=0x9000');
  // A secret is on the page only once it is asked for.
  await expect(view.getByText('correct horse')).toHaveCount(0);
  await view.getByRole('button', { name: 'Show the value of wifi/password' }).click();
  await expect(view.getByText('correct horse')).toBeVisible();

  await view.getByRole('button', { name: 'Change wifi/ssid' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('attic');
  await page.keyboard.press('Enter');
  await expect(view.getByRole('row', { name: /^ssid/ })).toContainText('becomes attic');
  await expect(page.getByRole('heading', { name: 'wifi/ssid in nvs changes. Everything else stays.' })).toBeVisible();
  await expect(view.getByText('1 change planned')).toBeVisible();
  expect(await complaints(page)).toEqual([]);

  await tabTo(page, /^Change nvs$/);
  await page.keyboard.press('Enter');
  await reached(page.getByRole('heading', { name: 'nvs verified: wifi/ssid changed' }));
  // What is there now stands where it was read before, without a click.
  await expect(view.getByRole('row', { name: /^ssid/ })).toContainText('attic');
  await expect(view.getByRole('row', { name: /^ssid/ })).not.toContainText(/workshop|becomes/);
  await expect(view.getByText(/^This is what it held before the board was started/)).toBeVisible();
  const { now, beforeStart, violations } = await dump(page);
  const changed = [...(beforeStart ?? now).keys()].filter((at) => (beforeStart ?? now)[at] !== before[at]);
  expect(new Set(changed.map((at) => Math.floor(at / PAGE)))).toEqual(new Set([NVS / PAGE]));
  expect(violations).toBe(0);
  await page.getByRole('tab', { name: 'Flash' }).click();
  await expect(page.getByText('nvs: ssid=attic')).toHaveCount(1);

  await page.getByRole('button', { name: 'Read the board again' }).click();
  await page.getByRole('tab', { name: 'Contents' }).click();
  await expect(view.getByRole('row', { name: /^ssid/ })).toContainText('attic');
  await expect(view.getByText(/change (?:planned|chosen)/)).toHaveCount(0);
});

test('the bytes of any partition are read page by page, and searched', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.goto('?speed=20#/contents?at=0x9000');
  const view = page.getByRole('tabpanel', { name: 'Contents' });
  await view.getByRole('button', { name: 'Show its bytes' }).click();
  await view.getByRole('textbox', { name: 'Search' }).fill('workshop');
  await page.keyboard.press('Enter');
  await expect(view.getByText('Found at offset 0x80, address 0x9080.')).toBeVisible();
  await view
    .getByLabel('Partition', { exact: true })
    .selectOption({ label: 'app0, 1728 KiB at 0x20000: raft-demo 1.4.2' });
  await expect(view.getByText('The app raft-demo 1.4.2 for the ESP32', { exact: false })).toBeVisible();
});

test('a file is added to the file system, written, and read back', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.goto('?speed=20#/contents?at=0x380000');
  const view = page.getByRole('tabpanel', { name: 'Contents' });
  await view.getByRole('button', { name: 'Preview /www/index.html' }).click();
  await expect(view.getByRole('region', { name: 'Text of /www/index.html' })).toContainText(
    '<h1>Raft on the bench</h1>',
  );
  await view.getByRole('button', { name: 'Preview /www/logo.png' }).click();
  const picture = view.getByRole('img', { name: 'The picture /www/logo.png' });
  await expect
    .poll(() => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth))
    .toBe(24);

  const note = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('Bring the raft home.') };
  await view.getByLabel('Files to add').setInputFiles(note);
  await expect(page.getByRole('heading', { name: '/note.txt in fs changes. Everything else stays.' })).toBeVisible();
  await page.getByRole('button', { name: 'Change fs' }).click();
  await reached(page.getByRole('heading', { name: 'fs verified' }));
  await page.getByRole('button', { name: 'Read the board again' }).click();
  await view.getByRole('button', { name: 'Preview /note.txt' }).click();
  await expect(view.getByRole('region', { name: 'Text of /note.txt' })).toHaveText('Bring the raft home.');
  expect((await dump(page)).violations).toBe(0);
});

test(
  'a folder that does not fit becomes a file system once its largest file is left out',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await page.goto('?speed=20#/contents?at=0x380000');
    const view = page.getByRole('tabpanel', { name: 'Contents' });
    await view.getByRole('button', { name: 'Recreate it' }).click();
    await view.getByLabel('Folder for the file system').setInputFiles('public/samples');
    await expect(view.getByText(/^Too large by at least /)).toBeVisible();
    await view.getByLabel('/raft-demo-1.5.0.bin').uncheck();
    await expect(view.getByText(/will be used\.$/)).toBeVisible();
    await view.getByRole('button', { name: /^Plan it with \d files$/ }).click();
    await expect(
      page.getByRole('heading', { name: /^fs is recreated with \d files\. Everything else stays\.$/ }),
    ).toBeVisible();
    await view.getByText('Recreate it. I do not need this content.').click();
    await page.getByRole('button', { name: 'Change fs' }).click();
    await reached(page.getByRole('heading', { name: 'fs verified' }));
    await page.getByRole('button', { name: 'Read the board again' }).click();
    await reached(view.getByRole('row', { name: /^hello-s3\.bin/ }));
    await expect(view.getByRole('row', { name: /^raft-demo/ })).toHaveCount(0);
    expect((await dump(page)).violations).toBe(0);
  },
);

/** NVS with the Wi-Fi name `boathouse`, as a file on the disk of the person. */
function settingsFile(): { name: string; mimeType: string; buffer: Buffer } {
  const image = buildNvs(NVS_SIZE, [{ name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'boathouse' }] }]);
  return { name: 'factory-nvs.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(image) };
}

test(
  'a dropped file is looked into and changed before it is written: the board has the new name',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await addFile(page, settingsFile());
    await choosePlace(page, /^nvs/);
    await page.getByRole('button', { name: 'Look inside factory-nvs.bin' }).click();
    const view = page.getByRole('tabpanel', { name: 'Contents' });
    await expect(view.getByRole('row', { name: /^ssid/ })).toContainText('boathouse');
    expect(page.url()).toMatch(/#\/contents\?file=\d+$/);
    await expect(view.getByText('The file on your disk stays as it is.')).toBeVisible();

    await view.getByRole('button', { name: 'Change wifi/ssid' }).click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('attic');
    await page.keyboard.press('Enter');
    await expect(view.getByRole('row', { name: /^ssid/ })).toContainText('becomes attic');
    expect(await complaints(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Flash' }).click();
    await expect(page.getByText('Changed before it is written: wifi/ssid.')).toBeVisible();
    await page.getByRole('button', { name: 'Flash nvs' }).click();
    await reached(page.getByRole('heading', { name: 'nvs verified' }));
    const { now, beforeStart, violations } = await dump(page);
    const nvs = (beforeStart ?? now).slice(NVS, NVS + NVS_SIZE);
    expect(readSettings(nvs)?.('wifi', 'ssid')).toBe('attic');
    expect(violations).toBe(0);
  },
);

test(
  'a backup is looked into with its board and without: files are saved from it, and nothing of it changes',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await backUp(page, 'fs');
    await page.getByRole('tab', { name: /^Backups/ }).click();
    await page.getByRole('button', { name: /^Look inside / }).click();
    const view = page.getByRole('tabpanel', { name: 'Contents' });
    await expect(view.getByRole('row', { name: /index\.html/ })).toBeVisible();
    await expect(view.getByText('A backup stays as it is', { exact: false })).toBeVisible();
    await expect(view.getByRole('button', { name: 'Compact' })).toBeDisabled();
    expect(await complaints(page)).toEqual([]);

    await page.getByRole('button', { name: 'Disconnect' }).click();
    const backup = page.getByRole('region', { name: /^In the backup “.* in fs”/ });
    await backup.getByRole('button', { name: 'Preview /www/index.html' }).click();
    await expect(backup.getByRole('region', { name: 'Text of /www/index.html' })).toContainText('Raft on the bench');
    const download = page.waitForEvent('download');
    await backup.getByRole('button', { name: 'Save /www/index.html' }).click();
    expect((await download).suggestedFilename()).toBe('index.html');
    expect(await complaints(page)).toEqual([]);
    await backup.getByRole('button', { name: 'Close the backup' }).click();
    await expect(backup).toHaveCount(0);
  },
);
