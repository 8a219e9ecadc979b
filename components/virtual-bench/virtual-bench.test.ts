import { html } from 'lit';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { VirtualBench } from './virtual-bench.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const FLASH = { kind: 'seen', flash: Uint8Array.of(1), beforeStart: Uint8Array.of(2), violations: 0 } as const;
const show = (attached: boolean) => mount(html`<virtual-bench ?attached=${attached}></virtual-bench>`, VirtualBench);

test('axe finds nothing, connected or not', async () => {
  for (const attached of [true, false]) {
    const bench = await show(attached);
    bench.show({ ...FLASH, erases: 7 });
    await settle(bench);
    expect(await axeViolations(bench)).toEqual([]);
  }
});

test('the cable is pulled only while the board is connected, and can always be plugged in again', async () => {
  const bench = await show(true);
  const pulled = next(bench, 'virtual-bench-cable');
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  expect((await pulled).detail).toEqual({ plugged: false });
  bench.attached = false;
  await settle(bench);
  const back = next(bench, 'virtual-bench-cable');
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  expect((await back).detail).toEqual({ plugged: true });
  const idle = page.getByRole('button', { name: 'Pull the cable' });
  await expect.element(idle).toBeDisabled();
  await expect.element(idle).toHaveAccessibleDescription('The cable can be pulled while the board is connected.');
});

test('a changed board is reset only after being asked once more, and not while it is written', LONG, async () => {
  const bench = await show(true);
  expect(page.getByRole('button', { name: 'Reset this board' }).elements()).toHaveLength(0);
  bench.changed = true;
  bench.writing = true;
  await settle(bench);
  await page.getByRole('button', { name: /^Virtual board/ }).click();
  await expect.element(page.getByRole('button', { name: 'Reset this board' })).toBeDisabled();
  bench.writing = false;
  await settle(bench);
  let resets = 0;
  bench.addEventListener('virtual-bench-reset', () => resets++);
  await page.getByRole('button', { name: 'Reset this board' }).click();
  expect(text(bench)).toContain('What was written to it will be lost.');
  expect(await axeViolations(bench)).toEqual([]);
  await page.getByRole('button', { name: 'Keep it' }).click();
  expect(resets).toBe(0);
  await expect.poll(() => bench.shadowRoot?.activeElement?.textContent?.trim()).toBe('Reset this board');
  await page.getByRole('button', { name: 'Reset this board' }).click();
  await page.getByRole('button', { name: 'Reset it' }).click();
  expect(resets).toBe(1);
});

test('the counts are of the moment at which the flash was saved, and say so', async () => {
  const bench = await show(true);
  bench.show({ ...FLASH, erases: 1 });
  await settle(bench);
  expect(text(bench)).toContain(
    'When the flash was last saved, 1 erase unit had been erased and 0 writes had broken the rules of the flash chip.',
  );
});

test('a sample that is for this board is saved as a file; without one, none is offered', LONG, async () => {
  const bench = await show(true);
  await page.getByRole('button', { name: 'Virtual board' }).click();
  const sample = page.getByRole('button', { name: 'Save a sample app' });
  expect(sample.elements()).toHaveLength(0);
  bench.samples = [{ name: 'blinky', make: () => Promise.resolve(new File([Uint8Array.of(7)], 'blinky.bin')) }];
  await settle(bench);
  const names: string[] = [];
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download);
  });
  await sample.click();
  await expect.poll(() => names).toEqual(['blinky.bin']);
  click.mockRestore();
});

test('the flash before the last start is read again each time, not kept from the last look', LONG, async () => {
  const bench = await show(true);
  const names: string[] = [];
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download);
  });
  bench.show({ ...FLASH, erases: 1 });
  await settle(bench);
  await page.getByRole('button', { name: 'Virtual board' }).click();
  const look = next(bench, 'virtual-bench-look');
  await page.getByRole('button', { name: 'Save the flash as it was before the last start' }).click();
  await look;
  expect(names).toEqual(['flash.bin']);
  bench.show({ ...FLASH, erases: 2 });
  expect(names).toEqual(['flash.bin', 'flash-before-start.bin']);
  click.mockRestore();
});

test('what else can be done with it is folded away, and Escape folds it again', LONG, async () => {
  const bench = await show(true);
  const opens = page.getByRole('button', { name: 'Virtual board' });
  const save = page.getByRole('button', { name: 'Save the whole flash' });
  await expect.element(opens).toHaveAttribute('aria-expanded', 'false');
  expect(save.elements()).toHaveLength(0);
  await opens.click();
  await expect.element(save).toBeVisible();
  await save.click();
  await userEvent.keyboard('{Escape}');
  expect(save.elements()).toHaveLength(0);
  expect(bench.shadowRoot?.activeElement?.className).toBe('opens');
});

test('a click elsewhere folds it again and does what it is for; it covers nothing', LONG, async () => {
  const bench = await show(true);
  bench.parentElement?.setAttribute('style', 'display: flex; flex-wrap: wrap');
  const why = document.createElement('button');
  why.textContent = 'Why';
  let clicks = 0;
  why.addEventListener('click', () => clicks++);
  bench.parentElement?.after(why);
  await page.getByRole('button', { name: 'Virtual board' }).click();
  const more = bench.shadowRoot?.querySelector('.more');
  await expect.poll(() => more?.getBoundingClientRect().height).toBeGreaterThan(0);
  expect(why.getBoundingClientRect().top).toBeGreaterThanOrEqual(more?.getBoundingClientRect().bottom ?? Infinity);
  await page.getByRole('button', { name: 'Why' }).click();
  expect(clicks).toBe(1);
  await expect.poll(() => more?.getBoundingClientRect().height).toBe(0);
  expect(document.activeElement).toBe(why);
});
