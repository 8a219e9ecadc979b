/** Figures of the page that `npm run bench` shows beside the boards': a test measures one, and its report carries it there. */
import type { CDPSession, Page, TestInfo } from 'playwright/test';

/** Under this type a figure is among a test's annotations; its description is `<row> <number>`. */
export const FIGURE = 'figure';

/** Puts a figure into the test's report, under the id of its row in `src/testing/bench/page-rows.ts`. */
export function putFigure({ annotations }: Pick<TestInfo, 'annotations'>, row: string, value: number): void {
  annotations.push({ type: FIGURE, description: `${row} ${value}` });
}

/** An event of a trace, as far as it is used here (Chromium, "Trace Event Format"). */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time of the thread, in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * The processor time of each task on the page's main thread while `work` is done, in ms: scripts, style, layout and paint. What
 * else keeps the computer busy does not count, nor what the compositor does in threads of its own.
 */
export async function mainThreadTasks(page: Page, work: () => Promise<void>): Promise<number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the browser cannot be asked');
  const client = await browser.newBrowserCDPSession();
  const pid = await mainProcess(client, page);
  await client.detach();
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await work();
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  const own = traceEvents.filter((event) => event.pid === pid);
  const main = own.find(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')?.tid;
  if (main === undefined) throw new Error('the trace names no main thread of the page');
  return own.flatMap(({ name, tid, tdur }) =>
    name === 'RunTask' && tid === main && tdur !== undefined ? [tdur / 1000] : [],
  );
}

/** The process that draws the page: of those of the browser the one that takes processor time when the page does. */
async function mainProcess(client: CDPSession, page: Page): Promise<number> {
  const times = async () => {
    const { processInfo } = await client.send('SystemInfo.getProcessInfo');
    return new Map(processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime]));
  };
  const before = await times();
  await page.evaluate(() => {
    const end = performance.now() + 200;
    while (performance.now() < end);
  });
  const spent = [...(await times())].map(([id, time]) => ({ id, time: time - (before.get(id) ?? 0) }));
  const [most] = spent.toSorted((a, b) => b.time - a.time);
  if (most === undefined) throw new Error('no process draws the page');
  return most.id;
}
