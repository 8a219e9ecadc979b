/** The browser's own choosers, which headless Chromium never shows: headed, on a separate display, with the keyboard. */
import { expect as see, type Page } from 'playwright/test';
import { boardIsRead } from './app.ts';
import { connectSerial, connectUsb, dfuBoardIsRead } from './bench/app-page.ts';
import { placeDfu, placeEsp } from './bench/boards.ts';
import { expect, test as base } from './bench/fixture.ts';
import { Display } from './bench/headed.ts';
import { missingTools, skippedFor } from './missing-tools.ts';

const missing = missingTools('Xvfb', 'xdotool');
const skipped = skippedFor(missing);

const test = base.extend<{ headed: { page: Page; display: Display } }>({
  headed: async ({ launch, baseURL }, use) => {
    const display = await Display.start();
    try {
      // No grants: the page gets what the person chooses.
      const context = await launch({ headless: false, env: { DISPLAY: display.name } });
      const page = await context.newPage();
      await page.addInitScript(noteChoosers);
      await page.goto(baseURL ?? '');
      await use({ page, display });
      await context.close();
    } finally {
      await display.stop();
    }
  },
});

test.skip(missing !== '', missing);

const WAYS = [
  {
    name: 'a serial port',
    place: (bench: Parameters<typeof placeEsp>[0]) => Promise.resolve(placeEsp(bench, 'esp32-raft')),
    connect: connectSerial,
    isRead: boardIsRead,
    long: false,
  },
  {
    name: 'a USB device',
    place: (bench: Parameters<typeof placeDfu>[0]) => placeDfu(bench, 'photon'),
    connect: connectUsb,
    isRead: dfuBoardIsRead,
    long: true,
  },
] as const;

for (const { name, place, connect, isRead, long } of WAYS) {
  test(
    `the chooser of ${name}: closing it is no error, and choosing connects${skipped}`,
    { tag: long ? '@long' : [] },
    async ({ bench, headed }) => {
      const { page } = headed;
      const { flash } = await place(bench);
      await answer(headed, connect, ['Escape'], 'NotFoundError');
      await see(page.getByRole('button', { name: 'Connect a board' })).toBeEnabled();
      await see(page.getByRole('alert')).toHaveCount(0);
      expect(bench.events).toEqual([]);

      await answer(headed, connect, ['Tab', 'Down', 'Return'], 'granted');
      await isRead(page);
      expect(flash.totalErases).toBe(0);
    },
  );
}

/** The state of the last chooser: open, or what it ended with. */
type Answer = 'none' | 'open' | 'granted' | 'NotFoundError';

/**
 * Records when a chooser is open. It is drawn inside the browser's window, so nothing outside reveals it; and while it is open,
 * the page gets no keys: keys that come too early would press the page's buttons.
 */
function noteChoosers(): void {
  const note = (answer: string) => {
    document.documentElement.dataset['chooser'] = answer;
    document.documentElement.inert = answer === 'open';
  };
  const noted = <A extends unknown[], T>(ask: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      const asked = ask(...args);
      note('open');
      asked.then(
        () => note('granted'),
        (error: unknown) => note(error instanceof DOMException ? error.name : String(error)),
      );
      return asked;
    };
  };
  navigator.serial.requestPort = noted(navigator.serial.requestPort.bind(navigator.serial));
  navigator.usb.requestDevice = noted(navigator.usb.requestDevice.bind(navigator.usb));
}

async function answerOf(page: Page): Promise<Answer> {
  const said = await page.evaluate(() => document.documentElement.dataset['chooser'] ?? 'none');
  if (said === 'none' || said === 'open' || said === 'granted' || said === 'NotFoundError') return said;
  throw new Error(`the chooser ended in ${said}`);
}

/** Opens the chooser and presses keys in it, each once the effect of the previous one is visible. */
async function answer(
  { page, display }: { page: Page; display: Display },
  open: (page: Page) => Promise<void>,
  keys: readonly string[],
  wanted: Answer,
): Promise<void> {
  let seen = display.picture();
  await open(page);
  for (const key of keys) {
    seen = await display.changed(seen);
    expect(await answerOf(page)).toBe('open');
    display.press(key);
  }
  await expect.poll(() => answerOf(page)).toBe(wanted);
}
