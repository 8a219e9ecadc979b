/** The header and the checksum of a core dump (ESP-IDF's `core_dump_header_t`, versions as esp-coredump knows them). */
import type { Finding } from '../../../flash/finding.ts';
import { bytes, hex } from '../../../flash/finding.ts';
import { hexOf, sameBytes, viewOf } from '../../../formats/binary.ts';
import type { ImageChip } from '../../../formats/chip-ids.ts';
import { imageChip } from '../../../formats/chip-ids.ts';
import { crc32 } from '../../../formats/crc32.ts';
import { HASHES } from '../../../formats/hashes.ts';
import { coreDumpFinding, placeAt } from './findings.ts';

/** How many bytes `readHeader` needs: the longest header. */
export const LONGEST_HEADER = 24;
/** Minor versions above this one do not exist: a number that is larger is not that of a core dump. */
const HIGHEST_MINOR = 9;

/** The layout of a known version: header and checksum in bytes, `revisionAt` is the offset of the chip revision. */
export interface CoreDumpLayout {
  readonly body: 'elf' | 'binary';
  readonly header: number;
  readonly checksum: 'CRC-32' | 'SHA-256';
  readonly revisionAt: number | null;
}

const CHECKSUM_SIZE = { 'CRC-32': 4, 'SHA-256': 32 } as const;

const LAYOUTS: Readonly<Record<number, CoreDumpLayout>> = {
  0x001: { body: 'binary', header: 16, checksum: 'CRC-32', revisionAt: null },
  0x002: { body: 'binary', header: 20, checksum: 'CRC-32', revisionAt: null },
  0x003: { body: 'binary', header: 24, checksum: 'CRC-32', revisionAt: 20 },
  0x100: { body: 'elf', header: 20, checksum: 'CRC-32', revisionAt: null },
  0x101: { body: 'elf', header: 20, checksum: 'SHA-256', revisionAt: null },
  0x102: { body: 'elf', header: 24, checksum: 'CRC-32', revisionAt: 20 },
  0x103: { body: 'elf', header: 24, checksum: 'SHA-256', revisionAt: 20 },
  0x104: { body: 'elf', header: 12, checksum: 'SHA-256', revisionAt: 8 },
};

/** The header: `size` in bytes of everything with header and checksum; `layout` is null for an unknown version. */
export interface CoreDumpHeader {
  readonly size: number;
  readonly chip: ImageChip;
  /** Such as `1.4`. */
  readonly version: string;
  readonly layout: CoreDumpLayout | null;
  /** Major × 100 + minor; null if the header has none. */
  readonly revision: number | null;
}

/** Reads the header from the first `LONGEST_HEADER` bytes of a partition; null if it is not one of a core dump. */
export function readHeader(data: Uint8Array): CoreDumpHeader | null {
  if (data.length < LONGEST_HEADER) return null;
  const view = viewOf(data);
  const [size, version] = [view.getUint32(0, true), view.getUint32(4, true)];
  const chip = imageChip(version >>> 16);
  const [major, minor] = [(version >>> 8) & 0xff, version & 0xff];
  if (chip === undefined || major > 1 || minor > HIGHEST_MINOR || size <= LONGEST_HEADER) return null;
  const layout = LAYOUTS[version & 0xffff] ?? null;
  const revisionAt = layout?.revisionAt ?? null;
  return {
    size,
    chip,
    version: `${major}.${minor}`,
    layout,
    revision: revisionAt === null ? null : view.getUint32(revisionAt, true),
  };
}

/** Where the body of a core dump ends, as an offset in bytes: its checksum follows, unless it is cut off. */
export function bodyEnd(size: number, layout: CoreDumpLayout, length: number): number {
  return Math.max(layout.header, Math.min(size - CHECKSUM_SIZE[layout.checksum], length));
}

/** Whether the checksum of a whole core dump is right: words for it, and a finding if it is not. */
export function checkChecksum(
  dump: Uint8Array,
  { checksum }: CoreDumpLayout,
): { readonly says: string; readonly findings: readonly Finding[] } {
  const at = dump.length - CHECKSUM_SIZE[checksum];
  if (at < 0) return { says: `no ${checksum}`, findings: [damagedAt(0, `${bytes(dump.length)} are no core dump`)] };
  const [covered, stored] = [dump.subarray(0, at), dump.subarray(at)];
  const computed = checksum === 'SHA-256' ? HASHES.sha256(covered) : wordBytes(crc32(covered));
  if (sameBytes(stored, computed)) return { says: `${checksum} correct`, findings: [] };
  const values = { checksum, at: hex(at), stored: digits(stored, checksum), computed: digits(computed, checksum) };
  return { says: `${checksum} wrong`, findings: [coreDumpFinding('core-dump-checksum', placeAt(at), values)] };
}

/** The finding that something at an offset of the partition is not as it must be. */
export function damagedAt(offset: number, what: string): Finding {
  return coreDumpFinding('core-dump-damaged', placeAt(offset), { at: hex(offset), what });
}

function wordBytes(value: number): Uint8Array {
  const out = new Uint8Array(4);
  viewOf(out).setUint32(0, value, true);
  return out;
}

function digits(data: Uint8Array, checksum: CoreDumpLayout['checksum']): string {
  return checksum === 'CRC-32' ? hex(viewOf(data).getUint32(0, true)) : hexOf(data);
}
