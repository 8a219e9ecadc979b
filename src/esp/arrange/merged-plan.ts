/** The ways to write a merged image: its parts, its parts without data, or everything, including padding that erases content. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Segment } from '../../flash/image.ts';
import { imageWithin } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { isGapWithData } from '../partitions/gaps.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import { REGION } from '../loader/target.ts';
import type { ArrangeContext, Records } from './context.ts';
import { rowsOf } from './context.ts';
import { replacedData } from './replaced-data.ts';
import type { MergedImage, Part } from './merged.ts';
import { MERGED_EVERYTHING, MERGED_PARTS, MERGED_PROGRAMS } from './merged.ts';
import type { Erased, EspChoice, StartChange } from './placed.ts';
import { startSegments } from './start.ts';
import { gapName } from './words.ts';

/** The choices for a merged image at its own addresses: its parts, the same without its data, and all with its padding. */
export function mergedChoices(file: DroppedFile, merged: MergedImage, context: ArrangeContext): EspChoice[] {
  const { base, parts } = merged;
  // Its table has a problem, which is refused.
  if (parts.length === 0) return [];
  const whole = { region: REGION, address: base, size: file.data.length };
  const fits = base + file.data.length <= context.board.esp.flashSize;
  const padded = file.data.length - parts.reduce((sum, part) => sum + part.data.length, 0);
  const erases = erasedBy(file, merged, context);
  const erased = erases.map(({ name }) => name);
  const kept = `the content between them is kept${erased.length === 0 ? '' : `, including ${erased.join(', ')}`}`;
  const onlyParts: EspChoice = {
    ...whole,
    ...writing(merged, context, kept),
    id: MERGED_PARTS,
    place: 'merged-parts',
    name: 'Only its parts',
    fits,
  };
  const choices = [onlyParts];
  const held = replacedData(parts.filter(isData).map(rangeOf), context).map(({ row }) => row.name);
  if (held.length > 0) {
    const stays = `${held.join(', ')} ${held.length === 1 ? 'stays' : 'stay'} as on the board`;
    const programs = { ...merged, parts: programsOf(merged) };
    const rest = { id: MERGED_PROGRAMS, place: 'merged-programs', name: KEEP_DATA, fits } as const;
    choices.push({ ...whole, ...writing(programs, keepingChoice(file, context), stays), ...rest });
  }
  if (padded === 0) return choices;
  const cost = erased.length === 0 ? 'no partition content' : erased.join(', ');
  const name = 'Everything, with the padding';
  const everything = { id: MERGED_EVERYTHING, place: 'merged-everything', erases } as const;
  return [...choices, { ...whole, ...everything, name, fits, why: `the padding erases ${cost}` }];
}

/** The board as seen by the files if the otadata in a merged image is left out with the rest of its data. */
function keepingChoice(file: DroppedFile, context: ArrangeContext): ArrangeContext {
  const { otadata, choiceFrom } = context;
  if (choiceFrom !== file || otadata === null) return context;
  const live = context.board.esp.otadata;
  const same = live !== null && live.row.offset === otadata.row.offset && otadata.row.size >= OTADATA_SIZE;
  return { ...context, choiceFrom: null, otadata: { ...otadata, records: same ? live.records : null } };
}

/** The name of the choice that leaves out the data in a merged image. */
export const KEEP_DATA = 'Keep the board’s data';

/** What is written of a merged image, with what happens to the rest (`stays`), and otadata to start its app. */
function writing(merged: MergedImage, context: ArrangeContext, stays: string): Pick<EspChoice, 'why' | 'start'> {
  const names = merged.parts.filter(({ kind }) => kind !== 'between').map(({ name }) => name);
  const start = startOf(merged, context);
  const begins = start !== null && start.segments.length > 0 ? start : null;
  const started = begins === null ? '' : `; otadata is set to start ${begins.row.name}`;
  return { why: `writes ${names.join(', ')}; ${stays}${started}`, ...(begins !== null && { start: begins }) };
}

/** The parts of a merged image that a choice writes; with its padding, all of them. */
export function partsWritten(merged: MergedImage, { place }: EspChoice): readonly Part[] {
  return place === 'merged-programs' ? programsOf(merged) : merged.parts;
}

function programsOf({ parts }: MergedImage): readonly Part[] {
  return parts.filter((part) => !isData(part));
}

function isData({ kind }: Part): boolean {
  return kind === 'data';
}

function rangeOf({ address, data }: Part): Range {
  return { region: REGION, address, size: data.length };
}

/** The segments of parts of a merged image. */
export function partSegments(parts: readonly Part[]): Segment[] {
  return parts.map(({ address, data }) => ({ region: REGION, address, data }));
}

/** What the padding of a merged image would erase: data partitions, apps, and gaps that hold data. */
function erasedBy(file: DroppedFile, merged: MergedImage, { board }: ArrangeContext): Erased[] {
  const parts = partSegments(merged.parts);
  const end = merged.base + file.data.length;
  const blanked = ({ offset, size }: Erased) => {
    const from = Math.max(offset, merged.base);
    const range = { region: REGION, address: from, size: Math.min(offset + size, end) - from };
    return range.size > 0 && imageWithin(parts, range).reduce((sum, { data }) => sum + data.length, 0) < range.size;
  };
  // If a part replaces the start of an app, the app is gone anyway, and padding after it loses nothing more.
  const keepsHead = ({ offset }: Erased) =>
    imageWithin(parts, { region: REGION, address: offset, size: 1 }).length === 0;
  const isApp = ({ offset }: Erased) =>
    board.esp.loads.has(offset) || board.contents.some(({ address, kind }) => address === offset && kind === 'app');
  const rows = board.esp.table.reading.rows.filter((row) => row.type !== TYPE_APP || (isApp(row) && keepsHead(row)));
  const gaps = board.contents
    .filter(isGapWithData)
    .map(({ address, size }) => ({ name: gapName(address), offset: address, size }));
  return [...rows, ...gaps].filter(blanked);
}

/**
 * The otadata change that makes the board start the app that a merged image would start on a blank chip, needed if only its
 * parts are written and the board's otadata is kept. Null if the image has no such app, or a file brings otadata of its own.
 */
export function startOf(merged: MergedImage, context: ArrangeContext): StartChange | null {
  const rows = rowsOf(merged);
  if (rows === null || context.choiceFrom !== null) return null;
  const apps = merged.parts.filter(({ image }) => image?.loads === true);
  const holdsApp = (row: TableRow) => apps.some(({ address }) => address === row.offset);
  const blank: Records = [new Uint8Array(OTADATA_SIZE / 2).fill(0xff), new Uint8Array(OTADATA_SIZE / 2).fill(0xff)];
  const row = context.predict({ rows, otadata: blank, imageOk: holdsApp }).boots;
  if (row === null) return null;
  const imageOk = (other: TableRow) => holdsApp(other) || context.board.esp.loads.has(other.offset);
  const byDefault = context.predict({ rows, otadata: context.otadata?.records ?? null, imageOk }).boots;
  if (byDefault?.offset === row.offset) return { row, segments: [] };
  const segments = startSegments(row, context);
  return segments && { row, segments };
}
