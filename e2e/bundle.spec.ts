/** A recovery bundle: made of one virtual board, and applied to another with its settings kept. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from 'playwright/test';
import { unzipSync, zipSync } from 'fflate';
import {
  addFile,
  boardIsRead,
  chooseVirtualBoard,
  dump,
  firstDifference,
  flashButton,
  openVirtualBoard,
  RAFT,
  RAFT_NVS,
  useTool,
} from './app.ts';
import { reached } from './progress.ts';

const archive = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: 'application/zip',
  buffer: Buffer.from(bytes),
});

/** Makes a bundle of the connected board in the dialog, signed with a new key. */
async function makeBundle(page: Page): Promise<Uint8Array> {
  await useTool(page, 'Make a recovery bundle');
  const dialog = page.getByRole('dialog', { name: 'Make a recovery bundle' });
  await expect(dialog.getByRole('checkbox', { name: /^nvs / })).not.toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: /^app0 / })).toBeChecked();
  await dialog.getByRole('button', { name: 'Make a signing key' }).click();
  await expect(dialog.getByLabel('Signature').locator('option:checked')).toHaveText(/^My key/);
  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    dialog.getByRole('button', { name: 'Make and sign it' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('raft-demo-1.4.2.bundle.zip');
  return readFileSync(await file.path());
}

test(
  'made, signed, and applied to a board with other settings: those stay, everything else is the donor’s',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    const { now: donor } = await dump(page);
    const bundle = await makeBundle(page);
    await page.getByRole('button', { name: 'Disconnect' }).click();

    // Its table is damaged, which is all that differs from the donor but its settings.
    await chooseVirtualBoard(page, /^Open ESP32 with a damaged partition table/);
    await boardIsRead(page);
    const { now: before } = await dump(page);
    expect(firstDifference(before, donor)).not.toBeNull();
    await addFile(page, archive('raft.bundle.zip', bundle));
    const card = page.getByRole('article', { name: 'raft.bundle.zip' });
    await expect(card.getByText('Signed by My key, with your own key')).toBeVisible();
    await expect(card.getByText('ESP32 with at least 4 MiB of flash')).toBeVisible();
    await expect(card.getByText('nvs (settings), app1 (app)')).toBeVisible();
    await flashButton(page).click();
    await reached(page.getByText('The board started app0 (0x20000).').first());
    const { beforeStart } = await dump(page);
    const wanted = donor.slice();
    wanted.set(before.subarray(RAFT_NVS.from, RAFT_NVS.to), RAFT_NVS.from);
    expect(firstDifference(beforeStart ?? new Uint8Array(), wanted)).toBeNull();
  },
);

test(
  'changed, or for another board, it is refused; without its signature that is said',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    const bundle = await makeBundle(page);
    const files = unzipSync(bundle);
    const app = Object.keys(files).find((name) => name.startsWith('app0')) ?? '';
    const changed = {
      ...files,
      [app]: (files[app] ?? new Uint8Array()).map((byte, i) => (i === 99 ? byte ^ 1 : byte)),
    };
    await addFile(page, archive('changed.zip', zipSync(changed)));
    await expect(page.getByText(/is not what the bundle lists/).first()).toBeVisible();
    await expect(flashButton(page)).toHaveCount(0);
    await page.getByRole('button', { name: 'Remove changed.zip' }).click();

    const { 'signature.json': _, ...unsigned } = files;
    await addFile(page, archive('unsigned.zip', zipSync(unsigned)));
    await expect(page.getByText('Not signed.')).toBeVisible();
    await page.getByRole('button', { name: 'Disconnect' }).click();

    await chooseVirtualBoard(page, /^Open ESP32-S3, 8 MB/);
    await boardIsRead(page);
    await addFile(page, archive('raft.bundle.zip', bundle));
    await expect(page.getByText(/This bundle is not for this board: it is for the ESP32/).first()).toBeVisible();
    await expect(flashButton(page)).toHaveCount(0);
  },
);
