/** What the files of a request bring besides the table and the bootloader: apps in merged images, and otadata. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { AppDescription } from '../../formats/app-header.ts';
import { isImageFor } from '../../formats/chip-ids.ts';
import { RECORD_SIZE } from '../boot/otadata.ts';
import { UNIT } from '../flash-geometry.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import type { Records } from './context.ts';
import type { MergedImage } from './merged.ts';
import { MERGED_EVERYTHING, MERGED_PROGRAMS } from './merged.ts';
import type { EspFile } from './placed.ts';

/** An app inside a merged image. */
export interface MergedApp {
  readonly from: DroppedFile;
  readonly description: AppDescription | null;
}

/** The complete apps for this chip in merged images, by flash offset. */
export function appsInMerged(files: readonly EspFile[], chip: string): ReadonlyMap<number, MergedApp> {
  const apps = new Map<number, MergedApp>();
  for (const { file: from, what } of files) {
    if (what.is !== 'merged') continue;
    for (const { kind, address, image } of what.merged.parts) {
      const sound = image?.loads === true && isImageFor(image.header.chip, chip);
      if (kind === 'app' && sound) apps.set(address, { from, description: image.description });
    }
  }
  return apps;
}

/** Otadata among the files, and its records; a record that the file ends before is the board's own, null if not known. */
export interface OtadataFile {
  readonly from: DroppedFile;
  readonly records: Records | null;
}

/** The otadata that files bring for the partition `row`: an otadata file, or a merged image that writes there. */
export function otadataFileOf(
  files: readonly EspFile[],
  row: TableRow | null,
  own: Records | null,
): OtadataFile | null {
  for (const { file: from, what, requested } of files) {
    if (what.is === 'otadata') return { from, records: recordsIn(from.data, own) };
    if (what.is !== 'merged' || row === null || requested === MERGED_PROGRAMS) continue;
    const data = otadataIn(from, what.merged, row, requested === MERGED_EVERYTHING);
    if (data !== null) return { from, records: recordsIn(data, own) };
  }
  return null;
}

/** What a merged image writes to otadata. With its padding that may be blank; of its parts, blank otadata is not one. */
function otadataIn(file: DroppedFile, merged: MergedImage, row: TableRow, everything: boolean): Uint8Array | null {
  if (!everything) return merged.parts.find(({ address }) => address === row.offset)?.data ?? null;
  const at = row.offset - merged.base;
  return at >= 0 && at + RECORD_SIZE <= file.data.length ? file.data.subarray(at, at + OTADATA_SIZE) : null;
}

function recordsIn(data: Uint8Array, own: Records | null): Records | null {
  const [first, second] = [data.subarray(0, UNIT), data.subarray(UNIT, OTADATA_SIZE)];
  const rest = second.length >= RECORD_SIZE ? second : own?.[1];
  return first.length < RECORD_SIZE || rest === undefined ? null : [first, rest];
}
