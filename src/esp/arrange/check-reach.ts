/** Checks what files would overwrite outside their own place, for example where a broken table lets partitions overlap. */
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { segmentRange } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, rangeEnd } from '../../flash/map.ts';
import { isBare } from '../board/bare-chip.ts';
import { isImageFor } from '../../formats/chip-ids.ts';
import { TABLE_SPACE } from '../flash-geometry.ts';
import type { TableRow } from '../partitions/table.ts';
import { holdsData, TYPE_APP } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { isCiphertext } from './ciphertext.ts';
import type { ArrangeContext } from './context.ts';
import { isAppAtBootloader } from './check-file.ts';
import { refuse } from './refusals.files.ts';
import type { EspChoice, EspPlaced } from './placed.ts';
import { startsOf } from './segments.ts';
import { shown } from '../../formats/words.ts';
import { exactPlace } from './words.ts';

/** Bytes with the partition that they are meant for; `row` is null if the place is not a partition. */
interface Piece {
  readonly segment: Segment;
  readonly name: string;
  readonly row: TableRow | null;
  /** Whether the bytes are meant for the bootloader's or the table's place. */
  readonly boot: boolean;
  /** Whether the place is an address given by a container. */
  readonly reported: boolean;
}

/** Refusals and questions for other partitions, a bootloader or a table that a placement's bytes would overwrite. */
export function checkReach(placements: readonly EspPlaced[], context: ArrangeContext): Refusal[] {
  if (isBare(context.board.identity)) return [];
  const [first] = startsOf(placements);
  return placements.flatMap((placement) => {
    const pieces = piecesOf(placement, placement === first, context);
    const boot = pieces.filter((piece) => !piece.boot).flatMap((piece) => checkBoot(piece, placement, context));
    return [...boot, ...checkPartitions(pieces, placement, context)];
  });
}

function piecesOf({ what, choice, own }: EspPlaced, starts: boolean, context: ArrangeContext): Piece[] {
  // A file that does not fit or is for another chip is refused anyway; listing all that it overlaps would hide the reason.
  const foreign = what.is === 'image' && !isImageFor(what.image.header.chip, context.board.identity.chip);
  if (choice === null || !choice.fits || foreign || isAppAtBootloader(what, choice, context)) return [];
  const pieces: Piece[] = [];
  // These two bring a table of their own, which is refused if it is invalid.
  if ((what.is !== 'table' && what.is !== 'merged') || choice.place === 'data') {
    const reported = choice.place === 'address';
    const encrypted = isCiphertext(choice);
    const row = reported || encrypted ? rowAround(choice, context) : rowOf(choice);
    // Ciphertext goes to the bootloader's or the table's place only if a person chooses that.
    const at = { name: row?.name ?? choice.name, row, boot: choice.place === 'bootloader' || encrypted, reported };
    pieces.push(...own.map((segment) => ({ ...at, segment })));
  }
  const { otadata } = context;
  if (starts && choice.start !== undefined && otadata !== null) {
    const at = { name: otadata.row.name, row: otadata.row, boot: false, reported: false };
    pieces.push(...choice.start.segments.map((segment) => ({ ...at, segment })));
  }
  return pieces;
}

function rowOf(choice: EspChoice): TableRow | null {
  return choice.place === 'app' || choice.place === 'data' ? choice.row : null;
}

/** The partition that contains the whole place of a choice; null if there is none. */
function rowAround({ address, size }: EspChoice, { table }: ArrangeContext): TableRow | null {
  const around = table.rows.find((row) => address >= row.offset && address + size <= row.offset + row.size);
  return around ?? null;
}

function checkBoot({ segment, name }: Piece, { file }: EspPlaced, { board, table }: ArrangeContext): Refusal[] {
  const { address } = board.esp.bootloader;
  const range = segmentRange(segment);
  const places: readonly (readonly [string, Range])[] = [
    ['bootloader', { region: REGION, address, size: table.address - address }],
    ['partition table', { region: REGION, address: table.address, size: TABLE_SPACE }],
  ];
  const [met] = places.filter(([, place]) => overlaps(range, place));
  if (met === undefined) return [];
  const [what, place] = met;
  return [
    refuse(
      'overlaps-boot',
      { in: 'flash', range },
      {
        file: shown(file),
        partition: name,
        from: hex(range.address),
        end: hex(rangeEnd(range)),
        what,
        address: hex(place.address),
      },
    ),
  ];
}

function checkPartitions(pieces: readonly Piece[], { file }: EspPlaced, { table }: ArrangeContext): Refusal[] {
  // Rows of other types describe the bootloader and the table themselves.
  const rows = table.rows.filter(({ type }) => type === TYPE_APP || holdsData(type));
  const met = new Map<TableRow, Piece>();
  for (const piece of pieces) {
    for (const row of rows) {
      const range = { region: REGION, address: row.offset, size: row.size };
      if (row !== piece.row && overlaps(segmentRange(piece.segment), range)) met.set(row, met.get(row) ?? piece);
    }
  }
  const [first] = met.values();
  if (first === undefined) return [];
  const touched = [...met.keys()];
  const changes = touched.map((row) => ({ region: REGION, address: row.offset, size: row.size }));
  if (first.reported) {
    const range = segmentRange(first.segment);
    const values = { file: shown(file), from: hex(range.address), end: hex(rangeEnd(range)) };
    const ask = refuse(
      'reaches-over',
      { in: 'flash', range },
      { ...values, touched: touched.map(exactPlace).join('; ') },
    );
    return [{ ...ask, changes }];
  }
  const values = {
    ...Object.fromEntries(touched.map((row) => [row.name, `${hex(row.offset)}, ${bytes(row.size)}`])),
    file: shown(file),
    partition: [...new Set([...met.values()].map(({ name }) => name))].join(' and '),
    touched: touched.map(exactPlace).join('; '),
  };
  return [{ ...refuse('overlaps-partition', { in: 'flash', range: segmentRange(first.segment) }, values), changes }];
}
