import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import {
  bigLayout,
  board,
  contents,
  electron,
  largerFiles,
  layout,
  plan,
  planned,
  stm32,
  unitStates,
} from '../gallery/fixtures.ts';
import { FlashMapElement } from './flash-map.ts';
import { FlashStrip } from '../flash-strip/flash-strip.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (units = unitStates(98), shown = layout) =>
  mount(
    html`<flash-map .layout=${shown} .contents=${contents} .plan=${plan} .units=${units}></flash-map>`,
    FlashMapElement,
  );

const stripOf = (map: FlashMapElement) => inside(map, 'flash-strip', FlashStrip);
const strips = (map: FlashMapElement) => [...(map.shadowRoot?.querySelectorAll('flash-strip') ?? [])];
const buttons = (map: FlashMapElement) => [...(stripOf(map).shadowRoot?.querySelectorAll('button') ?? [])];
const press = async (map: FlashMapElement, keys: string) => {
  await userEvent.keyboard(keys);
  await settle(map);
  await Promise.all(strips(map).map(settle));
};

describe('accessibility', () => {
  test('axe finds nothing, with and without a plan', LONG, async () => {
    const map = await show();
    expect(await axeViolations(map)).toEqual([]);
    map.plan = null;
    map.units = null;
    await settle(map);
    expect(await axeViolations(map)).toEqual([]);
  });

  test('every partition is a button with a complete label, at least 24 pixels wide', async () => {
    const map = await show();
    const all = page.getByRole('group', { name: 'Flash map' }).getByRole('button', { name: /found/ });
    expect(all.elements()).toHaveLength(7);
    const name = 'nvs 0x9000 84 KiB kept found: 21 pages, 3 in use, 14 entries';
    await expect.element(page.getByRole('button', { name })).toBeInTheDocument();
    for (const button of buttons(map)) expect(button.getBoundingClientRect().width).toBeGreaterThanOrEqual(24);
  });

  test('one Tab stop; arrow keys move from partition to partition', async () => {
    const map = await show();
    expect(buttons(map).filter((button) => button.tabIndex === 0)).toHaveLength(1);
    buttons(map)[0]?.focus();
    await press(map, '{ArrowRight}{ArrowRight}');
    expect(stripOf(map).shadowRoot?.activeElement?.textContent).toContain('nvs');
    await press(map, '{End}');
    expect(stripOf(map).shadowRoot?.activeElement?.textContent).toContain('0x380000');
  });

  test('the whole map is summarised in words, and each pattern has a name', async () => {
    const map = await show();
    expect(text(map)).toContain('5 partitions. app0: 98 of 252 erase units verified.');
    for (const word of [
      'changes',
      'unknown until verified',
      'written, not yet verified',
      'verified',
      'kept: not touched',
      'kept: written back',
    ]) {
      expect(inside(map, '.legend', HTMLElement).textContent).toContain(word);
    }
  });
});

describe('zoom', () => {
  test('by keys: in, out, all', LONG, async () => {
    const map = await show();
    buttons(map)[2]?.focus();
    await press(map, '+++');
    expect(stripOf(map).view?.size).toBe(0x80000);
    expect(text(map)).toContain('showing 0x');
    await press(map, '-');
    expect(stripOf(map).view?.size).toBe(0x100000);
    expect(stripOf(map).shadowRoot?.activeElement).toBe(buttons(map)[2]);
    await press(map, '0');
    expect(stripOf(map).view).toEqual({ start: 0, size: 0x400000 });
  });

  test('by wheel with Ctrl; a plain wheel scrolls the page until the map has the focus', async () => {
    const map = await show();
    const strip = inside(stripOf(map), '.strip', HTMLElement);
    const wheel = (init: WheelEventInit) => {
      const event = new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: 200, ...init });
      strip.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(wheel({ deltaY: -120 })).toBe(false);
    expect(stripOf(map).view).toBeNull();
    expect(wheel({ deltaY: -120, ctrlKey: true })).toBe(true);
    expect(stripOf(map).view?.size).toBeLessThan(0x400000);
    for (let i = 0; i < 9; i++) wheel({ deltaY: 400 });
    expect(wheel({ deltaY: 400 })).toBe(false);
  });

  test('by pinch', async () => {
    const map = await show();
    const strip = inside(stripOf(map), '.strip', HTMLElement);
    const { left } = strip.getBoundingClientRect();
    const touch = (kind: string, pointerId: number, x: number) =>
      strip.dispatchEvent(
        new PointerEvent(kind, { pointerId, pointerType: 'touch', buttons: 1, clientX: left + x, bubbles: true }),
      );
    touch('pointerdown', 1, 100);
    touch('pointerdown', 2, 200);
    touch('pointermove', 2, 300);
    expect(stripOf(map).view?.size).toBe(0x200000);
    touch('pointerup', 1, 100);
    touch('pointerup', 2, 300);
  });
});

describe('pointing', () => {
  test('focus on a partition reports its range, and leaving it reports null', async () => {
    const map = await show();
    const pointed = next(map, 'sectorwise-point');
    buttons(map)[2]?.focus();
    expect((await pointed).detail).toMatchObject({ region: 'flash', address: 0x9000, size: 0x15000 });
    const left = next(map, 'sectorwise-point');
    buttons(map)[2]?.blur();
    expect((await left).detail).toBeNull();
  });

  test('pointing at the plan reports the erase unit', async () => {
    const map = await show();
    const lane = inside(stripOf(map), 'canvas.lane', HTMLCanvasElement);
    // 0x200000 is 0x30000 into app1.
    const { left, width } = buttons(map)[5]?.getBoundingClientRect() ?? new DOMRect();
    const pointed = next(map, 'sectorwise-point');
    lane.dispatchEvent(
      new PointerEvent('pointermove', {
        clientX: left + (width * 0x30) / 0x1b0 + 0.1,
        bubbles: true,
        pointerType: 'mouse',
      }),
    );
    expect((await pointed).detail).toMatchObject({ address: 0x200000, size: 0x1000 });
  });

  test('a highlight is drawn and shown as text', async () => {
    const map = await show();
    map.highlight = { region: 'flash', address: 0x24000, size: 0x1000 };
    await settle(map);
    await settle(stripOf(map));
    expect(inside(map, '.readout', HTMLElement).textContent).toContain('app0 +0x4000');
    expect(inside(stripOf(map), '.light', HTMLElement).getBoundingClientRect().width).toBeGreaterThanOrEqual(4);
  });
});

describe('drawing', () => {
  const drawn = (canvas: HTMLCanvasElement) => {
    const data =
      canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
    return data.some((value) => value !== 0);
  };

  test('the lane shows what was found and then the plan, at the screen’s resolution', async () => {
    const map = await mount(html`<flash-map .layout=${layout} .contents=${contents}></flash-map>`, FlashMapElement);
    const lane = inside(stripOf(map), 'canvas.lane', HTMLCanvasElement);
    expect(drawn(lane)).toBe(true);
    expect(lane.width).toBe(Math.round(lane.clientWidth * devicePixelRatio));
    const before = lane.toDataURL();
    map.plan = plan;
    await settle(map);
    await settle(stripOf(map));
    expect(lane.toDataURL()).not.toBe(before);
  });

  test('4096 units are redrawn within a frame', async () => {
    const map = await show(unitStates(98), bigLayout);
    const strip = stripOf(map);
    const start = performance.now();
    for (let i = 0; i < 20; i++) {
      strip.units = unitStates(i * 10);
      await strip.updateComplete;
    }
    expect((performance.now() - start) / 20).toBeLessThan(16);
  });
});

test('pointing does not shift the page', async () => {
  const map = await mount(html`<flash-map .layout=${layout} .contents=${contents}></flash-map>`, FlashMapElement);
  const height = map.offsetHeight;
  map.contents = contents.map((content) => ({ ...content, says: `${content.says}, ${'and more '.repeat(40)}` }));
  map.highlight = { region: 'flash', address: 0x20000, size: 0x1000 };
  await settle(map);
  expect(map.offsetHeight).toBe(height);
});

describe('names', () => {
  test.each([1200, 640, 328])('at %i pixels every name can be read in full', async (width) => {
    const map = await mount(
      html`<flash-map style="width: ${width}px" .layout=${layout} .contents=${contents}></flash-map>`,
      FlashMapElement,
    );
    const strip = stripOf(map);
    const names = [
      ...(strip.shadowRoot?.querySelectorAll<HTMLElement>('.label, .chip, button:not(.nameless) b') ?? []),
    ];
    expect(names.map((each) => each.textContent.trim()).toSorted()).toEqual(
      layout.partitions.map(({ name }) => name).toSorted(),
    );
    for (const each of names) expect(each.scrollWidth).toBeLessThanOrEqual(each.clientWidth + 1);
  });

  test('a click on a label opens its partition', LONG, async () => {
    const map = await show();
    const label = [...(stripOf(map).shadowRoot?.querySelectorAll<HTMLElement>('.label, .chip') ?? [])];
    label.find((each) => each.textContent.trim() === 'otadata')?.click();
    await expect.element(page.getByRole('heading', { name: 'otadata' })).toBeVisible();
  });
});

describe('the map is calm', () => {
  test('it takes at most 200 pixels, with a plan or without', async () => {
    for (const shown of [plan, null]) {
      const map = await mount(
        html`<flash-map style="width: 1240px" .layout=${layout} .contents=${contents} .plan=${shown}></flash-map>`,
        FlashMapElement,
      );
      expect(map.offsetHeight).toBeLessThanOrEqual(200);
    }
  });

  test('memories of a few bytes are chips, not strips', LONG, async () => {
    const map = await mount(
      html`<flash-map .layout=${stm32.layout} .contents=${stm32.contents} .board=${stm32}></flash-map>`,
      FlashMapElement,
    );
    expect(strips(map)).toHaveLength(1);
    await page.getByRole('button', { name: 'Option Bytes 16 bytes' }).click();
    await expect.element(page.getByText(/Not written: these are option bytes/)).toBeVisible();
    expect(await axeViolations(map)).toEqual([]);
  });

  test('memories of one device lie side by side, to scale, and a tiny one is a chip', LONG, async () => {
    const map = await mount(
      html`<flash-map style="width: 1216px" .layout=${electron} .contents=${[]}></flash-map>`,
      FlashMapElement,
    );
    const [lower, upper, ...more] = strips(map).map((strip) => strip.getBoundingClientRect());
    expect(more).toEqual([]);
    expect(map.offsetHeight).toBeLessThanOrEqual(220);
    expect(lower?.bottom).toBeCloseTo(upper?.bottom ?? 0);
    expect(lower?.width).toBeLessThan((upper?.width ?? 0) / 2);
    await expect.element(page.getByRole('button', { name: 'DCT 16 KiB' })).toBeVisible();
    // Three sectors cannot be enlarged any further: only the large memory has buttons for it.
    expect(page.getByRole('group', { name: /^Zoom of/ }).elements()).toHaveLength(1);
    expect(await axeViolations(map)).toEqual([]);
    // One table lists what is in all of them.
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    expect([...(map.shadowRoot?.querySelectorAll('h3') ?? [])].map((each) => each.textContent.trim())).toEqual([
      'Partitions',
    ]);
  });

  test.each([1216, 720, 328])('at %i pixels the names in several memories can be read in full', async (width) => {
    const map = await mount(
      html`<flash-map style="width: ${width}px" .layout=${electron} .contents=${[]}></flash-map>`,
      FlashMapElement,
    );
    expect(map.scrollWidth).toBeLessThanOrEqual(width);
    const names = strips(map).flatMap((strip) => [
      ...(strip.shadowRoot?.querySelectorAll<HTMLElement>('.label, .chip, button:not(.nameless) b') ?? []),
    ]);
    expect(names).toHaveLength(12);
    for (const each of names) expect(each.scrollWidth).toBeLessThanOrEqual(each.clientWidth + 1);
  });

  test('flash is not called free where the table could not be read', async () => {
    await page.viewport(1216, 800);
    const known = layout.partitions.filter(({ role }) => role === 'boot' || role === 'table');
    const map = await mount(html`<flash-map .layout=${{ ...layout, partitions: known }}></flash-map>`, FlashMapElement);
    await settle(stripOf(map));
    expect(text(stripOf(map))).toContain('no known partitions, ');
    expect(inside(map, '.legend', HTMLElement).textContent).toContain('no known partitions');
    expect(text(map) + text(stripOf(map))).not.toContain('free');
  });

  test('there is no legend of one entry', async () => {
    const one = { ...layout, partitions: layout.partitions.filter(({ name }) => name === 'app0') };
    const map = await mount(html`<flash-map .layout=${one}></flash-map>`, FlashMapElement);
    expect(inside(map, '.legend', HTMLElement).children.length).toBeGreaterThan(1);
    const [region] = layout.map.regions;
    const full = { region: region?.id ?? '', address: 0, size: 0x400000 };
    map.layout = { ...one, partitions: one.partitions.map((partition) => ({ ...partition, ...full })) };
    await settle(map);
    expect(map.shadowRoot?.querySelector('.legend')).toBeNull();
  });
});

describe('a plan that changes the layout', () => {
  test('the layout now is shown above the one afterwards, at one scale', LONG, async () => {
    const map = await mount(
      html`<flash-map .layout=${largerFiles} .contents=${contents} .plan=${plan} .board=${board}></flash-map>`,
      FlashMapElement,
    );
    expect(strips(map).map(({ label }) => label)).toEqual(['Now', 'Afterwards']);
    const place = (strip: FlashStrip | undefined, name: string) =>
      [...(strip?.shadowRoot?.querySelectorAll('button') ?? [])]
        .find((each) => each.querySelector('b')?.textContent === name)
        ?.getBoundingClientRect().left;
    const [now, after] = strips(map);
    expect(place(now, 'app1')).toBeCloseTo(place(after, 'app1') ?? 0);
    expect(place(after, 'fs')).toBeLessThan(place(now, 'fs') ?? 0);
    expect(await axeViolations(map)).toEqual([]);
    map.layout = layout;
    await settle(map);
    expect(strips(map)).toHaveLength(1);
  });
});

describe('the inspector', () => {
  const withBoard = async () => {
    const map = await show(unitStates(0, 0));
    Object.assign(map, { board, work: planned, units: null });
    await settle(map);
    return map;
  };
  const opened = (map: FlashMapElement) => map.shadowRoot?.querySelector('partition-inspector') ?? null;

  test('Enter opens it, what the plan does is in it, Escape closes it and returns the focus', async () => {
    const map = await withBoard();
    buttons(map)[4]?.focus();
    await press(map, '{Enter}');
    await expect.element(page.getByText('app0 gets the file')).toBeVisible();
    expect(buttons(map)[4]?.getAttribute('aria-expanded')).toBe('true');
    expect(await axeViolations(map)).toEqual([]);
    await userEvent.tab();
    expect(stripOf(map).shadowRoot?.activeElement).toBeNull();
    await press(map, '{Escape}');
    expect(opened(map)).toBeNull();
    expect(stripOf(map).shadowRoot?.activeElement).toBe(buttons(map)[4]);
  });

  test('Escape on the strip closes it before it shows the whole memory again', LONG, async () => {
    const map = await withBoard();
    buttons(map)[4]?.focus();
    await press(map, '++{Enter}');
    expect(opened(map)).not.toBeNull();
    await press(map, '{Escape}');
    expect(opened(map)).toBeNull();
    expect(stripOf(map).shadowRoot?.activeElement).toBe(buttons(map)[4]);
    expect(stripOf(map).view?.size).toBe(0x100000);
    await press(map, '{Escape}');
    expect(stripOf(map).view).toEqual({ start: 0, size: 0x400000 });
  });

  test('it stays open while states are reported, and closes when its partition is gone', LONG, async () => {
    const map = await withBoard();
    buttons(map)[4]?.click();
    await settle(map);
    Object.assign(map, { units: unitStates(98), layout: { ...layout }, board: { ...board } });
    await settle(map);
    expect(opened(map)?.partition?.name).toBe('app0');
    const bare = { ...layout, partitions: layout.partitions.slice(0, 4) };
    Object.assign(map, { layout: bare, board: { ...board, layout: bare } });
    await settle(map);
    expect(opened(map)).toBeNull();
  });

  test('a row of the table opens it as well', LONG, async () => {
    const map = await withBoard();
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await page.getByRole('button', { name: 'otadata', exact: true }).click();
    await expect.element(page.getByRole('heading', { name: 'otadata' })).toBeVisible();
    expect(await axeViolations(map)).toEqual([]);
    await press(map, '{Escape}');
    expect(opened(map)).toBeNull();
    const table = map.shadowRoot?.querySelector('partition-table');
    expect(table?.shadowRoot?.activeElement?.textContent.trim()).toBe('otadata');
  });

  test('what can be done with the whole flash opens the same way', LONG, async () => {
    const map = await withBoard();
    await page.getByRole('button', { name: 'Whole flash' }).click();
    await expect.element(page.getByRole('button', { name: 'Back up the whole flash' })).toBeVisible();
    expect(await axeViolations(map)).toEqual([]);
    await press(map, '{Escape}');
    expect(map.shadowRoot?.querySelector('board-tools')).toBeNull();
  });
});
