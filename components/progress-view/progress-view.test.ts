import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Work } from '../../src/session/state.ts';
import { allVerified, bootLog, layout, plan, progress, unitStates, unprovedStates } from '../gallery/fixtures.ts';
import { ProgressView } from './progress-view.ts';
import { complaints, inside, mount, next, settle, text } from '../shared/testing.ts';

const at = (part: number, stopping = false): Extract<Work, { kind: 'flashing' }> => ({
  kind: 'flashing',
  purpose: { kind: 'flash' },
  plan,
  layout,
  unprovable: 0,
  progress: progress('Writing app0', part),
  units: unitStates(98),
  stopping,
});
const show = (work: Work) => mount(html`<progress-view .work=${work}></progress-view>`, ProgressView);

test('axe finds nothing while flashing, stopping and starting', async () => {
  expect(await complaints(await show(at(0.4)))).toEqual([]);
  expect(await complaints(await show(at(0.4, true)))).toEqual([]);
  expect(
    await complaints(
      await show({ kind: 'starting', purpose: { kind: 'flash' }, plan, layout, units: allVerified, bootLog }),
    ),
  ).toEqual([]);
});

test('the progress bar has a name and a value', async () => {
  await show(at(0.5));
  await expect.element(page.getByRole('progressbar', { name: 'Flashing' })).toHaveAttribute('aria-valuenow', '50');
});

test('units, bytes, speed and time left are shown', async () => {
  const shown = text(await show(at(0.5)));
  expect(shown).toContain('98 of 252 units');
  expect(shown).toContain('579.8 KiB of 1.13 MiB');
  expect(shown).toContain('90 KiB/s');
  expect(shown).toContain('6 s');
  expect(shown).toContain('being written: 32 units, not yet verified: 32 units');
});

test('a board that cannot be read never counts a unit as verified', async () => {
  const units = unprovedStates(98);
  const shown = text(await show({ ...at(0.5), units, unprovable: units.length }));
  expect(shown).toContain('Written, not verifiable 98 of 252 units');
  expect(shown).not.toMatch(/verified/i);
});

test('screen readers are told only at each quarter', async () => {
  const view = await show(at(0.3));
  const said = inside(view, '[role=status]', HTMLElement).textContent;
  view.work = at(0.44);
  await settle(view);
  expect(inside(view, '[role=status]', HTMLElement).textContent).toBe(said);
  view.work = at(0.51);
  await settle(view);
  expect(inside(view, '[role=status]', HTMLElement).textContent).not.toBe(said);
});

test('Stop says what it leaves behind, and works once', async () => {
  const view = await show(at(0.4));
  expect(text(view)).toContain('Stopping leaves app0 partly written');
  const intent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Stop' }).click();
  expect((await intent).detail).toEqual({ do: 'cancel' });
  view.work = at(0.4, true);
  await settle(view);
  const stop = page.getByRole('button', { name: 'Stop' });
  await expect.element(stop).toBeDisabled();
  await expect.element(stop).toHaveAccessibleDescription('Stopping: finishing the current step …');
});
