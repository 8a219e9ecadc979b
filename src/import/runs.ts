/** Bytes at addresses, from HEX, UF2, ELF and DfuSe files, as parts for the flash. */
import type { DroppedFile, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Run, SparseLimits } from '../formats/sparse-bytes.ts';
import type { BoardRules } from './board-rules.ts';
import { unpackFinding } from './findings.ts';
import type { UnusedFile } from './packed.ts';
import { nothingUsable } from './packed.ts';

/** The reason for leaving out a file of which nothing is used. */
const DAMAGED = 'it is damaged, so none of it is used';

/** Why a HEX or UF2 file of `size` bytes is not read, if its content would not fit any flash; else null. */
export function tooLarge(size: number, { largest }: BoardRules): string | null {
  // Such a file is up to three times as large as its content.
  const most = 3 * largest;
  return size > most ? `too large: ${bytes(size)}, and at most ${bytes(most)} of such a file are read` : null;
}

/** How much of one file with addresses is used. */
export function sparseLimits({ largest, addresses }: BoardRules): SparseLimits {
  return { size: largest, runs: addresses.mostRuns };
}

/** The result for a file of which nothing is used, with the finding about it. */
export function unusable(container: string, name: string, finding: Finding): Unpacked {
  return nothingUsable(container, '', [{ name, why: DAMAGED }], [finding]);
}

/** The parts of a file, and one sentence about what they are. */
export interface RunParts {
  readonly says: string;
  readonly parts: readonly DroppedFile[];
  readonly left: readonly UnusedFile[];
  readonly findings: readonly Finding[];
}

/** The finding about a file with more runs than `SparseBytes.take` was asked for. */
export function tooMany(name: string, { addresses }: BoardRules): Finding {
  return unpackFinding('runs-too-many', { in: 'file', name }, { limit: addresses.mostRuns });
}

/**
 * Each run as a part, named after its file; `what` starts the sentence: `A UF2 file`. Runs that the board has no place
 * for are in `left`. Addresses relative to the start of an app partition are reported and not used.
 */
export function partsOf(what: string, name: string, runs: readonly Run[], { addresses }: BoardRules): RunParts {
  const [first] = runs;
  // No chip starts an app at offset 0. TinyUF2's boards count addresses from the start of ota_0
  // (ports/espressif/boards/board_flash.c), and so do HEX files made from an app's .bin without an address.
  if (first !== undefined && addresses.countsFromPartition(first)) {
    const left = runs.slice(1).map(({ address }) => ({
      name: `${name} @ ${hex(address)}`,
      why: 'its address is relative to an app partition, but it is not part of the app there',
    }));
    const finding = unpackFinding('addresses-relative', { in: 'file', name });
    return { says: `${what} with an app.`, parts: [{ name, data: first.data }], left, findings: [finding] };
  }
  const shaped = addresses.shape(runs);
  const parts: DroppedFile[] = [];
  const left: UnusedFile[] = [];
  for (const { address, data } of shaped) {
    const own = addresses.name(name, address, shaped.length === 1);
    const why = addresses.refuse(address, data);
    if (why === null) parts.push({ name: own, data, at: address });
    else left.push({ name: own, why });
  }
  const [lowest] = shaped;
  const highest = shaped.at(-1);
  const place = { in: 'file', name } as const;
  const elsewhere =
    parts.length > 0 || lowest === undefined || highest === undefined
      ? []
      : [
          unpackFinding('addresses-elsewhere', place, {
            from: hex(lowest.address),
            to: hex(highest.address + highest.data.length - 1),
            why: addresses.refuse(lowest.address, lowest.data) ?? '',
          }),
        ];
  const places = parts.map(({ at = 0 }) => hex(at)).join(', ');
  const count = parts.length === 1 ? 'one place' : `${parts.length} places`;
  const says =
    parts.length === 0 ? `${what} with nothing for this board.` : `${what} with bytes for ${count}: ${places}.`;
  return { says: parts.length === 0 ? says : `${says} ${addresses.note}`.trim(), parts, left, findings: elsewhere };
}
