/** The board as seen by the files: with the partition table and the bootloader among them in effect. */
import type { Request } from '../../flash/arrangement.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { AppDescription } from '../../formats/app-header.ts';
import type { AppImage } from '../../formats/app-image.ts';
import { headerEdit, sizeReaching } from '../boot/bootloader-header.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { BootPrediction } from '../boot/prediction.ts';
import type { predictBoot } from '../boot/prediction.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { MergedApp } from './boot-files.ts';
import { appsInMerged, otadataFileOf } from './boot-files.ts';
import type { CarryPlan } from './carry.ts';
import { canCarry, carriagesOf } from './carry.ts';
import type { MergedImage } from './merged.ts';
import type { FileKind } from './identify.ts';
import type { EspFile } from './placed.ts';
import { erasesAll } from './setting-segments.ts';
import { problemOf, tableAddress } from './words.ts';

/** The contents of otadata's two erase units. */
export type Records = readonly [Uint8Array, Uint8Array];

/** The board as seen by the files. Offsets and sizes in bytes. */
export interface ArrangeContext {
  readonly board: EspInspection;
  readonly predict: typeof predictBoot;
  /** The effective table; `from` is the file that contains it, null if it is the board's own. */
  readonly table: { readonly address: number; readonly rows: readonly TableRow[]; readonly from: DroppedFile | null };
  /**
   * The flash size in the header of the effective bootloader, after the chosen header settings (`edited`: the size was
   * chosen); `from` is the file that contains the bootloader, null if it is the board's own.
   */
  readonly header: {
    readonly size: number | null;
    readonly from: DroppedFile | null;
    readonly edited: boolean;
    /** The bootloader image in that file. */
    readonly image: AppImage | null;
  };
  /**
   * The otadata partition with the records in effect: those that a file brings, else the board's own. `records` is null if
   * they were not read, as where a new table puts it elsewhere.
   */
  readonly otadata: { readonly row: TableRow; readonly records: Records | null } | null;
  /**
   * What becomes of the content of the board's partitions under a new table: it is carried over, or given up. Null where the
   * table stays, and where nothing can be moved: a partition is then known by its place.
   */
  readonly carriages: readonly CarryPlan[] | null;
  /** The apps that partitions of the effective table will hold by what is on the board now, by flash offset. */
  readonly appsAfter: { readonly loads: ReadonlySet<number>; readonly apps: ReadonlyMap<number, AppDescription> };
  /** The file that brings otadata, by itself or in a merged image; null if there is none. */
  readonly choiceFrom: DroppedFile | null;
  /** The first merged image among the files; null if there is none. */
  readonly merged: MergedImage | null;
  /** The apps in merged images, by flash offset. */
  readonly mergedApps: ReadonlyMap<number, MergedApp>;
  /** The boot prediction with the apps in merged images, but without the apps that have yet to be placed. */
  readonly prediction: BootPrediction<TableRow>;
}

/** The context of a set of files. A table with a problem is refused, so it is not used to place other files. */
export function contextOf(
  files: readonly EspFile[],
  board: EspInspection,
  predict: typeof predictBoot,
  known: Pick<Request, 'same' | 'rebuilt' | 'rewritten'> = {},
): ArrangeContext {
  const { esp } = board;
  const table = tableOf(files, board);
  const carries = carriesOver(files, table, board);
  const carriages = carries ? carriagesOf({ ...known, board, rows: table.rows }) : null;
  const appsAfter = appsAfterTable(carriages, board);
  const header = headerOf(files, board);
  const ota = table.rows.findLast((row) => row.type === TYPE_DATA && row.subtype === DATA.ota);
  const live = esp.otadata;
  const stays = ota !== undefined && live !== null && ota.size >= OTADATA_SIZE && isOtadata(ota, live.row, carriages);
  const own = stays ? live.records : null;
  const choice = otadataFileOf(files, ota ?? null, own);
  const otadata = ota === undefined ? null : { row: ota, records: choice === null ? own : choice.records };
  const mergedApps = appsInMerged(files, board.identity.chip);
  const merged = files.flatMap(({ what }) => (what.is === 'merged' ? [what.merged] : []))[0] ?? null;
  const imageOk = (row: TableRow) => mergedApps.has(row.offset) || appsAfter.loads.has(row.offset);
  const prediction = predict({ rows: table.rows, otadata: otadata?.records ?? null, imageOk });
  const choiceFrom = choice?.from ?? null;
  return {
    board,
    predict,
    table,
    header,
    otadata,
    carriages,
    appsAfter,
    choiceFrom,
    merged,
    mergedApps,
    prediction,
  };
}

/** Whether a table among the files replaces the board's own in its place, so that content can be carried over to it. */
function carriesOver(files: readonly EspFile[], table: ArrangeContext['table'], board: EspInspection): boolean {
  const own = files.some(({ file, what }) => file === table.from && what.is === 'table');
  return own && table.address === board.esp.table.address && canCarry(board) && !erasesAll(board);
}

/** Whether the new otadata takes over what the old one holds. */
function isOtadata(ota: TableRow, live: TableRow, carriages: readonly CarryPlan[] | null): boolean {
  if (carriages === null) return live.offset === ota.offset;
  return carriages.some(({ before, after }) => before === live && after === ota);
}

function appsAfterTable(carriages: readonly CarryPlan[] | null, { esp }: EspInspection): ArrangeContext['appsAfter'] {
  if (carriages === null) return esp;
  const apps = carriages.filter(({ parts, before }) => parts !== null && before.type === TYPE_APP);
  return {
    loads: new Set(apps.flatMap(({ before, after }) => (esp.loads.has(before.offset) ? [after.offset] : []))),
    apps: new Map(
      apps.flatMap(({ before, after }) => {
        const app = esp.apps.get(before.offset);
        return app === undefined ? [] : [[after.offset, app] as const];
      }),
    ),
  };
}

function tableOf(files: readonly EspFile[], board: EspInspection): ArrangeContext['table'] {
  const live = board.esp.table;
  for (const { file: from, what } of files) {
    if (what.is === 'table' && what.table.data !== null)
      return { address: tableAddress(from, board), rows: what.table.rows, from };
  }
  for (const { file: from, what } of files) {
    const rows = what.is === 'merged' ? rowsOf(what.merged) : null;
    if (what.is === 'merged' && rows !== null) return { address: what.merged.table.address, rows, from };
  }
  return { address: live.address, rows: live.reading.rows, from: null };
}

/** The rows of a merged image's table; null if that table has a problem. */
export function rowsOf({ table }: MergedImage): readonly TableRow[] | null {
  return problemOf(table.reading.findings) === undefined ? table.reading.rows : null;
}

function headerOf(files: readonly EspFile[], board: EspInspection): ArrangeContext['header'] {
  const chosen = headerEdit(board)?.size ?? null;
  const edited = chosen !== null;
  for (const { file: from, what } of files) {
    const image = bootloaderIn(what);
    if (image !== null) return { size: chosen?.bytes ?? image.header.flashSize.bytes, from, edited, image };
  }
  const { bootloader, headerSize } = board.esp;
  // The board's own bootloader can only be changed if it was read completely.
  if (edited && bootloader.data !== null) return { size: chosen.bytes, from: null, edited, image: null };
  return { size: headerSize, from: null, edited: false, image: null };
}

/** The bootloader image in a file, also in a merged image; null if there is none. */
export function bootloaderIn(what: FileKind): AppImage | null {
  if (what.is === 'image' && what.bootloader) return what.image;
  const part = what.is === 'merged' ? what.merged.parts.find(({ kind }) => kind === 'bootloader') : undefined;
  return part?.image ?? null;
}

/** The partition that starts exactly at `address` and ends within the flash; undefined if there is none. */
export function rowAt(context: ArrangeContext, address: number): TableRow | undefined {
  return context.table.rows.find(
    (row) => row.offset === address && row.offset + row.size <= context.board.esp.flashSize,
  );
}

/** The first partition that extends past the flash size in the bootloader's header; undefined if none does. */
export function firstPastHeader({ table, header }: ArrangeContext): TableRow | undefined {
  const { size } = header;
  return size === null ? undefined : table.rows.find((row) => row.offset + row.size > size);
}

/**
 * The header size setting, as named on the page, with which the effective bootloader covers addresses up to `end`; null if
 * there is none.
 */
export function headerReaching(
  end: number,
  { board, header }: Pick<ArrangeContext, 'board' | 'header'>,
): string | null {
  const { bootloader, sizeKnown, flashSize, security } = board.esp;
  // The board's own bootloader can only be changed if it was read completely.
  if (header.from === null && bootloader.data === null) return null;
  return sizeReaching(end, { chip: board.identity.chip, flashSize: sizeKnown ? flashSize : null, security });
}

/** Whether the effective table is the board's own and damaged, so that its partitions are not certain. */
export function isDamaged({ board, table }: ArrangeContext): boolean {
  return table.from === null && board.esp.table.reading.state === 'damaged';
}

/** Whether the effective bootloader would accept the effective table. */
export function isAccepted(context: ArrangeContext): boolean {
  const { board, table } = context;
  const absent = table.from === null && board.esp.table.reading.state === 'none';
  return !absent && !isDamaged(context) && firstPastHeader(context) === undefined;
}
