/** The Content Security Policy of the built app: what neither the page nor its workers can do, while everything they need works. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { expect, test, type Page, type Worker } from 'playwright/test';
import { addFile, flashButton, openVirtualBoard, RAFT, UPDATE } from './app.ts';
import { reached } from './progress.ts';

/** A server of another origin that lets every page read its answers, and counts what arrives. */
let elsewhere: Server;
let origin: string;
let requests = 0;

test.beforeAll(async () => {
  elsewhere = createServer((_, response) => {
    requests++;
    response
      .writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' })
      .end('export default 1;');
  });
  elsewhere.on('upgrade', (_, socket) => {
    requests++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const address = elsewhere.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}/`;
});
test.afterAll(() => new Promise((resolve) => elsewhere.close(resolve)));

/** Tries what a policy must refuse, and names what succeeded. */
async function succeeds(where: Pick<Worker, 'evaluate'>): Promise<readonly string[]> {
  return where.evaluate(async (url) => {
    // Later than the evaluation itself, in which the debugger may suspend the policy.
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    const attempts: Readonly<Record<string, () => unknown>> = {
      fetch: () => fetch(url),
      'fetch without an answer': () => fetch(url, { mode: 'no-cors' }),
      'fetch from the own origin': () => fetch(new URL('/', location.origin)),
      // oxlint-disable-next-line no-eval -- it must fail
      eval: () => (0, eval)('1'),
      Function: () => new Function('return 1')(),
      import: () => import(url),
      WebSocket: () =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(url.replace('http', 'ws'));
          socket.addEventListener('open', resolve);
          socket.addEventListener('error', reject);
        }),
    };
    const done: string[] = [];
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        await attempt();
        done.push(name);
      } catch {
        // Refused, as it must be.
      }
    }
    return done;
  }, origin);
}

/** Collects what the policy refuses on the page from now on. */
async function refusals(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.exposeFunction('refusedByPolicy', (what: string) => found.push(what));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      const heard: unknown = Reflect.get(window, 'refusedByPolicy');
      if (typeof heard === 'function') heard(`${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/.test(message.text())) found.push(message.text());
  });
  return found;
}

test('the page and both workers reach no other origin and make no code from text, while a board is flashed', async ({
  page,
}) => {
  const refused = await refusals(page);
  await openVirtualBoard(page, RAFT);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await reached(page.getByText('The board started app1 (0x1D0000).').first());
  expect(refused).toEqual([]);

  const workers = page.workers();
  expect(workers).toHaveLength(2);
  expect(await Promise.all([page, ...workers].map(succeeds))).toEqual([[], [], []]);
  expect(requests).toBe(0);
});

test('text does not become markup or the address of a worker', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const made = await page.evaluate(() => {
    const attempts: Readonly<Record<string, () => unknown>> = {
      markup: () => (document.createElement('div').innerHTML = '<img src="x" onerror="alert(1)">'),
      'an icon with a handler': () => (document.createElement('div').innerHTML = '<svg onload="alert(1)"></svg>'),
      'a worker': () => new Worker(URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' }))),
      'a policy': () => Reflect.get(window, 'trustedTypes').createPolicy('more', {}),
    };
    return Object.entries(attempts).flatMap(([name, attempt]) => {
      try {
        attempt();
        return [name];
      } catch {
        return [];
      }
    });
  });
  expect(made).toEqual([]);
});

test('the help page is under a policy as well, and needs nothing that it refuses', async ({ page }) => {
  const refused = await refusals(page);
  await page.goto('help.html#extension');
  await expect(page.locator('details#extension')).toHaveAttribute('open', '');
  expect(refused).toEqual([]);
  expect(await succeeds(page)).toEqual([]);
});

test('no other page can frame it where the host sends the headers that are shipped', async ({ page, baseURL }) => {
  const shipped = [...readFileSync('dist/_headers', 'utf8').matchAll(/^ +([\w-]+): (.+)$/gm)];
  const headers = Object.fromEntries(shipped.map(([, name = '', value = '']) => [name.toLowerCase(), value]));
  expect(headers).toHaveProperty('content-security-policy');
  await page.route(`${baseURL}**`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  // The app itself works with them.
  await openVirtualBoard(page, RAFT);

  await page.route(origin, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${baseURL}"></iframe><p>framed</p>` }),
  );
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(origin);
  await refused;
  await expect(page.frameLocator('iframe').locator('sectorwise-app')).toHaveCount(0);
});
