/**
 * `npm run measure-command-line`: how long the built command line takes to start, and the time and memory of inspecting full flashes
 * of 16 and 128 MB, as GNU time counts them (Debian's package "time"). Fails if one is over its limit. Run `npm run build` first.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAppImage } from '../src/virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../src/virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../src/virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../src/virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../src/virtual-boards/esp/firmware/partition-table.ts';

const PROGRAM = 'dist-cli/sectorwise.js';
const MIB = 1 << 20;
const ROUNDS = 5;
/** The size of each file in the file system. */
const FILE = 256 << 10;
/** What is left free of a file system: LittleFS needs room for its folders and for copies while it writes. */
const SPARE = 0.9;

/** Limits in ms, and of memory in MiB. */
const START_MS = 300;
const LIMITS = [
  { megabytes: 16, ms: 2000, mib: 300 },
  { megabytes: 128, ms: 16_000, mib: 600 },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'sectorwise-measure-'));

/**
 * Runs the program, and gives its processor time in ms, as other programs on this computer do not count; the time that passed; and
 * the most memory that it had, in MiB.
 */
function timed(...args: readonly string[]) {
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', process.execPath, PROGRAM, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * MIB,
  });
  const [passed = NaN, user = NaN, system = NaN, kib = NaN] = (stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  if ((status ?? 2) > 1 || Number.isNaN(kib)) throw new Error(`${args.join(' ')}: ${stderr}`);
  return { ms: (user + system) * 1000, passed: passed * 1000, mib: kib / 1024 };
}

/** A flash with a full app in each slot and a file system full of files. */
function fullFlash(megabytes: (typeof LIMITS)[number]['megabytes']): string {
  const size = megabytes * MIB;
  const slot = 3 * MIB;
  const fs = { offset: 0x20000 + 2 * slot, size: size - 0x20000 - 2 * slot };
  const places: Readonly<Record<string, { readonly offset: number; readonly size: number }>> = {
    app0: { offset: 0x20000, size: slot },
    app1: { offset: 0x20000 + slot, size: slot },
    fs,
  };
  const rows = RAFT_OTA_ROWS.map((row) => ({ ...row, ...places[row.label] }));
  const files = join(folder, `files-${megabytes}`);
  mkdirSync(files);
  for (let n = 0; (n + 1) * FILE < fs.size * SPARE; n++) writeFileSync(join(files, `${n}.bin`), randomBytes(FILE));
  const image = join(folder, `fs-${megabytes}.bin`);
  timed('fs', 'build', files, '--size', String(fs.size), '-o', image);
  const cells = new Uint8Array(size).fill(0xff);
  cells.set(factoryFlash().snapshot().subarray(0, 0x1e000));
  cells.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000);
  cells.set(buildPartitionTable(rows), 0x8000);
  cells.set(buildOtadata({ seq: 1 }, null), 0x1e000);
  for (const label of ['app0', 'app1'])
    cells.set(
      buildAppImage({ project: 'full', version: label, seed: 7, size: slot - 0x1000 }),
      places[label]?.offset ?? 0,
    );
  const path = join(folder, `flash-${megabytes}.bin`);
  writeFileSync(path, cells);
  const how = ['--place', `fs-${megabytes}.bin=fs`, '--set', `header-size=${megabytes}MB`, '-o', path];
  const put = spawnSync(process.execPath, [PROGRAM, 'apply', path, image, ...how], { encoding: 'utf8' });
  if (put.status !== 0) throw new Error(`${put.stdout}${put.stderr}`);
  return path;
}

try {
  const starts = Array.from({ length: ROUNDS }, () => timed('--version').ms);
  const start = starts.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? NaN;
  console.log(`start: ${start.toFixed(0)} ms of processor time (limit ${START_MS})`);
  if (!(start < START_MS)) process.exitCode = 1;
  for (const { megabytes, ms, mib } of LIMITS) {
    const path = fullFlash(megabytes);
    const took = timed('inspect', path);
    console.log(
      `inspect a full flash of ${megabytes} MB: ${(took.ms / 1000).toFixed(1)} s of processor time (limit ${ms / 1000}), ` +
        `${(took.passed / 1000).toFixed(1)} s passed, ` +
        `${took.mib.toFixed(0)} MiB (limit ${mib})`,
    );
    if (!(took.ms < ms && took.mib < mib)) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
