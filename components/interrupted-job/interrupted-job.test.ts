import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Interrupted } from '../../src/session/state.ts';
import { interrupted, libraries } from '../gallery/fixtures.ts';
import { InterruptedJob } from './interrupted-job.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const { NOW, hardlyBegun, refused, restoring, rollingBack } = libraries;
const show = (job: Interrupted, locked = false) =>
  mount(html`<interrupted-job primary .job=${job} .now=${NOW} ?locked=${locked}></interrupted-job>`, InterruptedJob);

describe('accessibility', () => {
  test.each([interrupted, hardlyBegun, restoring, rollingBack, refused])(
    'axe finds nothing: $says',
    LONG,
    async (job) => {
      expect(await axeViolations(await show(job))).toEqual([]);
      expect(await axeViolations(await show(job, true))).toEqual([]);
    },
  );

  test('it is a region with its heading, and the actions are in order', async () => {
    await show(interrupted);
    const region = page.getByRole('region', { name: 'A write to this board is unfinished' });
    await expect.element(region).toBeInTheDocument();
    for (const [i, name] of ['Resume', 'Roll back', 'Abandon'].entries())
      await expect.element(page.getByRole('button').nth(i)).toHaveAccessibleName(name);
  });
});

test('it says what was to be done, when it was begun, and exactly how far it got', async () => {
  const shown = text(await show(interrupted));
  expect(shown).toContain('raft-demo-1.5.0.bin to app1 · started today,\u00a010:00');
  expect(shown).toContain(
    '87 of 412 erase units verified. 24 more were begun, the first at 0x2F000: some may be blank or half written.',
  );
  expect(shown).toContain('Not begun: 301 erase units, as before. The job writes nothing else.');
  // Nothing beside the writes was compared.
  expect(shown).not.toMatch(/else on the board is unchanged/);
  // The board has been read when this is shown: it is Resume that reads these units.
  expect(shown).toContain('Resume first reads what was begun.');
  expect(text(await show(refused))).not.toContain('Resume first reads');
});

test('its figures add up, and each erase unit is counted once', async () => {
  const extent = { ...interrupted.extent, total: 156, verified: 72, begun: 155, asBefore: 2, incomplete: 20 };
  const shown = text(await show({ ...interrupted, extent }));
  expect(shown).toContain('72 of 156 erase units verified. 61 more were begun');
  expect(shown).toContain('20 erase units are incomplete. Resume first reads what was begun. Not begun: 3 erase units');
  const last = { ...extent, begun: 95, incomplete: 20 };
  expect(text(await show({ ...interrupted, extent: last }))).toContain(
    '1 more was begun, at 0x2F000: it may be blank or half written.',
  );
});

test('between two layouts it warns of starting the firmware, which a flash image in a file has not', async () => {
  const warning = 'Resume or roll back before its firmware starts';
  const between = { ...interrupted, betweenLayouts: true as const };
  expect(text(await show(between))).toContain(warning);
  expect(text(await show(interrupted))).not.toContain(warning);
  const file = await mount(html`<interrupted-job image .job=${between} .now=${NOW}></interrupted-job>`, InterruptedJob);
  expect(text(file)).not.toContain(warning);
});

test('a job that had not begun to write overwrote nothing', async () => {
  const shown = text(await show(hardlyBegun));
  expect(shown).toContain('Nothing was overwritten: 0 of 412 erase units started. The board is unchanged.');
});

const ACTIONS = [
  ['Resume', 'resume'],
  ['Roll back', 'roll-back'],
  ['Abandon', 'abandon-job'],
] as const;
for (const [options, actions] of byLength(ACTIONS, ([name]) => name === 'Resume'))
  test.each(actions)('%s sends its intent, with the job', options, async (name, intentName) => {
    const intent = next(await show(interrupted), 'sectorwise-intent');
    await page.getByRole('button', { name }).click();
    expect((await intent).detail).toEqual({ do: intentName, job: 'j1' });
  });

test('an unavailable action says why and what to do instead; abandoning is always possible', async () => {
  const shown = text(await show(refused));
  await expect.element(page.getByRole('button', { name: 'Resume' })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Roll back' })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Abandon' })).toBeEnabled();
  expect(shown).toContain('The board was written by something else since');
  expect(shown).toContain('Abandon it, and write the old file again if you have it.');
});

test('each purpose has its words', async () => {
  expect(text(await show(rollingBack))).toContain('A rollback is unfinished');
  expect(text(await show(restoring))).toContain('A restore is unfinished');
});

test('where everything is written, resuming it makes the last checks', async () => {
  const { total } = interrupted.extent;
  const written = { ...interrupted, extent: { ...interrupted.extent, verified: total, begun: total, open: null } };
  expect(text(await show(written))).toContain('Everything is written, and the last checks are made.');
  expect(text(await show(interrupted))).toContain('Only what is missing is written.');
});

const lost = refused.noRollBack === null ? null : { ...refused.noRollBack, kind: 'no-way-back' };

test('a board that cannot be read is written again, and nobody is told that all of it is in the backups', async () => {
  const shown = text(await show({ ...interrupted, unreadable: true, noRollBack: lost }));
  expect(shown).toContain('The board cannot be read, so all that was begun is written again.');
  expect(shown).not.toContain('Resume first reads');
  expect(shown).toContain('the rest of what was overwritten is lost');
  expect(text(await show(interrupted))).toContain('What was overwritten stays in your backups.');
});

test.each([
  [1166, 200],
  [312, 420],
])('at %i px, what can be done takes no more than %i px from its top', async (width, height) => {
  const card = await mount(
    html`<interrupted-job style="display: block; width: ${width}px" .job=${interrupted} .now=${NOW}></interrupted-job>`,
    InterruptedJob,
  );
  const list = inside(card, 'ul', HTMLElement).getBoundingClientRect();
  expect(list.bottom - card.getBoundingClientRect().top).toBeLessThan(height);
});

test('without its board nothing can be done, and it says so', async () => {
  expect(text(await show(interrupted, true))).toContain('Connect the board again to continue');
  const reading = await show(interrupted, true);
  reading.reading = true;
  await settle(reading);
  expect(text(reading)).toContain('Wait until the reading has ended.');
  expect(text(reading)).not.toContain('Connect the board again');
  for (const name of ['Resume', 'Roll back', 'Abandon'])
    await expect.element(page.getByRole('button', { name })).toBeDisabled();
});
