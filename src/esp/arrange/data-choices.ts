/** Choices for files other than apps: file systems, NVS, otadata, and data of unknown format. */
import { inPhrase } from '../../flash/english.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { bytes } from '../../flash/finding.ts';
import { TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { gapsBetween } from '../partitions/gaps.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, describeSubtype, holdsAnything, holdsData, TYPE_DATA } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { choiceId } from './app-choices.ts';
import type { FileSystem } from './file-system-size.ts';
import type { ArrangeContext } from './context.ts';
import type { FileKind } from './identify.ts';
import type { EspChoice } from './placed.ts';
import { gapName } from './words.ts';

/** The subtypes that may hold each file system, best first: Arduino puts LittleFS into SPIFFS partitions. */
const HOMES: Readonly<Record<FileSystem['name'], readonly number[]>> = {
  LittleFS: [DATA.littlefs, DATA.spiffs],
  SPIFFS: [DATA.spiffs],
  FAT: [DATA.fat],
};

/** The data partitions and gaps that a file could go to, best first. Those that do not suit its kind are only taken by hand. */
export function dataChoices(file: DroppedFile, what: FileKind, context: ArrangeContext): EspChoice[] {
  const { flashSize } = context.board.esp;
  const rows = context.table.rows.filter(
    (row) => mayHold(row, what) && row.size > 0 && row.offset + row.size <= flashSize,
  );
  const homes = homesOf(what);
  const rank = (row: TableRow) => {
    const home = row.type === TYPE_DATA ? homes.indexOf(row.subtype) : -1;
    const fits = neededSize(file, what) <= row.size ? 0 : 100;
    return fits + (home >= 0 ? home : 10) + (row.size === neededSize(file, what) ? 0 : 0.5);
  };
  const suits = (row: TableRow) => row.type === TYPE_DATA && homes.includes(row.subtype);
  return rows
    .filter((row) => what.is !== 'otadata' || suits(row))
    .toSorted((a, b) => rank(a) - rank(b))
    .map((row) => choiceIn(row, suits(row), file, what, context))
    .concat(what.is === 'otadata' || what.is === 'table' ? [] : gapChoices(file, what, context));
}

/** Whether a file of this kind may be offered a partition; a table only where the type does not say what is in it. */
function mayHold({ type, subtype }: TableRow, what: FileKind): boolean {
  return what.is === 'table' ? holdsAnything(type, subtype) : holdsData(type);
}

/** The gaps after the partition table with enough room, all by hand: only a person knows what would read data there. */
function gapChoices(file: DroppedFile, what: FileKind, context: ArrangeContext): EspChoice[] {
  const { table, board } = context;
  const first = { region: REGION, address: 0, size: table.address + TABLE_SPACE };
  const rows = table.rows.filter((row) => row.size > 0);
  const taken = rows.map(({ offset, size }) => ({ region: REGION, address: offset, size }));
  // Whole erase units, but only as many as the file needs, so that nothing after it is touched.
  const size = unitsUp(neededSize(file, what));
  return gapsBetween([first, ...taken], board.esp.flashSize).flatMap((gap): EspChoice[] => {
    const address = unitsUp(gap.address);
    const room = gap.address + gap.size - address;
    if (room < size) return [];
    const now = board.contents.find((other) => other.gap !== undefined && other.address === gap.address);
    const there = now?.gap === undefined ? '' : `; currently ${now.gap.words}`;
    const why = `${bytes(room)} outside every partition${there}; only a program that knows this address will find it`;
    const id = `gap@${address}`;
    return [{ region: REGION, address, size, fits: true, id, name: gapName(address), why, byHand: true, place: 'gap' }];
  });
}

function unitsUp(size: number): number {
  return Math.ceil(size / UNIT) * UNIT;
}

/** The minimum partition size for a file, in bytes; for a file system, its header decides if that is more. */
export function neededSize(file: DroppedFile, what: FileKind): number {
  const own = what.is === 'file-system' ? (what.system.size ?? 0) : 0;
  return Math.max(file.data.length, own);
}

/** Whether old content left after the file would be taken for part of the new one: NVS and SPIFFS. */
export function fillsPartition(what: FileKind): boolean {
  return what.is === 'nvs' || (what.is === 'file-system' && what.system.name === 'SPIFFS');
}

function homesOf(what: FileKind): readonly number[] {
  if (what.is === 'nvs') return [DATA.nvs];
  if (what.is === 'otadata') return [DATA.ota];
  return what.is === 'file-system' ? HOMES[what.system.name] : [];
}

function choiceIn(
  row: TableRow,
  suits: boolean,
  file: DroppedFile,
  what: FileKind,
  context: ArrangeContext,
): EspChoice {
  const needs = neededSize(file, what);
  const fits = needs <= row.size;
  const at = {
    region: REGION,
    address: row.offset,
    size: row.size,
    fits,
    id: choiceId(row),
    name: row.name,
    place: 'data',
    row,
  } as const;
  const byHand = suits ? {} : { byHand: true };
  if (!fits) return { ...at, ...byHand, why: `too small: it holds ${bytes(row.size)}` };
  const words = [
    `for ${describeSubtype(row.type, row.subtype)}`,
    holds(row, context),
    ...sizeWords(row, file, what, context),
  ];
  return { ...at, ...byHand, why: words.filter((word) => word !== '').join('; ') };
}

function holds(row: TableRow, { board }: ArrangeContext): string {
  const found = board.contents.find(({ address, kind }) => address === row.offset && kind !== 'gap');
  return found === undefined ? '' : `currently ${inPhrase(found.says)}`;
}

function sizeWords(row: TableRow, file: DroppedFile, what: FileKind, { board }: ArrangeContext): string[] {
  if (fillsPartition(what) && file.data.length < row.size) return ['the rest of the partition is erased'];
  if (what.is === 'file-system' && what.system.size !== null && what.system.size < row.size) {
    return [`made for ${bytes(what.system.size)}, so the rest of the partition’s ${bytes(row.size)} stays unused`];
  }
  if (file.data.length >= row.size || what.is !== 'data') return [];
  const barrier = readBarrierOf(board.esp);
  // An erase unit that cannot be read cannot be partly kept.
  return barrier === null || (barrier === 'encrypted' && !row.encrypted)
    ? ['the content after the end of the file is kept']
    : ['the content after the end of the file is erased up to the next 4 KiB boundary'];
}
