/** `npm run measure` bundles and runs `measure-worker.ts`, `measure-layout-worker.ts` and `measure-command-line-worker.ts`; `-- layout` or `-- command-line` runs only that. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';

const OUT = '.results/measure';

const [only] = process.argv.slice(3);
const workers = ['measure-worker', 'measure-layout-worker', 'measure-command-line-worker'].filter(
  (name) => only === undefined || name.includes(only),
);
for (const name of workers) {
  await bundle(`scripts/${name}.ts`, OUT);
  const { status } = spawnSync(process.execPath, [resolve(OUT, 'worker.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
