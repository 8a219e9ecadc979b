/** Backups: made, exported, encrypted, imported, and restored to the board. */
import { expect, test, type Locator, type Page } from 'playwright/test';
import {
  addFile,
  backUp,
  boardIsRead,
  choosePlace,
  chooseVirtualBoard,
  dump,
  firstDifference,
  flashButton,
  openVirtualBoard,
  RAFT,
  RAFT_NVS,
  UPDATE,
  useTool,
} from './app.ts';
import { isThere, openLibrary, saved } from './kept.ts';
import { reached } from './progress.ts';

const PASSPHRASE = 'nine green herons';

/** Writes the sample update to the running app's place. */
async function overwriteApp0(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Flash' }).click();
  await addFile(page, UPDATE);
  await choosePlace(page, /^app0/);
  await expect(page.getByText('The board will start the new app from app0.')).toBeVisible();
  await page.getByText('Replace the app that the board starts now.').click();
  await flashButton(page).click();
  await isThere(page, 'app0');
  await page.getByRole('button', { name: 'Read the board again' }).click();
  await boardIsRead(page);
}

/** Restores a backup, and waits for the verification. */
async function restore(page: Page, item: Locator, name: string): Promise<void> {
  await item.getByRole('button', { name: /^Restore/ }).click();
  const go = page.locator('job-bar').getByRole('button', { name: /^Restore/ });
  await expect(go).toBeVisible();
  await go.click();
  await reached(page.getByRole('heading', { name: `Restored ${name}` }));
}

async function startedAs(page: Page, flash: Uint8Array): Promise<void> {
  const { beforeStart, violations } = await dump(page);
  expect(firstDifference(beforeStart ?? new Uint8Array(), flash)).toBeNull();
  expect(violations).toBe(0);
}

/** Opens the menu of a backup. */
async function more(item: Locator): Promise<void> {
  await item.getByText(/^More for /).click();
}

async function remove(library: Locator, item: Locator): Promise<void> {
  await more(item);
  await item.getByRole('button', { name: /^Delete/ }).click();
  await item.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(item).toHaveCount(0);
  await expect(library.getByRole('button', { name: 'Import backup' })).toBeEnabled();
}

async function bringIn(library: Locator, { name, bytes }: { name: string; bytes: Buffer }): Promise<void> {
  await library
    .getByLabel('Backup file to import')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
}

test('the whole flash, flashed since: restored, and every byte is as it was', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: factory } = await dump(page);
  await useTool(page, 'Back up the whole flash');
  const library = await openLibrary(page);
  const whole = library.getByRole('listitem', { name: 'Whole flash' });
  await expect(whole).toContainText('4 MiB');
  const plain = await saved(page, () => whole.getByRole('button', { name: /^Save as .bin/ }).click());
  expect(plain.name).toMatch(/^sectorwise-ESP32-.*-flash-0x0-.*\.bin$/);
  expect(firstDifference(plain.bytes, factory)).toBeNull();
  await more(whole);
  const nvs = await saved(page, () => whole.getByRole('button', { name: /^Save nvs,/ }).click());
  expect(firstDifference(nvs.bytes, factory.subarray(RAFT_NVS.from, RAFT_NVS.to))).toBeNull();
  await expect(
    library.getByText(/this site uses about [\d.]+\s[KM]iB, of [\d.,]+\s[MG]iB that it may use/),
  ).toBeVisible();
  await overwriteApp0(page);
  await openLibrary(page);
  await restore(page, whole, 'the whole flash');
  await startedAs(page, factory);
});

test(
  'one partition: exported, deleted, imported, decrypted with its passphrase, restored',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    const { now: factory } = await dump(page);
    await backUp(page, 'app0');
    const library = await openLibrary(page);
    const item = library
      .getByRole('listitem', { name: /^raft-demo 1\.4\.2 in app0/ })
      .filter({ hasText: 'made on request' });
    await expect(item).toBeVisible();
    const dialog = page.getByRole('dialog');
    const exportIt = async () => {
      await more(item);
      await item.getByRole('button', { name: /^Export/ }).click();
    };

    await exportIt();
    await dialog.getByRole('checkbox', { name: /^Encrypt/ }).uncheck();
    await expect(dialog.getByText(/can read the Wi-Fi passwords and keys/)).toBeVisible();
    const plain = await saved(page, () => dialog.getByRole('button', { name: 'Export without a passphrase' }).click());
    expect(plain.name).toMatch(/\.zip$/);

    await exportIt();
    await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await dialog.getByLabel('Repeat the passphrase').fill(PASSPHRASE);
    const encrypted = await saved(page, () => dialog.getByRole('button', { name: 'Export', exact: true }).click());
    expect(encrypted.name).toMatch(/\.encrypted$/);
    expect(runsIn(encrypted.bytes, factory)).toBe(0);

    await overwriteApp0(page);
    // The app that was written has started since, and keeps its own settings: a backup of app0 leaves them alone.
    const { now: since } = await dump(page);
    const wanted = Buffer.from(factory);
    wanted.set(since.subarray(RAFT_NVS.from, RAFT_NVS.to), RAFT_NVS.from);
    await openLibrary(page);
    await remove(library, item);
    await bringIn(library, plain);
    await expect(item).toBeVisible();
    await expect(item).not.toContainText('Encrypted.');
    await expect(library.getByText('Imported: ')).toBeVisible();
    await bringIn(library, plain);
    await expect(library.getByText('Already here: ')).toBeVisible();
    await library.getByRole('button', { name: /^Show it/ }).click();
    await expect(item).toBeFocused();
    await remove(library, item);
    await bringIn(library, encrypted);
    await expect(item).toContainText('Encrypted.');
    await expect(item.getByRole('button', { name: /^Restore/ })).toHaveCount(0);

    const open = async (passphrase: string) => {
      await item.getByRole('button', { name: /^Decrypt/ }).click();
      await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
      await dialog.getByRole('button', { name: 'Decrypt', exact: true }).click();
    };
    await open('nine green heron');
    await expect(library.getByText(/cannot be decrypted: the passphrase is wrong, or/).first()).toBeVisible();
    await expect(item).toContainText('Encrypted.');
    await open(PASSPHRASE);
    await expect(item).not.toContainText('Encrypted.');
    await restore(page, item, 'raft-demo 1.4.2 to app0');
    await startedAs(page, wanted);
  },
);

test('settings exported with a passphrase cannot be read in the file', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: factory } = await dump(page);
  expect(Buffer.from(factory).includes('correct horse'), 'the Wi-Fi password on the board').toBe(true);
  await backUp(page, 'nvs');
  const library = await openLibrary(page);
  const item = library.getByRole('listitem', { name: / in nvs, / });
  await more(item);
  await item.getByRole('button', { name: /^Export/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Repeat the passphrase').fill(PASSPHRASE);
  const { bytes } = await saved(page, () => dialog.getByRole('button', { name: 'Export', exact: true }).click());
  expect(runsIn(bytes, factory)).toBe(0);
  for (const secret of ['correct horse', 'password', 'workshop']) expect(bytes.includes(secret), secret).toBe(false);
});

test('a backup of another board: confirmed first, then restored to this one', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: factory } = await dump(page);
  await useTool(page, 'Back up the whole flash');
  const library = await openLibrary(page);
  const whole = library.getByRole('listitem', { name: 'Whole flash' });
  await expect(whole).toBeVisible();
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await chooseVirtualBoard(page, 'Open ESP32 with unusable otadata');
  await boardIsRead(page);
  await openLibrary(page);
  await expect(page.locator('backup-library')).toContainText(/Another board\s+ESP32 24:6f:28:ab:cd:ef/);
  await expect(whole.getByRole('button', { name: /^Restore/ })).toHaveCount(0);
  await more(whole);
  await whole.getByRole('button', { name: /^Restore to this board/ }).click();
  const plan = page.getByRole('tabpanel', { name: /^Backups/ }).locator('plan-view');
  await expect(plan.getByText(/This backup is from another board/).first()).toBeVisible();
  const go = page.locator('job-bar').getByRole('button', { name: /^Restore/ });
  await expect(go).toBeDisabled();
  expect((await dump(page)).erases).toBe(0);
  await plan.getByRole('checkbox').press('Space');
  await go.click();
  await reached(page.getByRole('heading', { name: 'Restored the whole flash' }));
  await startedAs(page, factory);
});

/** How many of a flash's aligned 16-byte runs, except those of one repeated byte, occur in a file. */
function runsIn(file: Buffer, flash: Uint8Array): number {
  const runs = new Set<string>();
  const cells = Buffer.from(flash);
  for (let at = 0; at < cells.length; at += 16) {
    const run = cells.toString('latin1', at, at + 16);
    if (new Set(run).size > 1) runs.add(run);
  }
  let found = 0;
  for (let at = 0; at + 16 <= file.length; at++) if (runs.has(file.toString('latin1', at, at + 16))) found += 1;
  return found;
}
