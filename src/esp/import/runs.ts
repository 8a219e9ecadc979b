/** Bytes at addresses out of HEX and UF2 files, as parts for the flash. */
import type { DroppedFile } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { readAppHead } from '../../formats/app-header.ts';
import type { Run } from '../../formats/sparse-bytes.ts';
import { LARGEST_FILE } from '../arrange/identify.ts';
import { unpackFinding } from './findings.ts';
import type { Left } from './packed.ts';

/** The first address that is no flash offset of a flash that is written. */
export const ADDRESS_LIMIT = LARGEST_FILE;
/** A HEX or UF2 file takes up to three times the bytes in it, so no more of one is read. In bytes. */
export const LARGEST_TEXT = 3 * LARGEST_FILE;
/** More places than any layout has partitions. */
export const MOST_RUNS = 128;

/** Why a file is not read whose bytes would not fit any flash. */
export function tooLarge(size: number): string {
  return `too large: ${bytes(size)}, and at most ${bytes(LARGEST_TEXT)} of such a file are read`;
}

/** Parts of a file, and one sentence on what they are. */
export interface RunParts {
  readonly says: string;
  readonly parts: readonly DroppedFile[];
  readonly left: readonly Left[];
  readonly findings: readonly Finding[];
}

/** Each run as a part; addresses that count from the start of an app partition are told and not used. */
export function partsOf(what: string, name: string, runs: readonly Run[]): RunParts {
  const [first] = runs;
  const place = { in: 'file', name } as const;
  // No chip starts an app at offset 0. TinyUF2's boards count addresses from the start of ota_0
  // (ports/espressif/boards/board_flash.c), as does who turns an app's .bin into HEX without an address.
  if (first?.address === 0 && hasDescription(first.data)) {
    const left = runs.slice(1).map(({ address }) => ({
      name: `${name} @ ${hex(address)}`,
      why: 'its address is relative to an app partition, but it is not part of the app there',
    }));
    const says = `${what} with an app.`;
    return { says, parts: [{ name, data: first.data }], left, findings: [unpackFinding('addresses-relative', place)] };
  }
  const places = runs.map(({ address }) => hex(address)).join(', ');
  const says = `${what} with bytes for ${runs.length === 1 ? 'one place' : `${runs.length} places`}: ${places}.`;
  const parts = runs.map(({ address, data }) => ({
    name: runs.length === 1 ? name : `${name} @ ${hex(address)}`,
    data,
    at: address,
  }));
  return { says: `${says} Its addresses are used as flash offsets.`, parts, left: [], findings: [] };
}

function hasDescription(data: Uint8Array): boolean {
  return (readAppHead(data)?.description ?? null) !== null;
}
