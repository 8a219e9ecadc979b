/** Files dropped together, and the write settings: chosen, undone, remembered. */
import { mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import {
  addFile,
  addFolder,
  boardIsRead,
  chooseVirtualBoard,
  dump,
  flashButton,
  openVirtualBoard,
  RAFT,
  UPDATE,
} from './app.ts';
import { complaints } from './face.ts';

test(
  'a folder is listed before it is used, and each part can be excluded',
  { tag: '@long' },
  async ({ page }, info) => {
    const folder = info.outputPath('build');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'raft-demo.bin'), readFileSync(UPDATE));
    writeFileSync(
      join(folder, 'flasher_args.json'),
      JSON.stringify({
        flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
        flash_files: { '0x20000': 'raft-demo.bin' },
        app: { offset: '0x20000', file: 'raft-demo.bin', encrypted: 'false' },
        extra_esptool_args: { chip: 'esp32' },
      }),
    );
    await openVirtualBoard(page, RAFT);
    await addFolder(page, folder);
    const box = page.getByRole('article', { name: 'build' });
    const part = box.getByRole('checkbox', { name: /raft-demo\.bin/ });
    await expect(part).toBeChecked();
    // The folder puts its app over the one that runs: that is asked about first.
    const question = page.locator('plan-view').getByRole('checkbox');
    await question.press('Space');
    await expect(flashButton(page)).toBeEnabled();
    expect(await complaints(page)).toEqual([]);
    await part.press('Space');
    await expect(box.getByText('Excluded: it will not be written.')).toBeVisible();
    await expect(flashButton(page)).toBeHidden();
    await part.press('Space');
    await question.press('Space');
    await expect(flashButton(page)).toBeEnabled();
    expect((await dump(page)).erases).toBe(0);
    await page.getByRole('button', { name: 'Remove build' }).click();
    await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  },
);

test(
  'what was chosen for one board is not planned for the next, which is offered the file',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await addFile(page, UPDATE);
    await expect(flashButton(page)).toBeEnabled();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await chooseVirtualBoard(page, 'Open ESP32 with unusable otadata');
    await boardIsRead(page);
    await page.getByRole('tab', { name: 'Flash' }).click();
    const again = page.getByRole('button', { name: 'Use raft-demo-1.5.0.bin again' });
    await expect(again).toBeVisible();
    await expect(flashButton(page)).toBeHidden();
    expect(await complaints(page)).toEqual([]);
    await again.click();
    await expect(flashButton(page)).toBeEnabled();
    // The board that it was chosen for first has it offered as well.
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await chooseVirtualBoard(page, RAFT);
    await boardIsRead(page);
    await expect(again).toBeVisible();
  },
);

test('write settings are chosen for this board, remembered, and reset', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.getByText('Flashing options').click();
  await page.getByLabel('Speed').selectOption('230400');
  await expect(page.getByText(/Speed: 230,400 baud/)).toBeVisible();
  expect(await complaints(page)).toEqual([]);

  await page.goto('?speed=20');
  await page.getByRole('button', { name: RAFT }).click();
  await boardIsRead(page);
  await expect(page.getByText(/Speed: 230,400 baud/)).toBeVisible();

  await page.goto('?speed=20');
  await chooseVirtualBoard(page, 'Open ESP32 with unusable otadata');
  await boardIsRead(page);
  await expect(page.getByText('defaults', { exact: true })).toBeVisible();

  await page.goto('?speed=20');
  await page.getByRole('button', { name: RAFT }).click();
  await boardIsRead(page);
  await page.getByText('Flashing options').click();
  await page.getByRole('button', { name: 'Restore defaults' }).click();
  await expect(page.getByText('defaults', { exact: true })).toBeVisible();
});

test('what is below the plan does not move while something is pointed at', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 whose bootloader says 2 MB');
  await addFile(page, UPDATE);
  await expect(page.getByText(/things? to confirm first/)).toBeVisible();
  const top = () => page.locator('board-settings').evaluate((below) => below.getBoundingClientRect().top + scrollY);
  const before = await top();
  for (const block of await page.locator('flash-strip button').all()) {
    await block.hover();
    expect(await top()).toBe(before);
  }
  for (const line of await page.locator('plan-view .lines li').all()) {
    await line.hover();
    expect(await top()).toBe(before);
  }
});
