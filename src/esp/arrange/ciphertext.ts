/** Files that were already encrypted: written unchanged, each to the address that it was encrypted for. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { rangeEnd } from '../../flash/map.ts';
import { TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { cipheredRanges } from '../board/read-access.ts';
import type { ArrangeContext } from './context.ts';
import type { EspChoice, EspPlacement } from './placed.ts';

/** Whether a file is placed as ciphertext. */
export function isCiphertext(choice: EspChoice | null): choice is EspChoice {
  return choice?.place === 'ciphertext';
}

/** The places that the chip decrypts, all by hand: only a person knows for which of them a file was encrypted. */
export function ciphertextChoices(file: DroppedFile, { board, table }: ArrangeContext): EspChoice[] {
  const { address } = board.esp.bootloader;
  const tableRange = { region: REGION, address: table.address, size: TABLE_SPACE };
  const named = (range: Range): string => {
    if (range.address === address) return 'bootloader';
    if (range.address === table.address) return 'partition table';
    return table.rows.find((row) => row.offset === range.address)?.name ?? hex(range.address);
  };
  return cipheredRanges(table.rows, address, tableRange)
    .filter((range) => rangeEnd(range) <= board.esp.flashSize)
    .map((range): EspChoice => {
      const fits = file.data.length <= range.size;
      const why = fits
        ? 'written unchanged: only correct if it was encrypted with this chip’s key for this address'
        : `too small: it holds ${bytes(range.size)}`;
      const name = `${named(range)}, encrypted already`;
      return { ...range, id: `cipher@${range.address}`, name, why, fits, byHand: true, place: 'ciphertext' };
    });
}

/** `ranges` without the erase units of files that are already ciphertext, which are written and read back unchanged. */
export function withoutCiphertext(ranges: readonly Range[], placements: readonly EspPlacement[]): Range[] {
  const written = placements.flatMap(({ file, choice }) =>
    isCiphertext(choice)
      ? [{ from: choice.address, to: choice.address + Math.ceil(file.data.length / UNIT) * UNIT }]
      : [],
  );
  return written.reduce<Range[]>(
    (rest, { from, to }) =>
      rest.flatMap((range) => {
        const before = { ...range, size: Math.min(rangeEnd(range), from) - range.address };
        const at = Math.max(range.address, to);
        return [before, { ...range, address: at, size: rangeEnd(range) - at }].filter(({ size }) => size > 0);
      }),
    [...ranges],
  );
}
