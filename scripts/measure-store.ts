/**
 * Measures the browser's storage for jobs, on this computer's disk: the store itself, and for comparison a file of the same
 * size. See decision 9.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { browserArguments, findBrowser } from './browser.ts';

const ROUNDS = 5;

const server = await createServer({ server: { port: 0, hmr: false }, logLevel: 'error' });
await server.listen();
const [address] = server.resolvedUrls?.local ?? [];
if (address === undefined) throw new Error('the server has no address');

// A profile on disk: without one the browser keeps its databases in memory.
const profile = mkdtempSync(join(process.env['PROFILES'] ?? tmpdir(), 'sectorwise-measure-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: findBrowser(),
  args: browserArguments(),
  headless: true,
});
try {
  const page = await context.newPage();
  await page.route(`${address}blank`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${address}blank`);
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(
      await page.evaluate(
        () =>
          new Promise<Record<string, number>>((resolve, reject) => {
            const worker = new Worker('/scripts/measure-store.worker.ts', { type: 'module' });
            worker.addEventListener('message', ({ data }: MessageEvent<Record<string, number>>) => {
              worker.terminate();
              resolve(data);
            });
            worker.addEventListener('error', ({ message }) => reject(new Error(message)));
          }),
      ),
    );
  }
  console.log(`Chromium ${context.browser()?.version() ?? ''}, ${ROUNDS} rounds, in ms`);
  for (const what of Object.keys(rounds[0] ?? {}))
    console.log(
      `${what.padEnd(72)} ${rounds.map((round) => (round[what] ?? Number.NaN).toFixed(0).padStart(6)).join('')}`,
    );
} finally {
  await context.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}
