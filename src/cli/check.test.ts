/** The check of builds: what each file and file system fills, where a threshold lies, and where annotations point. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, readJson } from '../formats/json.ts';
import { CommandBench } from '../testing/command-line.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../virtual-boards/esp/firmware/partition-table.ts';
import { byLength } from '../testing/long.ts';

const bench = new CommandBench();

/** Slots of 128 KiB, into which the debug build of 80 KiB fits, and a file system of 64 KiB. */
const ROWS = RAFT_OTA_ROWS.map((row) => {
  if (row.type === 0) return { ...row, size: 0x20000 };
  return row.label === 'fs' ? { ...row, size: 0x10000 } : row;
});

function write(path: string, data: Uint8Array | string): void {
  mkdirSync(dirname(bench.at(path)), { recursive: true });
  writeFileSync(bench.at(path), data);
}

beforeAll(async () => {
  for (const [path, data] of Object.entries(
    unzipSync(new Uint8Array(readFileSync('public/samples/blinky-too-large-build.zip'))),
  )) {
    write(`small/${path}`, data);
    write(`fits/${path}`, data);
  }
  write('fits/build/partition_table/partition-table.bin', buildPartitionTable(ROWS));
  write('site/index.html', 'x'.repeat(20_000));
  await bench.call('fs', 'build', 'TMP/site', '--size', '64K', '-o', 'TMP/fits/build/fs.bin');
  const args = readJson(new Uint8Array(readFileSync(bench.at('fits/build/flasher_args.json'))));
  if (args.kind !== 'object' || !isObject(args.object['flash_files'])) throw new Error('the sample has no list');
  const all = { ...args.object, flash_files: { ...args.object['flash_files'], '0x380000': 'fs.bin' } };
  write('fits/build/flasher_args.json', JSON.stringify(all));
});
afterAll(() => bench.remove());

describe('a build that fits', () => {
  test('is sound, and says how full each slot and file system is', async () => {
    const { status, out } = await bench.call('check', 'TMP/fits/build');
    expect([status, out.trim().split('\n').at(-1)]).toEqual([0, 'No problems found.']);
    expect(out).toMatch(/app0 +63 % +80 KiB of 128 KiB +blinky\.bin/);
    expect(out).toMatch(/fs +\d+ % +\d+ KiB of 64 KiB +its files/);
    expect(out).toContain('Starts blinky-debug 1.0.0 from app0.');
  });

  const THRESHOLDS = [
    ['63', 0],
    ['62', 1],
    ['62%', 1],
    ['100', 0],
  ] as const;
  for (const [options, thresholds] of byLength(THRESHOLDS, ([threshold]) => threshold === '63' || threshold === '62'))
    test.each(thresholds)('with a threshold of %s has the status %i', options, async (threshold, expected) => {
      const { status, out } = await bench.call('check', 'TMP/fits/build', '--threshold', threshold);
      expect([status, out.includes('app0 is 63 % full (80 KiB of 128 KiB)')]).toEqual([expected, expected === 1]);
    });

  test('on a flash that is smaller than its layout is not sound', async () => {
    const { status, out } = await bench.call('check', 'TMP/fits/build', '--flash-size', '2MB');
    expect([status, /past/.test(out)]).toEqual([1, true]);
  });

  test('for another chip is not sound', async () => {
    const { status, out } = await bench.call('check', 'TMP/fits/build', '--chip', 'esp32s3');
    expect([status, out.trim().split('\n').at(-1)]).toEqual([1, 'Problems found.']);
  });
});

describe('annotations', () => {
  test('point to the file, and survive what GitHub takes for its own', async () => {
    const { status, out } = await bench.call('check', 'TMP/small/build', '--format', 'github');
    expect(status).toBe(1);
    expect(out).toMatch(/^::error file=TMP\/small\/build\/blinky\.bin,title=app-too-large::blinky\.bin is 80 KiB/);
    const full = await bench.call('check', 'TMP/fits/build', '--threshold', '50', '--format', 'github');
    expect(full.out).toContain('title=over-threshold::app0 is 63 %25 full');
  });

  test('in GitLab’s form have a path, a line and a fingerprint that stays', async () => {
    const call = ['check', 'TMP/small/build', '--format', 'gitlab'];
    const { out } = await bench.call(...call);
    expect(JSON.parse(out)).toEqual([
      {
        check_name: 'app-too-large',
        description: /^blinky\.bin is 80 KiB/,
        fingerprint: /^[0-9a-f]{32}$/,
        severity: 'major',
        location: { path: 'TMP/small/build/blinky.bin', lines: { begin: 1 } },
      },
    ]);
    expect((await bench.call(...call)).out).toBe(out);
  });

  test('of a sound build are notices at most', async () => {
    const { out } = await bench.call('check', 'TMP/fits/build', '--format', 'github');
    expect(out.split('\n').filter((line) => !line.startsWith('::notice '))).toEqual(['']);
    const report: unknown = JSON.parse((await bench.call('check', 'TMP/fits/build', '--format', 'gitlab')).out);
    expect(report).toEqual([expect.objectContaining({ check_name: 'flash-unused', severity: 'info' })]);
  });
});
