/** Parses one row of a partition CSV; blank offsets and negative sizes are resolved later, in csv.ts. */
import type { Values } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { TABLE_SPACE } from '../flash-geometry.ts';
import type { CsvFindingKind } from './csv-findings.ts';
import { isPrintable, LARGEST_BYTE, quoted, strip } from './csv-text.ts';
import {
  DATA,
  subtypeName,
  subtypeNumber,
  TYPE_APP,
  TYPE_BOOTLOADER,
  TYPE_PARTITION_TABLE,
  typeName,
  typeNumber,
} from './types.ts';

const PRIMARY = 0x00;
const RECOVERY = 0x02;
/** The subtype that a blank field stands for, whatever the type: data's `undefined`. */
const BLANK_SUBTYPE = DATA.undefined;

/** Number suffixes, as in gen_esp32part.py. */
export const FACTORS: Readonly<Record<string, number>> = { k: 1 << 10, m: 1 << 20 };
// Python has the same limit on digits.
const LONGEST = 4300;
const NUMBER = /^([+-]?)(0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|[1-9](?:_?[0-9])*|0(?:_?0)*)$/i;

/** Offsets in bytes that a CSV does not contain. */
export interface CsvPlaces {
  readonly tableOffset: number;
  /** Where the chip's ROM expects the bootloader. */
  readonly bootloaderOffset?: number;
  /** Where the recovery bootloader is. */
  readonly recoveryOffset?: number;
}

/** A row's parsed fields; offset and size in bytes, not yet checked to fit a table. */
export interface CsvRow {
  readonly line: number;
  readonly name: string;
  readonly type: number;
  readonly subtype: number;
  /** Null if left blank: the partition follows the previous row. */
  readonly offset: number | null;
  /** If negative, the partition extends up to that offset. */
  readonly size: number;
  readonly encrypted: boolean;
  readonly readonly: boolean;
  /** True for the primary bootloader and partition table: they may lie anywhere, and blank offsets ignore them. */
  readonly apart: boolean;
}

/** Records a finding on the line being parsed. */
export interface LineReport {
  (kind: CsvFindingKind, values?: Values): void;
}

interface Field {
  readonly what: 'offset' | 'size';
  readonly text: string;
}

function numberIn(text: string): number | null {
  const match = text.length > LONGEST ? null : NUMBER.exec(text);
  const digits = match?.[2];
  if (digits === undefined) return null;
  const value = Number(digits.replaceAll('_', ''));
  return match?.[1] === '-' ? -value : value;
}

/**
 * The value of a field such as `0x9000`, `84K`, `-0x10000` or a name known to `valueOf` (passed in lower case), read as
 * gen_esp32part.py does: Python's int(text, 0) or a name, then any number of K and M. Null if the tool rejects it. Values
 * beyond 2^53 are rounded and huge ones are Infinity; neither fits a table.
 */
export function readNumber(
  field: string,
  valueOf: (name: string) => number | undefined = () => undefined,
): number | null {
  let end = field.length;
  let factor = 1;
  for (; end > 0; end -= 1) {
    const next = FACTORS[field.charAt(end - 1).toLowerCase()];
    if (next === undefined) break;
    factor *= next;
  }
  const body = field.slice(0, end);
  const value = numberIn(strip(body)) ?? valueOf(body.toLowerCase()) ?? null;
  if (value === null) return null;
  // Not 0 × infinity, and never -0.
  return value === 0 ? 0 : value * factor;
}

/** A value that the tool uses whatever the row says; null if it is not known, undefined if the row decides. */
type Fixed = number | null | undefined;

function fixedOffset(type: number, subtype: number, places: CsvPlaces): Fixed {
  if (type === TYPE_PARTITION_TABLE && subtype === PRIMARY) return places.tableOffset;
  if (type !== TYPE_BOOTLOADER) return undefined;
  if (subtype === PRIMARY) return places.bootloaderOffset ?? null;
  return subtype === RECOVERY ? (places.recoveryOffset ?? null) : undefined;
}

function fixedSize(type: number, places: CsvPlaces): Fixed {
  if (type === TYPE_PARTITION_TABLE) return TABLE_SPACE;
  if (type !== TYPE_BOOTLOADER) return undefined;
  return places.bootloaderOffset === undefined ? null : places.tableOffset - places.bootloaderOffset;
}

/** The number in a field; null if blank, undefined if invalid (already reported). */
function readPlace(field: Field, fixed: Fixed, name: string, report: LineReport): number | null | undefined {
  const { what, text } = field;
  const given = readNumber(text);
  if (fixed === undefined) {
    if (text === '') return null;
    const kind = what === 'offset' ? 'csv-offset-invalid' : 'csv-size-invalid';
    if (given === null) report(kind, { name, field: quoted(text) });
    return given ?? undefined;
  }
  if (fixed === null) {
    report(given === null ? 'csv-place-unknown' : 'csv-place-given', { name, what });
    return given ?? undefined;
  }
  if (given !== null && given !== fixed) {
    report('csv-place-ignored', { name, what, asked: quoted(text), used: hex(fixed) });
  }
  return fixed;
}

function isByte(value: number): boolean {
  return value >= 0 && value <= LARGEST_BYTE;
}

function readKind(typeField: string, subtypeField: string, name: string, report: LineReport) {
  if (typeField === '') report('csv-type-missing', { name });
  const type = typeField === '' ? null : readNumber(typeField, typeNumber);
  if (type === null || !isByte(type)) {
    if (typeField !== '') report('csv-type-invalid', { name, field: quoted(typeField) });
    return null;
  }
  if (subtypeField === '') {
    if (type === TYPE_APP) {
      report('csv-subtype-missing', { name });
      return null;
    }
    report('csv-subtype-blank', { name, used: subtypeName(type, BLANK_SUBTYPE) });
    return { type, subtype: BLANK_SUBTYPE };
  }
  const subtype = readNumber(subtypeField, (word) => subtypeNumber(type, word));
  if (subtype === null || !isByte(subtype)) {
    report('csv-subtype-invalid', { name, type: typeName(type), field: quoted(subtypeField) });
    return null;
  }
  return { type, subtype };
}

function readFlags(field: string, name: string, report: LineReport) {
  const comment = field.indexOf('#');
  if (comment >= 0) report('csv-comment-in-flags', { name, field: quoted(field.slice(comment)) });
  const flags = strip(comment < 0 ? field : field.slice(0, comment)).split(':');
  const unknown = flags.find((flag) => flag !== '' && flag !== 'encrypted' && flag !== 'readonly');
  if (unknown !== undefined) report('csv-flag-unknown', { name, field: quoted(unknown) });
  return { encrypted: flags.includes('encrypted'), readonly: flags.includes('readonly'), known: unknown === undefined };
}

/** Whether the name is usable; reports anything odd about it. */
function checkName(name: string, line: string, report: LineReport): boolean {
  const shown = quoted(name);
  if (name === '') report('csv-name-empty');
  if (!isPrintable(name)) {
    report('csv-name-unprintable', { name: shown });
    return false;
  }
  // The tool checks for unknown variables only at the very start of a line, before stripping spaces.
  if (/^\$[A-Za-z_]/.test(line)) {
    report('csv-variable', { name: shown });
    return false;
  }
  if (/\$(\w|\{)/.test(name)) report('csv-variable-kept', { name: shown });
  if (name.includes('"')) report('csv-name-quoted', { name: shown });
  return true;
}

/** Whether a line is blank or a comment. */
export function isBlankOrComment(line: string): boolean {
  const text = strip(line);
  return text === '' || text.startsWith('#');
}

/** Parses a line that holds a row; null if it is unusable, after reporting at least one problem. */
export function readRow(line: string, number: number, places: CsvPlaces, report: LineReport): CsvRow | null {
  const fields = strip(line).split(',', 6).map(strip);
  const [name = '', typeField = '', subtypeField = '', offsetField = '', sizeField = '', flagsField = ''] = fields;
  if (fields.length === 1 && /[;\t]/.test(name)) {
    report('csv-separator');
    return null;
  }
  const shown = quoted(name);
  const nameOk = checkName(name, line, report);
  const kind = readKind(typeField, subtypeField, shown, report);
  const flags = readFlags(flagsField, shown, report);
  if (kind === null) return null;
  const { type, subtype } = kind;
  const offset = readPlace({ what: 'offset', text: offsetField }, fixedOffset(type, subtype, places), shown, report);
  const size = readPlace({ what: 'size', text: sizeField }, fixedSize(type, places), shown, report);
  if (size === null) report('csv-size-missing', { name: shown });
  if (!nameOk || !flags.known || offset === undefined || size === undefined || size === null) return null;
  const apart = (type === TYPE_BOOTLOADER || type === TYPE_PARTITION_TABLE) && subtype === PRIMARY;
  const { encrypted, readonly } = flags;
  return { line: number, name, type, subtype, offset, size, encrypted, readonly, apart };
}
