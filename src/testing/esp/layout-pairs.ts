/** Random boards with random contents, and random layouts for them: valid tables, aged settings, apps, file systems, junk. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { randomWords } from '../../virtual-boards/esp/firmware/random.ts';

/** The size of the test flashes, in bytes. */
export const FLASH_SIZE = 0x100000;
const UNIT = 0x1000;
const BLOCK = 0x10000;
const FIRST = 0x9000;
const TABLE = 0x8000;

/** A board and a layout that it is to have. */
export interface LayoutPair {
  readonly flash: Uint8Array;
  readonly before: readonly TableRow[];
  readonly after: readonly TableRow[];
}

/** A whole number below `n`. */
type Pick = (n: number) => number;
type Wanted = Omit<TableRow, 'offset'>;

const IMAGES = [8, 12, 20, 40, 70].map((kib, seed) =>
  buildAppImage({ project: `app${kib}`, version: '1.0.0', seed, size: kib * 1024 + 0x30 * (seed + 1) }),
);
const BOOTLOADER = buildBootloaderImage({ flashMegabytes: 1 });
const PAGE = buildNvs(UNIT, [{ name: 'wifi', entries: [{ key: 'n', type: 'u8', value: 1 }] }]);

/** The pair for a seed. */
export function layoutPair(seed: number): LayoutPair {
  const words = randomWords(seed);
  const pick: Pick = (n) => words() % n;
  const wanted = partitions(pick);
  const before = placed(wanted, pick);
  return { flash: flashOf(before, pick), before, after: placed(changed(wanted, pick), pick) };
}

function partitions(pick: Pick): Wanted[] {
  const blocks = 1 + pick(3);
  const slots = pick(8) === 0 ? 0 : 1 + pick(3);
  const row = (label: string, type: number, subtype: number, size: number): Wanted => ({ label, type, subtype, size });
  return [
    row('nvs', 1, 2, (3 + pick(6)) * UNIT),
    ...(slots > 0 ? [row('otadata', 1, 0, 2 * UNIT)] : []),
    ...(pick(3) === 0 ? [row('phy_init', 1, 1, UNIT)] : []),
    ...(slots === 0 || pick(3) === 0 ? [row('factory', 0, 0, blocks * BLOCK)] : []),
    ...Array.from({ length: slots }, (_, n) => row(`app${n}`, 0, 0x10 + n, blocks * BLOCK)),
    ...(pick(2) === 0 ? [row('coredump', 1, 3, (1 + pick(8)) * UNIT)] : []),
    ...(pick(4) === 0 ? [row('cfg', 0x40, 1, (1 + pick(6)) * UNIT)] : []),
    ...(pick(3) > 0 ? [row('fs', 1, 0x83, (2 + pick(30)) * UNIT)] : []),
  ];
}

/** The layout as a person changes it: mostly larger, sometimes with another number of slots, seldom smaller. */
function changed(wanted: readonly Wanted[], pick: Pick): Wanted[] {
  const slots = wanted.filter(({ subtype, type }) => type === 0 && subtype >= 0x10);
  const [first] = slots;
  const to = first === undefined || pick(5) > 1 ? slots.length : Math.max(1, slots.length + (pick(2) === 0 ? 1 : -1));
  const size = first === undefined ? 0 : first.size + (pick(3) === 0 ? BLOCK : 0);
  const others = wanted
    .filter((row) => !slots.includes(row))
    .map((row): Wanted => {
      const grows = pick(4);
      if (row.label === 'otadata' || row.label === 'phy_init' || grows > 1) return row;
      const smaller = pick(8) === 0;
      const unit = row.type === 0 ? BLOCK : UNIT;
      const least = row.label === 'nvs' ? 3 * UNIT : unit;
      return { ...row, size: Math.max(least, smaller ? row.size - unit : row.size + (1 + pick(3)) * unit) };
    });
  const left = pick(12) === 0 ? others.slice(0, -1) : others;
  return [
    ...left,
    ...Array.from({ length: to }, (_, n): Wanted => ({ label: `app${n}`, type: 0, subtype: 0x10 + n, size })),
    ...(pick(6) === 0 ? [{ label: 'extra', type: 0x41, subtype: 0, size: 2 * UNIT }] : []),
  ];
}

/** The partitions one after the other in a random order, with gaps; those that the flash has no room for are left out. */
function placed(wanted: readonly Wanted[], pick: Pick): TableRow[] {
  const order = wanted.map((row) => ({ row, key: row.type === 0 ? 100 + pick(60) : pick(180) }));
  const rows: TableRow[] = [];
  let at = FIRST;
  for (const { row } of order.toSorted((a, b) => a.key - b.key)) {
    const unit = row.type === 0 ? BLOCK : UNIT;
    const offset = Math.ceil((at + (pick(5) === 0 ? UNIT : 0)) / unit) * unit;
    if (offset + row.size > FLASH_SIZE) continue;
    rows.push({ ...row, offset });
    at = offset + row.size;
  }
  return numbered(rows);
}

/** App slots numbered without gaps, so that the table breaks no rule. */
function numbered(rows: readonly TableRow[]): TableRow[] {
  const slots = rows.filter(({ type, subtype }) => type === 0 && subtype >= 0x10);
  const order = slots.toSorted((a, b) => a.subtype - b.subtype);
  return rows.map((row) => (slots.includes(row) ? { ...row, subtype: 0x10 + order.indexOf(row) } : row));
}

function flashOf(rows: readonly TableRow[], pick: Pick): Uint8Array {
  const flash = new Uint8Array(FLASH_SIZE).fill(0xff);
  // Junk outside the partitions, which nothing may touch.
  for (let at = FIRST; at < FLASH_SIZE; at += UNIT) if (pick(8) === 0) flash.fill(pick(255), at, at + UNIT);
  flash.set(BOOTLOADER, UNIT);
  flash.set(buildPartitionTable(rows), TABLE);
  for (const row of rows) {
    flash.fill(0xff, row.offset, row.offset + row.size);
    fill(flash.subarray(row.offset, row.offset + row.size), row, pick);
  }
  return flash;
}

function fill(bytes: Uint8Array, { label, type, size }: TableRow, pick: Pick): void {
  const noise = (part: Uint8Array) => part.forEach((_, i) => (part[i] = pick(256)));
  if (type === 0) {
    const fitting = IMAGES.filter((image) => image.length <= size);
    if (pick(4) > 0) bytes.set(fitting[pick(fitting.length)] ?? []);
    return;
  }
  if (label === 'otadata') {
    const seq = 1 + pick(9);
    const states = [0xffffffff, 0xffffffff, 0, 1, 2, 3];
    const record = (n: number) => {
      const state = states[pick(states.length)] ?? 0xffffffff;
      return pick(5) === 0 || n < 1 ? null : { seq: n, state };
    };
    return bytes.set(buildOtadata(record(seq), record(pick(2) === 0 ? seq + 1 : seq - 1)));
  }
  if (pick(6) === 0) return;
  if (label === 'nvs') {
    // An aged partition: used pages anywhere, at least one blank.
    const pages = Array.from({ length: size / UNIT }, (_, n) => n).filter(() => pick(3) === 0);
    for (const page of pages.slice(0, size / UNIT - 1)) {
      bytes.set(PAGE, page * UNIT);
      noise(bytes.subarray((page + 1) * UNIT - 16, (page + 1) * UNIT));
    }
    return;
  }
  if (label === 'fs') {
    bytes.set(buildLittleFs(size));
    for (let at = 2 * UNIT; at < size; at += UNIT) if (pick(2) === 0) noise(bytes.subarray(at, at + 64));
    return;
  }
  noise(bytes.subarray(0, Math.min(size, 0x1800)));
}
