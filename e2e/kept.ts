/** What a browser keeps of boards, as a person uses it: an interrupted job and its actions, and the backups. */
import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  firstDifference,
  flashButton,
  UPDATE,
  withUpdate,
  choosePlace,
  hasPlace,
} from './app.ts';
import {
  agreeToAll,
  chooseApart,
  connectSerial,
  connectUsb,
  dataFile,
  dfuBoardIsRead,
  openApp,
} from './bench/app-page.ts';
import type { Bench } from './bench/bench.ts';
import { placeDfu, placeEsp } from './bench/boards.ts';
import type { Moments } from './bench/moments.ts';
import { reached } from './progress.ts';

/** A board on the bench, a file that overwrites part of its content, and the resulting flash. */
export interface BenchJob {
  /** Where its file goes, as the verdict names it: `app0`; `user and factory`. */
  readonly place: string;
  readonly moments: Moments;
  /** The whole flash before the job. */
  readonly factory: Uint8Array;
  /** The whole flash after an uninterrupted job. */
  readonly wanted: Uint8Array;
  /** Every use of the flash that would harm silicon. */
  violations(): readonly unknown[];
  /** How many erase units were erased so far. */
  erases(): number;
  /** The whole flash now. */
  now(): Uint8Array;
  /** The whole flash as it was when the board last started; null before that. */
  started(): Uint8Array | null;
  /** Connects the board and waits until it was read. */
  connect(page: Page): Promise<void>;
  /** Chooses the file and its place, and consents to what is asked. */
  choose(page: Page): Promise<void>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
}

/** Opens the app with a board connected and its file chosen: the next press flashes it. */
export async function openWithJob(board: BenchJob, ...how: Parameters<typeof openApp>): Promise<Page> {
  const page = await openApp(...how);
  await board.connect(page);
  await board.choose(page);
  return page;
}

/** An ESP32 whose running app is overwritten: it must be backed up first. */
export function espJob(bench: Bench, speed = 20): BenchJob {
  const board = placeEsp(bench, 'esp32-raft', { speed });
  const factory = board.flash.snapshot();
  return {
    place: 'app0',
    moments: board.moments,
    factory,
    wanted: withUpdate(factory, 0x20000, null),
    violations: () => board.flash.violations,
    erases: () => board.flash.totalErases,
    now: () => board.flash.snapshot(),
    started: () => board.beforeStart(),
    connect: async (page) => {
      await connectSerial(page);
      await boardIsRead(page);
      // A file that is chosen earlier stops this at once, for which a busy machine may be too slow an answer.
      await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
    },
    choose: async (page) => {
      await addFile(page, UPDATE);
      await choosePlace(page, /^app0/);
      await reached(page.getByText('The board will start the new app from app0.'));
      await page.getByText('Replace the app that the board starts now.').click();
      await expect(flashButton(page)).toBeEnabled();
    },
    unplug: () => board.unplug(),
    plug: async () => board.plug(),
  };
}

/** The start of the DFU boards' flash. */
const BASE = 0x0800_0000;

/** How a file is laid over sectors that are not adjacent. */
interface Apart {
  readonly place: string;
  readonly size: number;
  readonly choose: (page: Page) => Promise<void>;
  readonly first: { readonly address: number; readonly size: number };
  readonly second: number;
}

/**
 * On a Photon the user's sector, with its application, and part of the blank one; on an STM32 a blank one and part of the
 * program.
 */
const DISCONNECTED: Readonly<Record<'photon' | 'stm32f405', Apart>> = {
  photon: {
    place: 'user and factory',
    size: 150_000,
    choose: chooseApart,
    first: { address: 0x080a_0000, size: 0x2_0000 },
    second: 0x080e_0000,
  },
  stm32f405: {
    place: 'Internal Flash',
    size: 0x4000 + 5000,
    choose: async (page) => {
      await page.getByRole('button', { name: 'Select sectors yourself' }).press('Enter');
      for (const name of ['sector 2', 'sector 4'])
        await page.getByRole('checkbox', { name: new RegExp(`^${name} 0x`) }).press('Space');
      await hasPlace(page, /^\s*sector 2 \+ sector 4/);
    },
    first: { address: 0x0800_8000, size: 0x4000 },
    second: 0x0801_0000,
  },
};

/** A board in DFU mode, and a file that goes to two of its sectors and leaves part of the second unchanged. */
export async function dfuJob(kind: keyof typeof DISCONNECTED, bench: Bench, speed = 40): Promise<BenchJob> {
  const board = await placeDfu(bench, kind, { speed });
  const { place, size, choose, first, second } = DISCONNECTED[kind];
  const data = dataFile(size);
  const factory = board.flash.snapshot();
  const wanted = factory.slice();
  wanted.set(data.buffer.subarray(0, first.size), first.address - BASE);
  wanted.set(data.buffer.subarray(first.size), second - BASE);
  return {
    place,
    moments: board.moments,
    factory,
    wanted,
    violations: () => board.violations(),
    erases: () => board.flash.totalErases,
    now: () => board.flash.snapshot(),
    started: () => board.beforeStart(),
    connect: async (page) => {
      await connectUsb(page);
      await dfuBoardIsRead(page);
    },
    choose: async (page) => {
      await addFile(page, data);
      await choose(page);
      await agreeToAll(page);
    },
    unplug: () => board.cable.unplug(),
    // The button is held while the cable is plugged in: it is in DFU mode again.
    plug: async () => {
      board.cable.plug();
      await board.cable.present();
    },
  };
}

/** The card about an interrupted job. */
export function card(page: Page): Locator {
  return page.locator('interrupted-job').getByRole('region', { name: /is unfinished$/ });
}

/** Waits for the question about an interrupted job, with this title and progress. */
export async function asksAbout(
  page: Page,
  title: string,
  far: RegExp = /of \d+ erase units? verified/,
): Promise<void> {
  await expect(card(page).getByRole('heading', { name: title })).toBeVisible();
  await expect(card(page).getByText(far)).toBeVisible();
}

/** The title of an interrupted flash. */
export const INTERRUPTED = 'A write to this board is unfinished';

/** The button that resumes the interrupted job. */
export function resumeButton(page: Page): Locator {
  return card(page).getByRole('button', { name: 'Resume', exact: true });
}

/** Presses Resume, and waits until every unit of the job is verified. */
export async function resume(page: Page, place: string): Promise<void> {
  await resumeButton(page).click();
  await isThere(page, place);
}

/** The verdict that everything at this place is verified; the name of the app may follow. */
export function verdictOf(page: Page, place: string): Locator {
  return page.getByRole('heading', { name: new RegExp(`^${place} verified(:|$)`) });
}

/** Waits until the job has ended well, with this place verified. */
export async function isThere(page: Page, place: string): Promise<void> {
  await reached(verdictOf(page, place));
}

/** Presses Roll back and waits for its plan; resolves with the button that carries it out. */
export async function planRollBack(page: Page): Promise<Locator> {
  await card(page).getByRole('button', { name: 'Roll back', exact: true }).click();
  await expect(page.getByRole('heading', { name: /^Previous content → | again[;.]/ })).toBeVisible();
  await expect(page.getByText('The board will have its previous content, byte for byte.').first()).toBeVisible();
  return page.getByRole('button', { name: /^Roll back \d+ erase units?$/ });
}

/** Waits until everything that a job had overwritten is restored. */
export async function isAsItWas(page: Page): Promise<void> {
  await reached(page.getByRole('heading', { name: 'Previous content restored' }));
}

/** Checks that the board was started with exactly this flash, without violations. */
export async function startedWith(board: BenchJob, flash: Uint8Array): Promise<void> {
  // A board in DFU mode starts a moment after its last answer.
  await expect(() => {
    expect(firstDifference(board.started() ?? new Uint8Array(), flash)).toBeNull();
  }).toPass({ timeout: 5000 });
  expect(board.violations()).toEqual([]);
}

/** Opens the view of the backups of a board that is connected, or about to be. */
export async function openLibrary(page: Page): Promise<Locator> {
  const library = page.locator('backup-library');
  // A board that is being connected again has no views yet.
  await boardIsRead(page);
  await page.getByRole('tab', { name: /^Backups/ }).click();
  await expect(library.getByRole('button', { name: 'Import backup' })).toBeVisible();
  return library;
}

/** The file that a press of a button on the page saves. */
export async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** The layout of the board with a larger app0, behind which app1 and the files have moved. */
export const LARGER = [
  ['Size of app0', '1856K'],
  ['Offset of app1', '0x1F0000'],
  ['Size of app1', '1856K'],
  ['Offset of fs', '0x3C0000'],
  ['Size of fs', '0x40000'],
] as const;

/** Reads the board again after a job. */
export async function readAgain(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Read the board again' }).first().click();
  await boardIsRead(page);
}

/** Changes fields of the layout of a board, carries that out, and reads the board again. */
export async function changeLayout(page: Page, fields: readonly (readonly [string, string])[]): Promise<void> {
  await page.getByRole('tab', { name: 'Layout' }).click();
  for (const [field, text] of fields) {
    await page.getByLabel(field, { exact: true }).fill(text);
    await page.keyboard.press('Tab');
  }
  await page.getByRole('button', { name: 'Plan this change' }).click();
  await page.locator('job-bar').getByRole('button', { name: 'Change the layout' }).click();
  await reached(page.getByRole('heading', { name: 'New layout verified' }));
  await readAgain(page);
}
