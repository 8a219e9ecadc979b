/** Writes a partition table as a CSV from which ESP-IDF's gen_esp32part.py makes the same table. */
import { hex } from '../../flash/finding.ts';
import { isPrintable, LARGEST_BYTE, LARGEST_WORD, NAME_SIZE, quoted, sizeInBytes, strip } from './csv-text.ts';
import { espFailure } from '../failures.ts';
import type { TableEntry } from './table.ts';
import { subtypeName, typeName } from './types.ts';

const HEADER = '# ESP-IDF partition table\n# Name, Type, SubType, Offset, Size, Flags\n';

/** Whether a name survives a round trip through a CSV. */
function survives(name: string): boolean {
  return !/[,$]|^#/.test(name) && strip(name) === name && isPrintable(name) && sizeInBytes(name) <= NAME_SIZE;
}

function sizeField(size: number): string {
  if (size >= 1 << 20 && size % (1 << 20) === 0) return `${size / (1 << 20)}M`;
  return size >= 1 << 10 && size % (1 << 10) === 0 ? `${size / (1 << 10)}K` : hex(size);
}

function fits(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

function writeRow(row: TableEntry): string {
  const { name, type, subtype, offset, size, otherFlags = 0 } = row;
  if (!survives(name)) {
    const shown = quoted(name);
    throw espFailure('csv-name-unwritable', { values: { name: shown } });
  }
  if (otherFlags !== 0) {
    throw espFailure('csv-flags-unwritable', { values: { name, flags: hex(otherFlags) } });
  }
  if (![type, subtype].every((n) => fits(n, LARGEST_BYTE)) || ![offset, size].every((n) => fits(n, LARGEST_WORD))) {
    throw espFailure('csv-number-unwritable', { values: { name, type, subtype, offset, size } });
  }
  const flags = [...(row.encrypted ? ['encrypted'] : []), ...(row.readonly ? ['readonly'] : [])].join(':');
  const fields = [name, typeName(type), subtypeName(type, subtype), hex(offset), sizeField(size), flags];
  return `${fields.join(', ').trimEnd()}\n`;
}

/**
 * The CSV of a table, sorted by offset (the tool rejects any other order). Throws a `Failure` named
 * `csv-name-unwritable`, `csv-flags-unwritable` or `csv-number-unwritable` for rows that a CSV cannot express.
 */
export function writeCsv(rows: readonly TableEntry[]): string {
  return (
    HEADER +
    rows
      .toSorted((a, b) => a.offset - b.offset)
      .map(writeRow)
      .join('')
  );
}
