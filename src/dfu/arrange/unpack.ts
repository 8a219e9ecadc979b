/** Takes containers apart: ELF, Intel HEX and DfuSe files hold bytes with addresses. */
import type { Source, Unpacked } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import { looksLikeElf, readElf } from '../../formats/elf.ts';
import type { HexFaultKind } from '../../formats/intel-hex.ts';
import { IntelHexReader, looksLikeHex } from '../../formats/intel-hex.ts';
import { SparseBytes } from '../../formats/sparse-bytes.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { DfuParts } from '../family-parts.ts';
import { fileFinding } from './file-findings.ts';
import { asParts, MOST_RUNS, unusable } from './runs.ts';
import { unpackDfu } from './unpack-dfu.ts';
import { LARGEST_FILE } from './identify.ts';

/** `e_machine` of ARM: ELF for the ARM Architecture, 5.2. */
const MACHINE_ARM = 40;
/** The longest text that is read, in bytes: HEX takes nearly three characters for each byte. */
const LARGEST_TEXT = 3 * LARGEST_FILE;
const SLICE = 0x10000;
/** Every address has 32 bits. */
const ADDRESS_LIMIT = 2 ** 32;

/** What is in each of some dropped files. */
export async function unpackFiles(
  sources: readonly Source[],
  board: DfuInspection,
  parts: DfuParts,
): Promise<Unpacked> {
  const all: Unpacked[] = [];
  for (const source of sources) all.push(await unpackOne(source, board, parts));
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  return {
    container: all.length === 0 ? null : (all.map(({ container }) => container).find((name) => name !== null) ?? null),
    says: all
      .map(({ says }) => says)
      .filter((says) => says !== '')
      .join(' '),
    parts: all.flatMap((each) => each.parts),
    left: all.flatMap((each) => each.left),
    findings: all.flatMap((each) => each.findings),
  };
}

async function unpackOne(source: Source, board: DfuInspection, parts: DfuParts): Promise<Unpacked> {
  const head = await source.read(0, Math.min(source.size, 512));
  if (looksLikeElf(head)) return unpackElf(source, board, parts);
  if (looksLikeHex(head)) return unpackHex(source, board, parts);
  const size = Math.min(source.size, LARGEST_FILE + 1);
  const data = await source.read(0, size);
  const dfu = unpackDfu(source.path, data, board, parts);
  if (dfu !== null) return dfu;
  return { container: null, says: '', parts: [{ name: source.path, data }], left: [], findings: [] };
}

async function unpackElf(source: Source, board: DfuInspection, parts: DfuParts): Promise<Unpacked> {
  const { path: name } = source;
  const result = await readElf(source);
  if (result.kind !== 'elf') {
    const why = result.kind === 'foreign' ? result.why : `${result.what} (at ${hex(result.offset)})`;
    return unusable('ELF', name, fileFinding('elf-unusable', { in: 'file', name }, { why }));
  }
  if (result.elf.machine !== MACHINE_ARM) {
    const why = `it is for a different processor (ELF machine ${result.elf.machine}), not for ARM`;
    return unusable('ELF', name, fileFinding('elf-unusable', { in: 'file', name }, { why }));
  }
  const collected = new SparseBytes();
  for (const { physical, offset, size } of result.elf.segments) {
    if (size > LARGEST_FILE) continue;
    const conflict = collected.put(physical, await source.read(offset, offset + size));
    if (conflict !== null) {
      const why = `two of its segments overlap at ${hex(conflict)}`;
      return unusable('ELF', name, fileFinding('elf-unusable', { in: 'file', name }, { why }));
    }
  }
  return asParts('ELF', name, collected.take(MOST_RUNS), board, parts);
}

async function unpackHex(source: Source, board: DfuInspection, parts: DfuParts): Promise<Unpacked> {
  const { path: name } = source;
  const reader = new IntelHexReader(ADDRESS_LIMIT);
  const size = Math.min(source.size, LARGEST_TEXT);
  for (let at = 0; at < size; at += SLICE) {
    if (reader.push(await source.read(at, Math.min(size, at + SLICE))) !== null) break;
  }
  const fault = reader.end();
  if (fault !== null) {
    const { line, values } = fault;
    const exact = Object.entries(values).map(([what, value]) => `${what} ${value}`);
    const why = [HEX_WORDS[fault.fault], ...exact].join(', ');
    return unusable('Intel HEX', name, fileFinding('hex-unusable', { in: 'file', name, line }, { line, why }));
  }
  return asParts('Intel HEX', name, reader.bytes.take(MOST_RUNS), board, parts);
}

const HEX_WORDS: Readonly<Record<HexFaultKind, string>> = {
  'hex-character': 'an invalid character',
  'hex-length': 'a record of the wrong length',
  'hex-checksum': 'a wrong checksum',
  'hex-type': 'an unknown record type',
  'hex-overlap': 'conflicting data for an address',
  'hex-end-missing': 'no end record, so the file is truncated',
  'hex-no-data': 'no data',
  'address-past-flash': 'an address past the last one',
};
