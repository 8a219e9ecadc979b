/** The rows of changed layouts: the processor time of planning one on 16 MB, and the board's time for one that moves 4 MB. */
import { arrangeEsp } from '../../esp/arrange/arrange.ts';
import { joinBytes } from '../../formats/binary.ts';
import { neighbours, spanOf } from '../../flash/map.ts';
import type { NorFlash } from '../../virtual-boards/nor-flash.ts';
import { connectOwn, drop, flashPlan, UART } from './esp-world.ts';
import { readMs, writeMs } from './limit.ts';
import { noise } from './noise.ts';
import type { Row, Times } from './row.ts';
import { COMPARED } from './row.ts';
import { imageIn, rankAt } from '../../flash/arrangement.ts';
import { segmentRange } from '../../flash/image.ts';
import { touchedUnits } from '../../flash/layout.ts';
import { sourceOf } from '../../flash/move.ts';
import { planWrite, plannedUnits } from '../../flash/plan.ts';
import { unitKey } from '../../flash/survey.ts';
import type { UnitContent } from '../../flash/survey.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { boardOf, named } from '../esp/placements.ts';
import { workOf } from '../esp/world.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';

const MIB = 1 << 20;

/** Processor time in ms: other programs on this computer do not count. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const UNIT = 0x1000;

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
  if (fs !== undefined) cells.set(noise(files, 9), fs.offset);
  return cells;
}

/** The processor time in ms of planning a change that moves 12 MB on a flash of 16 MB; the reading is done before. */
async function planned() {
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

/** The board's time for larger slots and a file system of 4 MB that moves, and the least that the moved bytes need. */
async function migration(): Promise<Times> {
  const before = rowsWith({ fs: [0x380000, 4 * MIB] });
  const after = rowsWith({ app0: [0x20000, 0x300000], app1: [0x320000, 0x300000], fs: [0x620000, 4 * MIB] });
  const prepare = (flash: NorFlash) => flash.load(0, filled(before, 4 * MIB));
  const own = await connectOwn({ id: 'esp32-16mb-header-4mb', prepare });
  const cells = own.made.flash.snapshot();
  const survey = await drop(own, 'partitions.bin', buildPartitionTable(after));
  const { plan } = workOf(own.session, 'planned');
  const { keepMs, writeMs: written, compareMs } = await flashPlan(own);
  const ours = survey + keepMs + written;
  const moved = plannedUnits(plan).filter(({ pieces }) => pieces.some(({ source }) => source.from === 'device'));
  const blank = md5Hex(new Uint8Array(UNIT).fill(0xff));
  const runs = neighbours(moved.filter(({ after: md5 }) => md5 !== blank)).map(spanOf);
  const held = runs.map(({ address, size }) => ({ address, data: own.made.flash.read(address, size).slice() }));
  const read = readMs(UART, joinBytes(held.map(({ data }) => data)));
  const bytes = held.reduce((sum, { data }) => sum + data.length, 0);
  const notes = [
    `${(bytes / MIB).toFixed(1)} MiB read and written`,
    `${moved.length} of ${cells.length / UNIT} units moved`,
  ];
  return { ours, peer: null, limit: read + writeMs(UART, held), apart: { survey, [COMPARED]: compareMs }, notes };
}

/** Every row of this file. */
export const LAYOUT_ROWS: readonly Row[] = [
  {
    id: 'migration',
    work: 'both slots grown and 4 MB of files moved, survey included',
    peer: null,
    clock: 'board',
    repetitions: 1,
    cost: 30,
    goal: { limit: 1.15 },
    run: migration,
  },
  {
    id: 'plan-16mb',
    work: 'plan a layout that moves 12 MB of 16 MB, digests at hand',
    peer: null,
    clock: 'processor',
    repetitions: 3,
    cost: 10,
    goal: { limit: 1 },
    run: async () => {
      const { arranging, planning, hashing, units } = await planned();
      const notes = [`${units} erase units`, 'the limit is what is asked: 30 ms'];
      return { ours: arranging + planning, peer: null, limit: 30, apart: { hashing }, notes };
    },
  },
];
