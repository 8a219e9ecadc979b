/** Espressif's partition tables for the command line. */
import type { ReadTable, TableTools } from '../cli/host.ts';
import { writeCsv } from '../esp/partitions/csv-write.ts';
import { readCsv } from '../esp/partitions/csv.ts';
import { DEFAULT_TABLE } from '../esp/partitions/layout.ts';
import { checkLayout } from '../esp/partitions/layout-rules.ts';
import { readTable, ROW_MAGIC } from '../esp/partitions/table.ts';
import { subtypeName, typeName } from '../esp/partitions/types.ts';
import { writeTable } from '../esp/partitions/write-table.ts';
import { REGION } from '../esp/loader/target.ts';
import { viewOf } from '../formats/binary.ts';
import { HASHES } from '../formats/hashes.ts';

/** The tools; see `TableTools`. */
export const tableTools: TableTools = {
  read: (name, data, limits) =>
    data.length > 1 && viewOf(data).getUint16(0, true) === ROW_MAGIC
      ? fromBinary(name, data, limits)
      : { form: 'csv', ...readCsv(data, { name, ...limits }) },
  csvOf: writeCsv,
  binaryOf: (rows) => writeTable(rows, { md5: true }, HASHES),
  typeOf: ({ type, subtype }) => `${typeName(type)}, ${subtypeName(type, subtype)}`,
};

function fromBinary(
  name: string,
  data: Uint8Array,
  { flashSize, tableOffset = DEFAULT_TABLE }: Parameters<TableTools['read']>[2],
): ReadTable {
  const size = flashSize === undefined ? {} : { flashSize };
  const { rows, findings } = readTable(data, { region: REGION, address: tableOffset, file: name }, HASHES, size);
  const advice = checkLayout(rows, () => ({ in: 'file', name }), size);
  return { form: 'bin', rows, findings: [...findings, ...advice] };
}
