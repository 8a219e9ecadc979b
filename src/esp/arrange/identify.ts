/** Identifies a dropped file by its content. The name only matters for text without a table row: .csv makes it a table. */
import { count } from '../../flash/english.ts';
import type { DroppedFile, Recognised } from '../../flash/dropped-file.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes } from '../../flash/finding.ts';
import { LARGEST_FLASH } from '../../flash/map.ts';
import { IMAGE_MAGIC, readBootloaderIdf } from '../../formats/app-header.ts';
import type { AppImage, AppImageResult } from '../../formats/app-image.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { appSays, bootloaderSays, chipWords, ownName, shown } from '../../formats/words.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import { looksLike } from '../../formats/not-firmware.ts';
import { isBare, isBareFirmware } from '../board/bare-chip.ts';
import type { EspInspection } from '../board/inspection.ts';
import { isNoise } from '../contents/contents.ts';
import { countNvs, entryWords } from '../contents/nvs/count.ts';
import type { OtaRecord } from '../boot/otadata.ts';
import { activeRecord, readRecord, RECORD_DISTANCE } from '../boot/otadata.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { FileSystem } from './file-system-size.ts';
import { fileSystemWithHeader, spiffsImage } from './file-system-size.ts';
import type { MergedImage } from './merged.ts';
import { readMerged } from './merged.ts';
import type { TableFile } from './table-file.ts';
import { readBinaryTable, readCsvTable } from './table-file.ts';

/** What a file is. `kind` and `says` are for people; the rest is for the other rules. */
export type FileKind = Recognised &
  (
    | { readonly is: 'image'; readonly image: AppImage; readonly bootloader: boolean }
    | { readonly is: 'table'; readonly table: TableFile }
    | { readonly is: 'merged'; readonly merged: MergedImage }
    | { readonly is: 'file-system'; readonly system: FileSystem }
    | { readonly is: 'nvs' }
    | { readonly is: 'otadata' }
    | { readonly is: 'data' }
    | { readonly is: 'too-large' }
    | { readonly is: 'unusable'; readonly why: string }
  );

/** The largest file that is opened, in bytes: no flash is larger. */
export const LARGEST_FILE = LARGEST_FLASH;

/** The `kind` of a file that looks already encrypted. */
export const CIPHERTEXT = 'ciphertext';

/** The kinds whose content is shown: a table has its own view, and a merged image its parts. */
const OPENS: readonly FileKind['is'][] = ['image', 'file-system', 'nvs', 'otadata', 'data'];

/** What of it everyone else sees. */
export function recognisedOf({ is, kind, says, brief, findings }: FileKind): Recognised {
  return { kind, says, ...(brief !== undefined && { brief }), findings, ...(OPENS.includes(is) && { opens: true }) };
}

/** Identifies a file by its bytes and by the address that its container gives. Never throws. */
export function identify(file: DroppedFile, board: EspInspection): FileKind {
  const { data } = file;
  if (data.length > LARGEST_FILE) {
    const says = `A file of ${bytes(data.length)}: too large to open.`;
    return { is: 'too-large', kind: 'too large', says, findings: [] };
  }
  if (isBare(board.identity)) return lookForImage(file, board, true) ?? lookForBare(file, board);
  return (
    lookForTable(file, board) ??
    lookForMerged(file, board) ??
    lookForImage(file, board, true) ??
    lookForOtadata(data) ??
    lookForFileSystem(data) ??
    lookForNvs(data) ??
    lookForCiphertext(data, board) ??
    // Data that starts like an app but is not a valid one is a damaged app, unless it is clearly something else.
    lookForImage(file, board, false) ??
    lookForCsv(file, board) ??
    lookForSpiffs(data) ??
    rest(file)
  );
}

function lookForTable(file: DroppedFile, board: EspInspection): FileKind | null {
  const table = readBinaryTable(file, board);
  return table && tableWhat(table);
}

function lookForCsv(file: DroppedFile, board: EspInspection): FileKind | null {
  const table = readCsvTable(file, board);
  return table && tableWhat(table);
}

function tableWhat(table: TableFile): FileKind {
  const { rows, form } = table;
  const names = rows.map(({ name }) => name).join(', ');
  const partitions = count(rows.length, 'partition');
  const says = `A partition table${form === 'CSV' ? ' as CSV' : ''} with ${partitions}${names === '' ? '' : `: ${names}`}.`;
  return { is: 'table', table, kind: 'partition table', says, findings: table.findings };
}

function lookForMerged(file: DroppedFile, board: EspInspection): FileKind | null {
  const merged = readMerged(file, board);
  if (merged === null) return null;
  const names = merged.parts.filter(({ kind }) => kind !== 'between').map(({ name }) => name);
  const says =
    names.length === 0 ? 'A merged image with an invalid partition table.' : `A merged image with ${names.join(', ')}.`;
  return { is: 'merged', merged, kind: 'merged image', says, findings: merged.findings };
}

function lookForImage(file: DroppedFile, board: EspInspection, sure: boolean): FileKind | null {
  const result = imageIn(file);
  if (result.kind === 'not-an-image') return null;
  const { image, findings } = result;
  // Nothing in such an image can be checked on its own chip.
  if (isBare(board.identity) && image.header.chip.name === board.identity.chip) return null;
  if (sure && image.description === null && !image.loads) return null;
  const bootloader = isBootloader(image, file.data, board.esp.table.address - board.esp.bootloader.address);
  const says = imageSays(image, file, bootloader);
  const name = image.description === null ? null : ownName(image.description);
  const brief = name === null ? {} : { brief: name };
  return { is: 'image', image, bootloader, kind: bootloader ? 'bootloader' : 'app', says, ...brief, findings };
}

/** Every plan identifies all files again: their bytes are hashed once. */
const imagesRead = new WeakMap<DroppedFile, AppImageResult>();

function imageIn(file: DroppedFile): AppImageResult {
  const known = imagesRead.get(file);
  if (known !== undefined) return known;
  const result = readAppImage(file.data, HASHES, { in: 'file', name: file.name });
  imagesRead.set(file, result);
  return result;
}

/** Whether an image is treated as a bootloader; `room` is the space for one before the partition table, in bytes. */
function isBootloader({ description, header }: AppImage, data: Uint8Array, room: number): boolean {
  if (description !== null || header.chip.id === null) return false;
  return readBootloaderIdf(data) !== null || data.length <= room;
}

/** One sentence about an image. */
function imageSays({ description, header }: AppImage, file: DroppedFile, bootloader: boolean): string {
  if (description !== null) return appSays(header, description, shown(file));
  const chip = chipWords(header);
  if (header.chip.id === null) return `An image for ${chip}.`;
  if (!bootloader) return `An image for ${chip} without a description, too large for a bootloader.`;
  const idf = readBootloaderIdf(file.data);
  if (idf !== null) return bootloaderSays(header, idf);
  const size = header.flashSize.bytes === null ? 'an unknown flash size' : bytes(header.flashSize.bytes);
  return `An image for ${chip} without a description: most likely a bootloader, for ${size} of flash.`;
}

function lookForOtadata(data: Uint8Array): FileKind | null {
  if (data.length !== OTADATA_SIZE) return null;
  const [a, b] = [readRecord(data), readRecord(data.subarray(RECORD_DISTANCE))];
  if (isFilledWith(data, 0xff)) {
    const says = 'Blank otadata: no app slot is selected.';
    return { is: 'otadata', kind: 'boot choice', says, findings: [] };
  }
  const written = ({ seq, crc }: OtaRecord) => seq !== 0xffffffff && crc.stored === crc.computed;
  if (!written(a) && !written(b)) return null;
  const active = activeRecord([a, b]);
  const record = active === null ? null : active === 0 ? a : b;
  const says =
    record === null
      ? 'Otadata without a valid entry.'
      : `Otadata: sequence number ${record.seq}, state ${record.stateWords}.`;
  return { is: 'otadata', kind: 'boot choice', says, findings: [] };
}

function lookForFileSystem(data: Uint8Array): FileKind | null {
  const system = fileSystemWithHeader(data);
  return system && systemWhat(system);
}

function lookForSpiffs(data: Uint8Array): FileKind | null {
  const system = spiffsImage(data);
  return system && systemWhat(system);
}

function systemWhat(system: FileSystem): FileKind {
  const size = system.size === null ? '' : ` for ${bytes(system.size)}`;
  const says = `A ${system.name} file system${size}.`;
  return { is: 'file-system', system, kind: `${system.name} image`, says, findings: [] };
}

function lookForNvs(data: Uint8Array): FileKind | null {
  const counts = data.length % RECORD_DISTANCE === 0 ? countNvs(data) : null;
  if (counts === null) return null;
  const { active, full, freeing, corrupt } = counts.pages;
  const used = active + full + freeing;
  if (corrupt > used) return null;
  // Only counts: the settings themselves are not shown.
  const says = `Settings (NVS): ${entryWords(counts.entriesWritten)} in ${count(used, 'page')}.`;
  return { is: 'nvs', kind: 'NVS image', says, findings: [] };
}

/** Identifies a file for a chip without a partition table; its firmware has nothing to identify it further. */
function lookForBare(file: DroppedFile, { identity }: EspInspection): FileKind {
  const size = bytes(file.data.length);
  if (file.data.length === 0) return rest(file);
  if (!isBareFirmware(file)) {
    return { is: 'data', kind: 'data', says: `Data of ${size}: ${looksLike(file.data).says}.`, findings: [] };
  }
  return {
    is: 'data',
    kind: 'firmware',
    says: `Most likely firmware for the ${identity.chip}, ${size}.`,
    findings: [],
  };
}

/** Detects ciphertext, but only if the chip encrypts its flash: elsewhere random-looking data is just data. */
function lookForCiphertext(data: Uint8Array, board: EspInspection): FileKind | null {
  if (board.esp.security.encryption.on !== true || !isNoise(data)) return null;
  const says = `Data of ${bytes(data.length)} without structure: encrypted or compressed.`;
  return { is: 'data', kind: CIPHERTEXT, says, findings: [] };
}

function rest(file: DroppedFile): FileKind {
  const { data } = file;
  const result = readAppImage(data, HASHES, { in: 'file', name: file.name });
  const findings: readonly Finding[] = [];
  if (data.length === 0) {
    const why = result.kind === 'not-an-image' ? result.why : '';
    return { is: 'unusable', kind: 'empty', says: why, why, findings };
  }
  const { is, says: guess } = looksLike(data);
  // These guesses do not rule out a project's own data.
  const open = is === 'unknown' || is === 'blank' || is === 'zeros';
  if (data[0] !== IMAGE_MAGIC && open) {
    const says = `Data of ${bytes(data.length)}: ${guess}. It is written only to a partition that you choose.`;
    return { is: 'data', kind: 'data', says, findings };
  }
  if (file.at !== undefined && data[0] !== IMAGE_MAGIC) {
    return { is: 'data', kind: 'data', says: `Data of ${bytes(data.length)}: ${guess}.`, findings };
  }
  const why = result.kind === 'not-an-image' ? result.why : `${guess}.`;
  return { is: 'unusable', kind: is === 'text' ? 'text' : 'unknown', says: why, why, findings };
}
