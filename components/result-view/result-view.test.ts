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
  ['verified', 'app0 verified'],
  ['unproved', 'Written, not verifiable'],
  ['nothing-to-do', 'Nothing to do: already on the board'],
  ['wrong', 'Write failed'],
  ['beside', 'Flash outside the plan changed'],
  ['stopped', 'Stopped before the end'],
  ['failed', 'Not finished'],
] as const;

test.each(OUTCOMES)('axe finds nothing, and the verdict comes first: %s', async (outcome, title) => {
  const view = await show(outcome);
  expect(await complaints(view)).toEqual([]);
  expect(text(view).startsWith(title)).toBe(true);
});

test('written is not verified: an unproved result never claims it', async () => {
  const shown = text(await show('unproved'));
  expect(shown).toContain('not verifiable');
  expect(shown).not.toMatch(/(?<!not )verified|\bok\b/i);
});

test('what lies beside the write is verified, or named as changed', async () => {
  expect(text(await show('verified'))).toContain('The flash next to the writes is verified as unchanged.');
  const card = (await show('beside')).shadowRoot?.querySelector('failure-card');
  expect(card?.failure?.says).toContain('0x8000–0x9000');
});

test('what the board printed is text, never markup', async () => {
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

/** The file that a press on the button saves: its name and what is in it. */
async function saved(): Promise<{ name: string; report: unknown }> {
  const blobs = vi.spyOn(URL, 'createObjectURL');
  const clicked = new Promise<HTMLAnchorElement>((resolve) => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementationOnce(function (this: HTMLAnchorElement) {
      resolve(this);
    });
  });
  await page.getByRole('button', { name: 'Save the report' }).click();
  const name = (await clicked).download;
  const blob = blobs.mock.calls[0]?.[0];
  vi.restoreAllMocks();
  return { name, report: JSON.parse(blob instanceof Blob ? await blob.text() : '') };
}

test('the report is a JSON file', async () => {
  await show('verified');
  expect(await saved()).toMatchObject({
    name: 'sectorwise-report-2026-03-09T10-00-14-200Z.json',
    report: { format: 'sectorwise-report', outcome: 'verified', start: { log: expect.stringContaining('says hello') } },
  });
});

test('before it is saved, it is said what the report reveals', async () => {
  const shown = text(await show('verified'));
  expect(shown).toContain('The report contains this board’s MAC, 24:6f:28:a1:b2:c3.');
  expect(shown).toContain('values in it that look like passwords, tokens or keys are hidden');
  expect(shown.indexOf('this board’s MAC')).toBeLessThan(shown.indexOf('Save the report'));
  const unstarted = text(await show('failed'));
  expect(unstarted).toContain('this board’s MAC');
  expect(unstarted).not.toContain('boot log');
  const work = ended('failed');
  const report = { ...work.report, identity: { ...work.report.identity, key: null } };
  const keyless = await mount(html`<result-view .work=${{ ...work, report }}></result-view>`, ResultView);
  expect(text(keyless)).toContain('what this board says about itself, such as its serial number');
  expect(text(keyless)).not.toContain('MAC');
});

test('the boot log can be left out of the report, and stays on the page', async () => {
  const view = await show('verified');
  await page.getByText('Save it with the boot log').click();
  const { report } = await saved();
  expect(report).toMatchObject({ start: { good: true, log: null } });
  expect(JSON.stringify(report)).not.toContain('says hello');
  expect(text(inside(view, 'boot-log', BootLog))).toContain('says hello');
});

test('the report can be printed', async () => {
  await show('verified');
  const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
  await page.getByRole('button', { name: 'Print the report' }).click();
  expect(print).toHaveBeenCalledOnce();
  vi.restoreAllMocks();
});

test('the next step is to reconnect, or to read again while the board is in its loader', async () => {
  const view = await show('failed');
  const intent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Connect again' }).click();
  expect((await intent).detail).toEqual({ do: 'reconnect' });
  await show('stopped');
  await expect.element(page.getByRole('button', { name: 'Read the board again' })).toBeInTheDocument();
});

test('a job that did not end well can be resumed or rolled back, and if nothing was begun nothing is lost', async () => {
  expect(text(await show('failed'))).toContain('Connect the board again, now or later:');
  expect(text(await show('stopped'))).toContain('you can then resume, roll back or abandon it.');
  const closing = await show('failed');
  closing.fleeting = true;
  await settle(closing);
  expect(text(closing)).toContain('Connect the board again, before you close this tab:');
  const work = { ...ended('failed'), units: ended('failed').units.map(() => 'waiting' as const) };
  const view = await mount(html`<result-view .work=${work}></result-view>`, ResultView);
  expect(text(view)).toContain('Nothing was overwritten: the board is unchanged.');
  expect(text(await show('verified'))).not.toContain('roll back');
});

test('after a rollback the board is as it was, after a restore the backup is back', async () => {
  const after = (purpose: Ended['purpose']) =>
    mount(html`<result-view .work=${{ ...ended('verified'), purpose }}></result-view>`, ResultView);
  expect(text(await after({ kind: 'roll-back', job: 'j1' }))).toMatch(/^Previous content restored/);
  expect(text(await after({ kind: 'restore', backup: 'b1', name: 'nvs' }))).toMatch(/^Restored: nvs/);
});
