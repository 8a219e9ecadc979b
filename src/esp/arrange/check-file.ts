/** Refusals and questions about a single file at its chosen place. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Refusal } from '../../flash/finding.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { contains } from '../../flash/map.ts';
import { isBare } from '../board/bare-chip.ts';
import { headerEdit } from '../boot/bootloader-header.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { TYPE_APP } from '../partitions/types.ts';
import { checkChip } from './check-chip.ts';
import { runningApp } from './check-loss.ts';
import { checkMerged } from './check-merged.ts';
import { refuseHeaderPastChip } from './check-table.ts';
import type { ArrangeContext } from './context.ts';
import { rowAt } from './context.ts';
import { refuse } from './refusals.files.ts';
import { inFile, shown } from '../../formats/words.ts';
import { problemOf } from './words.ts';
import { neededSize } from './data-choices.ts';
import type { FileKind } from './identify.ts';
import { LARGEST_FILE } from './identify.ts';
import type { EspChoice, EspPlacement } from './placed.ts';

/** Every refusal and question about one placed file. */
export function checkFile(placement: EspPlacement, context: ArrangeContext): Refusal[] {
  const { file, what, choice } = placement;
  switch (what.is) {
    case 'too-large':
      return [
        refuse('file-too-large', inFile(file), {
          file: shown(file),
          size: bytes(file.data.length),
          limit: bytes(LARGEST_FILE),
        }),
      ];
    case 'unusable':
      return [refuse('not-an-app', inFile(file), { file: shown(file), why: what.why })];
    case 'table':
      return choice?.place === 'data' ? checkData(placement, context) : checkTable(file, what);
    case 'merged':
      return checkMerged(file, what.merged, choice, context);
    case 'image':
      return checkImage(file, what, placement, context);
    default:
      return checkData(placement, context);
  }
}

function checkTable(file: DroppedFile, what: FileKind & { is: 'table' }): Refusal[] {
  const problems = what.findings.filter((finding) => finding.verdict === 'problem');
  if (problems.length === 0 && !what.table.rows.some(({ type }) => type === TYPE_APP)) {
    return [refuse('table-without-app', inFile(file), { file: shown(file) })];
  }
  return problems.map((problem) =>
    refuse('table-refused', problem.place, {
      ...problem.values,
      file: shown(file),
      why: problem.says,
    }),
  );
}

function checkImage(
  file: DroppedFile,
  what: FileKind & { is: 'image' },
  { choice, choices }: EspPlacement,
  context: ArrangeContext,
): Refusal[] {
  const name = shown(file);
  const wrong = checkChip(name, inFile(file, 12), what.image.header, context.board.identity);
  // A known other chip is the reason for most defects; an unknown one may itself be damage.
  if (wrong !== null && what.image.header.chip.name !== null) return [wrong];
  const problem = problemOf(what.findings);
  if (problem !== undefined) {
    const kind = what.bootloader ? 'bootloader-damaged' : 'app-damaged';
    return [refuse(kind, problem.place, { ...problem.values, file: name, why: problem.says })];
  }
  if (wrong !== null) return [wrong];
  if (choice === null) {
    const { from } = context.table;
    const where = from === null ? 'on the board' : `in ${shown(from)}`;
    return [withoutTable(name, context) ?? refuse('no-app-partition', { in: 'device' }, { file: name, where })];
  }
  if (choice.place === 'bootloader') return checkBootloader(file, what, choice, context);
  if (isAppAtBootloader(what, choice, context)) {
    const values = { file: name, address: hex(choice.address), chip: context.board.identity.chip };
    return [refuse('app-at-bootloader', { in: 'flash', range: choice }, values)];
  }
  const tooLarge = () =>
    choice.place === 'address' ? pastFlash(file, what, choice, context) : appTooLarge(file, choice, choices, context);
  const found: Refusal[] = choice.fits ? [] : [tooLarge()];
  if (what.image.description === null) {
    found.push(
      refuse('image-without-description', inFile(file), {
        file: name,
        partition: partitionAt(choice, context),
      }),
    );
  }
  return found;
}

/** Whether a container gives an app the address of the bootloader. */
export function isAppAtBootloader(what: FileKind, { place, address }: EspChoice, { board }: ArrangeContext): boolean {
  const isApp = what.is === 'image' && what.image.description !== null;
  return isApp && place === 'address' && address === board.esp.bootloader.address;
}

/** The refusal of a file that only a partition table gives a place, where none can be used; null if there is one. */
function withoutTable(file: string, { board, table }: ArrangeContext): Refusal | null {
  const { reading, address } = board.esp.table;
  if (table.from !== null || isBare(board.identity)) return null;
  if (readBarrierOf(board.esp) !== null) return refuse('no-table-known', { in: 'device' }, { file });
  if (reading.state !== 'none' && reading.state !== 'blank') return null;
  const holds = reading.state === 'blank' ? 'is blank (erased)' : 'holds something else';
  const place = { in: 'flash', range: { region: REGION, address, size: UNIT } } as const;
  return refuse('no-table', place, { file, address: hex(address), holds });
}

function checkBootloader(
  file: DroppedFile,
  what: FileKind & { is: 'image' },
  choice: EspChoice,
  context: ArrangeContext,
): Refusal[] {
  const { board } = context;
  const [name, size] = [shown(file), file.data.length];
  if (!choice.fits) {
    const values = { file: name, size: bytes(size), room: bytes(choice.size), excess: bytes(size - choice.size) };
    return [refuse('bootloader-too-large', { in: 'flash', range: choice }, values)];
  }
  // A chosen header size is never larger than the chip.
  const header = headerEdit(board)?.size?.bytes ?? what.image.header.flashSize.bytes;
  if (header === null || header <= board.esp.flashSize) return [];
  return [refuseHeaderPastChip(inFile(file, 3), name, header, context)];
}

/** The refusal of an address from which a file reaches past the flash: no partition is too small for it. */
function pastFlash(file: DroppedFile, what: FileKind, { address }: EspChoice, { board }: ArrangeContext): Refusal {
  const [end, limit] = [address + neededSize(file, what), board.esp.flashSize];
  const values = { address: hex(address), end: hex(end), limit: hex(limit), excess: bytes(end - limit) };
  return refuse('file-past-flash', inFile(file), { file: shown(file), ...values });
}

function appTooLarge(
  file: DroppedFile,
  choice: EspChoice,
  choices: readonly EspChoice[],
  context: ArrangeContext,
): Refusal {
  const roomy = choices.find(({ fits, place }) => fits && place === 'app');
  return refuse(
    'app-too-large',
    { in: 'flash', range: choice },
    {
      file: shown(file),
      size: bytes(file.data.length),
      partition: partitionAt(choice, context),
      room: bytes(choice.size),
      excess: bytes(file.data.length - choice.size),
      ...(roomy === undefined && mayGrow(choice, context) && { needs: file.data.length }),
      fits:
        roomy === undefined
          ? `No app partition on this board has enough room: it needs one of ${sizeWords(file.data.length)}.`
          : `It would fit into ${partitionAt(roomy, context)}.`,
    },
  );
}

/** Whether a changed layout could give a file more room at its place. */
function mayGrow({ place }: EspChoice, { board, table }: ArrangeContext): boolean {
  // A layout for more room begins with the board's own: with rows that may be wrong it would begin wrong.
  const isSound = board.table !== undefined && board.table.damaged !== true;
  return (place === 'app' || place === 'data') && table.from === null && isSound;
}

/** A sentence on where data of this size would fit, or how large a partition it needs. */
function roomFor({ file, choices }: EspPlacement, context: ArrangeContext): string {
  if (isBare(context.board.identity)) return 'This board’s flash has no more space.';
  const roomy = choices.find(({ fits, place }) => fits && place === 'data');
  return roomy === undefined
    ? `It needs a partition of ${sizeWords(file.data.length)}.`
    : `It would fit into ${roomy.name}.`;
}

/** The minimum partition size for `size` bytes; partitions are multiples of 4 KiB. */
function sizeWords(size: number): string {
  const least = Math.ceil(size / UNIT) * UNIT;
  return `at least ${bytes(least)} (${hex(least)})`;
}

/** The partition's own name; a choice's name may also say what is done with it. */
function partitionAt(choice: EspChoice, context: ArrangeContext): string {
  return rowAt(context, choice.address)?.name ?? choice.name;
}

function checkData(placement: EspPlacement, context: ArrangeContext): Refusal[] {
  const { file, what, choice, choices } = placement;
  const name = shown(file);
  if (choice === null) {
    return choices.some(({ fits }) => fits)
      ? [refuse('place-not-chosen', inFile(file), { file: name, kind: what.kind })]
      : [
          withoutTable(name, context) ??
            refuse('no-place', inFile(file), {
              file: name,
              why: `no partition fits a file of this kind (${what.kind}) and size`,
            }),
        ];
  }
  const place = { in: 'flash', range: choice } as const;
  const values = { file: name, partition: choice.name, address: hex(choice.address), room: bytes(choice.size) };
  const needing = (needs: number) => mayGrow(choice, context) && { needs };
  const size = file.data.length;
  if (choice.place === 'address' && !choice.fits) return [pastFlash(file, what, choice, context)];
  if (size > choice.size)
    return [
      refuse('data-too-large', place, {
        ...values,
        ...needing(size),
        size: bytes(size),
        excess: bytes(size - choice.size),
        fits: roomFor(placement, context),
      }),
    ];
  if (what.is === 'data') return replaced(name, choice, context);
  if (what.is !== 'file-system' || what.system.size === null) return [];
  const { name: system, size: own } = what.system;
  if (own > choice.size) {
    return [
      refuse('file-system-too-large', place, {
        ...values,
        ...needing(own),
        system,
        size: bytes(own),
        excess: bytes(own - choice.size),
      }),
    ];
  }
  // SPIFFS finds its marks only in a partition of exactly its size; the others store their size.
  return system === 'SPIFFS' && own < choice.size
    ? [refuse('spiffs-size', place, { ...values, size: bytes(own) })]
    : [];
}

/** The question before a file of unknown kind replaces known content, or part of it. */
function replaced(file: string, choice: EspChoice, context: ArrangeContext): Refusal[] {
  const { board, table } = context;
  const { address, size } = choice;
  const inside = choice.place === 'address';
  const held = board.contents.find((content) =>
    inside ? contains(content, choice) : content.address === address && content.size === size,
  );
  // With a new table, the question about lost partitions covers this, and the running app has a question of its own.
  if (held === undefined || table.from !== null || NOTHING.has(held.kind)) return [];
  if (inside && held.address === runningApp(context)?.offset) return [];
  const partition = inside ? (rowAt(context, held.address)?.name ?? choice.name) : choice.name;
  const values = { file, partition, address: hex(address), holds: held.says };
  return [{ ...refuse('content-replaced', { in: 'flash', range: choice }, values), changes: [choice] }];
}

/** Kinds of content that can be replaced without asking. */
const NOTHING: ReadonlySet<string> = new Set(['blank', 'unknown', 'gap']);
