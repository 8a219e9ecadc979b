/** Reads partition tables from files, binary or CSV, into the bytes to write. */
import { Failure } from '../../flash/failure.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Finding } from '../../flash/finding.ts';
import { LARGEST_CSV } from '../../flash/layout-editor.ts';
import { holdsAt } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { EspInspection } from '../board/inspection.ts';
import { TABLE_SPACE } from '../flash-geometry.ts';
import { readCsv } from '../partitions/csv.ts';
import { checkSecureSizes } from '../partitions/layout-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import { isBinaryTable, readTable, TABLE_SIZE } from '../partitions/table.ts';
import { REGION } from '../loader/target.ts';
import { writeTable } from '../partitions/write-table.ts';
import { problemOf, tableAddress } from './words.ts';

/** A table from a file. `data` is the 0xC00 bytes to write; null if the table has a problem. */
export interface TableFile {
  readonly form: 'binary' | 'CSV';
  readonly rows: readonly TableRow[];
  readonly data: Uint8Array | null;
  readonly findings: readonly Finding[];
}

const GLANCE = 512;

/** Reads a binary table; null if the file is not one. */
export function readBinaryTable(file: DroppedFile, board: EspInspection): TableFile | null {
  // A longer file that starts like one is something else.
  if (file.data.length > TABLE_SPACE || !isBinaryTable(file.data)) return null;
  const place = { region: REGION, address: tableAddress(file, board), file: file.name };
  const { flashSize, security } = board.esp;
  const read = readTable(file.data, place, HASHES, { flashSize });
  const { rows } = read;
  const findings = [...read.findings, ...checkSecureSizes(rows, () => ({ in: 'file', name: file.name }), security)];
  const data = new Uint8Array(TABLE_SIZE).fill(0xff);
  data.set(file.data.subarray(0, TABLE_SIZE));
  return { form: 'binary', rows, data: problemOf(findings) === undefined ? data : null, findings };
}

/** Reads a CSV table; null if the file is over 1 MiB or not text, or has no valid row and is not named .csv. */
export function readCsvTable(file: DroppedFile, board: EspInspection): TableFile | null {
  if (file.data.length > LARGEST_CSV || !mayBeText(file.data)) return null;
  const address = tableAddress(file, board);
  const { flashSize, bootloader, security } = board.esp;
  const { secureBoot } = security;
  const options = {
    name: file.name,
    tableOffset: address,
    flashSize,
    secureBoot,
    bootloaderOffset: bootloader.address,
  };
  const { rows, findings } = readCsv(file.data, options);
  if (rows.length === 0 && !/\.csv$/i.test(file.name)) return null;
  return { form: 'CSV', rows, findings, data: problemOf(findings) === undefined ? tableBytes(rows) : null };
}

function tableBytes(rows: readonly TableRow[]): Uint8Array | null {
  try {
    return writeTable(rows, { md5: true }, HASHES);
  } catch (error) {
    // Only a safety net: the CSV rules report such rows first, in more detail.
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** UTF-16 text contains zeros; anything else with control characters is not a CSV. */
function mayBeText(data: Uint8Array): boolean {
  if (holdsAt(data, 0, [0xff, 0xfe]) || holdsAt(data, 0, [0xfe, 0xff])) return true;
  return data.subarray(0, GLANCE).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));
}
