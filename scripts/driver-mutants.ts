/**
 * Shows that the tests through the browser's own Web Serial and WebUSB catch errors: builds the app without one step that its
 * drivers need, and checks that one of the named tests fails. Run by hand: `npm run driver-mutants`; a word after `--` selects
 * mutants. Nothing in the tree is changed.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JSONReport, JSONReportSuite, JSONReportTestResult } from 'playwright/types/testReporter';
import { build, type Plugin } from 'vite';
import { DRIVER_MUTANTS, type DriverMutant } from './driver-mutants.list.ts';

/** How long a test may take without a mutant, in ms. */
const SOUND_MS = 60_000;
/** How many times as long it may take with one: a futile wait must end soon, but a slow machine must not count as one. */
const PATIENCE = 2;
/** How many mutants are tried at once: boards mostly wait. */
const LANES = 3;

type Tests = DriverMutant['noticed'];

/** How a test ended; `error` is for people. */
interface Ending {
  readonly spec: string;
  readonly title: string;
  readonly is: 'passed' | 'noticed' | 'broken';
  readonly ms: number;
  readonly error: string;
}

/** The app with one text replaced, or as it is, in a folder of its own. */
async function buildApp(outDir: string, mutant?: DriverMutant): Promise<void> {
  let replaced = 0;
  const plugin: Plugin = {
    name: 'driver-mutant',
    enforce: 'pre',
    transform(code, id) {
      if (mutant === undefined || id.split('?')[0] !== resolve(mutant.file)) return null;
      replaced++;
      return { code: code.replace(mutant.text, () => mutant.by), map: null };
    },
  };
  await build({
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, sourcemap: false, reportCompressedSize: false },
    plugins: [plugin],
    // A worker is a separate build.
    worker: { plugins: () => [plugin] },
  });
  if (mutant !== undefined && replaced === 0) throw new Error(`${mutant.file} is in no part of the app`);
}

/** How to run tests: with which app, how many at once, and how long each may take. */
interface Run {
  readonly dist: string;
  readonly workers: number;
  readonly ms: number;
}

/** Runs these tests; throws if the run itself fails. */
async function run(tests: Tests, { dist, workers, ms }: Run): Promise<Ending[]> {
  const files = [...new Set(tests.map(([spec]) => `e2e/${spec}`))];
  const titles = tests.map(([, title]) => title.replaceAll(/[^\w\s]/g, String.raw`\$&`)).join('|');
  const limits = ['--timeout', String(ms), '--workers', String(workers), '--trace', 'off', '--retries', '0'];
  const args = ['test', ...files, '-g', titles, ...limits, '--output', `${dist}-results`, '--reporter', 'json'];
  const env = { ...process.env, E2E_DIST: dist, E2E_PORT: String(await freePort()) };
  const stdout = await new Promise<string>((done, fail) => {
    execFile('node_modules/.bin/playwright', args, { env, maxBuffer: 1 << 28 }, (error, out, err) =>
      out.startsWith('{') ? done(out) : fail(new Error(`Playwright gave no report: ${out}${err}`, { cause: error })),
    );
  });
  const report: JSONReport = JSON.parse(stdout);
  const [broken] = report.errors;
  if (broken !== undefined) throw new Error(`the run broke: ${plain(broken.message)}`);
  const endings = report.suites.flatMap(endingsOf);
  const missing = tests.filter((test) => !endings.some((ending) => isOf(ending, test)));
  if (missing.length > 0) throw new Error(`these tests did not run: ${missing.join('; ')}`);
  return endings;
}

function isOf(ending: Ending, [spec, title]: Tests[number]): boolean {
  return ending.spec === spec && ending.title === title;
}

function endingsOf({ specs, suites = [] }: JSONReportSuite): Ending[] {
  const own = specs.flatMap(({ file, title, tests }) =>
    tests.flatMap(({ results }) =>
      results.map((result) => ({
        spec: file,
        title,
        is: meaningOf(result),
        ms: result.duration,
        error: result.errors.map(({ message }) => plain(message).split('\n')[0]).join(' '),
      })),
    ),
  );
  return [...own, ...suites.flatMap(endingsOf)];
}

/** A test notices by a failed expectation or by a futile wait; any other end proves nothing. */
function meaningOf({ status, error }: JSONReportTestResult): Ending['is'] {
  if (status === 'passed') return 'passed';
  const expected = status === 'failed' && /^(Error: )?expect(\.\w+)?\(/.test(plain(error?.message));
  return status === 'timedOut' || expected ? 'noticed' : 'broken';
}

/** A message without its colours. */
function plain(message = ''): string {
  return message.replaceAll(new RegExp(String.raw`\u001b\[\d+m`, 'g'), '');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function checkText({ file, text }: DriverMutant): Promise<void> {
  const found = (await readFile(file, 'utf8')).split(text).length - 1;
  if (found !== 1) throw new Error(`${file} has ${found} times what is to be replaced: ${text}`);
}

/** Whether the tests notice a mutant, given how long each takes without one; prints the result. */
async function isNoticed(mutant: DriverMutant, sound: readonly Ending[], dist: string): Promise<boolean> {
  await buildApp(dist, mutant);
  const own = sound.filter((ending) => mutant.noticed.some((test) => isOf(ending, test)));
  const ms = PATIENCE * Math.max(...own.map((ending) => ending.ms));
  const endings = await run(mutant.noticed, { dist, workers: 1, ms });
  const noticed = endings.some(({ is }) => is === 'noticed');
  console.log(`${noticed ? '' : 'ALIVE: it '}forgets ${mutant.forgets} (${mutant.file})`);
  for (const { title, is, error } of endings) console.log(`  ${is}: ${title}\n    ${error}`);
  return noticed;
}

const [, , , word = ''] = process.argv;
const chosen = DRIVER_MUTANTS.filter(({ forgets, file }) => `${forgets} ${file}`.includes(word));
await Promise.all(chosen.map(checkText));
const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1000);
const folder = await mkdtemp(join(tmpdir(), 'driver-mutants-'));
try {
  const dist = join(folder, 'sound');
  await buildApp(dist);
  const tests = [...new Map(chosen.flatMap(({ noticed }) => noticed).map((test) => [test.join(), test])).values()];
  const sound = await run(tests, { dist, workers: LANES, ms: SOUND_MS });
  const failing = sound.filter(({ is }) => is !== 'passed');
  if (failing.length > 0) throw new Error(`these fail without any mutant: ${JSON.stringify(failing, null, 2)}`);
  console.log(`${sound.length} tests pass without any mutant, ${seconds()} s`);

  const waiting = [...chosen.entries()];
  let alive = 0;
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, mutant] = next;
      if (!(await isNoticed(mutant, sound, join(folder, `mutant-${number}`)))) alive++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  console.log(`${chosen.length} mutants, ${alive} alive, ${seconds()} s`);
  if (alive > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
