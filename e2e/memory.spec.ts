/**
 * How much memory the tab uses while it flashes a whole 16 MB, according to the operating system. The board is on the bench, in
 * this test's process, behind Chromium's own Web Serial: as with a real one, none of it is in the tab, and nothing has to be
 * subtracted.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, expect as see } from 'playwright/test';
import { buildAppImage } from '../src/virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../src/virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../src/virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../src/virtual-boards/esp/firmware/partition-table.ts';
import { firmwareBytes } from '../src/virtual-boards/esp/firmware/random.ts';
import { addFile, boardIsRead, firstDifference, flashButton } from './app.ts';
import { agreeToAll, connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { putFigure } from './figures.ts';

const SIZE = 16 * 1024 * 1024;
/** The limit for the tab, in MB. What holds the memory is in docs/performance.md. */
const MOST = 250;
/** The interval between measurements, in ms. */
const EVERY = 250;
/** How many times faster than silicon: board and wire take no time, and the browser works as hard as it can. */
const SPEED = 1000;
const APP = { offset: 0x20000, size: 0x600000 };

// A trace would keep snapshots of the page in the page's own memory.
test.use({ trace: 'off' });

/** Bootloader, table, boot choice, two large apps and a full file system, covering all 16 MB. */
function mergedImage(): Uint8Array {
  const image = new Uint8Array(SIZE);
  firmwareBytes(image, (piece) => piece);
  const app = buildAppImage({ project: 'large', version: '2.0.0', size: APP.size, seed: 21 });
  const second = APP.offset + APP.size;
  const rows = [
    { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x15000 },
    { label: 'otadata', type: 1, subtype: 0, offset: 0x1e000, size: 0x2000 },
    { label: 'app0', type: 0, subtype: 0x10, ...APP },
    { label: 'app1', type: 0, subtype: 0x11, offset: second, size: APP.size },
    { label: 'data', type: 1, subtype: 6, offset: second + APP.size, size: SIZE - second - APP.size },
  ];
  image.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000);
  image.set(buildPartitionTable(rows), 0x8000);
  image.fill(0xff, 0x1e000, 0x20000).set(buildOtadata({ seq: 1 }, null), 0x1e000);
  image.set(app, APP.offset);
  image.set(app, second);
  return image;
}

/** What the page is busy with. */
const WORK = `document.querySelector('sectorwise-app').state.work?.kind`;

/**
 * Waits without a look at the page: what Playwright looks for on it is looked for in the page, several times a second, and that
 * took 40 MB of the tab.
 */
async function until(is: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  for (const end = Date.now() + ms; !(await is());) {
    if (Date.now() > end) throw new Error(`not so within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** One measurement of the tab, in MB. */
interface Look {
  readonly when: string;
  /** Chrome's task manager's memory footprint of the tab: private pages in memory or swapped out. */
  readonly footprint: number;
  /** The proportional set size: the footprint, and the tab's share of the memory that it shares with other processes. */
  readonly proportional: number;
}

/** The largest renderer process: the tab, or one that uses more. */
async function lookAt(browser: CDPSession): Promise<Omit<Look, 'when'>> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const [tab] = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => sizes(id))
    .toSorted((a, b) => b.footprint - a.footprint);
  if (tab === undefined) throw new Error('no process draws the page');
  return tab;
}

function sizes(pid: number): { footprint: number; proportional: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const inMB = (text: string, name: string): number => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    if (kib === undefined) throw new Error(`the kernel says nothing of ${name}`);
    return Number(kib) / 1024;
  };
  return { footprint: inMB(status, 'RssAnon') + inMB(status, 'VmSwap'), proportional: inMB(rollup, 'Pss') };
}

test(`flashing 16 MB keeps the tab under ${MOST} MB`, { tag: '@long' }, async ({ bench, launch, baseURL }, info) => {
  // What it overwrites and what it writes are stored first: 32 MB, and a fact for each of 4096 units.
  const board = placeEsp(bench, 'esp32-16mb-header-4mb', { speed: SPEED });
  const page = await openApp(launch, baseURL);
  const browser = await page.context().browser()?.newBrowserCDPSession();
  if (browser === undefined) throw new Error('the browser cannot be asked');
  const folder = mkdtempSync(join(tmpdir(), 'sectorwise-memory-'));
  const image = mergedImage();
  const file = join(folder, 'merged.bin');
  writeFileSync(file, image);
  const looks: Look[] = [];
  let when = 'reading the board';
  const watching = { over: false };
  try {
    await connectSerial(page);
    const looking = (async () => {
      while (!watching.over) {
        looks.push({ when, ...(await lookAt(browser)) });
        await new Promise((resolve) => setTimeout(resolve, EVERY));
      }
    })();
    await boardIsRead(page);
    when = 'planning';
    // A file on disk: bytes passed by a test would be in the page.
    await addFile(page, file);
    await until(async () => (await page.evaluate(WORK)) === 'planned', 60_000);
    await agreeToAll(page);
    when = 'flashing';
    await flashButton(page).click();
    await until(() => Buffer.compare(board.beforeStart() ?? new Uint8Array(), image) === 0, 180_000);
    when = 'done';
    await see(page.getByText('The board started app0').first()).toBeVisible();
    await page.waitForTimeout(4 * EVERY);
    watching.over = true;
    await looking;
  } finally {
    watching.over = true;
    rmSync(folder, { recursive: true });
  }
  expect(firstDifference(board.beforeStart() ?? new Uint8Array(), image)).toBeNull();
  for (const phase of new Set(looks.map((look) => look.when))) {
    const during = looks.filter((look) => look.when === phase);
    const most = (of: (look: Look) => number): string => `${Math.max(...during.map(of)).toFixed(0)} MB`;
    const share = most((look) => look.proportional);
    console.log(`${phase}: at most ${most((look) => look.footprint)} (${share} with its share of what is in common)`);
  }
  expect(looks.filter((look) => look.when === 'flashing').length).toBeGreaterThan(10);
  const most = Math.max(...looks.map((look) => look.footprint));
  putFigure(info, 'page-memory', most);
  // The image alone is 16 MB, and a page with two threads of its own some 60.
  expect(most, 'the tab was looked at').toBeGreaterThan(80);
  expect(most).toBeLessThan(MOST);
});
