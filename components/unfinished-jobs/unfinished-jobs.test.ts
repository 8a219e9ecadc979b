import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Unfinished } from '../../src/backups/library-view.ts';
import type { MetBoard, BoardConnection } from '../../src/storage/records.ts';
import { libraries } from '../gallery/fixtures.ts';
import { UnfinishedJobs } from './unfinished-jobs.ts';
import { axeViolations, mount, next, text } from '../shared/testing.ts';
import { byLength } from '../../src/testing/long.ts';

const [job] = libraries.unfinished;
if (job === undefined) throw new Error('the fixture lost its job');
const show = (jobs: readonly Unfinished[], met: readonly MetBoard[] = []) =>
  mount(html`<unfinished-jobs .jobs=${jobs} .met=${met}></unfinished-jobs>`, UnfinishedJobs);
const met = (connection: BoardConnection): MetBoard[] => [{ key: job.key, name: job.board, connection, seen: 0 }];

test('axe finds nothing', async () => {
  const jobs: Unfinished[] = [job, { ...job, job: 'j2', purpose: 'roll-back' }];
  expect(await axeViolations(await show(jobs, met({ port: 'serial' })))).toEqual([]);
});

test('each job names its board, how far it got, and what to do', async () => {
  expect(text(await show([job]))).toBe(
    'Unfinished write on ESP32 24:6f:28:ab:cd:ef, 64 of 156 erase units verified: connect it to resume. raft-demo-1.5.0.bin to app1',
  );
  await expect.element(page.getByRole('progressbar')).toHaveAttribute('value', '41');
  expect(text(await show([{ ...job, verified: 0, unchecked: 64 }]))).toContain(
    '0 of 156 erase units verified (64 verified earlier, not checked again yet): connect it to resume.',
  );
  expect(text(await show([{ ...job, purpose: 'restore' }]))).toMatch(/^Unfinished restore on /);
  expect(text(await show([{ ...job, purpose: 'erase', says: 'erase nvs', alone: 'Erase nvs' }]))).toMatch(
    / Erase nvs$/,
  );
  expect(text(await show([]))).toBe('');
});

for (const [options, connections] of byLength(
  [{ port: 'usb' }, { virtual: 'esp32-raft' }] as const,
  (each) => 'port' in each,
))
  test.each(connections)(
    'the board of a job is one click away if it was connected here before: %o',
    options,
    async (connection) => {
      const sent = next(await show([job], met(connection)), 'sectorwise-connect');
      await page.getByRole('button', { name: 'Connect ESP32 24:6f:28:ab:cd:ef' }).click();
      expect((await sent).detail).toEqual({ ...connection, known: true });
      await show([job], [{ key: 'another', name: 'ESP32', connection, seen: 0 }]);
      expect(page.getByRole('button').elements()).toHaveLength(0);
    },
  );
