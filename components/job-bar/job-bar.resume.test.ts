/** Resuming an unfinished job from the job bar: after a stop, and before files that are planned. */
import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Interrupted, Work } from '../../src/session/state.ts';
import {
  ask,
  board,
  emptyPlan,
  ended,
  file,
  interrupted,
  libraries,
  plan,
  planned,
  refusal,
} from '../gallery/fixtures.ts';
import { JobBar } from './job-bar.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (work: Work, unfinished: Interrupted | null = null) =>
  mount(html`<job-bar .work=${work} .files=${[file]} .board=${board} .unfinished=${unfinished}></job-bar>`, JobBar);
/** The names of the prominent buttons. */
const loud = (bar: JobBar) =>
  [...(bar.shadowRoot?.querySelectorAll('wa-button:is([variant=brand], [variant=danger])') ?? [])].map((button) =>
    button.textContent.trim(),
  );

test('a verdict leads to resuming the job where that is possible, and only then', async () => {
  const bar = await show(ended('stopped'));
  const resume = page.getByRole('button', { name: 'Resume' });
  expect(resume.elements()).toHaveLength(0);
  bar.unfinished = interrupted;
  await settle(bar);
  expect(loud(bar)).toEqual(['Resume']);
  const intent = next(bar, 'sectorwise-intent');
  await resume.click();
  expect((await intent).detail).toEqual({ do: 'resume', job: interrupted.job });
  bar.unfinished = libraries.refused;
  await settle(bar);
  expect(loud(bar)).toEqual(['Read the board again']);
});

describe('with no file chosen, as after a reload', () => {
  test('the bar names the job and resumes it', async () => {
    const bar = await show({ kind: 'idle' }, interrupted);
    await expect.element(page.getByRole('heading', { name: 'Unfinished: raft-demo-1.5.0.bin to app1' })).toBeVisible();
    expect(loud(bar)).toEqual(['Resume']);
    expect(await axeViolations(bar)).toEqual([]);
    const resumes = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Resume' }).click();
    expect((await resumes).detail).toEqual({ do: 'resume', job: interrupted.job });
  });

  test('on a phone all the ways out are in it, each that is possible once; elsewhere the job itself has them', async () => {
    const bar = await show({ kind: 'idle' }, interrupted);
    const names = () =>
      ['Resume', 'Roll back', 'Abandon'].filter((name) => page.getByRole('button', { name }).elements().length === 1);
    await page.viewport(360, 740);
    expect(names()).toEqual(['Resume', 'Roll back', 'Abandon']);
    const rollsBack = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Roll back' }).click();
    expect((await rollsBack).detail).toEqual({ do: 'roll-back', job: interrupted.job });
    bar.unfinished = { ...interrupted, noResume: libraries.refused.noResume };
    await settle(bar);
    expect(names()).toEqual(['Roll back', 'Abandon']);
    const abandons = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Abandon' }).click();
    expect((await abandons).detail).toEqual({ do: 'abandon-job', job: interrupted.job });
    expect(await axeViolations(bar)).toEqual([]);
    await page.viewport(1280, 720);
    expect(names()).toEqual(['Roll back']);
  });

  test('where it cannot be resumed it says why, and rolls back if that is possible', async () => {
    const { noResume } = libraries.refused;
    const bar = await show({ kind: 'idle' }, { ...interrupted, noResume });
    expect(text(bar)).toContain(`It cannot be resumed. ${noResume?.says ?? ''}`);
    expect(loud(bar)).toEqual(['Roll back']);
    const rollsBack = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Roll back' }).click();
    expect((await rollsBack).detail).toEqual({ do: 'roll-back', job: interrupted.job });
    bar.unfinished = libraries.refused;
    await settle(bar);
    expect(text(bar)).toContain(noResume?.next);
    expect(loud(bar)).toEqual([]);
  });

  test('where resuming it was refused, it is not offered again, and rolls back', async () => {
    const refused: Work = { kind: 'refused', purpose: { kind: 'flash' }, refusals: [refusal], ofResume: true };
    const bar = await show(refused, { ...interrupted, noResume: refusal });
    expect(loud(bar)).toEqual(['Roll back']);
    expect(page.getByRole('button', { name: 'Resume' }).elements()).toHaveLength(0);
  });

  test('where planning was stopped, that can be done again beside it', async () => {
    const bar = await show({ kind: 'idle' }, interrupted);
    bar.unplanned = true;
    await settle(bar);
    expect(loud(bar)).toEqual(['Resume']);
    await expect.element(page.getByRole('button', { name: 'Plan again' })).toBeEnabled();
  });
});

describe('before a file that is planned', () => {
  test(
    'it comes first: its name is the headline, Resume the next step, and flashing is still possible',
    LONG,
    async () => {
      const bar = await show(planned, interrupted);
      await expect
        .element(page.getByRole('heading', { name: 'Unfinished: raft-demo-1.5.0.bin to app1' }))
        .toBeVisible();
      expect(loud(bar)).toEqual(['Resume']);
      const lines = text(bar);
      expect(lines).toContain('Resume finishes it.');
      expect(lines).toContain(
        'Flash app0 instead leaves that job and writes what you chose now: raft-demo-1.5.0.bin → app0. Everything else stays.',
      );
      expect(lines.indexOf('Resume finishes')).toBeLessThan(lines.indexOf('Flash app0 instead leaves'));
      expect(await axeViolations(bar)).toEqual([]);
      const resumes = next(bar, 'sectorwise-intent');
      await page.getByRole('button', { name: 'Resume' }).click();
      expect((await resumes).detail).toEqual({ do: 'resume', job: interrupted.job });
      const flashes = next(bar, 'sectorwise-intent');
      await page.getByRole('button', { name: 'Flash app0 instead' }).click();
      expect((await flashes).detail).toEqual({ do: 'flash', plan: plan.image.md5 });
    },
  );

  test('a plan that leads to the same flash is no other choice: the job is resumed', async () => {
    const bar = await show(planned, { ...interrupted, image: plan.image.md5 });
    expect(loud(bar)).toEqual(['Resume']);
    expect(page.getByRole('button', { name: /^Flash/ }).elements()).toHaveLength(0);
    expect(text(bar)).toContain('What is chosen here is part of that job.');
  });

  test('where what was chosen cannot be written, it can be resumed all the same', async () => {
    const bar = await show({ kind: 'refused', purpose: { kind: 'flash' }, refusals: [refusal] }, interrupted);
    expect(text(bar)).toContain('Unfinished: raft-demo-1.5.0.bin to app1');
    expect(text(bar)).toContain('What you chose cannot be written now: see “Show why”.');
    expect(text(bar)).not.toMatch(/Nothing was written|This cannot be written/);
    expect(loud(bar)).toEqual(['Resume']);
  });

  test('what flashing needs first is still asked', async () => {
    const bar = await show({ ...planned, asks: [ask] }, interrupted);
    expect(loud(bar)).toEqual(['Resume']);
    await expect.element(page.getByRole('button', { name: 'Flash app0 instead' })).toBeDisabled();
    await expect.element(page.getByRole('button', { name: 'Show what to confirm' })).toBeEnabled();
  });

  test('a job that cannot be resumed is decided in the view: the bar is about the file', async () => {
    const bar = await show(planned, libraries.refused);
    expect(page.getByRole('button', { name: 'Resume' }).elements()).toHaveLength(0);
    expect(loud(bar)).toEqual([]);
    await expect.element(page.getByRole('button', { name: 'Flash app0', exact: true })).toBeEnabled();
  });

  test('where the file is there already, or something else was asked for, the bar is about that', async () => {
    expect(text(await show({ ...planned, plan: emptyPlan }, interrupted))).toContain('is already in app0.');
    const erased = { region: 'flash', address: 0x20000, size: 0x1000 };
    const erasing = await show({ ...planned, purpose: { kind: 'erase', name: 'app0', range: erased } }, interrupted);
    expect(loud(erasing)).toEqual(['Erase app0']);
    expect(page.getByRole('button', { name: 'Resume' }).elements()).toHaveLength(0);
  });
});
