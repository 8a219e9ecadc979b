import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { outdated } from '../../src/flash/diagnosis.ts';
import type { Inspection } from '../../src/flash/family.ts';
import { board, imageBoard } from '../gallery/fixtures.ts';
import { diagnosed, diagnosedLost } from '../gallery/fixtures.diagnosis.ts';
import { axeViolations, inside, mount, next, text } from '../shared/testing.ts';
import { DiagnosisView } from './diagnosis-view.ts';
import { LONG } from '../../src/testing/long.ts';

const diagnosable = { ...board, diagnosable: 0x200000 };

test('axe finds nothing, before and after', LONG, async () => {
  for (const shown of [diagnosable, diagnosed, diagnosedLost]) {
    const view = await mount(html`<diagnosis-view .board=${shown}></diagnosis-view>`, DiagnosisView);
    expect(await axeViolations(view)).toEqual([]);
    view.remove();
  }
});

test(
  'the button asks for a diagnosis, with the boot log that was pasted, but not during other work',
  LONG,
  async () => {
    const view = await mount(html`<diagnosis-view .board=${diagnosable}></diagnosis-view>`, DiagnosisView);
    let asked = next(view, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Diagnose' }).click();
    expect((await asked).detail).toEqual({ do: 'diagnose' });
    await page.getByText('Add a boot log').click();
    await page.getByRole('textbox').fill('Brownout detector was triggered');
    asked = next(view, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Diagnose' }).click();
    expect((await asked).detail).toEqual({ do: 'diagnose', log: 'Brownout detector was triggered' });
    view.hold = 'Wait until the reading has ended.';
    await view.updateComplete;
    await expect.element(page.getByRole('button', { name: 'Diagnose' })).toBeDisabled();
  },
);

test('a boot log can be added; of a file nothing is said to have been started here', async () => {
  const says = 'What it printed when it was last started from this page is used anyway';
  const device = await mount(html`<diagnosis-view .board=${diagnosable}></diagnosis-view>`, DiagnosisView);
  expect(text(device)).toContain(says);
  const opened = { ...imageBoard, diagnosable: 0x200000 };
  const file = await mount(html`<diagnosis-view .board=${opened}></diagnosis-view>`, DiagnosisView);
  expect(text(file)).toContain('once or several times, at 115200 baud.');
  expect(text(file)).not.toContain(says);
});

test('the verdict comes first, then what was checked', async () => {
  const shown = text(await mount(html`<diagnosis-view .board=${diagnosed}></diagnosis-view>`, DiagnosisView));
  expect(shown).toMatch(/Diagnose again.*The board starts app0\. .*bootloader Intact.*app1 Damaged/);
});

test('what repairs it stands below the verdict, above all that was checked, also before a diagnosis and where none can be made', async () => {
  const repairs = () => page.getByText('What is wrong').element().getBoundingClientRect();
  const show = (shown: Inspection) =>
    mount(html`<diagnosis-view .board=${shown}><p>What is wrong</p></diagnosis-view>`, DiagnosisView);
  const view = await show(diagnosed);
  expect(repairs().top).toBeGreaterThan(inside(view, '#verdict', HTMLElement).getBoundingClientRect().bottom);
  expect(repairs().bottom).toBeLessThan(inside(view, 'ul', HTMLElement).getBoundingClientRect().top);
  for (const shown of [diagnosable, board]) {
    await show(shown);
    expect(repairs().height).toBeGreaterThan(0);
  }
});

test('the button is the first thing to press only before a diagnosis, while nothing else comes first', async () => {
  const appearance = async (shown: Inspection, quiet = false) =>
    inside(
      await mount(html`<diagnosis-view .board=${shown} ?quiet=${quiet}></diagnosis-view>`, DiagnosisView),
      'wa-button',
      HTMLElement,
    ).getAttribute('appearance');
  expect(await appearance(diagnosable)).toBe('accent');
  expect(await appearance(diagnosable, true)).toBe('outlined');
  expect(await appearance(diagnosed)).toBe('outlined');
});

test('a diagnosis of before a job says only that it is, with the button to diagnose again and what is known to be wrong', async () => {
  const view = await mount(
    html`<diagnosis-view .board=${outdated(diagnosed)}><p>What is wrong</p></diagnosis-view>`,
    DiagnosisView,
  );
  expect(text(view)).toContain('The last diagnosis was made before this job: what it found may not be so any more.');
  expect(text(view)).not.toContain('Intact');
  expect(text(view)).not.toContain('The board starts app0.');
  await expect.element(page.getByRole('button', { name: 'Diagnose again' })).toBeEnabled();
  expect(page.getByText('What is wrong').element().getBoundingClientRect().height).toBeGreaterThan(0);
});

test('a reconstructed table says of each row how sure it is', async () => {
  const view = await mount(html`<diagnosis-view .board=${diagnosedLost}></diagnosis-view>`, DiagnosisView);
  expect(text(view)).toMatch(/fs Sure.*data, littlefs, 0x380000, 512 KiB.*superblock/);
  expect(text(view)).toMatch(/app1 A guess.*app, ota_1, 0x1D0000/);
});

test('what is to be decided first stands above the button, and nothing else below it but the boot log', async () => {
  for (const quiet of [true, false]) {
    const view = await mount(
      html`<diagnosis-view .board=${diagnosable} ?quiet=${quiet}><p>The table is damaged.</p></diagnosis-view>`,
      DiagnosisView,
    );
    const problem = inside(view, 'slot', HTMLElement);
    const isAbove =
      problem.compareDocumentPosition(inside(view, '.tools', HTMLElement)) & Node.DOCUMENT_POSITION_FOLLOWING;
    expect(isAbove !== 0).toBe(quiet);
    view.remove();
  }
});
