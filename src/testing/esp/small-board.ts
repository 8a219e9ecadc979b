/** Small boards for tests of layouts: a table, and what each partition holds. */
import { boardOf } from './placements.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';

/** What a partition holds: an app of so many bytes, settings, otadata that selects a slot, LittleFS, other data, or nothing. */
export type Holds = { readonly app: number } | { readonly selects: number } | 'nvs' | 'littlefs' | 'data' | 'nothing';

/** A partition: its name, type, subtype, offset and size in bytes, and what it holds. */
export type SmallRow = readonly [
  label: string,
  type: number,
  subtype: number,
  offset: number,
  size: number,
  holds: Holds,
];

type Megabytes = 1 | 2 | 4 | 8 | 16;

/** A board: the size of its flash in MiB, or in KiB, and the one in its bootloader's header in MiB, `flash` if omitted. */
export interface SmallBoard {
  readonly flash: Megabytes | { readonly kib: number };
  readonly header?: Megabytes;
  readonly rows: readonly SmallRow[];
}

const [BOOTLOADER, TABLE] = [0x1000, 0x8000];
const MIB = 1 << 20;

/** The inspection of such a board. */
export function smallBoard({ flash: size, header, rows }: SmallBoard): Promise<EspInspection> {
  const [bytes, usual] = typeof size === 'number' ? [size * MIB, size] : [size.kib * 1024, 1 as const];
  const flash = new Uint8Array(bytes).fill(0xff);
  flash.set(buildBootloaderImage({ flashMegabytes: header ?? usual }), BOOTLOADER);
  const table = rows.map(([label, type, subtype, offset, length]) => ({ label, type, subtype, offset, size: length }));
  flash.set(buildPartitionTable(table), TABLE);
  for (const [label, , , offset, length, holds] of rows)
    if (offset < flash.length) flash.set(contentOf(label, length, holds), offset);
  return boardOf(flash);
}

function contentOf(label: string, size: number, holds: Holds): Uint8Array {
  if (typeof holds === 'object' && 'app' in holds)
    return buildAppImage({ project: label, version: '1.0.0', seed: size % 97, size: holds.app });
  if (typeof holds === 'object') return buildOtadata({ seq: holds.selects }, null);
  if (holds === 'nvs') return buildNvs(size, [{ name: 'wifi', entries: [{ key: 'n', type: 'u8', value: 1 }] }]);
  if (holds === 'littlefs') return buildLittleFs(size);
  return holds === 'data' ? new Uint8Array(size).fill(0x5a) : new Uint8Array();
}
