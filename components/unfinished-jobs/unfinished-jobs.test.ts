import { html } from 'lit';
import { expect, test } from 'vitest';
import type { Unfinished } from '../../src/backups/library-view.ts';
import { libraries } from '../gallery/fixtures.ts';
import { UnfinishedJobs } from './unfinished-jobs.ts';
import { complaints, mount, text } from '../shared/testing.ts';

const [job] = libraries.unfinished;
if (job === undefined) throw new Error('the fixture lost its job');
const show = (jobs: readonly Unfinished[]) =>
  mount(html`<unfinished-jobs .jobs=${jobs}></unfinished-jobs>`, UnfinishedJobs);

test('axe finds nothing', async () => {
  expect(await complaints(await show([job, { ...job, job: 'j2', purpose: 'roll-back' }]))).toEqual([]);
});

test('each job names its board, how far it got, and what to do', async () => {
  expect(text(await show([job]))).toBe(
    'Unfinished write on ESP32 24:6f:28:ab:cd:ef, 64 of 156 units verified (raft-demo-1.5.0.bin to app1): connect it to continue.',
  );
  expect(text(await show([{ ...job, purpose: 'restore' }]))).toMatch(/^Unfinished restore on /);
  expect(text(await show([]))).toBe('');
});
