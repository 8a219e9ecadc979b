import WaDetails from '@awesome.me/webawesome/dist/components/details/details.js';
import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { MOST_FILES } from '../shared/dropped-files.ts';
import { LARGEST_FLASH } from '../../src/flash/map.ts';
import { FileDrop } from './file-drop.ts';
import {
  build,
  buildParts,
  emptyPlan,
  file,
  layout,
  plan,
  refusal,
  unreadable,
  wrongFile,
} from '../gallery/fixtures.ts';
import { changed, dropped as bundle, droppedParts } from '../gallery/fixtures.bundles.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (files: readonly FileView[] = [file], containers: readonly ContainerView[] = []) =>
  mount(html`<file-drop .files=${files} .containers=${containers} .layout=${layout}></file-drop>`, FileDrop);

function choose(drop: FileDrop, ...files: File[]): void {
  const transfer = new DataTransfer();
  for (const each of files) transfer.items.add(each);
  inside(drop, '.zone', HTMLElement).dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
}

/** Drops an item that a test cannot put into a real `DataTransfer`: a folder entry, or a file of any size. */
function dropItem(drop: FileDrop, item: { entry?: object; file?: File }): void {
  const event = new DragEvent('drop', { cancelable: true });
  const items = [{ kind: 'file', webkitGetAsEntry: () => item.entry ?? null, getAsFile: () => item.file ?? null }];
  Object.defineProperty(event, 'dataTransfer', { value: { items } });
  inside(drop, '.zone', HTMLElement).dispatchEvent(event);
}

/** A folder as a browser provides it: its content comes in batches, the last one empty. */
function folder(path: string, portions: readonly object[][]): object {
  const createReader = () => {
    const rest = [...portions, []];
    return { readEntries: (done: (entries: object[]) => void) => done(rest.shift() ?? []) };
  };
  return { isFile: false, isDirectory: true, name: path.slice(1), fullPath: path, createReader };
}

function inFolder(fullPath: string, content: File): object {
  return { isFile: true, isDirectory: false, fullPath, file: (done: (file: File) => void) => done(content) };
}

describe('accessibility', () => {
  test('axe finds nothing, empty and full', LONG, async () => {
    expect(await axeViolations(await show([]))).toEqual([]);
    expect(await axeViolations(await show([file, wrongFile]))).toEqual([]);
    expect(await axeViolations(await show(buildParts, [build, unreadable]))).toEqual([]);
  });

  test('places are a list with a name, each with its exact address', async () => {
    const drop = await show();
    const list = page.getByRole('combobox', { name: 'Write to' });
    await expect.element(list).toHaveDisplayValue('app0 · 0x20000, 1728 KiB');
    expect(list.getByRole('option').elements()).toHaveLength(2);
    expect(text(drop)).toContain('The board starts this slot.');
  });
});

test('on a phone the place of a part is below its name, at the same edge as what is said of it', async () => {
  await page.viewport(360, 740);
  const drop = await show(buildParts, [build]);
  const left = (selector: string) => {
    const range = document.createRange();
    range.selectNodeContents(inside(drop, selector, HTMLElement));
    return Math.round(range.getBoundingClientRect().left);
  };
  expect(left('.part .place')).toBe(left('.part .about p'));
});

test('what was chosen for the board before is offered again, where there is nothing else yet', LONG, async () => {
  const samples = [{ name: 'a sample', make: () => Promise.reject(new Error('not wanted')) }];
  const drop = await mount(html`<file-drop .again=${'raft-demo-1.5.0.bin'} .samples=${samples}></file-drop>`, FileDrop);
  expect(await axeViolations(drop)).toEqual([]);
  // Whoever has a file of their own needs none of ours.
  expect(text(drop)).not.toContain('Try with');
  const intent = next(drop, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Use raft-demo-1.5.0.bin again' }).click();
  expect((await intent).detail).toEqual({ do: 'use-again' });
  drop.files = [file];
  await settle(drop);
  expect(text(drop)).not.toContain('again');
});

test('a file whose every unit is equal is already in its place', async () => {
  const drop = await mount(html`<file-drop .files=${[file]} .plan=${plan} .layout=${layout}></file-drop>`, FileDrop);
  expect(text(drop)).toContain('Write to');
  expect(drop.shadowRoot?.querySelector('.why')).not.toBeNull();
  drop.plan = emptyPlan;
  await settle(drop);
  expect(drop.shadowRoot?.querySelector('.why')).toBeNull();
  await expect.element(page.getByRole('combobox', { name: 'Already in' })).toBeVisible();
  expect(text(drop)).not.toContain('Write to');
});

test('edits are listed with the files: they are looked into, and withdrawn', LONG, async () => {
  const range = { region: 'flash', address: 0x9000, size: 0x15000 };
  const edit = {
    id: 1,
    edit: { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' },
  } as const;
  const drop = await mount(
    html`<file-drop .edits=${[{ range, edits: [edit] }]} .layout=${layout}></file-drop>`,
    FileDrop,
  );
  await expect.element(page.getByRole('article', { name: 'Changes in nvs' })).toHaveTextContent('1 change');
  expect(await axeViolations(drop)).toEqual([]);
  const look = next(drop, 'sectorwise-look');
  await page.getByRole('button', { name: 'Look inside nvs' }).click();
  expect((await look).detail).toEqual(range);
  const intent = next(drop, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Remove the changes in nvs' }).click();
  expect((await intent).detail).toEqual({ do: 'withdraw-edits', range, id: null });
});

test('what is no part of the plan is only named, and can be added to', LONG, async () => {
  const drop = await mount(
    html`<file-drop aside .files=${[...buildParts, file]} .containers=${[build]} .layout=${layout}></file-drop>`,
    FileDrop,
  );
  expect(text(drop)).toContain(`This plan leaves out ${build.name} and ${file.name}.`);
  expect(page.getByRole('combobox').elements()).toEqual([]);
  await expect.element(page.getByRole('button', { name: 'Add a file' })).toBeVisible();
  expect(page.getByRole('button', { name: /Replace|bundle|Look/ }).elements()).toEqual([]);
  expect(await axeViolations(drop)).toEqual([]);
});

const DROPPED = 0x9000;
const STAYING = 0x1e0000;
test.each([
  ['chosen', [file], [], `leaves out ${file.name}, which stays chosen.`],
  ['chosen', [file], [STAYING], `leaves out ${file.name} and changes of 1 partition, which stay chosen.`],
  ['chosen', [], [STAYING], 'leaves out changes of 1 partition, which stay chosen.'],
  ['chosen', [], [DROPPED], 'drops changes of 1 partition.'],
  ['chosen', [file], [DROPPED], `leaves out ${file.name}, which stays chosen. It drops changes of 1 partition.`],
  [
    'chosen',
    [],
    [DROPPED, STAYING],
    'leaves out changes of 1 partition, which stay chosen. It drops changes of 1 partition.',
  ],
  ['offered', [file], [], `leaves out ${file.name}. You can use it again afterwards.`],
  [
    'offered',
    [file],
    [STAYING],
    `leaves out ${file.name} and changes of 1 partition. You can use the file again afterwards.`,
  ],
  [
    'offered',
    [file],
    [DROPPED],
    `leaves out ${file.name}. You can use it again afterwards. It drops changes of 1 partition.`,
  ],
  ['offered', [], [STAYING], 'leaves out changes of 1 partition.'],
] as const)(
  'what becomes of files that are no part of the plan, and of edits, is said: %s, %#',
  async (files, chosen, at, says) => {
    const edits = at.map((address) => ({ range: { region: 'flash', address, size: 0x1000 }, edits: [] }));
    const end = { files, dropsIn: [{ region: 'flash', address: DROPPED, size: 0x1000 }] };
    const drop = await mount(
      html`<file-drop aside .files=${chosen} .edits=${edits} .end=${end} .layout=${layout}></file-drop>`,
      FileDrop,
    );
    expect(text(drop)).toContain(`This plan ${says}`);
  },
);

test.each([
  ['offered', [{ ...file, name: 'table.bin', forOneBoard: true }], 'leaves out table.bin.'],
  [
    'offered',
    [file, { ...file, name: 'table.bin', forOneBoard: true }],
    `leaves out ${file.name} and table.bin. You can use ${file.name} again afterwards.`,
  ],
  ['chosen', [{ ...file, name: 'table.bin', forOneBoard: true }], 'leaves out table.bin, which stays chosen.'],
] as const)('what was made for the board is not said to be offered again: %s, %#', async (files, chosen, says) => {
  const drop = await mount(
    html`<file-drop aside .files=${chosen} .end=${{ files, dropsIn: [] }} .layout=${layout}></file-drop>`,
    FileDrop,
  );
  expect(inside(drop, 'p', HTMLElement).textContent).toBe(`This plan ${says}`);
});

test('nothing is said to be left out where nothing is chosen', async () => {
  const drop = await mount(
    html`<file-drop aside .end=${{ files: 'offered', dropsIn: [] }} .layout=${layout}></file-drop>`,
    FileDrop,
  );
  expect(text(drop)).not.toContain('leaves out');
});

test('a dropped file is passed on as it is, unread', async () => {
  const drop = await show([]);
  const intent = next(drop, 'sectorwise-intent');
  const app = new File([Uint8Array.of(0xe9, 1, 2)], 'app.bin');
  const read = vi.spyOn(Blob.prototype, 'arrayBuffer');
  choose(drop, app, new File(['#'], 'partitions.csv'));
  const { detail } = await intent;
  expect(detail).toMatchObject({ do: 'add-files', files: [{ path: 'app.bin' }, { path: 'partitions.csv' }] });
  expect(read).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('a dropped folder is read to its last batch, and its files keep their paths', async () => {
  const drop = await show([]);
  const [args, app] = [new File(['{}'], 'flasher_args.json'), new File(['app'], 'app.bin')];
  const intent = next(drop, 'sectorwise-intent');
  const sub = folder('/build/out', [[inFolder('/build/out/app.bin', app)]]);
  dropItem(drop, { entry: folder('/build', [[inFolder('/build/flasher_args.json', args)], [sub]]) });
  expect((await intent).detail).toEqual({
    do: 'add-files',
    files: [
      { path: 'build/flasher_args.json', blob: args },
      { path: 'build/out/app.bin', blob: app },
    ],
  });
});

test('a folder without end is not walked to the end', async () => {
  const drop = await show([]);
  // One file throughout: each of its own is registered with the browser's process, which takes seconds.
  const same = new File([], 'same');
  const many = Array.from({ length: MOST_FILES + 1 }, (_, i) => inFolder(`/home/${i}`, same));
  dropItem(drop, { entry: folder('/home', [many]) });
  await expect.element(page.getByText(/home contains more than 20,000 files/)).toBeInTheDocument();
});

test('a file too large for any flash is refused before it is read', async () => {
  const drop = await show([]);
  const huge = new File([], 'disk.img');
  Object.defineProperty(huge, 'size', { value: LARGEST_FLASH + 1 });
  dropItem(drop, { file: huge });
  await expect.element(page.getByText(/disk.img was not added/)).toBeInTheDocument();
});

test('the contents of a container are listed, and each part can be excluded and included again', LONG, async () => {
  const drop = await show(buildParts, [build]);
  const shown = text(drop);
  for (const words of ['ESP-IDF build', 'build/bootloader.bin', 'app0 · 0x20000, 1,187,344 bytes', 'Not firmware.'])
    expect(shown).toContain(words);
  // What speaks for or against a place is beside it.
  expect(shown).toContain('The address in its build.');
  expect(shown).toContain('Excluded: it will not be written.');
  const out = next(drop, 'sectorwise-intent');
  await page.getByText('build/app0.bin').click();
  expect((await out).detail).toEqual({ do: 'use', id: 13, yes: false });
  const back = next(drop, 'sectorwise-intent');
  await page.getByText('build/partition-table.bin').click();
  expect((await back).detail).toEqual({ do: 'use', id: 12, yes: true });
  const removed = next(drop, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Remove raft-demo' }).click();
  expect((await removed).detail).toEqual({ do: 'remove-file', id: build.id });
});

test(
  'an address can be typed for a file, and taken back; what is no address says what one looks like',
  LONG,
  async () => {
    const drop = await show();
    const box = page.getByRole('textbox', { name: `Address of ${file.name}`, includeHidden: true });
    const write = page.getByRole('button', { name: 'Write there', includeHidden: true });
    await page.getByText('Type an address').click();
    const none = vi.fn();
    drop.addEventListener('sectorwise-intent', none, { once: true });
    await box.fill('app1');
    await write.click();
    expect(inside(drop, '.address input', HTMLInputElement).validationMessage).toContain('0x1D0000');
    expect(none).not.toHaveBeenCalled();
    const typed = next(drop, 'sectorwise-intent');
    await box.fill('0x12_0000');
    await write.click();
    expect((await typed).detail).toEqual({ do: 'place-at', id: file.id, address: 0x120000 });
    const again = await show([{ ...file, typed: 0x120000 }]);
    await expect.element(box).toHaveValue('0x120000');
    const back = next(again, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Choose from the list', includeHidden: true }).click();
    expect((await back).detail).toEqual({ do: 'place-at', id: file.id, address: null });
  },
);

test('a container with several builds for this board asks which one to use', async () => {
  const options = ['m.json: ESP32, a.bin', 'm.json: ESP32, b.bin'].map((name, i) => ({ id: String(i), name, why: '' }));
  const drop = await show([], [{ ...build, builds: { options, chosen: null } }]);
  expect(text(drop)).not.toContain('It contains nothing that can be written');
  const chosen = next(drop, 'sectorwise-intent');
  await page.getByLabelText('Build to use').selectOptions('1');
  expect((await chosen).detail).toEqual({ do: 'place', id: build.id, choice: '1' });
});

test('a container that cannot be read says why, what to do, and where to read more', async () => {
  const drop = await show([], [unreadable]);
  expect(text(drop)).toContain(unreadable.failure?.next ?? 'no failure');
  const link = inside(drop, 'a.more', HTMLAnchorElement);
  expect(link.getAttribute('href')).toBe('help.html#file-unreadable');
});

test('another place can be chosen, and the file removed', async () => {
  const drop = await show();
  const placed = next(drop, 'sectorwise-intent');
  await page.getByRole('combobox', { name: 'Write to' }).selectOptions('app1 · 0x1D0000, 1728 KiB');
  expect((await placed).detail).toEqual({ do: 'place', id: 1, choice: file.choices[1]?.id });
  const removed = next(drop, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Remove raft-demo-1.5.0.bin' }).click();
  expect((await removed).detail).toEqual({ do: 'remove-file', id: 1 });
});

test('a choice that was not taken is not shown as if it were', async () => {
  const drop = await show();
  const places = page.getByRole('combobox', { name: 'Write to' });
  await places.selectOptions('app1 · 0x1D0000, 1728 KiB');
  drop.files = [...drop.files];
  await settle(drop);
  await expect.element(places).toHaveDisplayValue(/^app0 /);
});

test('a choice of place is taken back before the session has answered', LONG, async () => {
  const drop = await show();
  const sent: unknown[] = [];
  drop.addEventListener('sectorwise-intent', ({ detail }) => sent.push(detail));
  const places = page.getByRole('combobox', { name: 'Write to' });
  for (const name of ['app1 · 0x1D0000, 1728 KiB', 'app0 · 0x20000, 1728 KiB']) await places.selectOptions(name);
  expect(sent).toEqual([1, 0].map((index) => ({ do: 'place', id: 1, choice: file.choices[index]?.id })));
});

test('with files there, to add another is not to replace them', LONG, async () => {
  const drop = await show();
  const sent: unknown[] = [];
  drop.addEventListener('sectorwise-intent', ({ detail }) => sent.push(detail));
  const opened = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(() => undefined);
  const input = inside(drop, 'input.files', HTMLInputElement);
  const pick = (name: string) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], name));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
  };
  await page.getByRole('button', { name: 'Add a file' }).click();
  pick('one.bin');
  expect(sent).toMatchObject([{ do: 'add-files', files: [{ path: 'one.bin' }] }]);
  await page.getByRole('button', { name: 'Replace' }).click();
  pick('other.bin');
  expect(sent.slice(1)).toMatchObject([
    { do: 'remove-file', id: file.id },
    { do: 'add-files', files: [{ path: 'other.bin' }] },
  ]);
  expect(opened).toHaveBeenCalledTimes(2);
  vi.restoreAllMocks();
});

test('a sample that does not arrive is said to be missing', LONG, async () => {
  const drop = await mount(html`<file-drop></file-drop>`, FileDrop);
  drop.samples = [{ name: 'raft-demo 1.5.0', make: () => Promise.reject(new Error('no network')) }];
  await settle(drop);
  const missing = next(drop, 'sectorwise-missing');
  await page.getByRole('button', { name: 'Try with raft-demo 1.5.0' }).click();
  expect((await missing).detail).toMatchObject({ name: 'part-not-loaded' });
});

test('a sample is offered where there is no file yet, and is added like any other', async () => {
  const drop = await show([]);
  drop.samples = [{ name: 'raft-demo 1.5.0', make: () => Promise.resolve(new File(['x'], 'raft-demo-1.5.0.bin')) }];
  await settle(drop);
  const intent = next(drop, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Try with raft-demo 1.5.0' }).click();
  expect((await intent).detail).toMatchObject({ do: 'add-files', files: [{ path: 'raft-demo-1.5.0.bin' }] });
});

test('why a file is refused is said once, at the file, and takes the focus when it is asked for', async () => {
  const drop = await show([wrongFile]);
  const own = { ...refusal, place: { in: 'file', name: wrongFile.name } } as const;
  drop.refusals = [own, refusal];
  await settle(drop);
  expect(inside(drop, 'article.file', HTMLElement).querySelectorAll('article.card')).toHaveLength(1);
  expect(await axeViolations(drop)).toEqual([]);
  drop.focus();
  expect(drop.shadowRoot?.activeElement?.textContent).toContain(refusal.says);
});

test('a partition keeps its exact name at the beginning of a sentence', async () => {
  const [first] = file.choices;
  if (first === undefined) throw new Error('the file has no place');
  const choices = [{ ...first, name: 'app1, and start it', why: 'app1 holds no app' }];
  const shown = text(await show([{ ...file, choices, chosen: 0 }]));
  expect(shown).toContain('app1 holds no app.');
  expect(shown).not.toContain('App1');
});

test('a file without a place says so, and why it is not an app', async () => {
  const shown = text(await show([wrongFile]));
  expect(shown).toContain('It does not fit anywhere on this board.');
  expect(shown).toContain('the first byte is FF, not E9');
});

test('of a container with nothing for the board, the verdict says why, and the list of what is not used is open', async () => {
  const why = 'for the STM32F7, not for this board';
  const other: ContainerView = {
    ...build,
    name: 'a.uf2',
    kind: 'UF2',
    says: '',
    left: [{ name: 'a.uf2: 16 blocks', why }],
  };
  const drop = await show([], [other]);
  expect(text(drop)).toContain(`It contains nothing that can be written to this board: ${why}.`);
  expect(inside(drop, 'wa-details', HTMLElement).hasAttribute('open')).toBe(true);
});

test(
  'the parts of a bundle can be left out, which its list says before it is opened, and how many are chosen',
  LONG,
  async () => {
    const drop = await show(droppedParts, [bundle]);
    const all = droppedParts.length;
    const list = inside(drop, 'wa-details', WaDetails);
    expect([list.summary, list.open]).toEqual([`Choose parts (${all} of ${all})`, false]);
    drop.files = droppedParts.map((part, i) => ({ ...part, used: i > 0 }));
    await settle(drop);
    expect(list.summary).toBe(`Choose parts (${all - 1} of ${all})`);
  },
);

test('why nothing of a container can be written is said once, by its finding', async () => {
  const [problem] = changed.findings;
  if (problem === undefined) throw new Error('the recorded container has no finding');
  const drop = await show([], [changed]);
  expect(text(drop)).toContain(problem.says);
  expect(text(drop)).not.toContain('It contains nothing that can be written');
});
