/** The board as files find it once the table and the bootloader among them are written. */
import type { DroppedFile } from '../../flash/family.ts';
import type { AppImage } from '../../formats/app-image.ts';
import { headerEdit, sizeReaching } from '../boot/bootloader-header.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { BootPrediction } from '../boot/prediction.ts';
import type { predictBoot } from '../boot/prediction.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, TYPE_DATA } from '../partitions/types.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { MergedImage } from './merged.ts';
import type { FileKind } from './identify.ts';
import type { EspFile } from './placed.ts';
import { problemOf, tableAddress } from './words.ts';

/** Both erase units of otadata. */
export type Records = readonly [Uint8Array, Uint8Array];

/** The board as files find it. Offsets and sizes in bytes. */
export interface ArrangeContext {
  readonly board: EspInspection;
  readonly predict: typeof predictBoot;
  /** The table that counts; `from` is the file that brings it, null if it is the board's own. */
  readonly table: { readonly address: number; readonly rows: readonly TableRow[]; readonly from: DroppedFile | null };
  /**
   * What the bootloader that counts says of the flash, with what the person chose for its header (`edited`: they chose
   * its size); `from` is the file that brings it.
   */
  readonly header: {
    readonly size: number | null;
    readonly from: DroppedFile | null;
    readonly edited: boolean;
    /** The bootloader that the file brings. */
    readonly image: AppImage | null;
  };
  /** Where the boot choice is; `records` is null where a new table puts it and nobody has read what is there. */
  readonly otadata: { readonly row: TableRow; readonly records: Records | null } | null;
  /** Whether a file brings its own boot choice. */
  readonly choiceFrom: DroppedFile | null;
  /** What would start if no app were written. */
  readonly prediction: BootPrediction<TableRow>;
}

/** The context of a set of files. A table with a problem is refused, so it moves nobody else. */
export function contextOf(
  files: readonly EspFile[],
  board: EspInspection,
  predict: typeof predictBoot,
): ArrangeContext {
  const { esp } = board;
  const table = tableOf(files, board);
  const header = headerOf(files, board);
  const ota = table.rows.findLast((row) => row.type === TYPE_DATA && row.subtype === DATA.ota);
  const live = esp.otadata;
  const same = ota !== undefined && live !== null && live.row.offset === ota.offset && ota.size >= OTADATA_SIZE;
  const otadata = ota === undefined ? null : { row: ota, records: same ? live.records : null };
  const choiceFrom = files.find(({ what }) => what.is === 'otadata')?.file ?? null;
  const imageOk = (row: TableRow) => esp.loads.has(row.offset);
  const prediction = predict({ rows: table.rows, otadata: otadata?.records ?? null, imageOk });
  return { board, predict, table, header, otadata, choiceFrom, prediction };
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

/** The rows of a merged image's table; null if that table is not sound. */
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
  // The board's own bootloader can be changed where it was read whole.
  if (edited && bootloader.data !== null) return { size: chosen.bytes, from: null, edited, image: null };
  return { size: headerSize, from: null, edited: false, image: null };
}

/** The bootloader that a file brings; null if it brings none. */
export function bootloaderIn(what: FileKind): AppImage | null {
  if (what.is === 'image' && what.bootloader) return what.image;
  const part = what.is === 'merged' ? what.merged.parts.find(({ kind }) => kind === 'bootloader') : undefined;
  return part?.image ?? null;
}

/** The partition that begins exactly where something was placed. */
export function rowAt(context: ArrangeContext, address: number): TableRow | undefined {
  return context.table.rows.find(
    (row) => row.offset === address && row.offset + row.size <= context.board.esp.flashSize,
  );
}

/** The first partition that passes the flash size in the bootloader's header; undefined if none does. */
export function pastHeader({ table, header }: ArrangeContext): TableRow | undefined {
  const { size } = header;
  return size === null ? undefined : table.rows.find((row) => row.offset + row.size > size);
}

/**
 * What the person can set the header of the bootloader that counts to so that it reaches to an address, as the page names
 * it; null where to nothing.
 */
export function headerReaching(
  end: number,
  { board, header }: Pick<ArrangeContext, 'board' | 'header'>,
): string | null {
  const { bootloader, sizeKnown, flashSize, security } = board.esp;
  // The board's own bootloader is changed only where all of it was read.
  if (header.from === null && bootloader.data === null) return null;
  return sizeReaching(end, { chip: board.identity.chip, flashSize: sizeKnown ? flashSize : null, security });
}

/** Whether the table that counts is the board's own and damaged: where its partitions are is then not certain. */
export function isDamaged({ board, table }: ArrangeContext): boolean {
  return table.from === null && board.esp.table.reading.state === 'damaged';
}

/** Whether the bootloader that counts would work with the table that counts. */
export function isAccepted(context: ArrangeContext): boolean {
  const { board, table } = context;
  const absent = table.from === null && board.esp.table.reading.state === 'none';
  return !absent && !isDamaged(context) && pastHeader(context) === undefined;
}
