/** The boards that were connected in this browser, so that the start page can name them before anything is loaded. */
import type { Readers } from '../formats/field.ts';
import { isReadable } from '../formats/field.ts';
import { isObject } from '../formats/json.ts';
import type { MetBoard } from './records.ts';

/** Where they are kept: `localStorage`, which is deleted with the site's data. */
export type PlainStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The key in that storage. */
const KEY = 'sectorwise-boards';
/** More boards than this are not remembered: the one not seen for longest is dropped. */
export const MOST_BOARDS = 8;

/** The remembered boards, the one seen last first. Empty if the storage is denied, or holds something else. */
export function metBoards(storage: PlainStorage): readonly MetBoard[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.map(renamed).filter(isMetBoard).slice(0, MOST_BOARDS) : [];
  } catch {
    return [];
  }
}

/** Remembers a board, or that it was seen again. Does nothing where the storage is denied or full. */
export function meetBoard(storage: PlainStorage, board: MetBoard): void {
  const others = metBoards(storage).filter(({ key }) => key !== board.key);
  keep(storage, [board, ...others].slice(0, MOST_BOARDS));
}

/** Forgets a board. Its backups and jobs stay. */
export function forgetBoard(storage: PlainStorage, key: string): void {
  keep(
    storage,
    metBoards(storage).filter((board) => board.key !== key),
  );
}

function keep(storage: PlainStorage, boards: readonly MetBoard[]): void {
  try {
    storage.setItem(KEY, JSON.stringify(boards));
  } catch {
    // What is not remembered is not named: nothing depends on it.
  }
}

/** A stored board with today's field names: `way` became `connection`. */
function renamed(stored: unknown): unknown {
  if (!isObject(stored) || !('way' in stored)) return stored;
  const { way, ...rest } = stored;
  return { connection: way, ...rest };
}

/** Another version may have stored anything. */
function isMetBoard(value: unknown): value is MetBoard {
  return isReadable(value, (field) => field.each(MET_BOARD));
}

const MET_BOARD: Readers<MetBoard> = {
  key: (field) => field.text(),
  name: (field) => field.text(),
  connection: (field) =>
    'virtual' in field.object() ? field.at('virtual').text() : field.at('port').oneOf(['serial', 'usb'] as const),
  // The latest that a `Date` can hold: it is shown as one.
  seen: (field) => field.whole(0, 8.64e15),
};
