/**
 * Measures a changed layout: the processor time of planning one on 16 MB besides reading, and the board's time for one that moves
 * megabytes, against what its wire and its flash need for these bytes at least.
 */
import { randomBytes } from 'node:crypto';
import { arrangeEsp } from '../src/esp/arrange/arrange.ts';
import { SPEED } from '../src/esp/board/setting-ids.ts';
import { USUAL_RATE } from '../src/esp/loader/baud-rate.ts';
import { imageIn, rankAt } from '../src/flash/arrangement.ts';
import { askKey } from '../src/flash/finding.ts';
import { segmentRange } from '../src/flash/image.ts';
import { touchedUnits } from '../src/flash/layout.ts';
import { sourceOf } from '../src/flash/move.ts';
import { planWrite, plannedUnits } from '../src/flash/plan.ts';
import { unitKey } from '../src/flash/survey.ts';
import type { UnitContent } from '../src/flash/survey.ts';
import { md5Hex } from '../src/formats/hashes.ts';
import { bytesSource } from '../src/session/sources.ts';

import { boardOf, named } from '../src/testing/esp/placements.ts';
import { flash, openWorld, workOf } from '../src/testing/esp/world.ts';
import { buildAppImage } from '../src/virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../src/virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../src/virtual-boards/esp/firmware/factory.ts';
import type { TableRow } from '../src/virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../src/virtual-boards/esp/firmware/partition-table.ts';

const MIB = 1 << 20;

/** Processor time in ms: other programs on this computer do not count. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const UNIT = 0x1000;
/** A flash chip with typical times, and the stub's MD5 of an erase unit: those of the virtual board. */
const NOR = { block: 0x10000, page: 0x100, eraseBlockMs: 150, programPageMs: 0.6, digestUnitMs: 4 } as const;

type Places = Readonly<Record<string, readonly [offset: number, size: number]>>;

function rowsWith(places: Places): TableRow[] {
  return RAFT_OTA_ROWS.map((row) => {
    const [offset, size] = places[row.label] ?? [row.offset, row.size];
    return { ...row, offset, size };
  });
}

/** A flash of 16 MB with an app of 1 MiB in each slot and a file system that is full of bytes that do not compress. */
function filled(rows: readonly TableRow[], files: number): Uint8Array {
  const cells = factoryFlash({ flashMegabytes: 16 }).snapshot();
  cells.fill(0xff, 0x20000);
  cells.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000);
  cells.set(buildPartitionTable(rows), 0x8000);
  for (const [i, { offset }] of rows.filter(({ type }) => type === 0).entries())
    cells.set(buildAppImage({ project: 'demo', version: `${i}`, seed: i + 1, size: MIB }), offset);
  const fs = rows.find(({ label }) => label === 'fs');
  if (fs !== undefined) cells.set(randomBytes(files), fs.offset);
  return cells;
}

/** The processor time in ms of planning a change that moves 12 MB on a flash of 16 MB; the reading is done before. */
async function planMs() {
  const before = rowsWith({ fs: [0x380000, 0xc00000] });
  const after = rowsWith({ app0: [0x20000, 0x1c0000], app1: [0x1e0000, 0x1c0000], fs: [0x3a0000, 0xc00000] });
  const cells = filled(before, 0xc00000);
  const board = await boardOf(cells);
  const files = [{ file: named('partitions.bin', buildPartitionTable(after)), choice: null }];
  let [arranging, planning, hashing, units] = [Infinity, Infinity, Infinity, 0];
  for (let round = 0; round < 5; round++) {
    const from = cpu();
    const { content, moves = [], layout, ranks } = arrangeEsp({ files }, board);
    const arranged = cpu() - from;
    const image = imageIn(content);
    const survey = new Map<string, UnitContent>();
    for (const unit of touchedUnits(layout, [...image.map(segmentRange), ...moves, ...moves.map(sourceOf)])) {
      const data = cells.subarray(unit.address, unit.address + unit.size);
      survey.set(unitKey(unit), { kind: 'bytes', data });
    }
    let hashed = 0;
    const md5 = (data: Uint8Array): string => {
      const at = cpu();
      const digest = md5Hex(data);
      hashed += cpu() - at;
      return digest;
    };
    const begun = cpu();
    const backup = { proved: true, stored: new Set<string>(), wanted: () => true };
    const rank = (range: Parameters<typeof rankAt>[1]) => rankAt(ranks, range);
    const wish = { layout, image, moves, promised: [], survey, md5, rank, commits: [], backup };
    const result = planWrite(wish);
    planning = Math.min(planning, cpu() - begun - hashed);
    [arranging, hashing] = [Math.min(arranging, arranged), Math.min(hashing, hashed)];
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
    units = plannedUnits(result.plan).length;
  }
  return { arranging, planning, hashing, units };
}

/** The board's time in s for larger slots and a file system of 4 MB that moves, and what its wire needs for these bytes. */
async function boardTime() {
  const before = rowsWith({ fs: [0x380000, 4 * MIB] });
  const after = rowsWith({ app0: [0x20000, 0x300000], app1: [0x320000, 0x300000], fs: [0x620000, 4 * MIB] });
  const { session, clock, made } = openWorld('esp32-16mb-header-4mb');
  made.flash.load(0, filled(before, 4 * MIB));
  await session.connect();
  // Automatic speed is raised while the wire makes no errors.
  await session.dispatch({ do: 'set', id: SPEED, value: String(USUAL_RATE) });
  const from = clock.now();
  const table = bytesSource('partitions.bin', buildPartitionTable(after));
  await session.dispatch({ do: 'add-files', files: [table] });
  const surveyed = (clock.now() - from) / 1000;
  const { plan, estimateMs, asks } = workOf(session, 'planned');
  for (const ask of asks) await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  await flash(session);
  const ended = workOf(session, 'ended');
  if (ended.outcome !== 'verified') throw new Error(ended.outcome);
  return { surveyed, all: (clock.now() - from) / 1000, plan, estimate: estimateMs / 1000 };
}

const { arranging, planning, hashing, units } = await planMs();
console.log(
  `plan a layout that moves 12 MB on 16 MB, ${units} erase units: ${(arranging + planning).toFixed(0)} ms besides reading ` +
    `(arrange ${arranging.toFixed(0)}, plan ${planning.toFixed(0)}), ${hashing.toFixed(0)} ms for digests of what was read`,
);
const { surveyed, all, plan, estimate } = await boardTime();
const moved = plannedUnits(plan).filter(({ pieces }) => pieces.some(({ source }) => source.from === 'device'));
const blank = md5Hex(new Uint8Array(UNIT).fill(0xff));
const held = moved.filter(({ after }) => after !== blank).length * UNIT;
// A byte takes ten bits on the wire; what is written does not compress. The stub erases blocks where it can.
const wire = (held * 10) / USUAL_RATE;
const program = ((held / NOR.block) * NOR.eraseBlockMs + (held / NOR.page) * NOR.programPageMs) / 1000;
const digest = ((held / UNIT) * NOR.digestUnitMs) / 1000;
const limit = wire + Math.max(wire, program) + digest;
console.log(
  `both slots grow, 4 MB of files move: ${(held / MIB).toFixed(1)} MiB read and written, ${surveyed.toFixed(1)} s to survey, ` +
    `${all.toFixed(1)} s in all (estimated ${estimate.toFixed(1)} s); at ${USUAL_RATE} baud these bytes need ${limit.toFixed(1)} s ` +
    `at least: ${(all / limit).toFixed(2)} times that`,
);
