/** `table`: reads a partition table, checks it, and converts it between CSV and binary. */
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { TableEntry } from '../../flash/layout-editor.ts';
import { LARGEST_CSV } from '../../flash/layout-editor.ts';
import { plainName } from '../../flash/names.ts';
import { wrongValue } from '../arguments.ts';
import type { Answer, Call, Command } from '../command.ts';
import type { TableTools } from '../host.ts';
import { commandFailure } from '../failures.ts';
import { OUT } from '../options.ts';
import { findingLines, hasProblem } from '../words/findings.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

/** The rows of a table, one line each. */
function rowLines(rows: readonly TableEntry[], tables: TableTools): string[] {
  return columns(
    rows.map((row) => [
      row.name,
      tables.typeOf(row),
      hex(row.offset),
      bytes(row.size),
      [...(row.encrypted ? ['encrypted'] : []), ...(row.readonly ? ['readonly'] : [])].join(', '),
    ]),
  );
}

async function run(call: Call): Promise<Answer> {
  const { given, host, paint } = call;
  const [path = ''] = given.operands;
  const to = given.oneOf('to', ['csv', 'bin']);
  // Without a form nothing is converted, and the file would not be there.
  if (to === null && given.has('out')) throw wrongValue('to', 'csv or bin where -o names a file', '');
  const [flashSize, tableOffset] = [given.size('flash-size'), given.size('table-offset')];
  const data = await host.files.read(path, LARGEST_CSV);
  const { form, rows, findings } = host.tables.read(plainName(path), data, {
    ...(flashSize !== null && { flashSize }),
    ...(tableOffset !== null && { tableOffset }),
  });
  if (rows.length === 0 && form === 'csv' && !/\.csv$/i.test(path))
    throw commandFailure('not-a-table', { values: { file: plainName(path) } });
  const lines = section(paint, 'Findings', findingLines(findings, null, paint));
  const problem = hasProblem(findings);
  const json = { file: path, form, rows: rows.map(plainRow), findings };
  if (to === null)
    return { status: problem ? EXIT.problems : EXIT.sound, result: blocks(rowLines(rows, host.tables), lines), json };
  const notes = blocks(lines)
    .split('\n')
    .filter((line) => line !== '');
  // Half a table is worse than none.
  if (problem) return { status: EXIT.problems, result: '', json, notes };
  const converted = to === 'csv' ? new TextEncoder().encode(host.tables.csvOf(rows)) : host.tables.binaryOf(rows);
  const out = given.value('out');
  return out === null
    ? { status: EXIT.sound, result: converted, notes: noted(findings, notes) }
    : {
        status: EXIT.sound,
        result: '',
        json: { ...json, written: out },
        files: [{ path: out, data: converted }],
        notes,
      };
}

/** Findings beside a result that goes to another program are printed only where they ask for attention. */
function noted(findings: readonly Finding[], notes: readonly string[]): readonly string[] {
  return findings.some(({ verdict }) => verdict === 'warning') ? notes : [];
}

function plainRow({ name, type, subtype, offset, size, encrypted, readonly }: TableEntry): TableEntry {
  return { name, type, subtype, offset, size, encrypted, readonly };
}

/** The command. */
export const table: Command = {
  name: 'table',
  operands: 'FILE',
  least: 1,
  most: 1,
  says: 'Read and check a partition table, CSV or binary, and convert it.',
  more: ['With problems, nothing is converted and the exit status is 1.'],
  options: [
    { name: 'flash-size', value: 'SIZE', says: 'The size of the flash that it has to fit, such as 4MB.' },
    { name: 'table-offset', value: 'ADDRESS', says: 'Where the table itself is; 0x8000 if omitted.' },
    { name: 'to', value: 'FORM', says: 'Convert it: csv or bin. To standard output unless -o names a file.' },
    OUT,
  ],
  run,
};
