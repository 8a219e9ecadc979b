/** Runs the browser tests that measure the page, one at a time, and reads their figures: see `e2e/figures.ts`. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { FIGURE } from '../e2e/figures.ts';

const REPORT = '.results/page-figures.json';
const SPECS = { memory: 'e2e/memory.spec.ts', thread: 'e2e/page-figures.spec.ts' } as const;

/** A part of Playwright's report, as far as it is read here (`JSONReport` of playwright/types/testReporter). */
interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly tests: readonly {
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
}

/**
 * The figures with these ids, measured in the built app. Throws an `Error` if the app is not built, or a figure did not come,
 * which has its reason in what the tests print. A figure that misses a test's own limit is a figure nevertheless.
 */
export function pageFigures(ids: readonly string[]): ReadonlyMap<string, number> {
  if (ids.length === 0) return new Map();
  if (!existsSync('dist/index.html')) throw new Error('the app is not built: run npm run build first');
  const specs = [...new Set(ids.map((id) => (id === 'page-memory' ? SPECS.memory : SPECS.thread)))];
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: REPORT };
  // What they print is no part of the table.
  const stdio = ['ignore', 2, 2] as const;
  spawnSync('npx', ['playwright', 'test', ...specs, '--workers=1', '--reporter=line,json'], { env, stdio: [...stdio] });
  const found = new Map(figuresIn(JSON.parse(readFileSync(REPORT, 'utf8'))));
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) throw new Error(`the browser's tests gave no figure for ${missing.join(', ')}`);
  return found;
}

function figuresIn({ suites = [], specs = [] }: Suite): [string, number][] {
  const own = specs.flatMap(({ tests }) => tests.flatMap(({ annotations }) => annotations));
  const figures = own.flatMap(({ type, description = '' }): [string, number][] => {
    const [row, value] = description.split(' ');
    return type === FIGURE && row !== undefined && value !== undefined ? [[row, Number(value)]] : [];
  });
  return [...figures, ...suites.flatMap(figuresIn)];
}
