/** The choices of a place for each kind of file. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { bareChoices, isBare } from '../board/bare-chip.ts';
import { bootloaderOffset } from '../../formats/chip-ids.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import type { EspInspection } from '../board/inspection.ts';
import { holdsAnything } from '../partitions/types.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { appChoices, choiceId } from './app-choices.ts';
import { addressWords, placedFirst } from './address-choices.ts';
import { ciphertextChoices } from './ciphertext.ts';
import { dataChoices } from './data-choices.ts';
import { canCarry } from './carry.ts';
import type { ArrangeContext } from './context.ts';
import { mergedChoices } from './merged-plan.ts';
import type { FileKind } from './identify.ts';
import { CIPHERTEXT } from './identify.ts';
import type { EspChoice, EspFile } from './placed.ts';
import { tableAddress } from './words.ts';

/** The choices for a file, best first. An address, typed or given by its container, comes before all others. */
export function placesFor({ file, what }: EspFile, context: ArrangeContext): EspChoice[] {
  const own = placesOf(file, what, context);
  return file.at === undefined ? own : placedFirst(file, file.at, own, what, context);
}

function placesOf(file: DroppedFile, what: FileKind, context: ArrangeContext): EspChoice[] {
  switch (what.is) {
    case 'image': {
      const apps = appChoices(file, what.image, context);
      // A bootloader makes no sense in an app partition, but a person may know that this image is not one.
      return what.bootloader
        ? [...bootloaderChoice(file, context), ...apps.map((choice) => ({ ...choice, byHand: true }))]
        : apps;
    }
    case 'table':
      return tablePlaces(file, what, context);
    case 'merged':
      return mergedChoices(file, what.merged, context);
    case 'data': {
      const { identity, esp } = context.board;
      if (isBare(identity)) {
        return bareChoices(file, identity.chip, esp.flashSize).map((choice) => ({ ...choice, place: 'bare' }));
      }
      const encrypted = what.kind === CIPHERTEXT ? ciphertextChoices(file, context) : [];
      return [...encrypted, ...dataChoices(file, what, context)];
    }
    case 'file-system':
    case 'nvs':
    case 'otadata':
      return dataChoices(file, what, context);
    case 'too-large':
    case 'unusable':
      return [];
  }
}

/**
 * Whether a table is meant for a partition, so that it is not the board's own: a person chose that, or its build gives the
 * partition's address. The partitions are the board's, and those of other tables among the files.
 */
export function isForPartition(
  { file, what, requested }: EspFile,
  files: readonly EspFile[],
  board: EspInspection,
): boolean {
  if (what.is !== 'table' || what.table.form !== 'binary') return false;
  const others = files.flatMap((other) =>
    other.what.is === 'table' && other.file !== file ? [other.what.table.rows] : [],
  );
  const rows = [board.esp.table.reading.rows, ...others].flat().filter((row) => holdsAnything(row.type, row.subtype));
  return rows.some((row) => (requested === null ? row.offset === file.at : choiceId(row) === requested));
}

function bootloaderChoice(file: DroppedFile, { board, table }: ArrangeContext): EspChoice[] {
  const { address, header } = board.esp.bootloader;
  if (bootloaderOffset(board.identity.chip) === null) return [];
  const size = table.address - address;
  const fits = file.data.length <= size;
  const replaces =
    readBarrierOf(board.esp) !== null
      ? 'replaces the current content'
      : header === null
        ? 'the board has none yet'
        : 'replaces the current one';
  // The chip's ROM fixes the bootloader's address, whatever a container says.
  const elsewhere = file.at === undefined || file.at === address ? '' : ` (${addressWords(file)} is ${hex(file.at)})`;
  const why = fits
    ? `${replaces}${elsewhere}; an interruption leaves the board without a bootloader until you flash again`
    : `too small: there is ${bytes(size)} before the partition table`;
  return [{ region: REGION, address, size, fits, id: 'bootloader', name: 'bootloader', why, place: 'bootloader' }];
}

function tablePlaces(file: DroppedFile, what: FileKind & { is: 'table' }, context: ArrangeContext): EspChoice[] {
  const own = tableChoices(file, context);
  if (what.table.form === 'CSV') return own;
  // A project may keep a second table in a partition of its own, which this table itself does not list.
  const { rows } = context.board.esp.table.reading;
  const around = context.table.from === file ? { ...context, table: { ...context.table, rows, from: null } } : context;
  const kept = dataChoices(file, what, around);
  const [first] = kept.filter(({ address }) => address === file.at).map(({ byHand: _, ...choice }) => choice);
  return first === undefined ? [...own, ...kept] : [first, ...own, ...kept.filter(({ id }) => id !== first.id)];
}

/** The choices for a table, best first. On a board that cannot be read, it may instead only be used to locate partitions. */
function tableChoices(file: DroppedFile, { board, header }: ArrangeContext): EspChoice[] {
  const { reading, address: live } = board.esp.table;
  const address = tableAddress(file, board);
  const place = { region: REGION, address, size: UNIT, fits: true };
  if (readBarrierOf(board.esp) !== null) {
    const name = 'Not written, only used to locate partitions';
    const why = 'for a board that already has this table: files are placed by it, but it is not written';
    const known = { ...place, id: 'table-known', name, why, place: 'table-known' } as const;
    const written = 'replaces the current table, which cannot be read';
    const writes = { ...place, id: `table@${address}`, name: 'partition table', why: written, place: 'table' } as const;
    // With a bootloader or a whole build, the intention is to set up the board from scratch.
    return file.at !== undefined || header.from !== null ? [writes, known] : [known, writes];
  }
  const moves = canCarry(board) && address === live ? 'content moves with its partition' : 'no content is moved';
  const own = reading.rows.length === 0 ? 'the board has none yet' : `replaces the current table; ${moves}`;
  const elsewhere = reading.rows.length === 0 ? own : `the board’s own table is at ${hex(live)}`;
  const why = address === live ? own : `${addressWords(file)}; ${elsewhere}`;
  // If a project moved its table, its bootloader occupies the usual address and reads the table only from here.
  return [{ ...place, id: `table@${address}`, name: 'partition table', why, place: 'table' }];
}
