/** Drops hostile files on a board and says what came of them. */
import type { DroppedFile, Source, Unpacked } from '../../flash/dropped-file.ts';
import type { Family, Inspection } from '../../flash/family.ts';
import type { Arrangement, Request } from '../../flash/arrangement.ts';
import { espFamily } from '../../esp/family.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { boardOf as dfuBoardOf, FAMILY as DFU, flashOf } from '../dfu/boards.ts';
import { boardOf } from '../esp/placements.ts';
import type { HostileCase, Limits } from './case.ts';
import { wrongWords } from './shown.ts';

/** The boards that files are dropped on. */
export type DropBoard = 'ESP32' | 'ESP32-S3' | 'STM32' | 'Photon';

/** One drop: files that were made to cost much, or to be taken for something else. */
export interface HostileDrop {
  readonly name: string;
  readonly attacks: string;
  /** What must come of it: the number of parts, the kinds of findings, and the refusals, questions with a `?`. */
  readonly comes: string | RegExp;
  readonly drop: () => readonly Source[];
  /** An ESP32 unless given. */
  readonly board?: DropBoard;
  readonly limits?: Partial<Limits>;
  readonly long?: true;
}

/** A partition table that a board of the tests has. */
export const TABLE = buildPartitionTable(RAFT_OTA_ROWS);

interface Opened {
  unpack(sources: readonly Source[]): Promise<Unpacked>;
  arrange(request: Request): Arrangement;
  identify(file: DroppedFile): readonly { readonly kind: string; readonly says: string }[];
}

async function opened(board: DropBoard): Promise<Opened> {
  const of = <I extends Inspection>(
    family: Pick<Family<I>, 'unpack' | 'arrange' | 'identify'>,
    inspection: I,
  ): Opened => ({
    unpack: (sources) => family.unpack(sources, inspection),
    arrange: (request) => family.arrange(request, inspection),
    identify: (file) => family.identify(file, inspection).findings,
  });
  if (board === 'STM32') return of(DFU, await dfuBoardOf('f405', flashOf()));
  if (board === 'Photon') return of(DFU, await dfuBoardOf('photon', flashOf()));
  const flash = new Uint8Array(0x400000).fill(0xff);
  flash.set(TABLE, 0x8000);
  return of(espFamily, await boardOf(flash, { chip: board }));
}

const boards = new Map<DropBoard, Promise<Opened>>();

/** Makes boards before a case is measured. */
export function boardFor(board: DropBoard): Promise<Opened> {
  const known = boards.get(board) ?? opened(board);
  boards.set(board, known);
  return known;
}

/** What came of a drop, in a line; what must never happen begins with `WRONG`. */
export async function dropped({ drop, board = 'ESP32' }: Pick<HostileDrop, 'drop' | 'board'>): Promise<string> {
  const own = await boardFor(board);
  const unpacked = await own.unpack(drop());
  const { parts, left, findings, says } = unpacked;
  const arrangement = own.arrange({ files: parts.map((file) => ({ file, choice: null })) });
  const found = [...findings, ...parts.flatMap((file) => own.identify(file))];
  const kinds = [...new Set(found.map(({ kind }) => kind))].toSorted();
  const refused = arrangement.refusals.map(({ kind, consent }) => (consent === undefined ? kind : `?${kind}`));
  const words = [
    says,
    arrangement.boot.says,
    ...found.map((each) => each.says),
    ...arrangement.refusals.map((each) => each.says),
    ...left.flatMap(({ name, why }) => [name, why]),
    ...parts.map(({ name }) => name),
  ];
  const wrong = [
    ...wrongWords(words),
    ...(parts.length > 256 || findings.length > 65 || left.length > 257
      ? [`${parts.length} parts, ${findings.length} findings and ${left.length} lines are listed`]
      : []),
    ...(parts.some(({ at = 0 }) => !Number.isSafeInteger(at) || at < 0 || at >= 2 ** 32)
      ? ['a part at no address']
      : []),
    ...(parts.some(({ name }) => /(^|\/)\.\.?(\/|$)|^\//.test(name)) ? ['a name that leaves its folder'] : []),
    // Files that were picked directly have the names that they have.
    ...(unpacked.container !== null && new Set(parts.map(({ name }) => name)).size < parts.length
      ? ['two parts of one name']
      : []),
  ];
  const count =
    parts.length === 0
      ? left.length === 0
        ? 'nothing'
        : 'left out'
      : `${parts.length} part${parts.length > 1 ? 's' : ''}`;
  const came = [
    count,
    ...kinds,
    ...(refused.length > 0 ? [`refused ${[...new Set(refused)].toSorted().join(' ')}`] : []),
  ];
  return wrong.length === 0 ? came.join(', ') : `WRONG: ${wrong.join('; ')} (${came.join(', ')})`;
}

/** Drops as cases. */
export function dropCases(drops: readonly HostileDrop[]): HostileCase[] {
  return drops.map(({ name, attacks, comes, limits, long, ...own }) => {
    let made: readonly Source[] | null = null;
    return {
      name,
      attacks,
      comes,
      ...(limits !== undefined && { limits }),
      ...(long !== undefined && { long }),
      prepare: () => void (made = own.drop()),
      run: () => {
        const sources = made ?? own.drop();
        made = null;
        return dropped({ ...own, drop: () => sources });
      },
    };
  });
}
