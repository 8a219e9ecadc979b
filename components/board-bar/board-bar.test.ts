import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { SessionState } from '../../src/session/state.ts';
import {
  badBoard,
  board,
  electron,
  imageBoard,
  lockedBoard,
  notTaken,
  plan,
  progress,
  unitStates,
} from '../gallery/fixtures.ts';
import '../virtual-bench/virtual-bench.ts';
import { BoardBar } from './board-bar.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const connected = (of = board): Extract<SessionState, { kind: 'connected' }> => ({
  kind: 'connected',
  board: of,
  files: [],
  containers: [],
  work: { kind: 'idle' },
  interrupted: null,
});
/** A write. */
const flashing = {
  kind: 'flashing',
  purpose: { kind: 'flash' },
  plan,
  layout: board.layout,
  unprovable: 0,
  progress: progress('Writing app0', 0.4),
  units: unitStates(98),
  stopping: false,
} as const;
const show = (state: SessionState) => mount(html`<board-bar .state=${state}></board-bar>`, BoardBar);

test('axe finds nothing, with and without a board', async () => {
  const states = [connected(), connected(lockedBoard), { kind: 'disconnected', failure: notTaken } as const];
  for (const state of states) expect(await axeViolations(await show(state))).toEqual([]);
});

test('it shows chip, flash, MAC and what starts', async () => {
  const shown = text(await show(connected()));
  for (const words of ['ESP32-D0WD-V3', '(revision v3.1)', '4 MiB', '24:6f:28:a1:b2:c3', 'Starts app0', 'Real board'])
    expect(shown).toContain(words);
  expect(text(await show(connected(lockedBoard)))).toContain('no unique ID');
  expect(text(await show(connected(badBoard)))).not.toContain('Starts');
});

test('while a job writes, what starts is said to be of before', async () => {
  const shown = text(await show({ ...connected(), work: flashing }));
  expect(shown).toContain('Before: app0');
  expect(shown).not.toContain('Starts');
});

test('on a phone a board has two lines at most, however long its name is', LONG, async () => {
  await page.viewport(360, 740);
  const { identity } = board;
  const boards = [board, { ...board, identity: { ...identity, chip: 'Particle Electron (STM32F205)', key: null } }];
  for (const each of boards)
    for (const virtual of [true, false]) {
      const bar = await show(connected(each));
      bar.virtual = virtual;
      await settle(bar);
      const facts = inside(bar, 'dl', HTMLElement);
      const line = Number.parseFloat(getComputedStyle(facts).lineHeight);
      expect(facts.getBoundingClientRect().height).toBeLessThanOrEqual(2 * line);
      expect(facts.textContent).toContain(each.identity.chip);
    }
  await page.viewport(1200, 900);
});

test('the flash is as large as all of its memory, also where rights divide that into regions', async () => {
  const shown = text(await show(connected({ ...board, layout: electron })));
  expect(shown).toContain('1 MiB');
  expect(shown).not.toContain('976 KiB');
});

test('a board can be disconnected, but not in the middle of a write', async () => {
  const bar = await show(connected());
  const intent = next(bar, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  expect((await intent).detail).toEqual({ do: 'disconnect' });
  bar.state = { ...connected(), work: flashing };
  await settle(bar);
  const held = page.getByRole('button', { name: 'Disconnect' });
  await expect.element(held).toBeDisabled();
  await expect.element(held).toHaveAccessibleDescription('Stop the job first, or wait until it has ended.');
});

test.each([
  ['Disconnect', {}],
  ['Close', { board: imageBoard, image: { units: 156, bytes: 638976, saved: true } }],
  ['Close without saving', { board: imageBoard, image: { units: 156, bytes: 638976, saved: false } }],
])(
  'why it cannot be pressed now is to be read, on a phone too, and the bar is no higher for it: %s',
  LONG,
  async (name, of) => {
    const bar = await show({ ...connected(), ...of });
    if (name === 'Close without saving') await page.getByRole('button', { name: 'Close', exact: true }).click();
    for (const width of [1280, 360]) {
      await page.viewport(width, 740);
      bar.state = { ...connected(), ...of };
      await settle(bar);
      await expect.element(page.getByRole('button', { name, exact: true })).toBeVisible();
      const before = bar.getBoundingClientRect().height;
      bar.state = { ...connected(), ...of, work: flashing };
      await settle(bar);
      await expect.element(page.getByText('after the job')).toBeVisible();
      expect(bar.getBoundingClientRect().height, `${width}`).toBe(before);
    }
    await page.viewport(1200, 900);
  },
);

test('after the connection was lost, the same board can be connected again', LONG, async () => {
  const bar = await show({ kind: 'disconnected', failure: notTaken });
  const intent = next(bar, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Connect again' }).click();
  expect((await intent).detail).toEqual({ do: 'reconnect' });
  bar.state = { kind: 'disconnected', failure: null };
  await settle(bar);
  expect(page.getByRole('button').elements()).toHaveLength(0);
});

test('help opens beside the work, which is not lost', async () => {
  await show(connected());
  const help = page.getByRole('link', { name: 'Help (opens in a new tab)' });
  await expect.element(help).toHaveAttribute('href', 'help.html');
  await expect.element(help).toHaveAttribute('target', '_blank');
});

test(
  'a flash image is called a file as long as it is open, and what is not saved is not closed by accident',
  LONG,
  async () => {
    const changes = { units: 156, bytes: 638976, saved: false };
    const bar = await show({ ...connected(imageBoard), image: changes });
    expect(await axeViolations(bar)).toEqual([]);
    const shown = text(bar);
    expect(shown).toContain('File, no board: dump.bin');
    expect(shown).toContain('not saved');
    expect(shown).not.toMatch(/Real board|no unique ID|Disconnect/);
    const heard: unknown[] = [];
    bar.addEventListener('sectorwise-intent', ({ detail }) => heard.push(detail));
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Keep it open' }).click();
    expect(heard).toEqual([]);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Close without saving' }).click();
    expect(heard).toEqual([{ do: 'disconnect' }]);
  },
);

test('a saved flash image is closed at once', LONG, async () => {
  const bar = await show({ ...connected(imageBoard), image: { units: 156, bytes: 638976, saved: true } });
  const intent = next(bar, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Close' }).click();
  expect((await intent).detail).toEqual({ do: 'disconnect' });
});

test('where a file could not be opened there is no board to connect again', async () => {
  const failure = { ...notTaken, place: { in: 'file', name: 'half.bin' } } as const;
  await show({ kind: 'disconnected', failure });
  expect(page.getByRole('button').elements()).toHaveLength(0);
});

test('on a phone the controls of a virtual board scroll away, but not while its cable is out', async () => {
  await page.viewport(360, 740);
  const bar = await mount(
    html`<board-bar virtual .state=${connected()}><virtual-bench slot="bench" attached></virtual-bench></board-bar>`,
    BoardBar,
  );
  const top = () => parseFloat(getComputedStyle(bar).insetBlockStart);
  expect(top()).toBeLessThan(0);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await expect.poll(top).toBe(0);
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await expect.poll(top).toBeLessThan(0);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  bar.replaceChildren();
  await expect.poll(() => bar.cableOut).toBe(false);
});
