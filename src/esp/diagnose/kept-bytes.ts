/** Judges bytes that are not on a board, as a diagnosis would if they were in one of its ranges: those that a backup would bring back. */
import type { DiagnosisReads } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import { APP_HEAD_SIZE, readAppHead } from '../../formats/app-header.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { EspInspection } from '../board/inspection.ts';
import { examineApps } from '../boot/examine-apps.ts';
import { LARGEST_APP_PARTITION } from '../boot/prediction.ts';
import { REGION } from '../loader/target.ts';
import { readTable } from '../partitions/table.ts';
import type { TableRow } from '../partitions/table.ts';
import { checkApps } from './check-apps.ts';
import { checkContents } from './check-contents.ts';

type Reads = Pick<DiagnosisReads, 'watch' | 'bytesOf'>;

/** The port's `checkKept` for Espressif boards. */
export async function checkKeptEsp(board: EspInspection, range: Range, how: Reads): Promise<string | null> {
  const { table, bootloader } = board.esp;
  const { address } = range;
  const row = table.reading.rows.find(({ offset, size }) => offset === address && size === range.size);
  if (row !== undefined) return ofPartition(board, row, how);
  const data = await how.bytesOf(range).read(0, range.size);
  if (address === table.address) return ofTable(board, data);
  return address === bootloader.address ? ofBootloader(board, data) : null;
}

function ofTable({ esp: { table, flashSize } }: EspInspection, data: Uint8Array): string | null {
  const { rows, findings } = readTable(data, { region: REGION, address: table.address }, HASHES, { flashSize });
  const problem = findings.find(({ verdict }) => verdict === 'problem');
  return problem?.says ?? (rows.length === 0 ? 'There is no partition table in it.' : null);
}

function ofBootloader({ identity, esp: { bootloader } }: EspInspection, data: Uint8Array): string | null {
  const head = readAppHead(data);
  const chip = head?.header.chip.name;
  if (head === null || head.description !== null || (chip !== null && chip !== identity.chip))
    return `There is no bootloader for the ${identity.chip} in it.`;
  const { findings } = readAppImage(data, HASHES, { in: 'flash', region: REGION, address: bootloader.address });
  const bad = findings.find(({ verdict, kind }) => verdict === 'problem' || kind === 'bootloader-hash-wrong');
  return bad?.says ?? null;
}

/** The checks of a closer look, of a board that has this partition and no other. */
async function ofPartition(board: EspInspection, row: TableRow, how: Reads): Promise<string | null> {
  const { esp, identity } = board;
  const head = readAppHead(
    await how.bytesOf({ region: REGION, address: row.offset, size: row.size }).read(0, APP_HEAD_SIZE),
  );
  const isLoaded = head?.header.chip.name === identity.chip && row.size <= LARGEST_APP_PARTITION;
  const loads = new Set(isLoaded ? [row.offset] : []);
  const table = { ...esp.table, reading: { ...esp.table.reading, rows: [row] } };
  const alone = { ...board, esp: { ...esp, table, loads, examined: new Map() } };
  const reads = { ...how, log: '', files: [] };
  const seen = await examineApps({ read: (range) => how.bytesOf(range).read(0, range.size) }, alone, how.watch);
  const parts = [await checkApps(seen, reads), await checkContents(alone, reads)];
  const bad = parts.flatMap(({ checks }) => checks).find(({ state }) => state === 'damaged' || state === 'blank');
  return bad?.says ?? null;
}
