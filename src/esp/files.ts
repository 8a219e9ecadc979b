/** Files that someone drops for an Espressif board: what they are, where they may go, and what is against it. */
import type { Choice, DroppedFile, Placement, Recognised } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import { bytes, hex, refusals } from '../flash/finding.ts';
import type { Segment } from '../flash/image.ts';
import type { AppImage, AppImageResult } from '../formats/app-image.ts';
import { readAppImage } from '../formats/app-image.ts';
import { imageChipId } from '../formats/chip-ids.ts';
import { HASHES } from '../formats/hashes.ts';
import type { EspInspection } from './inspection.ts';
import type { NextOtadata } from './otadata.ts';
import { nextOtadata, RECORD_DISTANCE } from './otadata.ts';
import type { TableRow } from './partition-table.ts';
import { otaSlot, TYPE_APP } from './partition-types.ts';
import { REGION } from './target.ts';

const refuse = refusals({
  'not-an-app': {
    says: (v) => `${v['file']} is not an app image that a bootloader would start: ${v['why']}`,
    next: 'Choose the application .bin file that the build made.',
  },
  'wrong-chip': {
    says: (v) => `${v['file']} is for the ${v['image']}, and this board is an ${v['board']}.`,
    next: 'Choose the file that was built for this chip.',
  },
  'chip-too-old': {
    says: (v) => `${v['file']} needs chip revision ${v['needs']} or newer, and this board has ${v['has']}.`,
    next: 'Build it with a lower minimum revision, or use a newer board.',
  },
  'no-app-partition': {
    says: () => 'The board’s partition table has no partition for an app.',
    next: 'A partition table with an app partition has to be written first.',
  },
  'app-too-large': {
    says: (v) => `${v['file']} is ${v['size']}, and ${v['partition']} holds ${v['room']}: ${v['excess']} too much. ${v['fits']}`,
    next: 'Choose a larger partition, build a smaller app, or use a partition table with more room for apps.',
  },
  'table-damaged': {
    says: () => 'The partition table on the board is damaged, so where its partitions begin and end is not certain.',
    next: 'Write a sound partition table first, or go on if you know that these partitions are right.',
    consent: 'I know that the partitions shown are right. Write to them although the table is damaged.',
  },
});

const readFiles = new WeakMap<Uint8Array, AppImageResult>();

/** The image in a file; read once however often it is asked for. */
function imageOf(file: DroppedFile): AppImageResult {
  const known = readFiles.get(file.data);
  if (known !== undefined) return known;
  const result = readAppImage(file.data, HASHES, { in: 'file', name: file.name });
  readFiles.set(file.data, result);
  return result;
}

/** What a file is. */
export function recogniseFile(file: DroppedFile): Recognised {
  const result = imageOf(file);
  if (result.kind === 'not-an-image') return { kind: 'unknown', says: result.why, findings: [] };
  const { description, header } = result.image;
  const chip = header.chip.name ?? `an unknown chip (${header.chip.id})`;
  const says =
    description === null
      ? `An image for the ${chip} without a description: most likely a bootloader.`
      : `The app ${description.project} ${description.version} for the ${chip}, made with ESP-IDF ${description.idf}.`;
  return { kind: result.image.isBootloader ? 'bootloader' : 'app', says, findings: result.findings };
}

/**
 * The places for an app, best first: the slot that holds this very app already, then a slot that is not the one that
 * starts now (the old app stays to fall back on), then the one that does.
 */
export function placesFor(file: DroppedFile, board: EspInspection): Choice[] {
  const result = imageOf(file);
  if (result.kind !== 'image') return [];
  const choices = board.esp.table.reading.rows
    .filter((row) => row.type === TYPE_APP && row.offset + row.size <= board.esp.flashSize)
    .flatMap((row) => choicesIn(row, file, board));
  const order = (choice: RankedChoice) => (choice.fits ? 0 : 10) + choice.rank;
  return choices.toSorted((a, b) => order(a) - order(b)).map(({ rank: _, ...choice }) => choice);
}

interface RankedChoice extends Choice {
  readonly rank: number;
}

function choicesIn(row: TableRow, file: DroppedFile, board: EspInspection): RankedChoice[] {
  const { prediction, apps } = board.esp;
  const now = apps.get(row.offset);
  const holds = now === undefined ? '' : `${now.project} ${now.version}`.trim();
  const image = imageOf(file);
  const own = image.kind === 'image' ? image.image.description?.elfSha256 : undefined;
  const same = own !== undefined && now?.elfSha256 === own;
  const starting = prediction.boots;
  const isStarting = starting?.offset === row.offset;
  const running = starting === null ? undefined : apps.get(starting.offset);
  const fits = file.data.length <= row.size;
  const at = { region: REGION, address: row.offset, size: row.size, fits };
  const plain = (rank: number, name: string, why: string): RankedChoice => ({ ...at, rank, name, why, id: `${row.name}@${row.offset}` });
  if (!fits) return [plain(9, row.name, `too small: it holds ${bytes(row.size)}`)];
  if (isStarting) {
    const why = same ? 'this very app is there already' : holds === '' ? 'the board starts this one' : `replaces ${holds}, which the board starts now`;
    return [plain(same ? 0 : 3, row.name, why)];
  }
  const stays = starting === null ? 'nothing starts now' : `the board goes on starting ${starting.name}`;
  if (startRecord(row, board) === null) {
    return [plain(4, row.name, holds === '' ? stays : `replaces ${holds}; ${stays}`)];
  }
  const fallBack = running === undefined ? '' : `; ${running.project} ${running.version} stays in ${starting?.name ?? ''} to fall back on`;
  const replaced = holds === '' ? 'it is empty' : same ? 'this very app is there already' : `replaces ${holds}`;
  return [
    { ...plain(same ? 1 : 2, `${row.name}, and start it`, `${replaced}${fallBack}`), id: startId(row) },
    plain(5, `${row.name}, without starting it`, `${replaced}; ${stays}`),
  ];
}

/** What would have to be written to otadata so that a slot starts; null if it cannot be made to start that way. */
function startRecord(row: TableRow, board: EspInspection): NextOtadata | null {
  const { otadata, table } = board.esp;
  const slot = otaSlot(row);
  if (otadata === null || slot === null) return null;
  const slots = table.reading.rows.filter((r) => otaSlot(r) !== null).length;
  // A gap in the numbers hides the slots behind it from the bootloader.
  return slot < slots ? nextOtadata({ otadata: otadata.records, slots, slot }) : null;
}

function startId(row: TableRow): string {
  return `${row.name}@${row.offset}+start`;
}

/** The bytes that a placement puts on the flash: the app, and where it is to start also one otadata record. */
export function segmentsOf({ file, choice }: Placement, board: EspInspection): Segment[] {
  if (choice === null) return [];
  const app: Segment = { region: REGION, address: choice.address, data: file.data };
  const record = chosenRecord(choice, board);
  if (record === null || record.kind === 'nothing' || board.esp.otadata === null) return [app];
  // The whole erase unit: nothing else in it means anything to a bootloader.
  const data = new Uint8Array(RECORD_DISTANCE).fill(0xff);
  data.set(record.data);
  return [app, { region: REGION, address: board.esp.otadata.row.offset + record.record * RECORD_DISTANCE, data }];
}

function chosenRow(choice: Choice, board: EspInspection): TableRow | undefined {
  return board.esp.table.reading.rows.find((row) => row.offset === choice.address && row.type === TYPE_APP);
}

function chosenRecord(choice: Choice, board: EspInspection): NextOtadata | null {
  const row = chosenRow(choice, board);
  return row !== undefined && choice.id === startId(row) ? startRecord(row, board) : null;
}

/** Every reason not to put files where they are to go. */
export function checkFiles(placements: readonly Placement[], board: EspInspection): Refusal[] {
  const found = placements.flatMap((placement) => checkFile(placement, board));
  const { address, reading } = board.esp.table;
  // What broke the bootloader's own check is not mended by writing an app; a person may still know better.
  const damaged = reading.findings.some((finding) => DAMAGE.has(finding.kind));
  if (placements.length === 0 || !damaged) return found;
  return [...found, refuse('table-damaged', { in: 'flash', range: { region: REGION, address, size: RECORD_DISTANCE } }, { address: hex(address) })];
}

const DAMAGE: ReadonlySet<string> = new Set(['table-md5-wrong', 'table-md5-twice', 'table-row-damaged', 'table-end-missing', 'table-cut-short']);

function checkFile({ file, choice }: Placement, board: EspInspection): Refusal[] {
  const place = { in: 'file', name: file.name } as const;
  const result = imageOf(file);
  if (result.kind === 'not-an-image') return [refuse('not-an-app', place, { file: file.name, why: result.why })];
  const { image } = result;
  const problem = result.findings.find((finding) => finding.verdict === 'problem');
  if (problem !== undefined) return [refuse('not-an-app', problem.place, { file: file.name, why: problem.says })];
  if (image.isBootloader) {
    return [refuse('not-an-app', place, { file: file.name, why: 'it has no app description, so it is most likely a bootloader.' })];
  }
  const wrong = checkChip(file, image, board);
  if (wrong !== null) return [wrong];
  if (choice === null) return [refuse('no-app-partition', { in: 'device' })];
  return choice.fits ? [] : [tooLarge(file, choice, board)];
}

function checkChip(file: DroppedFile, image: AppImage, board: EspInspection): Refusal | null {
  const place = { in: 'file', name: file.name, offset: 12 } as const;
  const { chip, revision } = board.identity;
  const { header } = image;
  if (header.chip.id !== imageChipId(chip)) {
    const name = header.chip.name ?? `chip ${header.chip.id}`;
    return refuse('wrong-chip', place, { file: file.name, image: name, board: chip, id: header.chip.id });
  }
  // esptool-js tells the major revision; images ask for major × 100 + minor.
  const needs = Math.floor(header.revision.minFull / 100);
  if (revision !== '' && needs > Number(revision)) {
    return refuse('chip-too-old', place, { file: file.name, needs, has: revision });
  }
  return null;
}

function tooLarge(file: DroppedFile, choice: Choice, board: EspInspection): Refusal {
  const roomy = placesFor(file, board).find((other) => other.fits);
  return refuse('app-too-large', { in: 'flash', range: choice }, {
    file: file.name,
    size: bytes(file.data.length),
    partition: choice.name,
    room: bytes(choice.size),
    excess: bytes(file.data.length - choice.size),
    fits: roomy === undefined ? 'No app partition of this board has that much room.' : `It would fit into ${roomy.name}.`,
  });
}

/** What the board will start once files are in place. */
export function afterwardsOf(placements: readonly Placement[], board: EspInspection): string {
  const chosen = placements.flatMap(({ choice }) => (choice === null ? [] : [choice]));
  const started = chosen.find((choice) => chosenRecord(choice, board) !== null);
  const now = board.esp.prediction.boots;
  const row = started && chosenRow(started, board);
  if (row !== undefined) return `The board will start the new app from ${row.name}.`;
  if (now === null || board.boot?.partition === null) return `Afterwards: ${board.boot?.says ?? 'what the board starts is not known.'}`;
  if (chosen.some((choice) => choice.address === now.offset)) return `The board will start the new app from ${now.name}.`;
  return `The board will go on starting ${now.name}: what is written elsewhere is not started.`;
}
