/** `npm run measure-command-line` bundles and runs `measure-command-line-worker.ts`. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';

const OUT = '.results/measure';

await bundle('scripts/measure-command-line-worker.ts', OUT);
const { status } = spawnSync(process.execPath, [resolve(OUT, 'worker.mjs')], { stdio: 'inherit' });
process.exitCode = status ?? 1;
