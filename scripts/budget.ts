/**
 * Measures what a browser loads before a board is chosen: the scripts in the built index.html with their static imports, and the
 * typeface. Fails if either is over its budget, with the size of each script. Run it after `npm run build`.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The budget of the scripts in bytes, gzipped; and that of the typeface, which is compressed already. */
const BUDGET = 95 * 1024;
const TYPEFACE_BUDGET = 60 * 1024;
const DIST = 'dist';

const html = readFileSync(join(DIST, 'index.html'), 'utf8');
const entries = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((match) => match[1] ?? '');
const sizes = new Map<string, number>();
for (const queue = [...entries]; queue.length > 0;) {
  const file = queue.pop() ?? '';
  if (sizes.has(file)) continue;
  const code = readFileSync(join(DIST, file));
  sizes.set(file, gzipSync(code).length);
  // Static imports only: what is loaded later does not delay the first view.
  for (const [, from] of code.toString().matchAll(/(?:\bfrom|\bimport)\s*"(\.\.?\/[^"]+\.js)"/g)) {
    queue.push(join(dirname(file), from ?? ''));
  }
}
const typeface = [...html.matchAll(/href="\.\/([^"]+\.woff2)"/g)]
  .map(([, file = '']) => readFileSync(join(DIST, file)).length)
  .reduce((sum, size) => sum + size, 0);
const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of [...sizes].toSorted((a, b) => b[1] - a[1])) console.log(`${kib(size)}  ${basename(file)}`);
console.log(`${kib(total)} of ${kib(BUDGET)} gzipped JavaScript before a board is chosen`);
console.log(`${kib(typeface)} of ${kib(TYPEFACE_BUDGET)} of typeface`);
if (typeface === 0 || typeface > TYPEFACE_BUDGET) {
  throw new Error('The page preloads no typeface, or too large a one: see docs/decisions/0016-typeface.md.');
}
if (entries.length === 0) throw new Error(`${DIST}/index.html names no script: was it built?`);
if (total > BUDGET) {
  throw new Error(
    `The first load is ${kib(total - BUDGET)} over its budget. What grew is above: load it when it is needed.`,
  );
}

function kib(size: number): string {
  return `${(size / 1024).toFixed(1).padStart(6)} KiB`;
}
