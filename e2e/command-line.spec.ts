/** The page and the command line say the same of the same board: both are driven, and their words compared. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'playwright/test';
import { addFile, openVirtualBoard, RAFT, UPDATE, useTool } from './app.ts';

/** What the built command line prints, with single spaces. */
function lines(...args: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['dist-cli/sectorwise.js', ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').map(plain);
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

// The command line reads apps whole by itself, as a file is quick to read; on the page that is asked for.
for (const { id, name, more, long = false } of [
  { id: 'esp32-raft', name: RAFT, more: 'Read and check the complete apps' },
  {
    id: 'esp32-damaged-table',
    name: 'Open ESP32 with a damaged partition table',
    more: 'Read and check the complete apps',
    long: true,
  },
  {
    id: 'esp32-otadata-lost',
    name: 'Open ESP32 with unusable otadata',
    more: 'Read and check the complete apps',
    long: true,
  },
  {
    id: 'photon',
    name: 'Open Particle Photon in DFU mode',
    more: 'Read and check the complete apps',
    long: true,
  },
]) {
  test(`${id}: what it starts, why, and what is wrong with it`, { tag: long ? '@long' : [] }, async ({ page }) => {
    const said = lines('inspect', '--board', id);
    await openVirtualBoard(page, name);
    await useTool(page, more);
    const panel = page.locator('board-panel');
    const [, runs = '', why = ''] = said;
    await expect(panel.getByRole('heading', { level: 2 })).toContainText(runs.replace(/\.$/, ''));
    await expect(panel.locator('p.reason')).toHaveText(why);
    for (const finding of await panel.locator('.finding:not(.good) p:first-child').allTextContents())
      expect(said.some((line) => line.endsWith(plain(finding)))).toBe(true);
  });
}

test('a plan: its headline, what happens, and what starts afterwards', { tag: '@long' }, async ({ page }) => {
  const said = lines('plan', '--board', 'esp32-raft', UPDATE);
  await openVirtualBoard(page, RAFT);
  await addFile(page, UPDATE);
  const happens = page.getByRole('list', { name: 'What happens' }).getByRole('listitem');
  await expect(happens.first()).toBeVisible();
  const shown = (await happens.allTextContents()).map(plain);
  const from = said.indexOf('What happens') + 1;
  expect(said.slice(from, said.indexOf('', from)).map((line) => line.replace(/^(changes|stays) /, ''))).toEqual(shown);
  await expect(page.locator('job-bar .units')).toHaveText(said[said.indexOf('In write order') + 1] ?? '');
  await expect(page.locator('job-bar')).toContainText('raft-demo 1.5.0 → app1, selected to start.');
  expect(said).toContain('raft-demo 1.5.0 → app1, selected to start. Everything else stays.');
  await expect(page.locator('plan-view > p, plan-view p').first()).toHaveText(said[from - 3] ?? '');
});

test('a file for another chip: the refusal, and what to do instead', { tag: '@long' }, async ({ page }) => {
  const said = lines('plan', '--board', 'esp32-raft', 'public/samples/hello-s3.bin');
  await openVirtualBoard(page, RAFT);
  await addFile(page, 'public/samples/hello-s3.bin');
  const card = page.locator('article.card.problem').first();
  const [title, next] = [await card.locator('h4').textContent(), await card.locator('p').first().textContent()];
  expect(said).toContain(`Refused ${plain(title ?? '')}`);
  expect(said.some((line) => line !== '' && plain(next ?? '').startsWith(line))).toBe(true);
});
