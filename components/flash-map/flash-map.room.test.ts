/** What the map shows where there is little room for it: on a phone, and where several memories stand side by side. */
import { html } from 'lit';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Content } from '../../src/flash/family.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { regionSize } from '../../src/flash/map.ts';
import { allUnproved, allVerified, contents, electron, layout, plan, unitStates } from '../gallery/fixtures.ts';
import { inside, mount, settle, withPlainSizes } from '../shared/testing.ts';
import { FlashStrip } from '../flash-strip/flash-strip.ts';
import { FlashMapElement } from './flash-map.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

afterEach(() => page.viewport(1200, 900));

/** The map with what was found, and where the app was verified if a job has just ended. */
async function show(shown: Layout, isVerified: boolean, brief?: string): Promise<FlashMapElement> {
  const found = contents.map((content) => (brief === undefined ? content : { ...content, brief }));
  const map = await mount(
    html`<flash-map
      .layout=${shown}
      .contents=${found}
      .plan=${isVerified ? plan : null}
      .units=${isVerified ? allVerified : null}
    ></flash-map>`,
    FlashMapElement,
  );
  await Promise.all(
    [...(map.shadowRoot?.querySelectorAll('flash-strip') ?? [])].map((strip) =>
      strip instanceof FlashStrip ? settle(strip) : undefined,
    ),
  );
  return map;
}

/** The block of app0. */
const app0 = (map: FlashMapElement) =>
  [...(inside(map, 'flash-strip', FlashStrip).shadowRoot?.querySelectorAll('button') ?? [])].find(({ textContent }) =>
    textContent.trim().startsWith('app0'),
  );

test('where a slot has room for one line only, it says which app it holds instead of its size', async () => {
  await page.viewport(360, 740);
  const map = await show(layout, false, 'raft-demo 1.4.2');
  await expect.poll(() => app0(map)?.querySelector('small')?.textContent).toBe('raft-demo 1.4.2');
  expect(app0(map)?.querySelector('.size')).toBeNull();
});

test('on a phone, the sizes that no block has room for stand below the strip', async () => {
  await page.viewport(360, 740);
  const map = await show(layout, false, 'raft-demo 1.4.2');
  const strip = inside(map, 'flash-strip', FlashStrip);
  await expect.poll(() => strip.shadowRoot?.querySelector('.sizes')).not.toBeNull();
  const below = strip.shadowRoot?.querySelector('.sizes')?.textContent ?? '';
  for (const words of ['nvs 84 KiB', 'app0 1728 KiB', 'fs 512 KiB']) expect(withPlainSizes(below)).toContain(words);
  expect(map.scrollWidth).toBeLessThanOrEqual(map.clientWidth);
  await page.viewport(1280, 800);
  await expect.poll(() => strip.shadowRoot?.querySelector('.sizes')).toBeNull();
});

test('the kinds of the partitions of a Particle board: its system parts are not apps of whoever uses it', async () => {
  await page.viewport(1280, 800);
  const map = await show(electron, false);
  const kinds = [...(map.shadowRoot?.querySelectorAll('flash-strip') ?? [])].flatMap((strip) =>
    [...(strip.shadowRoot?.querySelectorAll('button') ?? [])].map(
      (block) => `${block.querySelector('b')?.textContent ?? ''}: ${block.classList[0] ?? ''}`,
    ),
  );
  for (const own of ['bootloader: system', 'system 1: system', 'system 3: system', 'user: app'])
    expect(kinds).toContain(own);
});

test('after a job it says what is there now, and that it was verified: a slot that was emptied has no app', async () => {
  await page.viewport(1280, 800);
  const map = await show(layout, true, 'no app');
  const said = () => app0(map)?.querySelector('em:not(.hidden)')?.textContent;
  await expect.poll(said).toBe('no app; 252 erase units verified');
  // While a job runs, what was found is what it overwrites.
  map.stale = true;
  await settle(map);
  expect(said()).toBe('252 erase units verified');
  map.stale = false;
  await page.viewport(360, 740);
  await expect.poll(() => app0(map)?.querySelector('em[aria-hidden]')?.textContent).toBe('no app');
});

test('after a job it says there what was verified, as the wide map does, and all of it can be read', async () => {
  await page.viewport(360, 740);
  const map = await show(layout, true);
  await expect.poll(() => app0(map)?.querySelector('em[aria-hidden]')?.textContent).toBe('verified');
  const said = app0(map)?.querySelector('em[aria-hidden]');
  expect(said?.scrollWidth).toBe(said?.clientWidth);
  expect(app0(map)?.querySelector('.size')).toBeNull();
  await expect
    .element(page.getByRole('button', { name: /^app0 0x20000 .* 252 erase units verified/ }))
    .toBeInTheDocument();
});

const SAYINGS = [
  ['that nothing is verified yet', unitStates(0, 120), '0 % verified'],
  ['what failed', unitStates(92, 0, [92]), 'failed'],
  ['what cannot be verified', allUnproved, 'written'],
] as const;
for (const [options, sayings] of byLength(SAYINGS, ([what]) => what === 'what failed'))
  test.each(sayings)('it says %s, uncut', options, async (_, units, says) => {
    await page.viewport(360, 740);
    const map = await show(layout, true);
    map.units = units;
    await settle(map);
    await expect.poll(() => app0(map)?.querySelector('em[aria-hidden]')?.textContent).toBe(says);
    const said = app0(map)?.querySelector('em[aria-hidden]');
    expect(said?.scrollWidth).toBe(said?.clientWidth);
  });

/** As a Particle P1 has it: a large flash beside that of its chip. */
const p1: Layout = {
  ...electron,
  map: {
    regions: [
      ...electron.map.regions,
      {
        id: 'serial',
        name: 'Serial Flash',
        start: 0,
        runs: [{ count: 256, size: 0x1000 }],
        access: { read: true, erase: true, write: true },
      },
    ],
  },
};

/** How wide each memory is drawn for a MiB, in CSS pixels, and what is said of that. */
async function scales(map: FlashMapElement): Promise<(readonly [perMib: number, says: string])[]> {
  await settle(map);
  const parts = [...(map.shadowRoot?.querySelectorAll('.part') ?? [])];
  const sizes = [48, 976, 1024];
  expect(parts).toHaveLength(sizes.length);
  return parts.map((part, i) => [
    Math.round((part.getBoundingClientRect().width * 1024) / (sizes[i] ?? 1)),
    part.querySelector('.scale')?.textContent ?? '',
  ]);
}

for (const [options, widths] of byLength([1280, 1600, 360], (width) => width === 360))
  test.each(widths)('memories of like sizes are drawn at one scale at %i px', options, async (width) => {
    await page.viewport(width, 800);
    const [small, chip, serial] = await scales(await show(p1, false));
    expect(chip?.[0]).toBeCloseTo(serial?.[0] ?? 0, -1);
    expect([chip?.[1], serial?.[1]]).toEqual(['', '']);
    // One that would be too narrow to read is drawn larger, which is said of it.
    expect(small?.[1]).toBe(`enlarged ${Math.round((small?.[0] ?? 0) / (serial?.[0] ?? 1))}×`);
  });

test(
  'where they stand below each other at other scales, that is said, too, and as the page becomes wider',
  LONG,
  async () => {
    await page.viewport(1000, 800);
    const map = await show(p1, false);
    const [, chip, serial] = await scales(map);
    expect(chip?.[1]).toBe(`reduced to ${Math.round(((chip?.[0] ?? 0) / (serial?.[0] ?? 1)) * 100)} %`);
    await page.viewport(1280, 800);
    await expect.poll(async () => (await scales(map))[1]?.[1]).toBe('');
  },
);

for (const [options, widths] of byLength([1280, 1600], (width) => width === 1280))
  test.each(widths)('memories side by side have their zoom at one height at %i px', options, async (width) => {
    await page.viewport(width, 800);
    const map = await show(p1, false);
    const tops = [...(map.shadowRoot?.querySelectorAll('.group') ?? [])].map(
      (zoom) => zoom.getBoundingClientRect().top,
    );
    expect(tops.length).toBeGreaterThan(1);
    expect(new Set(tops).size).toBe(1);
  });

/** Looks at the lane of the map of this layout with these contents: whether anything is drawn in a part of it, in CSS pixels. */
async function laneOf(shown: Layout, found: readonly Content[]) {
  const map = await mount(html`<flash-map .layout=${shown} .contents=${found}></flash-map>`, FlashMapElement);
  const strip = inside(map, 'flash-strip', FlashStrip);
  await settle(strip);
  const lane = inside(strip, 'canvas.lane', HTMLCanvasElement);
  /** Whether anything is drawn in these columns, from this height of the lane to that one. */
  const isDrawn = (from: number, wide: number, top: number, bottom: number) => {
    const box = [from, top, wide, bottom - top].map((each) => Math.round(each * devicePixelRatio));
    const [x = 0, y = 0, w = 0, h = 0] = box;
    return (
      lane
        .getContext('2d')
        ?.getImageData(x, y, w, h)
        .data.some((value) => value !== 0) === true
    );
  };
  return { strip, isDrawn, width: lane.clientWidth, middle: lane.clientHeight / 2 };
}

test('dots cover only the start of a slot of which no more was read, however narrow that is, and the rest is dashed', async () => {
  const [slot] = layout.partitions.filter(({ name }) => name === 'app1');
  if (slot === undefined) throw new Error('no app1');
  const { region, address, size } = slot;
  const start = { region, address, size, kind: 'blank', says: 'Blank', blankIn: [{ from: 0, size: 0x1000 }] };
  const { strip, isDrawn, middle } = await laneOf(layout, [start]);
  const block = [...(strip.shadowRoot?.querySelectorAll('button') ?? [])].find(({ textContent }) =>
    textContent.trim().startsWith('app1'),
  );
  const [left = 0, width = 0] = [block?.offsetLeft, block?.offsetWidth];
  await expect.poll(() => isDrawn(left, 12, 0, 4)).toBe(true);
  expect(isDrawn(left + 20, width - 24, 0, middle - 2)).toBe(false);
  expect(isDrawn(left + 20, width - 24, middle - 1, middle + 1)).toBe(true);
});

test.each([
  ['64 slots', 64, 1],
  ['32 slots', 32, 1],
  ['8 slots with 4 pieces each', 32, 4],
] as const)(
  'on a phone, dots leave room for what was not read between pieces that were: %s',
  LONG,
  async (_, pieces, each) => {
    await page.viewport(360, 740);
    const [region] = layout.map.regions;
    if (region === undefined) throw new Error('no region');
    const whole = regionSize(region);
    // Of each slot and of each piece of it, only the start was read.
    const size = (whole / pieces) * each;
    const found = Array.from({ length: pieces / each }, (__, i) => ({
      region: region.id,
      address: i * size,
      size,
      kind: 'blank',
      says: 'Blank',
      blankIn: Array.from({ length: each }, (___, j) => ({ from: (j * size) / each, size: 0x1000 })),
    }));
    const { isDrawn, width, middle } = await laneOf({ ...layout, partitions: [] }, found);
    await expect.poll(() => isDrawn(0, width, 0, 4)).toBe(true);
    const columns = Array.from({ length: Math.floor(width) }, (__, x) => x);
    const isDotted = (x: number) => isDrawn(x, 1, 0, middle - 2);
    const isDashed = (x: number) => !isDrawn(x, 1, 0, middle - 2) && isDrawn(x, 1, middle - 1, middle + 1);
    expect(columns.filter(isDotted).length).toBeGreaterThan(width / 20);
    expect(columns.filter(isDashed).length).toBeGreaterThan(width / 20);
  },
);

test('why a zoom can do nothing is said to those who hear the map, too', async () => {
  await show(layout, false);
  for (const name of ['Zoom out', 'Show all'])
    await expect.element(page.getByRole('button', { name: `${name}: the whole memory is visible` })).toBeDisabled();
});
