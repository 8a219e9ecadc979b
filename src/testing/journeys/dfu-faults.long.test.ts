/**
 * Boards in DFU mode that fail under a whole session, and cables pulled in the middle of it: after reconnecting and flashing
 * again the whole flash is as intended, including the kept bytes.
 */
import { describe, expect, test } from 'vitest';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Work } from '../../session/state.ts';
import type { DfuWorld } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { difference, noise } from '../bytes.ts';

const BASE = 0x08000000;

/** What is written to a board, and the whole flash afterwards. */
interface Job {
  readonly board: string;
  readonly files: readonly (readonly [name: string, data: Uint8Array])[];
  /** Prepares the board before it is connected. */
  readonly prepare?: (world: DfuWorld) => void;
  readonly pieces: readonly (readonly [address: number, data: Uint8Array])[];
}

const APP = buildModule({ size: 0x6000, version: 9, dependencies: [[4, 1, 2001]], seed: 3 });
const EXTENSION = buildExtension({ size: 0x7000, seed: 5 });
const SPLIT: Job = {
  board: 'photon',
  files: [
    ['app.bin', APP],
    ['extension.bin', EXTENSION],
  ],
  pieces: [
    [0x080a0000, APP],
    [0x080e0000, EXTENSION],
  ],
};

/** A file for part of the last sector, whose other bytes are settings to be kept. */
const PART = noise(0x3000, 11);
const SHARED: Job = {
  board: 'stm32f405',
  files: [['part.hex', hexFile(0x080e1000, PART)]],
  prepare: ({ made }) => made.flash.load(0x080e0000, noise(0x20000, 4)),
  pieces: [[0x080e1000, PART]],
};

function hexFile(start: number, data: Uint8Array): Uint8Array {
  const record = (type: number, address: number, bytes: readonly number[]) => {
    const all = [bytes.length, address >> 8, address & 0xff, type, ...bytes];
    const sum = -all.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${[...all, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  };
  const lines = [record(4, 0, [start >>> 24, (start >>> 16) & 0xff])];
  for (let at = 0; at < data.length; at += 32)
    lines.push(record(0, (start + at) & 0xffff, [...data.subarray(at, at + 32)]));
  return new TextEncoder().encode([...lines, record(1, 0, []), ''].join('\n'));
}

async function planned({ board, files, prepare }: Job): Promise<DfuWorld> {
  const world = openDfuWorld(board);
  prepare?.(world);
  await world.session.connect();
  const sources = files.map(([name, data]) => bytesSource(name, data));
  await world.session.dispatch({ do: 'add-files', files: sources });
  await agree(world);
  return world;
}

async function agree({ session }: DfuWorld): Promise<void> {
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
}

async function flashed(world: DfuWorld): Promise<Extract<Work, { kind: 'ended' }>> {
  await flash(world.session);
  return workOf(world.session, 'ended');
}

/** Reconnects and flashes again; returns how the flash then differs from the intended one, and any violations. */
async function finish(world: DfuWorld, wanted: Uint8Array): Promise<string[]> {
  await world.session.dispatch({ do: 'reconnect' });
  await agree(world);
  const { outcome, failure } = await flashed(world);
  const ended = outcome === 'verified' || outcome === 'nothing-to-do' ? [] : [`${outcome}: ${failure?.says ?? ''}`];
  const differs = difference(world.made.flash.snapshot(), wanted);
  return [...ended, ...(differs === null ? [] : [differs]), ...world.made.violations().map(({ fault }) => fault)];
}

/** The flash before and after a job without faults, and how many control transfers the writing takes. */
async function soundly(job: Job) {
  const world = await planned(job);
  const before = world.made.flash.snapshot();
  const wanted = before.slice();
  for (const [address, data] of job.pieces) wanted.set(data, address - BASE);
  const { faults } = world.made.board;
  const start = faults.transfers;
  expect(await flashed(world)).toMatchObject({ outcome: 'verified', failure: null });
  expect(difference(world.made.flash.snapshot(), wanted)).toBeNull();
  return { before, wanted, transfers: faults.transfers - start };
}

/** More transfers than the board takes to be read again at the end of a job, and to leave. */
const READ_AGAIN = 250;

/** Where the cable is pulled: in steps of a prime, so that erases, writes, reads and the commit are all hit. */
function moments(transfers: number): number[] {
  return Array.from({ length: Math.ceil(transfers / 23) }, (_, i) => 1 + i * 23);
}

describe.each([
  ['an application and its extension on a Photon', SPLIT],
  ['a part of a sector of an STM32F405', SHARED],
])('%s', { timeout: 120_000 }, (_, job) => {
  test('a cable pulled at any moment loses nothing, and a half-written application does not start', async () => {
    const { before, wanted, transfers } = await soundly(job);
    expect(transfers).toBeGreaterThan(200);
    const wrong: string[] = [];
    for (const k of moments(transfers)) {
      const world = await planned(job);
      // Some go at once, some in the middle of an erase; later pulls would come when the job has ended.
      world.port.unplugAt(k, k % 2 === 0 && k < transfers - READ_AGAIN ? 300 : 0);
      const { outcome, failure } = await flashed(world);
      // Once everything is verified the board is only told to leave: then it may go.
      if (outcome !== 'verified' && failure?.kind !== 'lost') wrong.push(`${k}: ${failure?.name}`);
      const half = world.made.flash.snapshot();
      if (job === SPLIT && difference(half, wanted) !== null && difference(half, before) !== null) {
        const head = half.subarray(0xa0000, 0xa0018);
        if (head.every((byte, i) => byte === APP[i])) wrong.push(`${k}: the new application would start`);
      }
      world.port.unplug();
      world.port.plug();
      wrong.push(...(await finish(world, wanted)).map((what) => `${k}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['stalls or fails an erase', (world: DfuWorld) => world.made.board.faults.failErase(sectorOf(job))],
    ['fails a write', (world: DfuWorld) => world.made.board.faults.failProgram()],
  ])('a board that %s: reported with its place, and done the next time', async (_fault, arm) => {
    const { wanted } = await soundly(job);
    const world = await planned(job);
    arm(world);
    const { outcome, failure } = await flashed(world);
    expect([outcome, failure?.kind, failure?.place?.in]).toEqual(['failed', 'refused', 'flash']);
    expect(await finish(world, wanted)).toEqual([]);
  });

  test('a board that stays busy is given up, and done after it was plugged in again', async () => {
    const { wanted } = await soundly(job);
    const world = await planned(job);
    world.made.board.faults.stuckBusy = true;
    expect(await flashed(world)).toMatchObject({ outcome: 'failed', failure: { name: 'dfu-stuck-busy' } });
    world.made.board.faults.stuckBusy = false;
    world.port.unplug();
    world.port.plug();
    expect(await finish(world, wanted)).toEqual([]);
  });

  test('stopped at any moment, the board continues in the same connection, and nothing that was kept is lost', async () => {
    const { wanted, transfers } = await soundly(job);
    const wrong: string[] = [];
    let stops = 0;
    for (let after = 10; after < transfers - 60; after += 50) {
      const world = await planned(job);
      const limit = world.made.board.faults.transfers + after;
      let [doing, proved] = ['', false];
      world.onState = (state) => {
        if (world.made.board.faults.transfers < limit) return;
        world.onState = () => undefined;
        const work = state.kind === 'connected' ? state.work : null;
        doing = work?.kind ?? state.kind;
        proved = doing === 'starting' || (work?.kind === 'flashing' && work.units.every((unit) => unit === 'verified'));
        void world.session.dispatch({ do: 'cancel' });
      };
      const { outcome, connected } = await flashed(world);
      // Once everything is verified a stop may come too late: the board is told to leave, and comes back when plugged in.
      const left = proved && outcome === 'verified';
      if (left) {
        world.port.unplug();
        world.port.plug();
      } else stops++;
      if (outcome !== (left ? 'verified' : 'stopped') || connected === left)
        wrong.push(`${after}: ${outcome} ${doing}`);
      wrong.push(...(await finish(world, wanted)).map((what) => `${after}: ${what}`));
    }
    expect(stops).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });
});

test('a range erased in a sector that a failed write left blank: what was to be kept there is put back', async () => {
  const world = await planned(SHARED);
  const { session, made } = world;
  const wanted = made.flash.snapshot();
  made.board.faults.failProgram();
  expect(await flashed(world)).toMatchObject({ outcome: 'failed' });
  const range = { region: 'internal-flash', address: 0x080e8000, size: 0x1000 };
  await session.dispatch({ do: 'erase', range });
  await agree(world);
  expect(await flashed(world)).toMatchObject({ outcome: 'verified' });
  wanted.fill(0xff, 0xe8000, 0xe9000);
  // The write has begun, and nothing of it arrived: what it was to replace is as the erase left it.
  wanted.fill(0xff, 0xe1000, 0xe4000);
  expect(difference(made.flash.snapshot(), wanted)).toBeNull();
});

/** The address of the first sector that a job writes: all here have 128 KiB. */
function sectorOf({ pieces: [first] }: Job): number {
  const address = first?.[0] ?? 0;
  return address - (address % 0x20000);
}

// After the last verification come: set address (three transfers), leave, and its status.
test.each(['photon', 'stm32f405'])(
  'a %s that disappears while it leaves: the bytes are there, and the result says so',
  async (board) => {
    const job: Job = {
      ...SHARED,
      board,
      files: [['part.hex', hexFile(0x080c1000, PART)]],
      pieces: [[0x080c1000, PART]],
    };
    const { wanted, transfers } = await soundly(job);
    for (const left of [0, 1, 2, 3, 4]) {
      const world = await planned(job);
      world.made.board.faults.vanishAt(transfers - left);
      const { outcome, failure } = await flashed(world);
      expect([left, outcome, failure?.name]).toEqual([left, 'verified', left < 2 ? undefined : 'dfu-lost']);
      expect(difference(world.made.flash.snapshot(), wanted)).toBeNull();
    }
  },
);
