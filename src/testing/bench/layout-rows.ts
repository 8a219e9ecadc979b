/** The row of a changed layout: the board's time for one that moves 4 MB. */
import { neighbours, spanOf } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { joinBytes } from '../../formats/binary.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { NorFlash } from '../../virtual-boards/nor-flash.ts';
import { workOf } from '../esp/world.ts';
import { connectOwn, drop, flashPlan, UART } from './esp-world.ts';
import { filled, rowsWith } from './layouts.ts';
import { readMs, writeMs } from './limit.ts';
import type { Row, Times } from './row.ts';
import { COMPARED } from './row.ts';

const MIB = 1 << 20;
const UNIT = 0x1000;

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
];
