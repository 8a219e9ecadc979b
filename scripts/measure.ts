/** `npm run measure`: bundles and runs `measure-worker.ts`. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';

const OUT = '.results/measure';

await bundle('scripts/measure-worker.ts', OUT);
process.exitCode = spawnSync(process.execPath, [resolve(OUT, 'worker.mjs')], { stdio: 'inherit' }).status ?? 1;
