/** `npm run measure` bundles and runs `measure-command-line-worker.ts`; what a board takes is measured by `npm run bench`. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';

const OUT = '.results/measure';

await bundle('scripts/measure-command-line-worker.ts', OUT);
const { status } = spawnSync(process.execPath, [resolve(OUT, 'worker.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exitCode = 1;
