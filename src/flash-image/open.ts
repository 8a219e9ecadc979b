/** Opens a file as the flash of a board, or as one partition of it: recognises what it is, or asks what nothing in it says. */
import { factsOf, Failure } from '../flash/failure.ts';
import type { Source } from '../flash/dropped-file.ts';
import type { Inspection } from '../flash/family.ts';
import { bytes, hex } from '../flash/finding.ts';
import { LARGEST_FLASH } from '../flash/map.ts';
import { LARGEST_BACKUP_FILE } from '../backups/backup-file.ts';
import { looksEncrypted } from '../backups/encryption.ts';
import { sameChip } from '../import/other-chips.ts';
import { appName, chipWords } from '../formats/words.ts';
import type { AppHead } from '../formats/app-header.ts';
import { article } from '../flash/english.ts';
import { isFilledWith } from '../formats/binary.ts';
import { CHIPS } from '../formats/chips/catalogue.ts';
import { looksLikeDfuSe, readDfuFile } from '../formats/dfu-file.ts';
import { looksLike, notFirmware } from '../formats/not-firmware.ts';
import { startsLikeProgram } from '../formats/vector-table.ts';
import { looksLikeZip } from '../formats/zip.ts';
import type { DumpBoard } from './dfu-boards.ts';
import { DUMP_BOARDS, hasMemory } from './dfu-boards.ts';
import { imageFailure } from './failures.ts';
import { openBackup } from './open-backup.ts';
import { openPartitionFile } from './open-partition-file.ts';
import { boardOfDevice, boardsOfSize, openDfu, openDfuElements } from './open-dfu.ts';
import { tableIn } from './flash-file.ts';
import { bootloaderIn, headAt, openEsp } from './open-esp.ts';
import type { ImageChoice, ImageOption } from '../flash/image-choice.ts';
import type { ImageFile, ImageOpening } from './opened-image.ts';
import { readModuleHead, moduleName, platformName } from '../dfu/particle/module-head.ts';
import type { Region } from '../flash/map.ts';
import type { Target } from '../flash/target.ts';

/** The smallest size of a file of which it is asked what it is, in bytes: the flash of the smallest module has 512 KiB. */
const SMALLEST_ASKED = 0x80000;

/** The checksum behind a module of Particle's, in bytes. */
const CRC_SIZE = 4;

/**
 * Opens a file as a flash image: a target with its family, a question where the file does not say which chip or board it is of,
 * or a failure. Never rejects.
 */
export async function openFlashImage(file: ImageFile, choice: ImageChoice = {}): Promise<ImageOpening> {
  try {
    return await open(file, choice);
  } catch (error) {
    return { kind: 'failure', failure: factsOf(error) };
  }
}

/** The same for a file that is not read yet: one that is larger than any of these files is not. */
export async function openFlashSource(source: Source, choice: ImageChoice): Promise<ImageOpening> {
  const { path, size } = source;
  const name = path.split('/').at(-1) ?? path;
  try {
    if (size > LARGEST_BACKUP_FILE) throw tooLarge(name, size);
    return await open({ name, data: (await source.whole?.()) ?? (await source.read(0, size)) }, choice);
  } catch (error) {
    return { kind: 'failure', failure: factsOf(error) };
  }
}

function tooLarge(name: string, size: number): Failure {
  return imageFailure('flash-image-too-large', name, {
    size: bytes(size),
    holder: 'a flash',
    limit: bytes(LARGEST_FLASH),
  });
}

async function open(file: ImageFile, choice: ImageChoice): Promise<ImageOpening> {
  const { name, data } = file;
  checkSize(file);
  if (looksEncrypted(data)) throw imageFailure('flash-image-backup-encrypted', name);
  if (looksLikeZip(data)) return openBackup(file);
  if (looksLikeDfuSe(data)) return openDfuSe(file, choice);
  const foreign = notFirmware(data);
  if (foreign !== null) throw imageFailure('flash-image-not-flash', name, { what: foreign.clause });

  const found = bootloaderIn(data);
  const board = chosenBoard(choice, name);
  if (board !== null) {
    if (found === null) return openDfu(file, board);
    const values = { is: article(found.chip), chosen: article(board.name), address: hex(found.address) };
    throw imageFailure('flash-image-other-chip', name, values, found.address);
  }
  const chip = chosenChip(choice, name) ?? found?.chip ?? null;
  if (chip !== null) return openEsp(file, chip, choice.flashSize);
  const particle = boardOfBootloader(data);
  if (particle !== null) return openDfu(file, particle);

  const part = partIn(data);
  if (part !== null) throw imageFailure('flash-image-is-firmware', name, { what: part });
  return openAnonymous(file);
}

function checkSize({ name, data }: ImageFile): void {
  if (data.length === 0) throw imageFailure('flash-image-empty', name);
  if (data.length > LARGEST_FLASH && !looksLikeZip(data)) throw tooLarge(name, data.length);
  if (isFilledWith(data, 0)) throw imageFailure('flash-image-zeros', name, { size: bytes(data.length) });
}

function openDfuSe(file: ImageFile, choice: ImageChoice): ImageOpening {
  const read = readDfuFile(file.data);
  if (read.kind === 'damaged') throw imageFailure('flash-image-damaged', file.name, { what: read.why }, read.offset);
  const elements = read.kind === 'dfuse' ? (read.images.find(({ alternate }) => alternate === 0)?.elements ?? []) : [];
  if (read.kind !== 'dfuse' || elements.length === 0) {
    throw imageFailure('flash-image-not-flash', file.name, {
      what: 'it is a DfuSe file without bytes for the internal flash',
    });
  }
  const board = chosenBoard(choice, file.name) ?? boardOfDevice(read.device);
  return 'kind' in board ? board : openDfuElements(file, board, elements);
}

function chosenBoard({ board }: ImageChoice, file: string): DumpBoard | null {
  if (board === undefined) return null;
  const found = DUMP_BOARDS.find(({ id }) => id === board);
  if (found === undefined) throw imageFailure('flash-image-choice-unknown', file, { chosen: board, what: 'board' });
  return found;
}

/** The chip that was chosen, under the name that the app uses: `esp32s3` is `ESP32-S3`. */
function chosenChip({ chip }: ImageChoice, file: string): string | null {
  if (chip === undefined) return null;
  const found = CHIPS.find(({ name }) => sameChip(name, chip));
  if (found === undefined) throw imageFailure('flash-image-choice-unknown', file, { chosen: chip, what: 'chip' });
  return found.name;
}

/** The Particle board whose bootloader a dump begins with; null if it begins with something else, or holds nothing else. */
function boardOfBootloader(data: Uint8Array): DumpBoard | null {
  const head = readModuleHead(data);
  if (head === null || data.length <= head.end - head.start + CRC_SIZE) return null;
  return (
    DUMP_BOARDS.find(
      ({ profile, regions }) => profile.modules?.platform === head.platform && regions[0]?.start === head.start,
    ) ?? null
  );
}

/** What a file is that belongs into a flash and is none; null if it may be a flash. */
function partIn(data: Uint8Array): string | null {
  const head = headAt(data, 0);
  // An ESP8266 starts what is at the start of its flash, so a dump of one begins like its app.
  if (head !== null && !(head.header.chip.id === null && isFlashSize(data.length))) return `it is ${imageWords(head)}`;
  const module = readModuleHead(data);
  return module === null ? null : `it is a module for the ${platformName(module.platform)}, ${moduleName(module)}`;
}

function imageWords({ header, description }: AppHead): string {
  const chip = chipWords(header);
  return description === null ? `an image for ${chip}` : `an app for ${chip}, ${appName(description)}`;
}

function isFlashSize(size: number): boolean {
  return size >= SMALLEST_ASKED && (size & (size - 1)) === 0;
}

const CHIP_OPTIONS: readonly ImageOption[] = CHIPS.map(({ name }) => ({ name, choice: { chip: name } }));

/** Opens a file in which nothing says of which board it is: one partition, or asks. */
async function openAnonymous(file: ImageFile): Promise<ImageOpening> {
  const { name, data } = file;
  const boards = boardsOfSize(data.length);
  if (startsLikeProgram(data) && boards.length > 0) {
    const says = 'It begins like the flash of an STM32, and nothing in it says of which one.';
    return { kind: 'question', asks: 'board', says, options: boards };
  }
  const table = await tableIn(data);
  if (table.rows.length > 0) {
    const says = `It has a partition table at ${hex(table.address)}, but no bootloader that says which chip it is of.`;
    return { kind: 'question', asks: 'chip', says, options: CHIP_OPTIONS };
  }
  const partition = await openPartitionFile(file);
  if (partition !== null) return partition;
  if (!isFlashSize(data.length) && !DUMP_BOARDS.some(({ size }) => size === data.length)) {
    throw imageFailure('flash-image-not-flash', name, { what: looksLike(data).says });
  }
  const says = isFilledWith(data, 0xff)
    ? 'All of it is erased, so nothing in it says which chip or board it is of.'
    : 'It has the size of a flash, but no bootloader and no partition table that can be read: it may be encrypted.';
  return { kind: 'question', asks: 'chip or board', says, options: [...CHIP_OPTIONS, ...boards] };
}

/** Opens a file as the flash of this board. Rejects with a `Failure` if it cannot be that, such as the flash of another chip. */
export async function openToCompare(
  file: Source,
  { identity, layout }: Pick<Inspection, 'identity' | 'layout'>,
): Promise<Target> {
  const choice: ImageChoice = identity.family === 'esp' ? { chip: identity.chip } : boardWith(layout.map.regions);
  const opening = await openFlashSource(file, choice);
  if (opening.kind === 'failure') throw new Failure(opening.failure);
  if (opening.kind === 'partition' && identity.file?.partition !== true) {
    throw imageFailure('flash-image-not-flash', file.path, { what: 'it is one partition' });
  }
  if (opening.kind === 'question') {
    throw imageFailure('flash-image-not-flash', file.path, { what: 'nothing in it says which board it is of' });
  }
  return opening.device;
}

/** A board with this memory, whichever: only the memory is compared. */
function boardWith(regions: readonly Region[]): ImageChoice {
  const board = DUMP_BOARDS.find((each) => hasMemory(regions, each));
  return board === undefined ? {} : { board: board.id };
}
