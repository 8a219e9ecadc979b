import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PageIntent } from '../../src/session/intents.ts';
import { bytes, nvsRange } from '../gallery/fixtures.contents.ts';
import { axeViolations, inside, mount, settle, text } from '../shared/testing.ts';
import { HexView } from './hex-view.ts';
import { hexRows, offsetTyped, wantedBytes } from './hex-view.words.ts';
import { LONG } from '../../src/testing/long.ts';

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

/** The text of each element that a selector finds. */
const textsOf = (element: HexView, selector: string) =>
  [...(element.shadowRoot?.querySelectorAll(selector) ?? [])].map((each) => each.textContent);

test('axe finds nothing, and it fits on a phone', LONG, async () => {
  const { element } = await show();
  expect(await axeViolations(element)).toEqual([]);
  await page.viewport(360, 800);
  await settle(element);
  expect(await axeViolations(element)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test('pages are read as they are asked for, and bytes are searched for from the last place', LONG, async () => {
  const { element, sent } = await show();
  expect(text(element)).toContain('0x9040');
  expect(textsOf(element, '.found')).toEqual(['9a', 'bf', '..']);
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

test('the first page is asked for by itself, once; if that came to nothing, by a button', async () => {
  const { element, sent } = await show();
  expect(sent).toEqual([]);
  element.hold = 'Wait until the reading has ended.';
  element.bytes = null;
  await settle(element);
  expect(sent).toEqual([]);
  expect(text(element)).toContain('Wait until the reading has ended.');
  element.hold = '';
  await settle(element);
  const first = { do: 'read-bytes', range: nvsRange, offset: 0, size: 0x400 };
  expect(sent).toEqual([first]);
  // The same place, as it is after a reading that failed.
  element.range = { ...nvsRange };
  await settle(element);
  expect(sent).toEqual([first]);
  await page.getByRole('button', { name: 'Read the bytes' }).click();
  expect(sent).toEqual([first, first]);
});

test('on a phone a row has eight bytes, and nothing is beside what is seen of it', LONG, async () => {
  const { element } = await show();
  await page.viewport(1200, 900);
  await expect
    .poll(() => textsOf(element, 'tbody th'))
    .toEqual(['0x9040', '0x9050', '0x9060', '0x9070', '0x9080', '0x9090']);
  await page.viewport(360, 800);
  await expect.poll(() => textsOf(element, 'tbody th').slice(0, 3)).toEqual(['0x9040', '0x9048', '0x9050']);
  expect(textsOf(element, 'thead span')).toEqual([...'01234567']);
  // The longest address, as an STM32 has it, in the width that the page leaves there.
  element.style.width = '310px';
  element.range = { ...nvsRange, address: 0x0800_0000 };
  await settle(element);
  const dump = inside(element, '.dump', HTMLElement);
  expect(dump.scrollWidth).toBe(dump.clientWidth);
});

test('where the bytes end is said without calling a range a partition', async () => {
  const { element } = await show();
  element.found = null;
  await settle(element);
  // Why there is nothing to go back or on to is text, not only on a button that cannot be pressed.
  const shown = (offset: number, size: number) => {
    element.bytes = { offset, data: new Uint8Array(size) };
    return settle(element).then(() => text(element));
  };
  expect(await shown(0x40, 0x40)).toContain('Offset 0x40 of 84 KiB; its last address is 0x1DFFF. Address');
  expect(await shown(0, 0x40)).toContain('its last address is 0x1DFFF. This is the start.');
  expect(await shown(0x14fc0, 0x40)).toContain('its last address is 0x1DFFF. This is the end.');
  // As small as a page: the 86,016 cells of the whole range took seconds to draw.
  element.range = { ...nvsRange, size: 0x40 };
  expect(await shown(0, 0x40)).toContain('All of it is shown.');
});

test('an offset outside the partition is said, and nothing is read', LONG, async () => {
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
