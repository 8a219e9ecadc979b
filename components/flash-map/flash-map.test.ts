import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { bigLayout, contents, layout, plan, unitStates } from '../gallery/fixtures.ts';
import { FlashMapElement } from './flash-map.ts';
import { FlashStrip } from '../flash-strip/flash-strip.ts';
import { complaints, inside, mount, next, settle, text } from '../shared/testing.ts';

const show = (units = unitStates(98), shown = layout) =>
  mount(
    html`<flash-map .layout=${shown} .contents=${contents} .plan=${plan} .units=${units}></flash-map>`,
    FlashMapElement,
  );

const stripOf = (map: FlashMapElement) => inside(map, 'flash-strip', FlashStrip);
const buttons = (map: FlashMapElement) => [...(stripOf(map).shadowRoot?.querySelectorAll('button') ?? [])];
const press = async (map: FlashMapElement, keys: string) => {
  await userEvent.keyboard(keys);
  await settle(map);
  await settle(stripOf(map));
};

describe('accessibility', () => {
  test('axe finds nothing, with and without a plan', async () => {
    const map = await show();
    expect(await complaints(map)).toEqual([]);
    map.plan = null;
    map.units = null;
    await settle(map);
    expect(await complaints(map)).toEqual([]);
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
    expect(text(map)).toContain('7 partitions. app0: 98 of 252 units verified.');
    for (const word of [
      'changes',
      'unknown until verified',
      'written, not yet verified',
      'verified',
      'kept: not touched',
    ]) {
      expect(inside(map, '.legend', HTMLElement).textContent).toContain(word);
    }
  });
});

describe('zoom', () => {
  test('by keys: in, out, all', async () => {
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
    const lane = inside(stripOf(map), 'canvas.plan', HTMLCanvasElement);
    const { left, width } = lane.getBoundingClientRect();
    const pointed = next(map, 'sectorwise-point');
    lane.dispatchEvent(
      new PointerEvent('pointermove', { clientX: left + width / 2 + 0.1, bubbles: true, pointerType: 'mouse' }),
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

  test('all three lanes show something, at the screen’s resolution', async () => {
    const strip = stripOf(await show());
    for (const lane of ['layout', 'found', 'plan']) {
      const canvas = inside(strip, `canvas.${lane}`, HTMLCanvasElement);
      expect(drawn(canvas)).toBe(true);
      expect(canvas.width).toBe(Math.round(canvas.clientWidth * devicePixelRatio));
    }
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
