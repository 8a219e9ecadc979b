/**
 * In the built app: an update on virtual boards, and the whole flash compared. Those that differ in data alone are in
 * src/testing/journeys/every-board.test.ts.
 */
import { expect, test } from 'playwright/test';
import {
  buildPartitionTable,
  RAFT_SECRETS_ROWS,
  RAFT_SINGLE_ROWS,
} from '../src/virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../src/virtual-boards/esp/firmware/raft-demo.ts';
import { addFile, dump, firstDifference, flashButton, openVirtualBoard } from './app.ts';
import { reached } from './progress.ts';

const UNIT = 0x1000;
const bin = (name: string, data: Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(data),
});

const BOARDS = [
  // Its port disappears and returns when it is reset.
  {
    name: 'Open ESP32-S3, 8 MB, Raft',
    chipId: 9,
    address: 0x320000,
    choice: 0x1f000,
    starts: 'app1 (0x320000)',
  },
  {
    name: 'Open ESP32-C6, 4 MB, ESP-IDF',
    chipId: 13,
    address: 0x110000,
    choice: 0xd000,
    starts: 'ota_0 (0x110000)',
  },
] as const;

for (const { name, chipId, address, choice, starts } of BOARDS) {
  test(`${name}: an update is written to its place and nowhere else`, { tag: '@long' }, async ({ page }) => {
    const update = raftDemo150(chipId);
    await openVirtualBoard(page, name);
    const { now: before } = await dump(page);
    await addFile(page, bin('update.bin', update));
    await flashButton(page).click();
    await reached(page.getByText(`The board started ${starts}.`).first());
    const { beforeStart, violations } = await dump(page);
    const wanted = before.slice();
    wanted.set(update, address);
    // The boot choice is one erase unit, whose record the unit tests check byte by byte.
    wanted.set(beforeStart?.subarray(choice, choice + UNIT) ?? [], choice);
    expect(firstDifference(beforeStart ?? before, wanted)).toBeNull();
    expect(violations).toBe(0);
  });
}

test('a board in Secure Download Mode: written, and never called verified', { tag: '@long' }, async ({ page }) => {
  const table = buildPartitionTable(RAFT_SINGLE_ROWS);
  const update = raftDemo150(5);
  await openVirtualBoard(page, 'Open ESP32-C3 in Secure Download Mode');
  await expect(page.getByText(/cannot be verified/).first()).toBeVisible();
  const { now: before } = await dump(page);
  await addFile(page, bin('partitions.bin', table));
  await addFile(page, bin('update.bin', update));
  await flashWithConsents(page);
  await reached(page.getByRole('heading', { name: 'Written, not verifiable' }));
  await expect(page.getByText(/(?<!not |cannot be )\bverified\b/i)).toHaveCount(0);
  const { beforeStart } = await dump(page);
  const wanted = before.slice();
  wanted.fill(0xff, 0x8000, 0x9000).set(table, 0x8000);
  wanted.fill(0xff, 0x100000, 0x100000 + Math.ceil(update.length / UNIT) * UNIT).set(update, 0x100000);
  expect(firstDifference(beforeStart ?? before, wanted)).toBeNull();
});

test('a board that encrypts: announced before, and it starts what it encrypted itself', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with flash encryption');
  await expect(page.getByText(/Flash encryption/).first()).toBeVisible();
  const { now: before } = await dump(page);
  await addFile(page, bin('partitions.bin', buildPartitionTable(RAFT_SECRETS_ROWS)));
  await addFile(page, bin('update.bin', raftDemo150(0)));
  await flashWithConsents(page);
  await reached(page.getByText(/The board started app\d/).first());
  const { beforeStart } = await dump(page);
  const nvs = RAFT_SECRETS_ROWS.find(({ label }) => label === 'nvs');
  const within = (flash: Uint8Array) => flash.subarray(nvs?.offset ?? 0, (nvs?.offset ?? 0) + (nvs?.size ?? 0));
  expect(firstDifference(within(beforeStart ?? before), within(before))).toBeNull();
});

/** Reads every question, consents to it, and flashes. */
async function flashWithConsents(page: Parameters<typeof flashButton>[0]): Promise<void> {
  await expect(flashButton(page)).toBeVisible();
  for (const box of await page.getByRole('checkbox').all()) await box.press('Space');
  await flashButton(page).click();
}
