/** A damaged board is diagnosed, repaired by what is offered, and starts again: the whole flash compared. */
import { expect, type Page, test } from 'playwright/test';
import { makeBoard } from '../src/virtual-boards/catalogue.ts';
import { instantClock } from '../src/virtual-boards/clock.ts';
import type { Damage } from '../src/testing/damages/damage.ts';
import { makeDfuBoard } from '../src/virtual-boards/dfu/catalogue.ts';
import { damageNamed } from '../src/testing/damages/list.ts';
import {
  backUp,
  boardIsRead,
  chooseVirtualBoard,
  dump,
  firstDifference,
  flashButton,
  openVirtualBoard,
} from './app.ts';
import { complaints } from './face.ts';
import { reached } from './progress.ts';

const REPAIRS = '?speed=60#/repair';

/** Where two flashes differ outside some ranges. */
function elsewhere(a: Uint8Array, b: Uint8Array, ...ranges: readonly (readonly [number, number])[]): unknown {
  const [left, right] = [a.slice(), b.slice()];
  for (const each of [left, right]) for (const [from, to] of ranges) each.fill(0, from, to);
  return firstDifference(left, right);
}

/** Opens a virtual board that was left with this damage, in the view of repairs, and diagnoses it. */
async function diagnosed(page: Page, name: string, board: string): Promise<void> {
  const damage = damageNamed(name);
  await page.goto(REPAIRS);
  await storeFlash(page, damage.board, damagedFlash(damage));
  await open(page, board);
}

function damagedFlash(damage: Damage): Uint8Array {
  if (damage.family === 'dfu') {
    const made = makeDfuBoard(damage.board, instantClock());
    damage.happens(made);
    return made.flash.snapshot();
  }
  const made = makeBoard(damage.board, instantClock());
  damage.happens(made);
  return made.flash.snapshot();
}

/** Leaves a virtual board with these bytes in its flash, as an earlier visit would have. */
async function storeFlash(page: Page, board: string, flash: Uint8Array): Promise<void> {
  await page.evaluate(
    async ([id, text]) => {
      const data = Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open('sectorwise-virtual-boards', 1);
        asked.addEventListener('upgradeneeded', () => asked.result.createObjectStore('flash'));
        asked.addEventListener('success', () => resolve(asked.result));
        asked.addEventListener('error', () => reject(new Error('the database does not open')));
      });
      await new Promise((resolve) => {
        const put = database.transaction('flash', 'readwrite');
        put.objectStore('flash').put([data], id);
        put.addEventListener('complete', resolve);
      });
      database.close();
    },
    [board, Buffer.from(flash).toString('base64')] as const,
  );
}

async function open(page: Page, board: string): Promise<void> {
  await page.goto(REPAIRS);
  await chooseVirtualBoard(page, board);
  await boardIsRead(page);
  await page.getByRole('tab', { name: /^Repair/ }).click();
  await page.getByRole('button', { name: 'Diagnose', exact: true }).click();
  await reached(page.getByRole('button', { name: 'Diagnose again' }));
}

/** Agrees to the plan that is shown, and waits for the board to start. */
async function carriedOut(page: Page, started: RegExp): Promise<void> {
  await flashButton(page).click();
  await reached(page.getByText(started).last());
}

test(
  'the table is gone: it is reconstructed, looked through in the editor, and written',
  { tag: '@long' },
  async ({ page }) => {
    await diagnosed(page, 'table gone', 'Open ESP32, 4 MB');
    await expect(page.getByRole('heading', { name: /^Nothing starts\.$/ })).toBeVisible();
    await expect(page.getByRole('heading', { name: /There is no partition table at 0x8000/ })).toHaveCount(1);
    const rows = page.getByRole('list', { name: 'The rows of the table' }).getByRole('listitem');
    await expect(rows).toHaveCount(5);
    await expect(rows.last()).toContainText(/fs\s*Sure\s*data, littlefs, 0x380000, 512\sKiB/);
    expect(await complaints(page)).toEqual([]);
    const { now: before } = await dump(page);
    await page.getByRole('button', { name: 'Look at the reconstructed table' }).last().click();
    await page.getByRole('button', { name: 'Plan this change' }).click();
    await page.getByRole('button', { name: 'Change the layout' }).click();
    await reached(page.getByText(/^The board started app0/).last());
    const { now, beforeStart, violations } = await dump(page);
    expect(elsewhere(before, beforeStart ?? now, [0x8000, 0x9000])).toBeNull();
    expect(violations).toBe(0);
  },
);

test(
  'one byte of the table is wrong: the diagnosis says which, and it is put back',
  { tag: '@long' },
  async ({ page }) => {
    await diagnosed(page, 'wrong MD5', 'Open ESP32-C3, 4 MB, one app');
    const { now: before } = await dump(page);
    await page
      .getByRole('button', { name: /^Correct .+ \(row 4\)/ })
      .last()
      .click();
    await carriedOut(page, /^The board started factory/);
    const { now, beforeStart } = await dump(page);
    expect(elsewhere(before, beforeStart ?? now, [0x806c, 0x806d])).toBeNull();
  },
);

test('both entries of otadata are bad: the app that is whole is selected again', { tag: '@long' }, async ({ page }) => {
  await diagnosed(page, 'otadata both bad', 'Open ESP32, 4 MB');
  const { now: before } = await dump(page);
  await page.getByRole('button', { name: 'Select app0 in otadata' }).last().click();
  await carriedOut(page, /^The board started app0/);
  const { now, beforeStart } = await dump(page);
  expect(elsewhere(before, beforeStart ?? now, [0x1e000, 0x20000])).toBeNull();
});

test(
  'an app is torn, and another slot holds a whole one, which starts: that is selected',
  { tag: '@long' },
  async ({ page }) => {
    await diagnosed(page, 'app torn', 'Open ESP32, 4 MB');
    const checks = page.getByRole('list', { name: 'What was checked' });
    await expect(checks.getByRole('listitem').filter({ hasText: 'app0' })).toContainText('Damaged');
    await expect(checks.getByRole('listitem').filter({ hasText: 'app1' })).toContainText('Intact');
    const { now: before } = await dump(page);
    await page.getByRole('button', { name: 'Select app1 in otadata' }).last().click();
    await carriedOut(page, /^The board started app1/);
    const { now, beforeStart } = await dump(page);
    expect(elsewhere(before, beforeStart ?? now, [0x1e000, 0x20000])).toBeNull();
  },
);

test(
  'a factory slot would be copied back: it is cleared, and the application stays and starts',
  { tag: '@long' },
  async ({ page }) => {
    await diagnosed(page, 'factory slot in the way', 'Open Particle Electron');
    const { now: before } = await dump(page);
    await page.getByRole('button', { name: 'Clear factory' }).last().click();
    await page.getByRole('checkbox', { name: /^Erase this content/ }).press('Space');
    await page.getByRole('button', { name: 'Erase factory' }).last().click();
    await reached(page.getByRole('heading', { name: 'factory erased' }));
    await page.getByRole('button', { name: /^(Read the board again|Connect again)$/ }).click();
    await expect(page.getByRole('heading', { name: /^Starts user application v6 from user/ })).toBeVisible();
    await expect(page.getByRole('tab', { name: 'Repair', exact: true })).toBeVisible();
    const { now, beforeStart, violations } = await dump(page);
    const wanted = before.slice().fill(0xff, 0xa0000, 0xc0000);
    // The start copied nothing: the flash is the same before and after it.
    expect([beforeStart ?? new Uint8Array(), now].map((flash) => firstDifference(wanted, flash))).toEqual([null, null]);
    expect(violations).toBe(0);
  },
);

test(
  'no app is left: a backup of before brings it back, one of the damage is not offered',
  { tag: '@long' },
  async ({ page }) => {
    const board = 'Open ESP32, 4 MB';
    const [app0, size] = [0x20000, 0x1b0000];
    const { flash } = makeBoard('esp32-raft', instantClock());
    await openVirtualBoard(page, board, 60);
    await backUp(page, 'app0');
    await expect(page.getByRole('tab', { name: 'Backups 1' })).toBeVisible();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    const whole = flash.snapshot();
    flash.load(app0, new Uint8Array(size).fill(0xff));
    await storeFlash(page, 'esp32-raft', flash.snapshot());
    await openVirtualBoard(page, board, 60);
    await backUp(page, 'app0');
    await expect(page.getByRole('tab', { name: 'Backups 2' })).toBeVisible();
    await page.getByRole('tab', { name: 'Repair 1' }).click();
    const card = page.getByRole('article').filter({ hasText: 'No partition holds an app that starts here' });
    await expect(card.getByText(/does not help\. It holds what is on the board now\./)).toBeVisible();
    await expect(card.getByRole('button', { name: 'Try with raft-demo 1.5.0' })).toBeEnabled();
    expect(await complaints(page)).toEqual([]);
    await card.getByRole('button', { name: /^Restore app0 of / }).click();
    await page.getByRole('button', { name: 'Restore app0', exact: true }).click();
    await reached(page.getByText(/^The board started app0/).last());
    const { now, beforeStart } = await dump(page);
    expect(firstDifference(whole, beforeStart ?? now)).toBeNull();
  },
);
