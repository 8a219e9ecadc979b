/** Flash that no partition has, and the edits that give it to the app slots, or to the data beside it. */
import { bytes } from '../../flash/finding.ts';
import type {
  Correction,
  EditableTable,
  EditedRow,
  Editing,
  FreeFlash,
  LayoutEdit,
} from '../../flash/layout-editor.ts';
import { rangeEnd } from '../../flash/map.ts';
import { LARGEST_APP_PARTITION } from '../boot/prediction.ts';
import { APP_ALIGNMENT, firstOffset, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import type { Bounds } from './corrections.ts';
import { alignedUp } from './edit.ts';
import { gapsBetween } from './gaps.ts';
import { WORTH_USING } from './layout-rules.ts';
import { DATA, isCustomType, otaSlot, TYPE_APP, TYPE_DATA } from './types.ts';

/** Data of a size that ESP-IDF fixes: more room is of no use to it. */
const FIXED_SIZE: ReadonlySet<number> = new Set([DATA.ota, DATA.phy, DATA.nvsKeys, DATA.efuse, DATA.teeOta]);

/**
 * The free flash behind the table, by address, as far as it is worth using. The app slots are offered it once, where most of it is:
 * they take what is free anywhere.
 */
export function freeFlash({ rows }: Editing, { flashSize, tableAddress }: EditableTable): FreeFlash[] {
  const from = firstOffset(tableAddress);
  const taken = rows.map(({ offset, size }) => ({ region: REGION, address: offset, size }));
  const gaps = gapsBetween([{ region: REGION, address: 0, size: from }, ...taken], flashSize).filter(
    ({ size }) => size >= WORTH_USING,
  );
  const apps = gaps.length === 0 ? null : toApps(rows, { from, end: flashSize });
  const most = Math.max(...gaps.map(({ size }) => size));
  const first = gaps.find(({ size }) => size === most);
  return gaps.map((gap) => {
    const beside = rows.filter((row) => takesMore(row) && (row.offset === rangeEnd(gap) || endOf(row) === gap.address));
    const data = beside.map((row) => toData(row, gap.address, rangeEnd(gap)));
    return { offset: gap.address, size: gap.size, gives: [...(gap === first && apps !== null ? [apps] : []), ...data] };
  });
}

function endOf({ offset, size }: EditedRow): number {
  return offset + size;
}

function takesMore({ type, subtype }: EditedRow): boolean {
  return (type === TYPE_DATA && !FIXED_SIZE.has(subtype)) || isCustomType(type);
}

/** Data that begins or ends at a gap takes all whole erase units of it. */
function toData(row: EditedRow, from: number, to: number): Correction {
  const offset = Math.min(row.offset, Math.ceil(from / UNIT) * UNIT);
  const size = Math.floor(Math.max(endOf(row), to) / UNIT) * UNIT - offset;
  return {
    says: `give it to ${row.name}: ${bytes(size)}`,
    edit: { edit: 'change', id: row.id, to: { offset, size } },
  };
}

/**
 * Every app slot as large as the others and as large as can be, with what lies between and behind them moved and nothing made
 * smaller, in the same order; null if that makes none of them larger. Without slots it is the only app that grows: beside slots, an
 * app that updates do not replace keeps its size.
 */
function toApps(rows: readonly EditedRow[], bounds: Bounds): Correction | null {
  const apps = rows.filter(({ type }) => type === TYPE_APP);
  const slots = apps.filter((row) => otaSlot(row) !== null);
  const growing = slots.length > 0 ? slots : apps.length === 1 ? apps : [];
  const [one] = growing;
  const isSound = (row: EditedRow) => row.offset === alignedUp(row.offset, row.type);
  const now = placed(rows, ({ size }) => size, bounds);
  if (one === undefined || now === null || !rows.every((row) => isSound(row) && now.get(row) === row.offset))
    return null;
  const sizes = growing.map(({ size }) => size);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const room = Math.min(LARGEST_APP_PARTITION, (bounds.end - bounds.from) / growing.length);
  for (
    let size = Math.floor(room / APP_ALIGNMENT) * APP_ALIGNMENT;
    size >= most && size > least;
    size -= APP_ALIGNMENT
  ) {
    const sizeOf = (row: EditedRow) => (growing.includes(row) ? size : row.size);
    const places = placed(rows, sizeOf, bounds);
    if (places === null) continue;
    const edits = rows.map((row): LayoutEdit => ({
      edit: 'change',
      id: row.id,
      to: { offset: places.get(row) ?? row.offset, size: sizeOf(row) },
    }));
    const says =
      growing.length === 1 ? `give it to ${one.name}: ${bytes(size)}` : `give it to the app slots: ${bytes(size)} each`;
    return { says, edit: { edit: 'several', edits } };
  }
  return null;
}

/** Where rows of these sizes begin in the same order, each as near to its place as the others let it; null if there is no room. */
function placed(
  rows: readonly EditedRow[],
  sizeOf: (row: EditedRow) => number,
  { from, end }: Bounds,
): ReadonlyMap<EditedRow, number> | null {
  const latest = new Map<EditedRow, number>();
  let to = end;
  for (const row of rows.toReversed()) {
    const last = to - sizeOf(row);
    const place = isPinned(row, from) ? row.offset : alignedUp(last + 1, row.type) - alignedUp(1, row.type);
    if (place > last) return null;
    latest.set(row, place);
    to = place;
  }
  const places = new Map<EditedRow, number>();
  let at = 0;
  for (const row of rows) {
    const first = isPinned(row, from) ? row.offset : alignedUp(Math.max(at, from), row.type);
    const place = Math.min(latest.get(row) ?? first, Math.max(first, row.offset));
    if (place < Math.max(at, first)) return null;
    places.set(row, place);
    at = place + sizeOf(row);
  }
  return places;
}

/** Bootloaders and tables are where eFuses and the bootloader look for them; and what lies below the table is theirs. */
function isPinned({ type, offset }: EditedRow, from: number): boolean {
  return offset < from || (type !== TYPE_APP && type !== TYPE_DATA && !isCustomType(type));
}
