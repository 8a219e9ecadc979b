/** Rules for unpacking files that are dropped on an Espressif board. */
import type { DroppedFile, Source, Unpacked, UnpackOptions } from '../../flash/dropped-file.ts';
import { readAppHead } from '../../formats/app-header.ts';
import type { BoardRules } from '../../import/board-rules.ts';
import { unknownContent } from '../../import/board-rules.ts';
import { sameChip } from '../../import/other-chips.ts';
import { uf2Families } from '../../import/uf2-families.ts';
import { unpackDrop } from '../../import/unpack.ts';
import { hex } from '../../flash/finding.ts';
import type { FileKind } from '../arrange/identify.ts';
import { identify, LARGEST_FILE } from '../arrange/identify.ts';
import type { EspInspection } from '../board/inspection.ts';
import { REGION } from '../loader/target.ts';
import { conventionalBuilds } from './conventions.ts';
import { unpackProgram } from './elf.ts';
import { projectOf } from './project/project.ts';

/** More address ranges than any layout has partitions. */
const MOST_RUNS = 128;

/** The port's `unpack` for Espressif boards: see `Family.unpack`. */
export async function unpackEsp(
  sources: readonly Source[],
  board: EspInspection,
  how: UnpackOptions = {},
): Promise<Unpacked> {
  return unpackDrop(sources, rulesOf(board), how);
}

/** The connection in the words of manifests; null where it is not known, as of a flash image in a file. */
function serialOf({ esp: { connection } }: EspInspection): BoardRules['serial'] {
  if (connection === null) return null;
  return connection === 'bridge' ? 'uart' : 'cdc';
}

function rulesOf(board: EspInspection): BoardRules {
  const { chip } = board.identity;
  const isOwnChip = (other: string): boolean => sameChip(other, chip);
  return {
    board,
    regionAt: () => REGION,
    chip,
    isOwnChip,
    serial: serialOf(board),
    isStm32: false,
    largest: LARGEST_FILE,
    together: LARGEST_FILE,
    addresses: {
      limit: LARGEST_FILE,
      mostRuns: MOST_RUNS,
      note: 'Its addresses are used as flash offsets.',
      countsFromPartition: ({ address, data }) => address === 0 && (readAppHead(data)?.description ?? null) !== null,
      shape: (runs) => runs,
      refuse: () => null,
      name: (file, address, alone) => (alone ? file : `${file} @ ${hex(address)}`),
    },
    uf2Families: uf2Families(isOwnChip),
    // Prefer the app image made by the build to one converted here from its ELF file.
    forms: [['bin', 'hex', 'uf2'], ['elf']],
    kindOf: (part) => identify(part, board).kind,
    foreign: (part) => foreignTo(part, board),
    conventionalBuilds: (files) => conventionalBuilds(files, chip),
    projectOf: (files, work) => projectOf(files, work, board),
    unpackProgram: (source, program, work) => unpackProgram(source, program, board, work),
    dfuDevice: null,
  };
}

function chipIn(what: FileKind): string | null {
  if (what.is === 'image') return what.image.header.chip.name;
  return what.is === 'merged'
    ? (what.merged.bootloader?.header.chip.name ??
        what.merged.parts.find(({ image }) => image !== null)?.image?.header.chip.name ??
        null)
    : null;
}

function foreignTo(part: DroppedFile, board: EspInspection): string | null {
  const what = identify(part, board);
  if (what.is === 'unusable' || what.is === 'too-large') return `not firmware: ${what.kind}`;
  const unknown = what.is === 'data' ? unknownContent(part.name) : null;
  if (unknown !== null) return unknown;
  const chip = chipIn(what);
  return chip === null || sameChip(chip, board.identity.chip) ? null : `for the ${chip}`;
}
