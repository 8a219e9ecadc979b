/** Whether what a partition holds can be carried over to the partition that takes its place in a new table, how, and why not. */
import { count } from '../../flash/english.ts';
import type { Content } from '../../flash/family.ts';
import { isBlank, isReadable } from '../../flash/fates.ts';
import { isSameRange } from '../../flash/map.ts';
import type { MountsUnderBoth, Rebuild, RebuiltContent, RewrittenContent } from '../../flash/partition-contents.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes } from '../../flash/finding.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { BLANK } from '../contents/rebuild.ts';
import type { EspInspection } from '../board/inspection.ts';
import { checksSignatures, readBarrierOf } from '../board/read-access.ts';
import { UNIT } from '../flash-geometry.ts';
import type { MatchHints, RowPair } from '../partitions/match.ts';
import { isSameKind, matchRows } from '../partitions/match.ts';
import type { TableRow } from '../partitions/table.ts';
import {
  DATA,
  FILE_SYSTEM_NAMES,
  fileSystemOf,
  subtypeWord,
  TYPE_APP,
  TYPE_DATA,
  typeName,
} from '../partitions/types.ts';

/** A part of a partition's content, by offsets in the partition before and after; all in bytes. */
export interface CarriedPart {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** How the content of a partition is carried over. */
export interface CarryPlan extends RowPair {
  /** Whether it held nothing. */
  readonly blank: boolean;
  /** What is carried, in order; null if the content cannot be used afterwards and is given up. */
  readonly parts: readonly CarriedPart[] | null;
  /** How many bytes from its start count in the partition as it is now. */
  readonly used: number;
  /** The reason, as a clause. */
  readonly why: string;
  /** How many bytes more it would have to hold so that its content fits; absent where it is not given up for that, or nobody knows. */
  readonly lacks?: number;
  /** What keeps the content although its bytes cannot stay as they are; null if nothing has to. */
  readonly rebuild: Rebuild | null;
  /** All bytes of the partition afterwards, rewritten; null if its bytes are moved. */
  readonly rebuilt: Uint8Array | null;
  /** Absent where neither what it holds nor what it will hold mounts in both partitions, or it does not stay in its place. */
  readonly mountsUnderBoth?: MountsUnderBoth;
}

/** What the carriage of all partitions is worked out from: the board and the rows of the table that it is to have. */
export interface CarryInput extends Pick<MatchHints, 'same'> {
  readonly board: EspInspection;
  readonly rows: readonly TableRow[];
  /** What was rewritten for this table. */
  readonly rebuilt?: readonly RebuiltContent[];
  /** The contents that are edited: they are rewritten from what the edits make of them. */
  readonly rewritten?: readonly RewrittenContent[];
}

/** The table's partitions that take over those of the board. */
export function carriagesOf({ board, rows, same, rebuilt = [], rewritten = [] }: CarryInput): CarryPlan[] {
  const starts = board.esp.prediction.boots?.offset ?? null;
  const now = board.esp.table.reading.rows;
  // The history of an edit says nothing about a board that has another table than the one that was edited.
  const known = same?.every(({ was }) => now.some(({ offset }) => offset === was)) === true && !isSameTable(now, rows);
  const hints = { starts, ...(known && { same }) };
  return matchRows(now, rows, hints).map((pair) => {
    const { offset: address, size } = pair.before;
    const edited = rewritten.find(
      ({ before, result }) => before.address === address && before.size === size && 'data' in result,
    );
    return carriageOf(pair, board, { rebuilt, edited: edited ?? null });
  });
}

function isSameTable(a: readonly TableRow[], b: readonly TableRow[]): boolean {
  const places = (rows: readonly TableRow[]) =>
    JSON.stringify(rows.map(({ name, offset, size }) => [name, offset, size]));
  return places(a) === places(b);
}

/** Whether content can be moved on this board at all: it can be read, and its own table says where everything is. */
export function canCarry({ esp }: EspInspection): boolean {
  const { state, rows } = esp.table.reading;
  const isWhole = state === 'whole' && rows.length > 0 && !rows.some(isTorn);
  return readBarrierOf(esp) === null && !esp.looksEncrypted && isWhole;
}

/** Whether a row was only half written: what it lacks is erased, and nothing tells where the partitions behind it are. */
function isTorn({ offset, size }: TableRow): boolean {
  return offset === ERASED_WORD || size === ERASED_WORD;
}

const ERASED_WORD = 0xffffffff;

/** What was rewritten for a table, and the edits of the partition. */
interface Anew {
  readonly rebuilt: readonly RebuiltContent[];
  readonly edited: RewrittenContent | null;
}

function carriageOf(pair: RowPair, board: EspInspection, { rebuilt, edited }: Anew): CarryPlan {
  const { before } = pair;
  const contents = board.contents.filter(({ address, size }) => address === before.offset && size === before.size);
  // Only its first bytes were read: what a job has begun to erase may hold something behind them.
  const begun = board.esp.incomplete.has(before.offset);
  const blank = isBlank(contents) && !begun && edited === null;
  const own: Own = { ...pair, blank, used: usedOf(contents, before) };
  const moved = movedOf(own, contents, board);
  const rebuild = edited === null ? rebuildFor(own, contents, moved) : editedFor(own, edited);
  if (rebuild === null) return { ...own, ...moved, rebuild: null, rebuilt: null };
  const done = rebuilt.find((each) => isSameRebuild(each, rebuild));
  if (done === undefined) return { ...own, ...moved, rebuild, rebuilt: null };
  if ('refusal' in done.result) {
    // A file system that only the whole showed may be tied to its size: its bytes alone would not do.
    const isLost = edited !== null || (done.known === true && contents[0]?.kind === 'unknown');
    const parts = isLost ? null : moved.parts;
    const why = parts === null ? clauseOf(done.result.refusal.says) : moved.why;
    const lacks = parts === null ? lackOf(done.result.refusal) : null;
    return { ...own, parts, why, rebuild: null, rebuilt: null, ...(lacks !== null && { lacks }) };
  }
  const { data, mountsUnderBoth } = done.result;
  const stays = before.size === pair.after.size && before.subtype === pair.after.subtype;
  const why = isFilledWith(data, 0xff) ? 'it is blank' : stays ? 'with its changes' : rebuiltWords(pair, rebuild);
  const both = before.offset === pair.after.offset && edited === null && mountsUnderBoth !== undefined;
  return { ...own, parts: [], why, rebuild, rebuilt: data, ...(both && { mountsUnderBoth }) };
}

/** How much more room content would need than there is, in bytes; null if that is not why it is refused. */
function lackOf({ kind, values: { needed, available } }: Refusal): number | null {
  return kind === 'contents-too-large' && typeof needed === 'number' && typeof available === 'number'
    ? needed - available
    : null;
}

/** How content gets to its place with its bytes as they are, or why it does not. */
function movedOf(own: Own, contents: readonly Content[], board: EspInspection): Moved {
  const { before, after } = own;
  const whole = { from: 0, to: 0, size: Math.min(before.size, after.size) };
  const carried = (why: string, parts: readonly CarriedPart[] = [whole]): Moved => ({ parts, why });
  const givenUp = (why: string): Moved => ({ parts: null, why });
  // Of an app slot only the start was read.
  if (own.blank) return carried(before.type === TYPE_APP ? 'it holds no app' : 'it is blank', []);
  // What stays in its place and is read there needs no more of the flash than there is.
  const stays = before.offset === after.offset && isSameKind(before, after) && isReadable(contents, before, after);
  if (before.offset + before.size > board.esp.flashSize && !stays)
    return givenUp('it reaches past the end of the flash');
  const format = formatAfter(own, contents[0]);
  if (
    !isSameKind(before, after) ||
    (before.type === TYPE_DATA && before.subtype !== after.subtype && format === null)
  ) {
    const kind = `${typeName(after.type)}, ${subtypeWord(after.type, after.subtype)}`;
    return givenUp(`it becomes ${kind}, and its content would have to be converted`);
  }
  if (format !== null && before.subtype !== after.subtype && format !== contents[0]?.kind)
    return givenUp(`its files are in ${formatName(contents[0])}`);
  const tied = contents.find(({ tiedToSize }) => tiedToSize === true);
  const how = before.offset === after.offset ? 'its address is the same' : 'it is moved whole';
  if (isOtadata(after)) return carried(before.offset === after.offset ? how : 'its entries go with it');
  if (before.size === after.size) return carried(how);
  if (tied !== undefined) return givenUp(`its file system (${formatName(tied)}) is tied to the size of its partition`);
  if (after.size > before.size) return carried(`${how}, and the added space is unused`);
  if (before.type === TYPE_DATA && before.subtype === DATA.nvs)
    return shrunkNvs(own, contents, board, carried, givenUp);
  const signed = before.type === TYPE_APP && checksSignatures(board.esp.security);
  if (signed)
    return givenUp('its signature lies behind the app, at a place that depends on the version of secure boot');
  const [first] = contents;
  if (isReadable(contents, before, after)) return carried(`its ${bytes(own.used)} fit`);
  return givenUp(whyTooLarge(first, after));
}

/** What a codec has to do so that the content is kept, or fills its partition; null if nothing, or no codec can. */
function rebuildFor({ before, after, blank }: Own, contents: readonly Content[], { parts }: Moved): Rebuild | null {
  const [content] = contents;
  const stays = before.size === after.size && parts !== null;
  if (content === undefined || blank || stays || !isSameKind(before, after)) return null;
  const isNvs = before.type === TYPE_DATA && before.subtype === DATA.nvs && parts === null;
  const isUnknown = content.partly === true && parts === null;
  const format = isNvs ? 'nvs' : (formatAfter({ before, after }, content) ?? (isUnknown ? BLANK : null));
  if (format === null) return null;
  const place = { region: content.region, address: before.offset, size: before.size };
  return { before: place, after: { size: after.size, format } };
}

/** What a codec has to do with edited content: always something, as its bytes are no more those on the board. */
function editedFor(
  { before, after }: RowPair,
  { before: place, after: { format }, result }: RewrittenContent,
): Rebuild | null {
  if ('refusal' in result || !isSameKind(before, after)) return null;
  const stays = before.subtype === after.subtype || !FILE_SYSTEM_NAMES.has(format);
  const wanted = stays ? format : fileSystemOf(after);
  return wanted === null ? null : { before: place, after: { size: after.size, format: wanted } };
}

/** The format that files will have in the new partition: that of its subtype if that changes; null if there are no files. */
function formatAfter({ before, after }: RowPair, content: Content | undefined): string | null {
  if (content === undefined || !isSameKind(before, after) || before.type !== TYPE_DATA) return null;
  // Wear levelling moves everything along, also the start, and SPIFFS may lack one block: only the whole tells.
  const hidden = content.kind === 'unknown' || content.partly === true ? fileSystemOf(before) : null;
  const now = FILE_SYSTEM_NAMES.has(content.kind) ? content.kind : hidden;
  if (now === null) return null;
  // Arduino and Raft keep LittleFS in partitions of the subtype spiffs, so a subtype that stays says nothing.
  if (before.subtype === after.subtype) return now;
  return fileSystemOf(after);
}

function isSameRebuild(a: Rebuild, b: Rebuild): boolean {
  return isSameRange(a.before, b.before) && a.after.size === b.after.size && a.after.format === b.after.format;
}

function rebuiltWords({ before, after }: RowPair, { after: { format } }: Rebuild): string {
  const size = `for ${bytes(after.size)}`;
  if (format === 'nvs') return `its settings are written together ${size}`;
  if (before.subtype !== after.subtype)
    return `its files are written as ${FILE_SYSTEM_NAMES.get(format) ?? format} ${size}`;
  return before.size < after.size ? `its file system grows to ${bytes(after.size)}` : `its files are rewritten ${size}`;
}

function formatName(content: Content | undefined): string {
  return FILE_SYSTEM_NAMES.get(content?.kind ?? '') ?? 'an unknown format';
}

/** A sentence as the end of another. */
function clauseOf(sentence: string): string {
  return sentence.replace(/\.$/, '').replace(/^(?:The|This|What) /, (word) => word.toLowerCase());
}

type Own = RowPair & Pick<CarryPlan, 'blank' | 'used'>;
type Moved = Pick<CarryPlan, 'parts' | 'why'>;

/** NVS needs one blank page; the order of its pages is that of their sequence numbers, so used ones may lie anywhere. */
function shrunkNvs(
  { after }: Own,
  contents: readonly Content[],
  board: EspInspection,
  carried: (why: string, parts: readonly CarriedPart[]) => Moved,
  givenUp: (why: string) => Moved,
): Moved {
  const used = contents[0]?.usedUnits;
  const pages = Math.floor(after.size / UNIT);
  if (used === undefined) return givenUp('it was not read whole, so it is not known how much of it is used');
  const fit = `its ${count(used.length, 'used page')} and a blank one`;
  if (used.length > pages - 1) return givenUp(`${fit} do not fit into ${count(pages, 'page')}`);
  const late = used.filter((page) => page >= pages * UNIT);
  if (late.length === 0) return carried(`${fit} fit`, [{ from: 0, to: 0, size: after.size }]);
  if (contents[0]?.tiedToPlace === true || hasKeys(board))
    return givenUp('its entries are encrypted for their places, so its pages cannot be moved together');
  const free = Array.from({ length: pages }, (_, n) => n * UNIT).filter((page) => !used.includes(page));
  const moved = new Map(late.map((page, i) => [free[i] ?? 0, page]));
  const parts = Array.from({ length: pages }, (_, n) => n * UNIT).map((to) => ({
    from: moved.get(to) ?? to,
    to,
    size: UNIT,
  }));
  return carried(`${fit} fit once its pages are moved together`, parts);
}

function isOtadata({ type, subtype }: TableRow): boolean {
  return type === TYPE_DATA && subtype === DATA.ota;
}

/** Whether there are keys with which the firmware encrypts NVS: the pages themselves do not tell. */
function hasKeys({ esp, contents }: EspInspection): boolean {
  const keys = esp.table.reading.rows.filter(({ type, subtype }) => type === TYPE_DATA && subtype === DATA.nvsKeys);
  return keys.some(({ offset }) => contents.some(({ address, kind }) => address === offset && kind !== 'blank'));
}

function whyTooLarge(content: Content | undefined, after: TableRow): string {
  if (content?.usedBytes !== undefined) return `its ${bytes(content.usedBytes)} do not fit into ${bytes(after.size)}`;
  if (content?.kind === 'littlefs') return 'LittleFS cannot become smaller in place';
  return 'it is not known how much of it is used';
}

/** How many bytes from its start count, whole erase units. */
function usedOf(contents: readonly Content[], { size }: TableRow): number {
  const used = contents.map(({ usedBytes = size }) => usedBytes);
  return Math.min(size, Math.ceil(Math.max(0, ...used) / UNIT) * UNIT);
}
