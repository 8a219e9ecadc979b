/** DfuSe files, and plain DFU files with a suffix, as parts. */
import type { Unpacked } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { DfuFileDevice } from '../../formats/dfu-file.ts';
import { readDfuFile } from '../../formats/dfu-file.ts';
import { SparseBytes } from '../../formats/sparse-bytes.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { DfuParts } from '../family-parts.ts';
import { fileFinding } from './file-findings.ts';
import { asParts, MOST_RUNS, unusable } from './runs.ts';

/** What is in a .dfu file; null if these bytes are none. */
export function unpackDfu(name: string, data: Uint8Array, board: DfuInspection, parts: DfuParts): Unpacked | null {
  const file = readDfuFile(data);
  const place = { in: 'file', name } as const;
  switch (file.kind) {
    case 'foreign':
      return null;
    case 'damaged': {
      const why = `${file.why} (at ${hex(file.offset)})`;
      return unusable('DFU file', name, fileFinding('dfu-file-unusable', place, { why }));
    }
    case 'plain': {
      const findings = deviceFindings(name, file.device, board);
      const says = 'A DFU file: firmware with a suffix, which is removed.';
      return { container: 'DFU file', says, parts: [{ name, data: file.data }], left: [], findings };
    }
    case 'dfuse': {
      const bytes = new SparseBytes();
      const left: Unpacked['left'][number][] = [];
      for (const { alternate, name: memory, elements } of file.images) {
        // An address alone does not tell one memory from another: only the first is written from a file.
        if (alternate !== 0) {
          const own = memory === null ? '' : ` (${memory})`;
          left.push({
            name: `${name}, memory ${alternate}${own}`,
            why: 'only data for the first memory is written',
          });
          continue;
        }
        for (const { address, data: own } of elements) {
          const conflict = bytes.put(address, own);
          if (conflict === null) continue;
          const why = `two of its parts overlap at ${hex(conflict)}`;
          return unusable('DfuSe file', name, fileFinding('dfu-file-unusable', place, { why }));
        }
      }
      const found = asParts('DfuSe file', name, bytes.take(MOST_RUNS), board, parts);
      const findings = [...deviceFindings(name, file.device, board), ...found.findings];
      return { ...found, left: [...left, ...found.left], findings };
    }
  }
}

/** A file that names another device than the one that is connected; ST's own ids stand for all of ST's chips. */
function deviceFindings(name: string, { vendorId, productId }: DfuFileDevice, { dfu }: DfuInspection): Finding[] {
  const other = (file: number | null, own: number) => file !== null && file !== own;
  if (!other(vendorId, dfu.usb.vendorId) && !other(productId, dfu.usb.productId)) return [];
  const word = (id: number | null) => (id === null ? 'any' : id.toString(16).padStart(4, '0'));
  const values = {
    file: `${word(vendorId)}:${word(productId)}`,
    board: `${word(dfu.usb.vendorId)}:${word(dfu.usb.productId)}`,
  };
  return [fileFinding('dfu-file-for-another-device', { in: 'file', name }, values)];
}
