/** Settings as the CSV of ESP-IDF's `nvs_partition_gen.py` (columns key, type, encoding and value). */
import { hexOf } from '../../../formats/binary.ts';
import { plainName } from '../../../flash/names.ts';
import { exportable, fileRefusal, fromBase64, repeated, toBase64 } from './exchange.ts';
import type { Exportable, ExportedSettings, ImportedSettings } from './exchange.ts';
import { readRecords } from './csv-records.ts';
import type { SettingEdit } from './model.ts';
import { isNumberType, isNvsType, parseNumber, parseValue, shownValue } from './values.ts';
import type { NvsValue } from './values.ts';

const COLUMNS = ['key', 'type', 'encoding', 'value'] as const;
/** Blobs up to this size are written in hex, which people can read. */
const MOST_IN_HEX = 128;
/** The longest field that Python's `csv` module reads, in characters. */
const MOST_FIELD = 131_072;

/** What of a value the generator would change, or not read. */
function defectOf({ data, text }: Exportable): string | null {
  if (Math.ceil(data.length / 3) * 4 >= MOST_FIELD) return `it is longer than ${MOST_FIELD} characters`;
  if (text?.includes('\r') === true) return 'the generator would change its line ends';
  // The generator leaves out every line that begins so, also within a value.
  return text?.includes('\n#') === true ? 'a line of it begins with #, which the generator takes for a comment' : null;
}

/** A field in quotation marks where it needs them. */
function field(text: string): string {
  return /[",\r\n]|^#|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function row(...fields: readonly string[]): string {
  return fields.map(field).join(',');
}

function valueRow({ key, type, data, text }: Exportable): string {
  if (isNumberType(type)) return row(key, 'data', type, shownValue(type, data));
  if (text !== null) return row(key, 'data', 'string', text);
  return data.length <= MOST_IN_HEX
    ? row(key, 'data', 'hex2bin', hexOf(data))
    : row(key, 'data', 'base64', toBase64(data));
}

/** The CSV of all values, by namespaces in the order in which they come up. */
export function exportCsv(values: readonly NvsValue[]): ExportedSettings {
  const { fit, leftOut } = exportable(values, defectOf);
  const lines = [COLUMNS.join(',')];
  for (const namespace of new Set(fit.map((value) => value.namespace))) {
    lines.push(row(namespace, 'namespace', '', ''));
    lines.push(...fit.filter((value) => value.namespace === namespace).map(valueRow));
  }
  return { text: `${lines.join('\n')}\n`, leftOut };
}

/**
 * Reads a CSV. Rows of the type `file` take their value from `files`, by the name in the CSV. What is wrong is refused with its
 * line.
 */
export function importCsv(
  text: string,
  file: string,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): ImportedSettings {
  const records = readRecords(text.replace(/^\uFEFF/, ''));
  if ('line' in records) return fileRefusal(file, `line ${records.line}`, records.why, records.line);
  const [header, ...rows] = records.records;
  const columns = header?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  if (!COLUMNS.every((name) => columns.includes(name)))
    return fileRefusal(file, 'its first line', `it does not name the columns ${COLUMNS.join(', ')}`, header?.line);
  const edits: SettingEdit[] = [];
  let namespace: string | null = null;
  for (const record of rows) {
    const refuse = (why: string) => fileRefusal(file, `line ${record.line}`, why, record.line);
    const [key = '', type = '', encoding = '', value = ''] = COLUMNS.map(
      (name) => record.fields[columns.indexOf(name)] ?? '',
    );
    if (type === 'namespace') {
      namespace = key;
      continue;
    }
    if (namespace === null) return refuse('a row of the type namespace must come before all values');
    const data = type === 'file' ? files.get(value) : value;
    if (type !== 'data' && type !== 'file')
      return refuse(`its type “${plainName(type, 20)}” is none of namespace, data, file`);
    if (data === undefined) return refuse(`its value is in the file ${plainName(value, 60)}, which is not here`);
    const parsed = parseField(encoding.trim().toLowerCase(), data);
    if ('why' in parsed) return refuse(parsed.why);
    edits.push({ edit: 'set', namespace, key, ...parsed });
  }
  const twice = repeated(edits);
  return twice === null ? { edits } : fileRefusal(file, 'the file', `it sets ${twice} twice`);
}

/** A value's type and text, or what is wrong with it. */
function parseField(
  encoding: string,
  value: string | Uint8Array,
): { readonly type: string; readonly value: string } | { readonly why: string } {
  const text = typeof value === 'string' ? value : new TextDecoder().decode(value);
  if (encoding === 'string') return { type: 'string', value: text };
  if (encoding === 'binary')
    return { type: 'blob', value: hexOf(typeof value === 'string' ? new TextEncoder().encode(value) : value) };
  if (encoding === 'base64') {
    const data = fromBase64(text);
    return data === null ? { why: 'its value is not base64' } : { type: 'blob', value: hexOf(data) };
  }
  if (encoding === 'hex2bin') {
    const parsed = parseValue('blob', text);
    return 'why' in parsed
      ? { why: 'its value is not hex, two digits for each byte' }
      : { type: 'blob', value: hexOf(parsed.data) };
  }
  if (!isNvsType(encoding) || !isNumberType(encoding))
    return { why: `its encoding “${plainName(encoding, 20)}” is none that nvs_partition_gen has` };
  const parsed = parseNumber(encoding, text);
  return 'why' in parsed ? { why: parsed.why } : { type: encoding, value: shownValue(encoding, parsed.data) };
}
