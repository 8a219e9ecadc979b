/** DfuSe files, and plain DFU files with a suffix, as parts. */
import type { Unpacked } from '../flash/dropped-file.ts';
import { hex } from '../flash/finding.ts';
import type { DfuFile, DfuFileDevice } from '../formats/dfu-file.ts';
import { readDfuFile } from '../formats/dfu-file.ts';
import type { Run } from '../formats/sparse-bytes.ts';
import { SparseBytes } from '../formats/sparse-bytes.ts';
import type { BoardRules } from './board-rules.ts';
import { thisBoard } from './board-rules.ts';
import { unpackFinding } from './findings.ts';
import type { UnusedFile } from './packed.ts';
import { nothingUsable } from './packed.ts';
import { partsOf, sparseLimits, tooMany, unusable } from './runs.ts';

/** Unpacks a .dfu file; null if these bytes are not one. */
export function unpackDfu(name: string, data: Uint8Array, rules: BoardRules): Unpacked | null {
  const file = readDfuFile(data);
  const place = { in: 'file', name } as const;
  if (file.kind === 'foreign') return null;
  if (file.kind === 'damaged') {
    const why = `${file.why} (at ${hex(file.offset)})`;
    return unusable('DFU file', name, unpackFinding('dfu-file-unusable', place, { why }));
  }
  const container = file.kind === 'plain' ? 'DFU file' : 'DfuSe file';
  if (rules.dfuDevice === null) {
    const why = `for a chip programmed over DFU (USB device ${usbId(file.device)}), but ${thisBoard(rules)}`;
    return nothingUsable(container, `A ${container} with nothing for this board.`, [{ name, why }], []);
  }
  const findings = rules.dfuDevice(name, file.device);
  if (file.kind === 'plain') {
    const says = 'A DFU file: firmware with a suffix, which is removed.';
    return { container, says, parts: [{ name, data: file.data }], left: [], findings };
  }
  const { runs, left } = firstMemory(name, file, rules);
  if ('conflict' in runs) {
    const why = `two of its parts overlap at ${hex(runs.conflict)}`;
    return unusable(container, name, unpackFinding('dfu-file-unusable', place, { why }));
  }
  if (runs.taken === null) return unusable(container, name, tooMany(name, rules));
  const found = partsOf('A DfuSe file', name, runs.taken, rules);
  return { container, ...found, left: [...left, ...found.left], findings: [...findings, ...found.findings] };
}

type Runs = { readonly taken: readonly Run[] | null } | { readonly conflict: number };

/** The data for the first memory. An address alone does not identify a memory, so no other is written from a file. */
function firstMemory(
  name: string,
  { images }: Extract<DfuFile, { kind: 'dfuse' }>,
  rules: BoardRules,
): { readonly runs: Runs; readonly left: readonly UnusedFile[] } {
  const bytes = new SparseBytes(sparseLimits(rules));
  const left: UnusedFile[] = [];
  for (const { alternate, name: memory, elements } of images) {
    if (alternate !== 0) {
      const own = memory === null ? '' : ` (${memory})`;
      left.push({ name: `${name}, memory ${alternate}${own}`, why: 'only data for the first memory is written' });
      continue;
    }
    for (const { address, data } of elements) {
      const conflict = bytes.put(address, data);
      if (conflict !== null) return { runs: { conflict }, left };
      if (bytes.full) return { runs: { taken: null }, left };
    }
  }
  return { runs: { taken: bytes.take(rules.addresses.mostRuns) }, left };
}

/** The USB IDs of a device in the usual notation: `0483:df11`; `any` for an ID that a file leaves open. */
export function usbId({ vendorId, productId }: Pick<DfuFileDevice, 'vendorId' | 'productId'>): string {
  return [vendorId, productId].map((id) => (id === null ? 'any' : id.toString(16).padStart(4, '0'))).join(':');
}
