/** Records of a CSV whose fields may be in quotation marks and go over several lines (RFC 4180), with comments. */

/** A record with its fields and the number of its first line, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** All records, or the line at which the text is none. */
export type CsvRecords = { readonly records: readonly CsvRecord[] } | { readonly line: number; readonly why: string };

/** The most characters of a file: an NVS partition of 1 MiB in hex and more. */
const MOST = 4 << 20;

/** A field and the position behind it: at a comma, a line's end or the end of the text. Null if its quotation mark is not closed. */
function fieldAt(text: string, from: number): { readonly field: string; readonly end: number } | null {
  let field = '';
  let at = from;
  if (text[at] === '"') {
    for (let piece = at + 1; ; piece = at + 1) {
      at = text.indexOf('"', piece);
      if (at < 0) return null;
      field += text.slice(piece, at);
      at++;
      if (text[at] !== '"') break;
      field += '"';
    }
  }
  // What stands between the closing mark and the comma belongs to the field, as in Python.
  let end = at;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++;
  return { field: field + text.slice(at, end), end };
}

/** Splits a text into records. As ESP-IDF's generator does, it leaves out lines that begin with `#`, and blank ones. */
export function readRecords(text: string): CsvRecords {
  if (text.length > MOST) return { line: 1, why: 'it is larger than 4 MiB' };
  const lines = text.split(/\r\n|\n|\r/).map((line, i) => ({ line, number: i + 1 }));
  const kept = lines.filter(({ line }) => !line.startsWith('#'));
  const whole = kept.map(({ line }) => line).join('\n');
  const records: CsvRecord[] = [];
  let index = 0;
  for (let at = 0; at < whole.length;) {
    const line = kept[index]?.number ?? 1;
    const fields: string[] = [];
    const from = at;
    for (;;) {
      const found = fieldAt(whole, at);
      if (found === null) return { line, why: 'a quotation mark is not closed' };
      fields.push(found.field);
      at = found.end + 1;
      if (whole[found.end] !== ',') break;
    }
    for (let i = from; i < at; i++) if (whole[i] === '\n') index++;
    if (fields.some((field) => field.trim() !== '')) records.push({ line, fields });
  }
  return { records };
}
