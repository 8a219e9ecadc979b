/** The interruption scenarios for Espressif boards. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { LAYOUT_ROWS } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { VirtualBoard } from '../../virtual-boards/virtual-boards.ts';
import { bootChoices } from './boot-choices.ts';
import { CHIP_IDS } from './esp-pages.ts';
import { dropFiles } from './page.ts';
import type { Bytes, Owed, Scenario } from './scenario.ts';
import { intelHex } from './intel-hex.ts';
import { largerFlash, migrations, migrationsOfRaft } from './migrations.ts';
import type { BootRules } from './may-boot.ts';
import { onlyWhole } from './may-boot.ts';
import { restoring, rollingBack } from './restore-scenarios.ts';
import { noise } from '../bytes.ts';

/** The boards whose layout is changed so that content moves. */
const MOVED = ['esp32-raft', 'esp32s3-raft'];
/** The boards of other chips, on which a layout with two slots is put for that. */
const MOVED_AS_RAFT = ['esp32c3-raft', 'esp32c6-idf'];

/** The scenarios for one board of the catalogue. */
export function espScenarios({ id, factory, protection }: VirtualBoard): Scenario[] {
  const { chip = 'ESP32', layout = 'raft-ota', flashMegabytes = 4 } = factory;
  const chipId = CHIP_IDS[chip];
  const rows = LAYOUT_ROWS[layout];
  // Not a multiple of an erase unit: the bytes behind it must survive.
  const app = (seed: number): Uint8Array =>
    buildAppImage({ project: 'raft-demo', version: `2.0.${seed}`, seed, chipId, size: 100 * 1024 + 0x230 });
  const bootloader = buildBootloaderImage({ flashMegabytes, chipId, seed: 99 });
  const table = buildPartitionTable(rows);
  const isFiles = ({ type, subtype }: TableRow): boolean => type === 1 && (subtype === 0x82 || subtype === 0x83);
  // The file system's partition gets another name and half its size; if there is none, one is added.
  const others = rows.some(isFiles)
    ? rows.map((row) => (isFiles(row) ? { ...row, label: 'files', size: row.size / 2 } : row))
    : [...rows, { label: 'files', type: 1, subtype: 0x82, offset: 0x310000, size: 0xf0000 }];
  const otadata = rows.find(({ label }) => label === 'otadata') ?? null;
  const single = otadata === null;
  const first = rows.find(({ type }) => type === 0)?.offset ?? 0x20000;
  const nvs = rows.find(({ label }) => label === 'nvs')?.offset ?? 0x9000;
  const scenario = (name: string, all: readonly Bytes[], owed?: Owed, rules: BootRules = {}): Scenario => ({
    name,
    purpose: 'flash',
    ...(owed && { owed }),
    plan: (page) => dropFiles(page, all),
    mayBoot: onlyWhole(rules),
  });
  const slots = rows.filter(({ type }) => type === 0);
  const free = slots[1] ?? slots[0];
  const update = scenario(
    'update',
    [{ name: 'app.bin', data: app(7) }],
    { writes: [{ offset: free?.offset ?? 0, data: app(7) }], besides: otadata === null ? [] : [otadata] },
    { choice: otadata },
  );
  const whole = scenario('whole', [
    { name: 'bootloader.bin', data: bootloader },
    { name: 'partitions.bin', data: table },
    { name: 'app.bin', data: app(8) },
    ...(single ? [] : [{ name: 'otadata.bin', data: buildOtadata({ seq: 1 }, null) }]),
  ]);
  // The table of a chip that encrypts or does not answer reads is unknown: it has to be dropped too.
  if (protection !== 'none') return [whole];
  const repartition = scenario('repartition', [
    { name: 'partitions.bin', data: buildPartitionTable(others) },
    { name: 'app.bin', data: app(9) },
  ]);
  const bytes = { offset: nvs + 0x123, data: noise(0x1d00, 5) };
  const part = scenario('part', [{ name: 'data.hex', data: intelHex(bytes.offset, bytes.data) }], { writes: [bytes] });
  const damage = [
    { offset: nvs + 0x1000, data: noise(0x2345, 11) },
    { offset: first, data: app(12) },
  ];
  // The header of the factory's bootloader says less than the chip has.
  const idle = id === 'esp32-16mb-header-4mb' ? largerFlash(rows, chipId, factory.bootloaderIdf ?? '') : [];
  // A header with a smaller flash size refuses any table that reaches beyond it.
  const small = factory.headerMegabytes !== undefined && factory.headerMegabytes < 4;
  // All of them once per kind of connection and flash size; for the other chips, the two that move most.
  const moving = MOVED.includes(id) ? [...migrations(rows, chipId), ...bootChoices(rows, chipId)] : [];
  return [
    update,
    whole,
    ...(small ? [] : [repartition]),
    ...moving,
    ...(MOVED_AS_RAFT.includes(id) ? migrationsOfRaft(chipId) : []),
    ...idle,
    part,
    restoring(damage),
    rollingBack(update),
  ];
}
