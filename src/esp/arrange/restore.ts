/** What the bytes of a backup come to on an Espressif board: the order in which they are written, and what starts afterwards. */
import type { BootOutcome, Restoration } from '../../flash/arrangement.ts';
import type { Image } from '../../flash/image.ts';
import { imageWithin, joinedWithin, segmentRange } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { HEADER_SIZE, readAppHeader } from '../../formats/app-header.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { imageChipId } from '../../formats/chip-ids.ts';
import { HASHES } from '../../formats/hashes.ts';
import { isBare } from '../board/bare-chip.ts';
import type { EspInspection } from '../board/inspection.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { holdsWholeApp, LARGEST_APP_PARTITION, predictBoot } from '../boot/prediction.ts';
import { TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { startPlace } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { readTable } from '../partitions/table.ts';
import { DATA, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import { commitmentTo } from './write-order.ts';
import { itWill, recordsAfter } from './boot-outcome.ts';

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
  if (isBare(identity) || readBarrierOf(esp) !== null) return UNKNOWN;
  const own = bootloader.address;
  const [head] = imageWithin(image, { region: REGION, address: own, size: HEADER_SIZE });
  if (head?.address === own && isFilledWith(head.data, 0xff)) return startsNothing(board, ': there is no bootloader.');
  // Whether it is sound, and which flash size it allows the table, is not read here.
  const bootloaderChanges = touches(own, table.address - own);
  const rows = rowsAfter(image, board, bootloaderChanges);
  if (rows === 'rejected') return startsNothing(board, ': the bootloader rejects the partition table.');
  if (rows === 'unknown') return UNKNOWN;
  const ota = rows.findLast((row) => row.type === TYPE_DATA && row.subtype === DATA.ota);
  const live = esp.otadata !== null && esp.otadata.row.offset === ota?.offset ? esp.otadata.records : null;
  const otadata = ota === undefined ? null : recordsAfter(ota, live, image);
  const chip = imageChipId(identity.chip) ?? 0;
  /** Whether a row will hold an app that loads; null if that is not certain. */
  const look = (row: TableRow): boolean | null => {
    if (!touches(row.offset, row.size)) {
      const today = table.reading.rows.filter(({ type, offset }) => type === TYPE_APP && offset === row.offset);
      // What no app partition of today names was not judged as an app.
      if (today.length === 0) return null;
      // An app that loads today may be cut off there, and one that is cut off today may be whole there.
      if (esp.loads.has(row.offset)) return today.every(({ size }) => size === row.size) ? true : null;
      return today.every(({ size }) => size >= row.size && size <= LARGEST_APP_PARTITION) ? false : null;
    }
    const [first] = joinedWithin(image, { region: REGION, address: row.offset, size: row.size });
    if (first?.address !== row.offset || first.data.length < HEADER_SIZE) return null;
    // Its header alone decides that it is none, however much of the rest comes back.
    if (readAppHeader(first.data)?.chip.id !== chip) return false;
    const read = readAppImage(first.data, HASHES, { in: 'flash', region: REGION, address: row.offset });
    if (holdsWholeApp(read, chip)) return true;
    return first.data.length < row.size ? null : false;
  };
  const looked = new Map<TableRow, boolean | null>();
  const loads = (row: TableRow, unsure: boolean): boolean => {
    // To hash an app takes long, and it is asked for twice.
    const found = looked.has(row) ? looked.get(row) : look(row);
    looked.set(row, found ?? null);
    return found ?? unsure;
  };
  const [most, least] = [true, false].map((unsure) =>
    predictBoot({ rows, otadata, imageOk: (row) => loads(row, unsure) }),
  );
  if (most?.kind === 'nothing-boots') return startsNothing(board, `. ${most.why}`);
  if (bootloaderChanges || most === undefined || most.boots !== least?.boots || most.boots === null) return UNKNOWN;
  return { expected: startPlace(most.boots), says: startsAgain(most.boots, board, touches) };
}

/** What starts, as it is said of files, too; where it starts now already, whether it is another app then. */
function startsAgain(row: TableRow, board: EspInspection, touches: (address: number, size: number) => boolean): string {
  const keeps = board.boot?.partition?.address === row.offset;
  const from = keeps && touches(row.offset, row.size) ? ', with the app that the backup has of it' : '';
  return `${itWill(board)} ${keeps ? 'keep starting' : 'start'} ${row.name}${from}.`;
}

/** That nothing starts, whatever else is not known, and whether that is a loss; `why` ends the sentence. */
function startsNothing({ boot, esp }: EspInspection, why: string): BootOutcome {
  const startsNow = (boot?.partition ?? null) !== null;
  // What only looks like nothing may be what the chip decrypts.
  if (!startsNow && esp.security.encryption.on !== false) return UNKNOWN;
  return { expected: null, says: `Afterwards nothing starts${why}`, ...(startsNow && { losesStart: true }) };
}

/**
 * The rows of the table that will be there: unknown where it comes back only in part. `bootloaderChanges`: whether the flash size in
 * the header that it is read by is not known.
 */
function rowsAfter(
  image: Image,
  { esp }: EspInspection,
  bootloaderChanges: boolean,
): readonly TableRow[] | 'unknown' | 'rejected' {
  const range: Range = { region: REGION, address: esp.table.address, size: TABLE_SPACE };
  const { reading } = esp.table;
  const [segment] = imageWithin(image, range);
  if (segment === undefined) return reading.accepted ? reading.rows : bootloaderChanges ? 'unknown' : 'rejected';
  if (segment.data.length < UNIT) return 'unknown';
  const { accepted, rows } = readTable(segment.data, { region: REGION, address: range.address }, HASHES, {
    flashSize: esp.flashSize,
    ...(esp.headerSize !== null && !bootloaderChanges && { headerSize: esp.headerSize }),
  });
  return accepted ? rows : 'rejected';
}
