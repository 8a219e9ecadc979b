import { html } from 'lit';
import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { workerFailure } from '../../src/browser/heartbeat.ts';
import { axeViolations, mount, settle } from '../shared/testing.ts';
import { StuckWorker } from './stuck-worker.ts';

const { facts } = workerFailure('worker-stuck', { values: { seconds: 10 } });
const show = () => mount(html`<stuck-worker .failure=${facts}></stuck-worker>`, StuckWorker);

test('axe finds nothing', async () => {
  expect(await axeViolations(await show())).toEqual([]);
});

test('it says for how long and what can be done, and is gone when the worker answers again', async () => {
  const stuck = await show();
  const ended = vi.fn<() => void>();
  stuck.addEventListener('stuck-worker-end', ended);
  await expect.element(page.getByRole('alert')).toHaveTextContent('has not answered for 10 seconds');
  await page.getByRole('button', { name: 'Restart it' }).click();
  expect(ended).toHaveBeenCalledOnce();
  stuck.failure = null;
  await settle(stuck);
  expect(page.getByRole('alert').elements()).toEqual([]);
});
