import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { contents, layout, plan } from '../gallery/fixtures.ts';
import { PartitionTable } from './partition-table.ts';
import { BACKS_UP } from '../shared/save.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (width = 900, keepable = false) =>
  mount(
    html`<partition-table
      .now=${keepable ? layout : null}
      style="width: ${width}px"
      .layout=${layout}
      .contents=${contents}
      .plan=${plan}
    ></partition-table>`,
    PartitionTable,
  );
const rows = (table: PartitionTable) => [...(table.shadowRoot?.querySelectorAll<HTMLElement>('tbody tr') ?? [])];

describe('accessibility', () => {
  test.each([900, 328])('axe finds nothing at %i pixels, and it stays a table', LONG, async (width) => {
    expect(await axeViolations(await show(width))).toEqual([]);
    expect(await axeViolations(await show(width, true))).toEqual([]);
    await expect.element(page.getByRole('table', { name: 'Partitions' })).toBeInTheDocument();
    expect(page.getByRole('row').elements()).toHaveLength(8);
  });
});

test('a row shows name, type, address, size, what was found and what the plan does', async () => {
  const row = rows(await show())[2]
    ?.textContent.replace(/\s+/g, ' ')
    .trim();
  expect(row).toBe('nvs data, nvs 0x9000 84 KiB 21 pages, 3 in use, 14 entries kept');
});

test('it fits on a phone', async () => {
  const table = await show(328);
  for (const row of rows(table)) expect(row.scrollWidth).toBeLessThanOrEqual(328);
});

test('rows are highlighted with the map, and highlight it', async () => {
  const table = await show();
  table.highlight = { region: 'flash', address: 0x24000, size: 0x1000 };
  await settle(table);
  expect(
    rows(table)
      .filter((row) => row.classList.contains('lit'))
      .map((row) => row.querySelector('th')?.textContent.trim()),
  ).toEqual(['app0']);
  const pointed = next(table, 'sectorwise-point');
  rows(table)[6]?.dispatchEvent(new PointerEvent('pointerenter'));
  expect((await pointed).detail).toMatchObject({ address: 0x380000 });
});

test('a partition can be backed up, but not while the board is busy, and the reason is said', async () => {
  const table = await show(900, true);
  const asked = next(table, 'sectorwise-intent');
  const button = page.getByRole('button', { name: 'Back up nvs' });
  await expect.element(button).toHaveAccessibleDescription(BACKS_UP);
  await button.click();
  expect((await asked).detail).toEqual({
    do: 'back-up',
    range: { region: 'flash', address: 0x9000, size: 0x15000 },
  });
  table.hold = 'Wait until the board has been read.';
  await settle(table);
  await expect.element(button).toBeDisabled();
  await expect.element(button).toHaveAccessibleDescription('Wait until the board has been read.');
  expect(text(table)).toContain('Wait until the board has been read.');
});

test('what cannot be backed up says why: it is not readable, encrypted, or not on the board yet', LONG, async () => {
  const table = await show(900, true);
  const whyOf = () => rows(table)[2]?.querySelector('.keep')?.textContent.replace(/\s+/g, ' ').trim();
  const button = page.getByRole('button', { name: 'Back up nvs' });
  const regions = layout.map.regions.map((region) => ({ ...region, access: { ...region.access, read: false } }));
  const nvs = layout.partitions.filter(({ name }) => name === 'nvs');
  const cases = [
    [{ ...layout, map: { regions } }, 'Not readable: the board does not send its content.'],
    [{ ...layout, ciphered: nvs }, 'Encrypted: only the chip itself can read it.'],
    [{ ...layout, partitions: layout.partitions.filter(({ name }) => name !== 'nvs') }, 'Not on the board yet.'],
  ] as const;
  for (const [now, why] of cases) {
    table.now = now;
    await settle(table);
    expect(whyOf()).toBe(`Back up nvs ${why}`);
    await expect.element(button).toBeDisabled();
    await expect.element(button).toHaveAccessibleDescription(why);
  }
  expect(await axeViolations(table)).toEqual([]);
});

test(
  'of two rows with one name, each is backed up by its own range, and the buttons have different names',
  LONG,
  async () => {
    const table = await show(900, true);
    const twin = {
      region: 'flash',
      name: 'nvs',
      address: 0x3f0000,
      size: 0x10000,
      role: 'settings',
      type: 'data, nvs',
    } as const;
    const twice = { ...layout, partitions: [...layout.partitions.slice(0, -1), twin] };
    Object.assign(table, { layout: twice, now: twice });
    await settle(table);
    await expect.element(page.getByRole('button', { name: 'Back up nvs at 0x9000' })).toBeEnabled();
    const asked = next(table, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Back up nvs at 0x3f0000' }).click();
    const { region, address, size } = twin;
    expect((await asked).detail).toEqual({ do: 'back-up', range: { region, address, size } });
    expect(await axeViolations(table)).toEqual([]);
  },
);

test('the name of a partition opens its details', async () => {
  const table = await show();
  const selected = next(table, 'partition-select');
  await page.getByRole('button', { name: 'otadata' }).click();
  expect((await selected).detail).toMatchObject({ name: 'otadata', address: 0x1e000 });
  table.selected = layout.partitions[3] ?? null;
  await settle(table);
  await expect.element(page.getByRole('button', { name: 'otadata' })).toHaveAttribute('aria-expanded', 'true');
});
