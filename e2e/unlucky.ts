/** What can happen to a browser while it works. */
import type { BrowserContext, Page } from 'playwright/test';

/** The process ids of the browser's renderers: of its tabs, with their workers. */
export async function findRenderers(context: BrowserContext): Promise<readonly number[]> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  if (pids.length === 0) throw new Error('the browser does not say which processes its tabs are');
  return pids;
}

declare global {
  interface Window {
    sectorwiseWorkers?: Worker[];
  }
}

/** From the next load on, remembers the workers that the page starts. */
export async function rememberWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const workers: Worker[] = [];
    window.sectorwiseWorkers = workers;
    const Own = window.Worker;
    window.Worker = class extends Own {
      constructor(...given: ConstructorParameters<typeof Own>) {
        super(...given);
        workers.push(this);
      }
    };
  });
}

/** Ends the workers that were remembered, as a browser does that is short of memory: nobody is told. */
export async function endWorkers(page: Page): Promise<void> {
  const ended = await page.evaluate(() => {
    const workers = window.sectorwiseWorkers ?? [];
    for (const worker of workers) worker.terminate();
    return workers.length;
  });
  if (ended === 0) throw new Error('the page has started no worker');
}

/** Holds every table of the app's database from another page of its origin; resolves with the way to let go. */
export async function holdStorage(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('sectorwise');
      opening.addEventListener('success', () => resolve(opening.result));
      opening.addEventListener('error', () => reject(new Error('not opened')));
    });
    const names = [...database.objectStoreNames];
    const tx = database.transaction(names, 'readwrite');
    // A transaction lives for as long as it makes requests.
    const hold = () => {
      if (document.title === 'let go') return;
      const asking = tx.objectStore('jobs').count();
      asking.addEventListener('success', hold);
    };
    await new Promise<void>((resolve) => {
      const first = tx.objectStore('jobs').count();
      first.addEventListener('success', () => {
        hold();
        resolve();
      });
    });
    tx.addEventListener('complete', () => database.close());
  });
  return async () => {
    await page.evaluate(() => {
      document.title = 'let go';
    });
    await page.close();
  };
}

/** Sets the date back in the page and in its workers; what measures time goes on. */
export async function setBack(page: Page, ms: number): Promise<void> {
  const change = (by: number) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - by;
  };
  await page.evaluate(change, ms);
  if (page.workers().length === 0) throw new Error('the page has no worker');
  for (const worker of page.workers()) await worker.evaluate(change, ms);
}
