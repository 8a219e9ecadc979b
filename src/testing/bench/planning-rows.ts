/**
 * The rows of planning: the processor time from a drop until there is a plan, through the session. The flash and the dropped files
 * are in memory, and digests come from the same planning done before: hashing is not planning.
 */
import { espFamily } from '../../esp/family.ts';
import type { EspDevice } from '../../esp/loader/device.ts';
import { OPEN } from '../../esp/board/security.ts';
import { REGION } from '../../esp/loader/target.ts';
import type { Source } from '../../flash/dropped-file.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { Session } from '../../session/session.ts';
import { bytesSource } from '../../session/sources.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { testClock } from '../clock.ts';
import { cpuTimer } from '../cpu.ts';
import { elfFile, esp32Sections, text } from '../esp/archives.ts';
import { workOf } from '../esp/world.ts';
import { giveDigests, keepDigests } from './hashes-at-hand.ts';
import { filled, rowsWith } from './layouts.ts';
import type { Row, Times } from './row.ts';
import { median } from './table.ts';
import { noise } from '../bytes.ts';

const MIB = 1 << 20;
const UNIT = 0x1000;
/** The most time that planning may take, in ms: what is asked. */
const MOST = 30;
/** How often each planning is repeated until the engine has compiled it, and how often after that; the median of these counts. */
const [WARM, ROUNDS] = [16, 9];

/** A board whose flash is these bytes, and answers at once. */
function deviceOver(cells: Uint8Array): EspDevice {
  const never = () => Promise.reject(new RangeError('nothing is written while planning'));
  const bytesOf = (address: number, size: number) => cells.subarray(address, address + size);
  return {
    connection: 'bridge',
    mode: 'stub',
    security: OPEN,
    flashSize: cells.length,
    withoutStub: null,
    readsProved: true,
    tune: () => Promise.resolve('in-force'),
    identify: () =>
      Promise.resolve({
        family: 'esp',
        chip: 'ESP32',
        revision: '3',
        key: { kind: 'mac', value: '24:6f:28:ab:cd:ef' },
        facts: [],
      }),
    readMap: () => {
      const access = { read: true, erase: true, write: true };
      const runs = [{ count: cells.length / UNIT, size: UNIT }];
      return Promise.resolve({ regions: [{ id: REGION, name: 'SPI flash', start: 0, runs, access }] });
    },
    read: ({ address, size }) => Promise.resolve(bytesOf(address, size)),
    digest: ({ address, size }) => Promise.resolve(md5Hex(bytesOf(address, size))),
    rewrite: never,
    restart: never,
    close: () => Promise.resolve(),
    pace: () => ({ writeBytesPerSecond: 1, readBytesPerSecond: 1, digestBytesPerSecond: 1, stretchMs: 1 }),
  };
}

/** Plans what these files come to on a flash: how long that took, and how many erase units it changes. */
async function planning(cells: Uint8Array, sources: readonly Source[]) {
  const clock = testClock();
  const session = new Session({
    family: espFamily,
    connect: () => Promise.resolve(deviceOver(cells)),
    md5: md5Hex,
    version: 'bench',
    now: () => 0,
    clock,
    newId: () => crypto.randomUUID(),
    onState: () => undefined,
  });
  await session.connect();
  return async () => {
    const timer = cpuTimer();
    await session.dispatch({ do: 'add-files', files: sources });
    const ms = timer();
    const { plan } = workOf(session, 'planned');
    return { ms, units: plannedUnits(plan).length };
  };
}

async function run(cells: Uint8Array, sources: readonly Source[]): Promise<Times> {
  // What a whole session needs once, such as the digest of a blank erase unit, is not asked for again.
  await (
    await planning(cells, sources)
  )();
  const digests = await keepDigests(await planning(cells, sources));
  const given = async () => giveDigests(digests, await planning(cells, sources));
  const { ms: first, units } = await given();
  for (let round = 1; round < WARM; round++) await given();
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) rounds.push((await given()).ms);
  const notes = [`${units} erase units`, `${first.toFixed(0)} ms before it is compiled`, `asked: ${MOST} ms`];
  return { ours: median(rounds), peer: null, limit: MOST, notes };
}

/** What a build of ESP-IDF leaves in its folder: `files` of them, of which four are written. */
function buildFolder(files: number): Source[] {
  const parts = [
    ['0x1000', 'bootloader/bootloader.bin', buildBootloaderImage({ flashMegabytes: 4 })],
    ['0x8000', 'partition_table/partition-table.bin', buildPartitionTable(RAFT_OTA_ROWS)],
    ['0x1e000', 'ota_data_initial.bin', buildOtadata({ seq: 1 }, null)],
    ['0x20000', 'demo.bin', buildAppImage({ project: 'demo', version: '2.0.0', seed: 5, size: MIB })],
  ] as const;
  const list = {
    flash_files: Object.fromEntries(parts.map(([offset, path]) => [offset, path])),
    flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
    extra_esptool_args: { chip: 'esp32' },
  };
  const named = [
    ...parts.map(([, path, data]) => [path, data] as const),
    ['flasher_args.json', text(JSON.stringify(list))] as const,
  ];
  const rest = Array.from({ length: files - named.length }, (_, i) => {
    const name = `esp-idf/part${i % 20}/CMakeFiles/__idf_part${i % 20}.dir/file${i}.c.obj`;
    return [name, noise(0x2000, i)] as const;
  });
  return [...named, ...rest].map(([path, data]) => bytesSource(`build/${path}`, data));
}

/** A program of 4 MB for the ESP32. */
function largeElf(): Uint8Array {
  const sections = esp32Sections('large').map((section) =>
    section.name === '.flash.text'
      ? { ...section, data: noise(3 * MIB, 1) }
      : section.name === '.flash.rodata'
        ? { ...section, data: noise(MIB - 0x20000, 2) }
        : section,
  );
  return elfFile({ sections });
}

/** 95 rows, the most that a table without an MD5 has: partitions of 16 KiB. */
function manyRows(shift: number): TableRow[] {
  const first = RAFT_OTA_ROWS.slice(0, 4);
  const rest = Array.from({ length: 95 - first.length }, (_, i) => ({
    label: `part${i}`,
    type: 1,
    subtype: 6,
    offset: 0x380000 + shift + i * 0x4000,
    size: 0x4000,
  }));
  return [...first, ...rest];
}

type Planned = () => { readonly cells: Uint8Array; readonly sources: readonly Source[] };

const planningRow = (id: string, work: string, of: Planned): Row => ({
  id,
  work,
  peer: null,
  clock: 'processor',
  repetitions: 1,
  cost: 6,
  goal: { limit: 1 },
  run: () => {
    const { cells, sources } = of();
    return run(cells, sources);
  },
});

/** Every row of this file. */
export const PLANNING_ROWS: readonly Row[] = [
  planningRow('plan-moves', 'plan a layout that moves 12 MB of 16 MB, digests known', () => {
    const before = rowsWith({ fs: [0x380000, 0xc00000] });
    const after = rowsWith({ app0: [0x20000, 0x1c0000], app1: [0x1e0000, 0x1c0000], fs: [0x3a0000, 0xc00000] });
    return { cells: filled(before, 0xc00000), sources: [bytesSource('partitions.bin', buildPartitionTable(after))] };
  }),
  planningRow('plan-merged', 'plan a merged image of 16 MB, all of it different', () => {
    const rows = rowsWith({ app0: [0x20000, MIB], app1: [0x120000, MIB], fs: [0x220000, 0xde0000] });
    return { cells: filled(rows, 0xde0000), sources: [bytesSource('merged.bin', filled(rows, 0xde0000, 2))] };
  }),
  planningRow('plan-95-rows', 'plan a table of 95 rows', () => ({
    cells: filled(manyRows(0), 0),
    sources: [bytesSource('partitions.bin', buildPartitionTable(manyRows(0x10000), { md5: false }))],
  })),
  planningRow('plan-elf', 'plan a program of 4 MB as an ELF file', () => ({
    cells: filled(
      rowsWith({ app0: [0x20000, 0x600000], app1: [0x620000, 0x600000], fs: [0xc20000, 0x100000] }),
      0x10000,
    ),
    sources: [bytesSource('large.elf', largeElf())],
  })),
  planningRow('plan-build', 'plan a build of 200 files', () => ({
    cells: filled(rowsWith({}), 0x80000).slice(0, 4 * MIB),
    sources: buildFolder(200),
  })),
];
