/** The built app below a path of a plain file server, as on a project page. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { expect, test } from 'playwright/test';
import { boardIsRead, RAFT } from './app.ts';

const BELOW = '/tools/sectorwise/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

let server: Server;
let origin: string;
const missing: string[] = [];

test.beforeAll(async () => {
  server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = normalize(path.slice(BELOW.length) || 'index.html');
    try {
      if (!path.startsWith(BELOW) || file.startsWith('..')) throw new Error('outside');
      const body = await readFile(join('dist', file));
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(body);
    } catch {
      missing.push(path);
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://localhost:${address.port}`;
});
test.afterAll(() => new Promise((resolve) => server.close(resolve)));

test('everything is found below a sub-path, workers and stubs too', async ({ page }) => {
  await page.goto(`${origin}${BELOW}?speed=50`);
  await page.getByRole('button', { name: RAFT }).click();
  await boardIsRead(page);
  expect(missing.filter((path) => path !== '/favicon.ico')).toEqual([]);
});
