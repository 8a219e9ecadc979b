import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Report } from '../../src/session/job-execution/report.ts';
import { ended } from '../gallery/fixtures.ts';
import { ReportSheet } from './report-sheet.ts';
import { clock } from '../shared/format.ts';
import { axeViolations, mount, text } from '../shared/testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const show = (outcome: Parameters<typeof ended>[0]) =>
  mount(html`<report-sheet .report=${ended(outcome).report}></report-sheet>`, ReportSheet);

test.each(['verified', 'unproved', 'nothing-to-do', 'wrong', 'stopped', 'failed'] as const)(
  'axe finds nothing: %s',
  LONG,
  async (outcome) => {
    const { report } = ended(outcome);
    // Units in every state: one that failed or was next among them. The others look the same, and axe takes its time over each.
    const few = { ...report, units: report.units.slice(88, 104) };
    expect(await axeViolations(await mount(html`<report-sheet .report=${few}></report-sheet>`, ReportSheet))).toEqual(
      [],
    );
  },
);

test('it says which board, what, how long, with what, and how it ended', async () => {
  const sheet = text(await show('verified'));
  for (const said of [
    '24:6f:28:a1:b2:c3',
    'raft-demo-1.5.0.bin',
    'Verified: the board confirmed every erase unit by digest.',
    'The board started app0: raft-demo 1.5.0.',
    '1008 KiB in 14 s (estimated',
    'Sectorwise 0.1.0 in Chromium 156',
    '2026-03-09 10:00:14 UTC',
  ])
    expect(sheet).toContain(said);
});

const APP1 = { region: 'flash', address: 0x1d0000, size: 0x1b0000 };
const MADE = Date.UTC(2026, 2, 9, 10);
const PURPOSES: readonly (readonly [Report['purpose'], string])[] = [
  [{ kind: 'choose-start', choice: { do: 'start', range: APP1 }, name: 'Start app1' }, 'Start app1'],
  [
    { kind: 'restore', backup: 'b', name: 'raft-demo 1.4.2 to app1', made: MADE },
    `Restore raft-demo 1.4.2 to app1, from the backup of ${clock(MADE)}`,
  ],
  [{ kind: 'restore', backup: 'b', name: 'nvs' }, 'Restore nvs'],
  [{ kind: 'erase', range: APP1, name: 'app1' }, 'Erase app1'],
  [{ kind: 'roll-back', job: 'j' }, 'Restore the previous content'],
];
for (const [options, purposes] of byLength(PURPOSES, ([{ kind }]) => kind === 'restore'))
  test.each(purposes)(
    'a job that is not about files has the title that the page gives it: %o',
    options,
    async (purpose, says) => {
      const report = { ...ended('verified').report, purpose };
      const sheet = await mount(html`<report-sheet .report=${report}></report-sheet>`, ReportSheet);
      expect(sheet.shadowRoot?.querySelector('.verdict p')?.textContent).toBe(says);
    },
  );

test('what is kept and what is lost is shown for each partition', LONG, async () => {
  const rows = [...((await show('verified')).shadowRoot?.querySelectorAll('tr') ?? [])].map((row) =>
    row.textContent.replace(/\s+/g, ' ').trim(),
  );
  expect(rows.find((row) => row.startsWith('nvs'))).toContain('kept: not touched');
  expect(rows.find((row) => row.startsWith('app0'))).toContain(
    '252 erase units, 1008 KiB written, previous content not backed up; ',
  );
  expect(rows.find((row) => row.startsWith('app0'))).toMatch(/[\d,]+ bytes from 0x\w+ kept: written back/);
});

const WRITES = [
  ['of blank units only', { blankUnits: 252, backedUpUnits: 0 }, '252 erase units, 1008 KiB written, blank before; '],
  ['with all that was there kept', { blankUnits: 251, backedUpUnits: 1 }, ' written, previous content backed up; '],
  ['with nothing kept', { blankUnits: 251, backedUpUnits: 0 }, ' written, previous content not backed up; '],
  ['with some of it kept', { blankUnits: 0, backedUpUnits: 7 }, ' written, previous content of 7 backed up; '],
  ['that erased them', { onlyErased: true }, '252 erase units, 1008 KiB erased, previous content not backed up; '],
] as const;
for (const [options, writes] of byLength(
  WRITES,
  ([what]) => what === 'of blank units only' || what === 'that erased them',
))
  test.each(writes)('the words of a write %s are those of the plan', options, async (_, was, says) => {
    const { report } = ended('verified');
    const partitions = report.partitions.map((each) => ({ ...each, ...was }));
    const sheet = await mount(html`<report-sheet .report=${{ ...report, partitions }}></report-sheet>`, ReportSheet);
    expect(text(sheet)).toContain(says);
    expect(text(sheet)).not.toContain('rewritten');
  });

test('every erase unit has its digests, and a mark that is readable without colour', async () => {
  const sheet = await show('wrong');
  const units = [...(sheet.shadowRoot?.querySelectorAll('.units li') ?? [])].map((unit) =>
    unit.textContent.replace(/\s+/g, ' ').trim(),
  );
  expect(units).toHaveLength(252);
  expect(units[0]).toMatch(/^0x20000 ffffffff → [0-9a-f]{8} ✓$/);
  expect(units[92]).toMatch(/×$/);
  expect(units[93]).toMatch(/–$/);
  expect(text(sheet)).toContain('✓ verified, × failed, – as before');
});

test('a job that changed nothing has a short sheet', async () => {
  const sheet = await show('nothing-to-do');
  expect(sheet.shadowRoot?.querySelector('.units')).toBeNull();
  expect(text(sheet)).toContain('The flash already had this content.');
});

test('on narrow paper nothing is cut off at the edge', LONG, async () => {
  await page.viewport(360, 740);
  const sheet = await show('verified');
  expect(sheet.scrollWidth).toBeLessThanOrEqual(sheet.clientWidth);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  await page.viewport(1200, 900);
});
