/** What the bytes of a backup come to on an Espressif board: the order in which they are written, and what starts afterwards. */
import type { BootOutcome, Restoration } from '../../flash/arrangement.ts';
import type { Image } from '../../flash/image.ts';
import { imageWithin, joinedWithin, segmentRange } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { imageChipId } from '../../formats/chip-ids.ts';
import { HASHES } from '../../formats/hashes.ts';
import { isBare } from '../board/bare-chip.ts';
import type { EspInspection } from '../board/inspection.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { holdsWholeApp, predictBoot } from '../boot/prediction.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { startPlace } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { readTable } from '../partitions/table.ts';
import { DATA, TYPE_DATA } from '../partitions/types.ts';
import { commitmentTo } from './write-order.ts';
import { recordsAfter } from './boot-outcome.ts';

const UNKNOWN: BootOutcome = {
  expected: null,
  says: 'Sectorwise cannot tell what the board will start until it is read again.',
};

/** The port's `restore` for Espressif boards: see `Family.restore`. */
export function restoreEsp(image: Image, board: EspInspection): Restoration {
  return { ...commitmentTo(board.layout), boot: bootAfter(image, board) };
}

/** Said only where it is certain: an app of which a part comes back may be whole or not, and must not decide. */
function bootAfter(image: Image, board: EspInspection): BootOutcome {
  const { esp, identity } = board;
  const { bootloader, table } = esp;
  const touches = (address: number, size: number) =>
    image.some((segment) => overlaps(segmentRange(segment), { region: REGION, address, size }));
  const own = bootloader.address;
  if (isBare(identity) || readBarrierOf(esp) !== null || touches(own, table.address - own)) return UNKNOWN;
  const rows = rowsAfter(image, board);
  if (rows === null) return UNKNOWN;
  const ota = rows.findLast((row) => row.type === TYPE_DATA && row.subtype === DATA.ota);
  const live = esp.otadata !== null && esp.otadata.row.offset === ota?.offset ? esp.otadata.records : null;
  const otadata = ota === undefined ? null : recordsAfter(ota, live, image);
  const loads = (row: TableRow, unsure: boolean): boolean => {
    if (!touches(row.offset, row.size)) return esp.loads.has(row.offset) && table.reading.rows.some(sameAs(row));
    const [first] = joinedWithin(image, { region: REGION, address: row.offset, size: row.size });
    if (first?.address !== row.offset) return unsure;
    const read = readAppImage(first.data, HASHES, { in: 'flash', region: REGION, address: row.offset });
    if (holdsWholeApp(read, imageChipId(identity.chip) ?? 0)) return true;
    return first.data.length < row.size && unsure;
  };
  const [most, least] = [true, false].map((unsure) =>
    predictBoot({ rows, otadata, imageOk: (row) => loads(row, unsure) }),
  );
  if (most === undefined || least === undefined || most.boots !== least.boots || most.boots === null) return UNKNOWN;
  return { expected: startPlace(most.boots), says: `The board will start ${most.boots.name}.` };
}

function sameAs({ offset, size }: TableRow) {
  return (other: TableRow) => other.offset === offset && other.size === size;
}

/** The rows of the table that will be there; null where it comes back only in part, or the bootloader would refuse it. */
function rowsAfter(image: Image, { esp }: EspInspection): readonly TableRow[] | null {
  const range: Range = { region: REGION, address: esp.table.address, size: UNIT };
  const [segment] = imageWithin(image, range);
  if (segment === undefined) return esp.table.reading.accepted ? esp.table.reading.rows : null;
  if (segment.data.length < UNIT) return null;
  const { accepted, rows } = readTable(segment.data, { region: REGION, address: range.address }, HASHES, {
    flashSize: esp.flashSize,
    ...(esp.headerSize !== null && { headerSize: esp.headerSize }),
  });
  return accepted ? rows : null;
}
