/** Helpers shared by the rules of this folder: names, places and addresses. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { EspInspection } from '../board/inspection.ts';
import { UNIT } from '../flash-geometry.ts';

/** A partition with its exact place: `nvs, 0x9000, 84 KiB`. */
export function exactPlace({
  name,
  offset,
  size,
}: {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}): string {
  return `${name}, ${hex(offset)}, ${bytes(size)}`;
}

/** The name of a gap: flash outside every partition. */
export function gapName(address: number): string {
  return `the gap at ${hex(address)}`;
}

/** The address for a table from a file: its container's if that is a multiple of 4 KiB, else that of the board's own. */
export function tableAddress({ at }: DroppedFile, board: EspInspection): number {
  return at === undefined || at % UNIT !== 0 ? board.esp.table.address : at;
}

/** Findings about a part of a file, with their offsets shifted by `by` bytes to be relative to the whole file. */
export function shiftedFindings(findings: readonly Finding[], by: number): Finding[] {
  return findings.map((finding) => {
    const { place } = finding;
    if (place.in !== 'file' || place.offset === undefined) return finding;
    return { ...finding, place: { ...place, offset: place.offset + by } };
  });
}

/** The first finding that is a problem; undefined if there is none. */
export function problemOf(findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.verdict === 'problem');
}
