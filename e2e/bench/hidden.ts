/** A browser on the bench whose tabs can be hidden: Playwright's own launch prevents every page from being hidden. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright/test';
import { browserArguments, findBrowser } from '../../scripts/browser.ts';
import type { Bench } from './bench.ts';
import { grants } from './chromium.ts';

/** One tab of such a browser. */
export interface HideableTab {
  readonly page: Page;
  /** Brings another tab to the front. */
  hide(): Promise<void>;
  end(): Promise<void>;
}

/** Starts the browser; `origin` may use every device on the bench. */
export async function hideableTab(bench: Bench, origin: string): Promise<HideableTab> {
  bench.policies(grants(origin));
  const profile = mkdtempSync(join(tmpdir(), 'sectorwise-hidden-'));
  const flags = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  // In its own process group, so that its helpers can be killed with it.
  const child = spawn(findBrowser(), [...browserArguments(), ...flags, 'about:blank'], {
    env: bench.env(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const end = async () => {
    // Helpers that outlive the browser would keep writing to the profile.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`Chromium ended before it listened: ${said}`)));
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
  });
  // Playwright's defaults would make every page count as visible and focused.
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error('Chromium started without a tab');
  return {
    page,
    async hide() {
      const answer = await fetch(`${endpoint}/json/new?about:blank`, { method: 'PUT' });
      if (!answer.ok) throw new Error(`Chromium opened no tab: ${answer.status} ${await answer.text()}`);
    },
    async end() {
      await browser.close();
      await end();
    },
  };
}
