/** Builds the app and serves it on this computer only: `npm start`, or `PORT=4200 npm start` for another port. */
import { createServer } from 'node:net';
import { build, preview } from 'vite';

const port = Number(process.env['PORT'] ?? 4173);

if (await isFree(port)) {
  // The runner has set it to development, which Vite's build would follow: Lit's development build is twice as large.
  process.env['NODE_ENV'] = 'production';
  await build({ logLevel: 'warn' });
  await preview({ preview: { port, strictPort: true, host: 'localhost' } });
  console.log(`Sectorwise is at http://localhost:${port} – Ctrl+C ends it.`);
} else {
  console.error(`Port ${port} is in use by another program. End that one, or choose another port: PORT=4200 npm start`);
  process.exitCode = 1;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, 'localhost', () => probe.close(() => resolve(true)));
  });
}
