import { html } from 'lit';
import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { BootLog } from '../boot-log/boot-log.ts';
import { ended } from '../gallery/fixtures.ts';
import { ResultView } from './result-view.ts';
import { axeViolations, inside, mount, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (outcome: Parameters<typeof ended>[0]) =>
  mount(html`<result-view .work=${ended(outcome)}></result-view>`, ResultView);

const OUTCOMES = ['verified', 'unproved', 'nothing-to-do', 'wrong', 'beside', 'stopped', 'failed'] as const;

test.each(OUTCOMES)('axe finds nothing: %s', LONG, async (outcome) => {
  expect(await axeViolations(await show(outcome))).toEqual([]);
});

test('what changed beside the write is named', async () => {
  const card = (await show('beside')).shadowRoot?.querySelector('failure-card');
  expect(card?.failure?.says).toContain('0x8000–0x8FFF');
});

test('what the board printed is text, never markup', async () => {
  const view = await show('verified');
  const log = inside(view, 'boot-log', BootLog);
  expect(log.shadowRoot?.querySelector('pre b')).toBeNull();
  expect(text(log)).toContain('<b>raft-demo</b> 1.5.0 says hello');
});

/** The file that a press on the button saves: its name and what is in it. */
async function saved(): Promise<{ name: string; report: unknown }> {
  const blobs = vi.spyOn(URL, 'createObjectURL');
  const clicked = new Promise<HTMLAnchorElement>((resolve) => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementationOnce(function (this: HTMLAnchorElement) {
      resolve(this);
    });
  });
  await page.getByRole('button', { name: 'Save it without the boot log' }).click();
  const name = (await clicked).download;
  const blob = blobs.mock.calls[0]?.[0];
  vi.restoreAllMocks();
  return { name, report: JSON.parse(blob instanceof Blob ? await blob.text() : '') };
}

test('before it is saved, it is said what the report reveals', async () => {
  const shown = text(await show('verified'));
  expect(shown).toContain('The report contains this board’s MAC, 24:6f:28:a1:b2:c3.');
  expect(shown).toContain('values in it that look like passwords, tokens or keys are hidden');
  expect(shown.indexOf('this board’s MAC')).toBeLessThan(shown.indexOf('Save it without'));
  const unstarted = text(await show('failed'));
  expect(unstarted).toContain('this board’s MAC');
  expect(unstarted).not.toContain('boot log');
  const work = ended('failed');
  const report = { ...work.report, identity: { ...work.report.identity, key: null } };
  const keyless = await mount(html`<result-view .work=${{ ...work, report }}></result-view>`, ResultView);
  expect(text(keyless)).toContain('what this board says about itself. A serial number in it is no unique ID');
  expect(text(keyless)).not.toContain('MAC');
});

test('the boot log can be left out of the report, and stays on the page', LONG, async () => {
  const view = await show('verified');
  const { name, report } = await saved();
  expect(name).toBe('sectorwise-report-2026-03-09T10-00-14-200Z.json');
  expect(report).toMatchObject({ format: 'sectorwise-report', start: { good: true, log: null } });
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

test(
  'a job that did not end well can be resumed or rolled back, and if nothing was begun nothing is lost',
  LONG,
  async () => {
    expect(text(await show('failed'))).toContain(
      'Now or later: once the board is connected again, Sectorwise knows how far the job got',
    );
    expect(text(await show('stopped'))).toContain(
      'once the board is read again, Sectorwise knows how far the job got, and you can resume, roll back or abandon it.',
    );
    const closing = await show('failed');
    closing.fleeting = true;
    await settle(closing);
    expect(text(closing)).toContain('Before you close this tab: once the board is connected again');
    const work = { ...ended('failed'), units: ended('failed').units.map(() => 'waiting' as const) };
    const view = await mount(html`<result-view .work=${work}></result-view>`, ResultView);
    expect(text(view)).toContain('You can start over once the board is connected again.');
    expect(text(await show('verified'))).not.toContain('roll back');
  },
);

test('beside the unfinished job a stop is no failure, and what can be done is said once', async () => {
  const view = await show('stopped');
  expect(view.shadowRoot?.querySelector('failure-card')).not.toBeNull();
  view.unfinished = true;
  await settle(view);
  expect(view.shadowRoot?.querySelector('failure-card')).toBeNull();
  expect(text(view)).not.toContain('roll back');
  const failed = await show('failed');
  failed.unfinished = true;
  await settle(failed);
  expect(failed.shadowRoot?.querySelector('failure-card')).not.toBeNull();
});

test.each(['verified', 'unproved'] as const)('a board that is lost once all is %s is no red card', async (outcome) => {
  const { failure } = ended('failed');
  const work = { ...ended(outcome), failure, start: null, connected: false };
  const view = await mount(html`<result-view .work=${work}></result-view>`, ResultView);
  expect(view.shadowRoot?.querySelector('failure-card')).toBeNull();
  expect(inside(view, '.next', HTMLElement).textContent).toBe(failure?.next);
  view.awaited = true;
  await settle(view);
  expect(view.shadowRoot?.querySelector('.next')).toBeNull();
});

test('while the board is waited for, what to do about its loss is said there', async () => {
  const view = await show('failed');
  expect(view.shadowRoot?.querySelector('failure-card')).not.toBeNull();
  view.awaited = true;
  await settle(view);
  expect(view.shadowRoot?.querySelector('failure-card')).toBeNull();
  expect(text(view)).toContain('once the board is connected again');
  const wrong = await show('wrong');
  wrong.awaited = true;
  await settle(wrong);
  expect(wrong.shadowRoot?.querySelector('failure-card')).not.toBeNull();
});
