/** The changes for each virtual board and their files. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { LAYOUT_ROWS } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { MODELS } from '../../virtual-boards/dfu/particle-models.ts';
import type { VirtualDfuBoard } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import type { VirtualBoard } from '../../virtual-boards/virtual-boards.ts';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import { CHIP_IDS } from '../interruptions/esp-pages.ts';
import { intelHex } from '../interruptions/intel-hex.ts';
import type { Bytes } from '../interruptions/scenario.ts';
import { noise } from '../bytes.ts';

/** Files to drop and settings to choose. */
export interface RequestedChange {
  readonly name: string;
  readonly files: readonly Bytes[];
  /** The bytes that these files put into the flash; absent if the files hold them as they are. */
  readonly bytes?: readonly Uint8Array[];
  /** Settings by id; a number is the index of an option. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** The changes for an Espressif board. */
export function espChanges({ factory, protection }: VirtualBoard): RequestedChange[] {
  const { chip = 'ESP32', layout = 'raft-ota', flashMegabytes = 4 } = factory;
  const chipId = CHIP_IDS[chip];
  const rows = LAYOUT_ROWS[layout];
  const app = (seed: number, kib = 100): Bytes => ({
    name: `demo-2.0.${seed}.bin`,
    data: buildAppImage({ project: 'raft-demo', version: `2.0.${seed}`, seed, chipId, size: kib * 1024 + 0x230 }),
  });
  const bootloader = { name: 'bootloader.bin', data: buildBootloaderImage({ flashMegabytes, chipId, seed: 99 }) };
  const table = (own: readonly TableRow[]): Bytes => ({ name: 'partitions.bin', data: buildPartitionTable(own) });
  const otadata = rows.some(({ label }) => label === 'otadata');
  const choice = otadata ? [{ name: 'otadata.bin', data: buildOtadata({ seq: 1 }, null) }] : [];
  const whole = [bootloader, table(rows), app(8), ...choice];
  if (protection !== 'none') return [{ name: 'whole', files: whole }];
  const nvs = rows.find(({ label }) => label === 'nvs')?.offset ?? 0x9000;
  const grown = withoutLastApp(rows);
  const data = noise(0x1d00, 5);
  const running = rows.find(({ type }) => type === 0)?.offset ?? 0x10000;
  return [
    { name: 'update', files: [app(7, 300)] },
    { name: 'whole', files: whole },
    { name: 'part', files: [{ name: 'data.hex', data: intelHex(nvs + 0x123, data) }], bytes: [data] },
    { name: 'middle of an app', files: [{ name: 'piece.hex', data: intelHex(running + 0x3000, data) }], bytes: [data] },
    { name: 'rename', files: [table(rows.map((row) => (isFiles(row) ? { ...row, label: 'files' } : row)))] },
    { name: 'grow', files: [table(grown), app(9)] },
    { name: 'grow alone', files: [table(grown)] },
    { name: 'shrink', files: [csv(withHalfFiles(rows))] },
    { name: 'move', files: [table(withMovedFiles(rows))] },
    { name: 'update without a backup', files: [app(6)], settings: { backup: 'not-apps' } },
    { name: 'header', files: [], settings: { 'header-mode': 1 } },
    { name: 'erase', files: whole, settings: { erase: 'all' } },
    { name: 'erase without files', files: [], settings: { erase: 'all' } },
  ];
}

function isFiles({ type, subtype }: TableRow): boolean {
  return type === 1 && (subtype === 0x82 || subtype === 0x83);
}

/** The last app slot is merged into the one before it; a single slot grows to the end of 4 MiB. */
function withoutLastApp(rows: readonly TableRow[]): TableRow[] {
  const apps = rows.filter(({ type }) => type === 0);
  const last = apps.at(-1);
  if (last === undefined || apps.length < 2)
    return rows.map((row) => (row === last ? { ...row, size: 0x400000 - row.offset } : row));
  const before = apps.at(-2);
  return rows
    .filter((row) => row !== last)
    .map((row) => (row === before ? { ...row, size: row.size + last.size } : row));
}

/** The file system shrinks to half its size; a new partition takes the rest. */
function withHalfFiles(rows: readonly TableRow[]): TableRow[] {
  return rows.flatMap((row) => {
    if (!isFiles(row)) return [row];
    const half = row.size / 2;
    return [
      { ...row, size: half },
      { label: 'extra', type: 1, subtype: 0x81, offset: row.offset + half, size: half },
    ];
  });
}

/** The file system partition starts in its middle; its content is not moved. */
function withMovedFiles(rows: readonly TableRow[]): TableRow[] {
  return rows.map((row) => {
    const half = row.size / 2;
    return isFiles(row) ? { ...row, offset: row.offset + half, size: half } : row;
  });
}

function csv(rows: readonly TableRow[]): Bytes {
  const lines = rows.map(
    ({ label, type, subtype, offset, size }) =>
      `${label}, ${type}, ${subtype}, 0x${offset.toString(16)}, 0x${size.toString(16)}`,
  );
  return { name: 'partitions.csv', data: new TextEncoder().encode(`${lines.join('\n')}\n`) };
}

const BASE = 0x0800_0000;

/** Two sectors that are not neighbours. */
const SECTORS = {
  photon: 'sectors@80a0000+80e0000',
  p1: 'sectors@80c0000+80e0000',
  electron: 'sectors@80a0000+80e0000',
  stm32f405: 'sectors@8080000+80a0000',
} as const;

/** The changes for a board in DFU mode. */
export function dfuChanges({ dfu }: VirtualDfuBoard): RequestedChange[] {
  if (dfu.kind === 'stm32f405' && dfu.readProtected === true) return [];
  const data = noise(0x3000, 9);
  const programAt = dfu.kind === 'particle' ? MODELS[dfu.model].user : BASE;
  const place = SECTORS[dfu.kind === 'particle' ? dfu.model : 'stm32f405'];
  return [
    dfu.kind === 'particle' ? moduleAndExtension(dfu.model) : program(),
    { name: 'sectors', files: [{ name: 'data.bin', data: noise(0x20000 + 0x5000), place }] },
    { name: 'part', files: [{ name: 'part.hex', data: intelHex(0x080e1000, data) }], bytes: [data] },
    {
      name: 'middle of a program',
      files: [{ name: 'piece.hex', data: intelHex(programAt + 0x1000, data) }],
      bytes: [data],
    },
  ];
}

function moduleAndExtension(model: keyof typeof MODELS): RequestedChange {
  const { user, platform } = MODELS[model];
  const address = model === 'electron' ? 0x080a0000 : 0x080e0000;
  return {
    name: 'split',
    files: [
      { name: 'app.bin', data: buildModule({ start: user, platform, size: 0x6000, version: 9, seed: 3 }) },
      { name: 'extension.bin', data: buildExtension({ address, size: 0x3000, seed: 5 }) },
    ],
  };
}

function program(): RequestedChange {
  const data = noise(0x16000, 3);
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x20020000, true);
  view.setUint32(4, BASE + 0x201, true);
  return { name: 'program', files: [{ name: 'program.bin', data }] };
}
