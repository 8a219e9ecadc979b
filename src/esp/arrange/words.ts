/** Small words that every sentence about a file needs. */
import type { DroppedFile } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { EspInspection } from '../board/inspection.ts';
import { UNIT } from '../partitions/layout.ts';

/** A partition with its exact place: `nvs, 0x9000, 84 KiB`. */
export function exactly({
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

/** What a stretch of flash is called that belongs to no partition. */
export function gapName(address: number): string {
  return `the gap at ${hex(address)}`;
}

/** Where a table from a file goes: where its container puts it, else where the board's own is. */
export function tableAddress({ at }: DroppedFile, board: EspInspection): number {
  return at === undefined || at % UNIT !== 0 ? board.esp.table.address : at;
}

/** Findings about a part of a file, with places counted from the start of the whole file; `by` in bytes. */
export function shifted(findings: readonly Finding[], by: number): Finding[] {
  return findings.map((finding) => {
    const { place } = finding;
    if (place.in !== 'file' || place.offset === undefined) return finding;
    return { ...finding, place: { ...place, offset: place.offset + by } };
  });
}

/** The first defect for which something would not work; undefined if there is none. */
export function problemOf(findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.verdict === 'problem');
}
