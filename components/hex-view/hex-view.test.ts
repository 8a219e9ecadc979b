import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PageIntent } from '../../src/session/state.ts';
import { bytes, nvsRange } from '../gallery/fixtures.contents.ts';
import { axeViolations, inside, mount, settle, text } from '../shared/testing.ts';
import { HexView } from './hex-view.ts';
import { hexRows, offsetTyped, wantedBytes } from './hex-view.words.ts';

async function show() {
  const sent: PageIntent[] = [];
  const element = await mount(
    html`<hex-view
      .range=${nvsRange}
      .bytes=${bytes}
      .found=${{ offset: 0x52, size: 2 }}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></hex-view>`,
    HexView,
  );
  return { element, sent };
}

test('axe finds nothing, and it fits on a phone', async () => {
  const { element } = await show();
  expect(await axeViolations(element)).toEqual([]);
  await page.viewport(360, 800);
  await settle(element);
  expect(await axeViolations(element)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test('a row has room on a phone: its halves stand below each other', async () => {
  await page.viewport(1280, 720);
  const { element } = await show();
  const dump = inside(element, '.dump', HTMLElement);
  const row = inside(element, 'tbody tr', HTMLTableRowElement);
  const line = row.clientHeight;
  await page.viewport(360, 740);
  await settle(element);
  element.style.width = '310px';
  // The longest address, as an STM32 has it.
  element.range = { ...nvsRange, address: 0x0800_0000 };
  await settle(element);
  expect(dump.scrollWidth).toBeLessThanOrEqual(dump.clientWidth);
  expect(row.clientHeight).toBe(2 * line);
});

test('pages are read as they are asked for, and bytes are searched for from the last place', async () => {
  const { element, sent } = await show();
  expect(text(element)).toContain('0x9040');
  expect(element.shadowRoot?.querySelectorAll('.found')).toHaveLength(2);
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('textbox', { name: 'Search' }).fill('ssid');
  await userEvent.keyboard('{Enter}');
  await page.getByRole('textbox', { name: 'Offset' }).fill('0x1008');
  await userEvent.keyboard('{Enter}');
  const range = nvsRange;
  expect(sent).toEqual([
    { do: 'read-bytes', range, offset: 0xa0, size: 0x400 },
    { do: 'find-bytes', range, wanted: new TextEncoder().encode('ssid'), from: 0x53 },
    { do: 'read-bytes', range, offset: 0x1000, size: 0x400 },
  ]);
});

test('where the bytes end is said without calling a range a partition', async () => {
  const { element } = await show();
  element.found = null;
  await settle(element);
  expect(text(element)).toContain('Offset 0x40 of 84 KiB; its last address is 0x1DFFF.');
});

test('an offset outside the partition is said, and nothing is read', async () => {
  const { element, sent } = await show();
  await page.getByRole('textbox', { name: 'Offset' }).fill('0x15000');
  await userEvent.keyboard('{Enter}');
  expect(text(element)).toContain('Type an offset below 0x15000.');
  expect(sent).toEqual([]);
});

describe('words', () => {
  test('what is typed is text or whole bytes', () => {
    expect(wantedBytes('E9 0x03', 'hex')).toEqual(Uint8Array.of(0xe9, 3));
    expect(wantedBytes('E9 0', 'hex')).toBeNull();
    expect(wantedBytes('é', 'text')).toEqual(Uint8Array.of(0xc3, 0xa9));
    expect([offsetTyped('0x10'), offsetTyped('16'), offsetTyped('-1'), offsetTyped('')]).toEqual([16, 16, null, null]);
  });

  test('rows show what is printable as text', () => {
    expect(hexRows(Uint8Array.of(0x41, 0x00, 0x7f), 16)).toEqual([
      { offset: 16, hex: ['41', '00', '7f'], text: 'A..' },
    ]);
  });
});
