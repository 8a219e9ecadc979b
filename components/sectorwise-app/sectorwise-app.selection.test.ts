/** One partition is chosen on the page: the inspector below the map and the view Contents show the same one. */
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { board } from '../gallery/fixtures.ts';
import { ContentsViewElement } from '../contents-view/contents-view.ts';
import { FlashMapElement } from '../flash-map/flash-map.ts';
import { PartitionInspector } from '../partition-inspector/partition-inspector.ts';
import type { SectorwiseApp } from './sectorwise-app.ts';
import { show, together } from './sectorwise-app.testing.ts';
import { inside, settle } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

/** The partition of this name, on the map. */
const block = (name: string) =>
  page
    .getByRole('group', { name: 'Flash map' })
    .getByRole('button', { name: new RegExp(`^${name} 0x`) })
    .first();

const addressOf = (name: string) => board.layout.partitions.find((each) => each.name === name)?.address;

/** The partition whose inspector is open. */
async function inspected(app: SectorwiseApp): Promise<string> {
  await settle(app);
  const map = inside(app, 'flash-map', FlashMapElement);
  await expect.poll(() => map.shadowRoot?.querySelector('partition-inspector')).not.toBeNull();
  return inside(map, 'partition-inspector', PartitionInspector).partition?.name ?? '';
}

/** The address that the view Contents looks into. */
const looked = (app: SectorwiseApp) => inside(app, 'contents-view', ContentsViewElement).at?.address;

test('what is opened on the map is what Contents shows, also while that is open', LONG, async () => {
  location.hash = '';
  const app = await show(together({ kind: 'idle' }));
  await block('app1').click();
  await page.getByRole('tab', { name: 'Contents' }).click();
  await expect.poll(() => app.shadowRoot?.querySelector('contents-view')).not.toBeNull();
  expect([await inspected(app), looked(app)]).toEqual(['app1', addressOf('app1')]);
  await block('fs').click();
  expect([await inspected(app), looked(app)]).toEqual(['fs', addressOf('fs')]);
  expect(location.hash).toBe(`#/contents?at=0x${addressOf('fs')?.toString(16)}`);
});

test('an open inspector goes to what is chosen in Contents, and a closed one stays closed', LONG, async () => {
  location.hash = '#/contents';
  const app = await show(together({ kind: 'idle' }));
  await block('app1').click();
  const choice = page.getByLabelText('Partition', { exact: true });
  const option = [...choice.element().querySelectorAll('option')].find((each) => /^\s*nvs\b/.test(each.textContent));
  await choice.selectOptions(option?.textContent.trim() ?? '');
  expect([await inspected(app), looked(app)]).toEqual(['nvs', addressOf('nvs')]);
  await block('nvs').click();
  await settle(app);
  const map = inside(app, 'flash-map', FlashMapElement);
  expect(map.shadowRoot?.querySelector('partition-inspector')).toBeNull();
  location.hash = `#/contents?at=0x${addressOf('fs')?.toString(16)}`;
  await expect.poll(() => looked(app)).toBe(addressOf('fs'));
  expect(map.shadowRoot?.querySelector('partition-inspector')).toBeNull();
  location.hash = '';
});
