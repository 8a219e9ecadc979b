/**
 * The command line as it is installed: packed, installed from the tarball into an empty folder without a registry, and run as a
 * program of its own. `npm pack` builds it first, so that this needs no build before it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SETUP_MS = 120_000;
/** A pseudo-terminal for a command: util-linux. */
const SCRIPT = '/usr/bin/script';

const folder = mkdtempSync(join(tmpdir(), 'sectorwise-pack-'));
const app = join(folder, 'app');
const program = join(app, 'node_modules', '.bin', 'sectorwise');

beforeAll(() => {
  const npm = (args: readonly string[]) => execFileSync('npm', args, { stdio: 'pipe', encoding: 'utf8' });
  npm(['pack', '--pack-destination', folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  npm(['install', '--prefix', app, '--offline', '--no-audit', '--no-fund', join(folder, tarball)]);
}, SETUP_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

test('it is one file and nothing else, and imports only what is in Node', () => {
  expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['sectorwise']);
  const own = join(app, 'node_modules', 'sectorwise');
  expect(readdirSync(own).toSorted()).toEqual(['LICENSE', 'README.md', 'dist-cli', 'package.json']);
  expect(readdirSync(join(own, 'dist-cli'))).toEqual(['sectorwise.js']);
  const code = readFileSync(join(own, 'dist-cli', 'sectorwise.js'), 'utf8');
  const imported = [...code.matchAll(/(?:^|[;}\n])import\s*(?:[\w*{][^"'()]*?from\s*)?["']([^"']+)["']/g)].map(
    ([, from = '']) => from,
  );
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((from) => !isBuiltin(from))).toEqual([]);
  expect(code).not.toMatch(/customElements|HTMLElement\b/);
  expect(statSync(program).mode & 0o111).not.toBe(0);
});

test('it says its version and its help', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(run(['--help']).stdout).toContain('inspect IMAGE');
  expect(run([])).toMatchObject({ status: 2 });
});

test('a board is saved, updated, inspected and verified, file by file', () => {
  const sample = join(process.cwd(), 'public/samples/raft-demo-1.5.0.bin');
  expect(run(['boards', '--save', 'esp32-raft', '-o', 'raft.bin'])).toEqual({
    status: 0,
    stdout: '',
    stderr: 'raft.bin: the flash of esp32-raft, 4 MiB.\n',
  });
  const applied = run(['apply', 'raft.bin', sample, '-o', 'new.bin', '--json']);
  expect([applied.status, applied.stderr]).toEqual([0, 'new.bin: 4 MiB.\n']);
  writeFileSync(join(folder, 'report.json'), JSON.stringify(JSON.parse(applied.stdout).report));
  expect(run(['inspect', 'new.bin']).stdout).toContain('Starts raft-demo 1.5.0 from app1.');
  expect(run(['verify', 'report.json', 'new.bin']).status).toBe(0);
  expect(run(['verify', 'report.json', 'raft.bin']).status).toBe(1);
  expect(run(['plan', 'raft.bin', join(process.cwd(), 'public/samples/hello-s3.bin')]).status).toBe(3);
});

test('a virtual board answers, with nothing but the result on standard output and no colours', () => {
  for (const id of ['esp32-raft', 'esp32s3-raft', 'photon', 'stm32f405']) {
    const { status, stdout, stderr } = run(['inspect', '--board', id]);
    expect([id, status, stderr, stdout.includes('\u001B')]).toEqual([id, 0, '', false]);
  }
});

test('the README shows what it prints', () => {
  const shown = readFileSync('README.md', 'utf8').split('\n');
  const calls = shown.flatMap((line, i) => (line.startsWith('    $ node dist-cli/sectorwise.js ') ? [i] : []));
  expect(calls.length).toBeGreaterThan(3);
  for (const at of calls) {
    const args = (shown[at] ?? '').replace('    $ node dist-cli/sectorwise.js ', '').split(' ');
    const end = shown.findIndex((line, i) => i > at && (line.startsWith('    $ ') || /^\S/.test(line)));
    const expected = shown.slice(at + 1, end).map((line) => line.replace(/^ {4}/, ''));
    const { stdout, stderr } = spawnSync(
      program,
      args.map((arg) => arg.replace(/^\/tmp\//, `${folder}/`)),
      { encoding: 'utf8' },
    );
    const printed = `${stdout}${stderr}`.replaceAll(`${folder}/`, '/tmp/');
    expect(printed.trim()).toBe(expected.join('\n').trim());
  }
});

describe('what nobody wants to see', () => {
  test('wrong input is one line, and no stack', () => {
    for (const args of [
      ['inspect', '.'],
      ['inspect', 'none.bin'],
      ['inspect', '--what'],
      ['table', process.execPath],
    ]) {
      const { status, stdout, stderr } = run(args);
      expect([args.join(' '), status, stdout]).toEqual([args.join(' '), 2, '']);
      expect(stderr).toMatch(/^sectorwise: [^\n]+\n$/);
    }
  });

  test('a reader that has seen enough ends it silently', () => {
    const { stderr, status } = spawnSync(
      'sh',
      ['-c', `"${program}" inspect --board esp32-raft --json | head -c 1 >/dev/null`],
      {
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([0, '']);
    const closed = spawnSync('sh', ['-c', `"${program}" inspect --board esp32-raft >&-`], { encoding: 'utf8' });
    expect(closed.stderr).not.toMatch(/\bat .*:\d+/);
  });

  test.skipIf(!existsSync(SCRIPT))('colours are for terminals, and NO_COLOR switches them off', () => {
    const inTerminal = (env: NodeJS.ProcessEnv) =>
      spawnSync(SCRIPT, ['-qec', `"${program}" inspect --board esp32-damaged-table`, '/dev/null'], {
        encoding: 'utf8',
        env: { ...process.env, TERM: 'xterm', ...env },
      }).stdout;
    expect(inTerminal({ NO_COLOR: '' })).toContain('\u001B[31mProblem');
    expect(inTerminal({ NO_COLOR: '1' })).not.toContain('\u001B[31m');
  });
});
