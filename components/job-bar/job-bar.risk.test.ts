/** What a plan risks is said beside its button, and what an unfinished job’s ways come to beside theirs. */
import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Inspection } from '../../src/flash/family.ts';
import type { Planned, Work } from '../../src/session/state.ts';
import { board, ended, file, imageBoard, interrupted, layout, planned } from '../gallery/fixtures.ts';
import { inside, mount, text } from '../shared/testing.ts';
import { JobBar } from './job-bar.ts';

const [APP0] = layout.partitions.filter(({ name }) => name === 'app0');
const POWER = 'If the board loses power meanwhile, it may not start: connect it here again and resume.';

async function riskOf(work: Planned, on: Inspection = board): Promise<string> {
  const bar = await mount(html`<job-bar .work=${work} .files=${[file]} .board=${on}></job-bar>`, JobBar);
  return bar.shadowRoot?.querySelector('.risk')?.textContent ?? '';
}

test('the app that is replaced is named, and that the board starts it', async () => {
  const contents = board.contents.map((found) =>
    found.address === APP0?.address
      ? { ...found, brief: 'raft-demo 1.4.2', digest: 'd41d8cd98f00b204e9800998ecf8427e' }
      : found,
  );
  const replaces = 'Replaces raft-demo 1.4.2, which the board starts now.';
  expect(await riskOf(planned, { ...board, contents })).toBe(replaces);
  expect(await riskOf(planned, { ...board, contents, boot: null })).toBe('Replaces raft-demo 1.4.2.');
  const none = contents.map(({ digest: _, ...found }) => ({ ...found, brief: 'no app' }));
  expect(await riskOf(planned, { ...board, contents: none })).toBe('');
  // What is restored is not in place of anything: it was there.
  const purpose = { kind: 'roll-back', job: 'j1' } as const;
  expect(await riskOf({ ...planned, purpose }, { ...board, contents })).toBe('');
});

test('a write to the bootloader, and a time without a start, may leave a board that does not start', async () => {
  const blank = { ...board, contents: [] };
  expect(await riskOf(planned, blank)).toBe('');
  // The first unit that the plan writes, as if it were the bootloader’s.
  const partitions = layout.partitions.map((own) => (own === APP0 ? { ...own, role: 'boot' as const } : own));
  expect(await riskOf({ ...planned, layout: { ...layout, partitions } }, blank)).toBe(POWER);
  expect(await riskOf({ ...planned, gaps: [{ ms: 100, starts: null }] }, blank)).toBe(POWER);
  expect(await riskOf({ ...planned, gaps: [{ ms: 100, starts: 'app1' }] }, blank)).toBe('');
  const contentPauses = [{ ms: 100, names: ['fs'], firmware: 'all' }] as const;
  expect(await riskOf({ ...planned, gaps: [], contentPauses }, blank)).toBe(POWER.replace('not start', 'erase fs'));
  // A flash image is changed in memory.
  expect(await riskOf({ ...planned, gaps: [{ ms: 100, starts: null }] }, { ...imageBoard, contents: [] })).toBe('');
});

test('what cannot be restored or verified is said', async () => {
  const blank = { ...board, contents: [] };
  const lost = { ...planned.backup, lost: APP0 === undefined ? [] : [APP0] };
  expect(await riskOf({ ...planned, backup: lost }, blank)).toBe(
    'The old app in app0 is not backed up and cannot be restored.',
  );
  expect(await riskOf({ ...planned, unprovable: 1 }, blank)).toBe('Not all of it can be verified.');
});

test('on a phone it is said beside the buttons what rolling back and abandoning come to', async () => {
  await page.viewport(360, 740);
  const works: readonly Work[] = [{ kind: 'idle' }, planned];
  for (const work of works) {
    const bar = await mount(
      html`<job-bar .work=${work} .files=${[file]} .board=${board} .unfinished=${interrupted}></job-bar>`,
      JobBar,
    );
    expect(text(bar)).toContain('Resume finishes it. Roll back restores what was overwritten; you see the plan first.');
    const below = inside(bar, '.below', HTMLElement);
    // Nothing of it is cut.
    expect(below.scrollHeight).toBeLessThanOrEqual(below.clientHeight);
    bar.remove();
  }
  await page.viewport(1280, 720);
});

test('in a view that shows something else a verdict is one line', async () => {
  await page.viewport(1280, 720);
  const bar = await mount(html`<job-bar .work=${ended('verified')} .board=${board}></job-bar>`, JobBar);
  const full = bar.offsetHeight;
  bar.compact = true;
  await bar.updateComplete;
  expect(bar.offsetHeight).toBeLessThan(full - 20);
  const [head, below] = ['h2', '.below b'].map((part) => inside(bar, part, HTMLElement).getBoundingClientRect());
  expect(head?.bottom).toBeGreaterThan(below?.top ?? Infinity);
  await expect.element(page.getByText('The board started app0: raft-demo 1.5.0.')).toBeVisible();
});
