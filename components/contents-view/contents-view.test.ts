import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Inspection } from '../../src/flash/family.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { PageIntent } from '../../src/session/state.ts';
import { board, planned } from '../gallery/fixtures.ts';
import { explained, fsRange, nvsRange, openedAs, settingEdits, settings, tree } from '../gallery/fixtures.contents.ts';
import { complaints, mount, settle, text } from '../shared/testing.ts';
import { ContentsViewElement } from './contents-view.ts';

async function show(contents: ContentsView | null, more: Partial<ContentsViewElement> = {}) {
  const sent: PageIntent[] = [];
  const element = await mount(
    html`<contents-view
      .board=${more.board ?? board}
      .contents=${contents}
      .edits=${more.edits ?? []}
      .at=${more.at ?? contents?.range.address ?? null}
      .work=${more.work ?? { kind: 'idle' }}
      .hold=${more.hold ?? ''}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></contents-view>`,
    ContentsViewElement,
  );
  return { element, sent };
}

test.each([
  ['settings', openedAs(settings)],
  ['files', openedAs(tree)],
  ['an explanation', openedAs(explained)],
  ['bytes', openedAs({ kind: 'unknown' })],
])('axe finds nothing with %s, and it fits on a phone', async (_, contents) => {
  const { element } = await show(contents);
  expect(await complaints(element)).toEqual([]);
  await page.viewport(360, 800);
  await settle(element);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test('the settings are opened first, once, and another partition when it is chosen', async () => {
  const { element, sent } = await show(null);
  expect(sent).toEqual([{ do: 'open-contents', range: nvsRange }]);
  await settle(element);
  expect(sent).toHaveLength(1);
  const looked: number[] = [];
  element.addEventListener('sectorwise-look', ({ detail }) => looked.push(detail.address));
  await page.getByLabelText('Partition').selectOptions('6');
  expect(looked).toEqual([fsRange.address]);
  element.at = fsRange.address;
  await settle(element);
  expect(sent.at(-1)).toEqual({ do: 'open-contents', range: fsRange });
});

test('nothing is read while the board is busy; a board that cannot be read says why', async () => {
  const busy = await show(null, { hold: 'Wait until the job has ended.' });
  expect(busy.sent).toEqual([]);
  expect(text(busy.element)).toContain('Wait until the job has ended.');
  const regions = board.layout.map.regions.map((region) => ({ ...region, access: { ...region.access, read: false } }));
  const locked: Inspection = { ...board, layout: { ...board.layout, map: { regions } } };
  const { element, sent } = await show(null, { board: locked });
  expect(sent).toEqual([]);
  expect(text(element)).toContain('It cannot be looked into. Not readable');
});

test('changes are counted with where they stand, and withdrawn at once', async () => {
  const { element, sent } = await show(openedAs(settings), {
    edits: [{ range: nvsRange, edits: settingEdits }],
    work: planned,
  });
  expect(text(element)).toContain('3 changes planned');
  await page.getByRole('button', { name: 'Withdraw all changes' }).click();
  expect(sent).toEqual([{ do: 'withdraw-edits', range: null, id: null }]);
});
