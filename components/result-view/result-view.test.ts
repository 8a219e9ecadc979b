import { html } from 'lit';
import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { BootLog } from '../boot-log/boot-log.ts';
import { ended } from '../gallery/fixtures.ts';
import type { Ended } from './result-view.ts';
import { ResultView } from './result-view.ts';
import { complaints, inside, mount, next, settle, text } from '../shared/testing.ts';

const show = (outcome: Parameters<typeof ended>[0]) =>
  mount(html`<result-view .work=${ended(outcome)}></result-view>`, ResultView);

const OUTCOMES = [
  ['verified', 'It is there: app0 is verified'],
  ['unproved', 'Written, cannot be verified'],
  ['nothing-to-do', 'Nothing to do: it was there already'],
  ['wrong', 'It is not there'],
  ['beside', 'Something changed beside the write'],
  ['stopped', 'Stopped before the end'],
  ['failed', 'Not finished'],
] as const;

test.each(OUTCOMES)('axe finds nothing, and the verdict comes first: %s', async (outcome, title) => {
  const view = await show(outcome);
  expect(await complaints(view)).toEqual([]);
  expect(text(view).startsWith(title)).toBe(true);
});

test('written is not verified: an unproved result never says so', async () => {
  const shown = text(await show('unproved'));
  expect(shown).toContain('cannot be verified');
  expect(shown).not.toMatch(/(?<!cannot be )verified|\bok\b/i);
});

test('what lies beside the write is proved, or named as changed', async () => {
  expect(text(await show('verified'))).toContain('What lies around it is proved unchanged.');
  const card = (await show('beside')).shadowRoot?.querySelector('failure-card');
  expect(card?.failure?.says).toContain('Beside the write, 0x8000–0x9000 changed');
});

test('what the board said is text, never markup', async () => {
  const view = await show('verified');
  expect(text(view)).toContain('The board started app0: raft-demo 1.5.0.');
  const log = inside(view, 'boot-log', BootLog);
  expect(log.shadowRoot?.querySelector('pre b')).toBeNull();
  expect(text(log)).toContain('<b>raft-demo</b> 1.5.0 says hello');
});

test('a job that ended early says what is on the board now', async () => {
  expect(text(await show('stopped'))).toContain(
    'Of 252 erase units in the plan: 98 verified, 24 unknown, 130 as before.',
  );
});

test('the report is a JSON file', async () => {
  await show('verified');
  const blobs = vi.spyOn(URL, 'createObjectURL');
  const clicked = new Promise<HTMLAnchorElement>((resolve) => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementationOnce(function (this: HTMLAnchorElement) {
      resolve(this);
    });
  });
  await page.getByRole('button', { name: 'Save the report' }).click();
  expect((await clicked).download).toBe('sectorwise-report-2026-03-09T10-00-14-200Z.json');
  const blob = blobs.mock.calls[0]?.[0];
  expect(JSON.parse(blob instanceof Blob ? await blob.text() : '')).toMatchObject({
    format: 'sectorwise-report',
    outcome: 'verified',
  });
  vi.restoreAllMocks();
});

test('the report can be printed', async () => {
  await show('verified');
  const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
  await page.getByRole('button', { name: 'Print the report' }).click();
  expect(print).toHaveBeenCalledOnce();
  vi.restoreAllMocks();
});

test('the next step is to connect again, or to read again while the board listens', async () => {
  const view = await show('failed');
  const intent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Connect again' }).click();
  expect((await intent).detail).toEqual({ do: 'reconnect' });
  await show('stopped');
  await expect.element(page.getByRole('button', { name: 'Read the board again' })).toBeInTheDocument();
});

test('a job that did not end well can be resumed or rolled back, and where nothing was begun nothing is lost', async () => {
  expect(text(await show('failed'))).toContain('Connect the board again, now or another day:');
  expect(text(await show('stopped'))).toContain('then you can resume, roll back or leave it.');
  const closing = await show('failed');
  closing.fleeting = true;
  await settle(closing);
  expect(text(closing)).toContain('Connect the board again, before this tab is closed:');
  const work = { ...ended('failed'), units: ended('failed').units.map(() => 'waiting' as const) };
  const view = await mount(html`<result-view .work=${work}></result-view>`, ResultView);
  expect(text(view)).toContain('Nothing was overwritten: the board holds what it held.');
  expect(text(await show('verified'))).not.toContain('roll back');
});

test('after a roll back the board is as it was, after a restore the backup is back', async () => {
  const after = (purpose: Ended['purpose']) =>
    mount(html`<result-view .work=${{ ...ended('verified'), purpose }}></result-view>`, ResultView);
  expect(text(await after({ kind: 'roll-back', job: 'j1' }))).toMatch(/^It is as it was/);
  expect(text(await after({ kind: 'restore', backup: 'b1', name: 'nvs' }))).toMatch(/^It is back: nvs is verified/);
});
