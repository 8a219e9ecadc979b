/** Choices for a file with an address, by its container or typed: that address comes first and is the only automatic choice. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { neededSize } from './data-choices.ts';
import type { ArrangeContext } from './context.ts';
import type { FileKind } from './identify.ts';
import type { EspChoice } from './placed.ts';
import { gapName } from './words.ts';

/** `choices` with the address `at` first, named after what is there; all others are only taken by hand. */
export function placedFirst(
  file: DroppedFile,
  at: number,
  choices: readonly EspChoice[],
  what: FileKind,
  context: ArrangeContext,
): EspChoice[] {
  // The choices for tables and merged images already take the address into account.
  if (['too-large', 'unusable', 'table', 'merged'].includes(what.is)) return [...choices];
  const byHand = choices.filter(({ address }) => address !== at).map((choice) => ({ ...choice, byHand: true }));
  const [first, ...same] = choices
    .filter(({ address }) => address === at)
    .map(({ byHand: _, ...choice }): EspChoice => ({ ...choice, why: `${addressWords(file)}; ${choice.why}` }));
  if (first !== undefined) return [first, ...same, ...byHand];
  // A bootloader goes where the chip expects it, whatever the container says.
  if (what.is === 'image' && what.bootloader) return [...choices];
  return [addressChoice(file, at, what, context), ...byHand];
}

/** Where a file's address comes from, as a clause. */
export function addressWords({ typed }: DroppedFile): string {
  return typed === true ? 'the address that you typed' : 'the address in its build';
}

/** The choice of an address in a partition or gap, up to the end of that place, or of the file if that extends past it. */
function addressChoice(file: DroppedFile, at: number, what: FileKind, { board, table }: ArrangeContext): EspChoice {
  const needs = neededSize(file, what);
  const row = table.rows.find(({ offset, size }) => at >= offset && at < offset + size);
  const next = Math.min(board.esp.flashSize, ...table.rows.map(({ offset }) => offset).filter((offset) => offset > at));
  const room = (row === undefined ? next : row.offset + row.size) - at;
  const place =
    at === board.esp.bootloader.address
      ? 'the place of the bootloader'
      : row === undefined
        ? gapName(at)
        : at === row.offset
          ? row.name
          : `${row.name}, from ${hex(at)} on`;
  const fits = at + needs <= board.esp.flashSize;
  const over = fits ? Math.ceil(needs / UNIT) * UNIT : Math.max(0, board.esp.flashSize - at);
  const size = needs <= room ? room : over;
  const words = addressWords(file);
  const why = needs <= room ? words : `${words}; it reaches ${bytes(needs - room)} further`;
  return {
    region: REGION,
    address: at,
    size,
    id: `at@${at}`,
    name: place,
    why,
    fits,
    place: 'address',
  };
}
