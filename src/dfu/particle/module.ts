/** A whole Particle module: header, suffix, SHA-256 and CRC-32 (device-os, dynalib/inc/module_info.h and build/arm). */
import type { Finding, Place } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Hashes } from '../../flash/hash.ts';
import { hexOf, sameBytes } from '../../formats/binary.ts';
import { crc32 } from '../../formats/crc32.ts';
import { particleFinding } from './findings.ts';
import type { ModuleHead } from './module-head.ts';
import { HEADER_SIZE, readModuleHead } from './module-head.ts';

/** The suffix before a module's end: the SHA-256, then the suffix's own size as u16. */
export interface ModuleSuffix {
  readonly size: number;
  readonly sha256: Uint8Array;
  /** The product's id and the firmware's version in it; null where the suffix has none. */
  readonly product: { readonly id: number; readonly version: number } | null;
}

/** A module that was read whole. `sound`: both checksums are correct. */
export interface ParticleModule {
  readonly head: ModuleHead;
  readonly suffix: ModuleSuffix;
  /** The length in bytes, including the CRC after its end. */
  readonly length: number;
  readonly crc: { readonly stored: number; readonly computed: number };
  readonly sound: boolean;
  /** Whether it still has the placeholders of the linker in place of its checksums. */
  readonly lacksCrc: boolean;
}

/** The result of reading bytes as a module; `cut-short` if they end before it does. */
export type ModuleReading =
  | { readonly kind: 'not-a-module' }
  | { readonly kind: 'cut-short'; readonly head: ModuleHead; readonly findings: readonly Finding[] }
  | { readonly kind: 'module'; readonly module: ParticleModule; readonly findings: readonly Finding[] };

/** Size of the CRC after a module's end, in bytes. */
export const CRC_SIZE = 4;
/** From the SHA-256 to the end: 32 bytes and the u16 size. */
const SHA_FROM_END = 34;
const SUFFIX_SIZES: readonly number[] = [36, 40];
// module_info.inc: what the compiler puts there until the last step of the build replaces it.
const PLACEHOLDER_SHA = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const PLACEHOLDER_CRC = 0x12345678;

/** The length in bytes of a module including its CRC, from its header. */
export function moduleLength({ start, end }: Pick<ModuleHead, 'start' | 'end'>): number {
  return end - start + CRC_SIZE;
}

/** Reads and checks a module at the start of these bytes. Never throws. */
export function readModule(data: Uint8Array, hashes: Hashes, place: Place): ModuleReading {
  const head = readModuleHead(data);
  if (head === null) return { kind: 'not-a-module' };
  const length = moduleLength(head);
  if (data.length < length || head.end - head.start < head.at + HEADER_SIZE + SHA_FROM_END) {
    const missing = bytes(Math.max(0, length - data.length));
    const values = { says: bytes(length), has: bytes(data.length), missing };
    return { kind: 'cut-short', head, findings: [particleFinding('module-cut-short', place, values)] };
  }
  const end = length - CRC_SIZE;
  const suffix = readSuffix(data, end);
  const view = viewOf(data);
  const crc = { stored: view.getUint32(end, false), computed: crc32(data.subarray(0, end)) };
  const sha = hashes.sha256(data.subarray(0, end - SHA_FROM_END));
  const shaRight = sameBytes(sha, suffix.sha256);
  const lacksCrc = sameBytes(suffix.sha256, PLACEHOLDER_SHA) && view.getUint32(end, true) === PLACEHOLDER_CRC;
  const found: Finding[] = [];
  if (lacksCrc) found.push(particleFinding('module-without-crc', place));
  else {
    if (crc.stored !== crc.computed) {
      const values = { address: hex(head.end), stored: word(crc.stored), computed: word(crc.computed) };
      found.push(particleFinding('module-crc-wrong', place, values));
    }
    if (!shaRight) {
      const values = { stored: begin(suffix.sha256), computed: begin(sha) };
      found.push(particleFinding('module-sha-wrong', place, values));
    }
  }
  if (!SUFFIX_SIZES.includes(suffix.size)) {
    found.push(particleFinding('module-suffix-odd', place, { size: bytes(suffix.size) }));
  }
  // In flash, other things follow a module; in a file, nothing should.
  if (data.length > length && place.in === 'file') {
    found.push(particleFinding('module-trailing', place, { more: bytes(data.length - length) }));
  }
  const sound = shaRight && crc.stored === crc.computed;
  return { kind: 'module', module: { head, suffix, length, crc, sound, lacksCrc }, findings: found };
}

/** A copy with SHA-256 and CRC-32 filled in, as Particle's build does last. Throws a `RangeError` for part of a module. */
export function withModuleCrc(data: Uint8Array, hashes: Hashes): Uint8Array {
  const head = readModuleHead(data);
  if (head === null || data.length < moduleLength(head))
    throw new RangeError('there is no whole module to fill the CRC into');
  const filled = data.slice();
  const end = head.end - head.start;
  filled.set(hashes.sha256(filled.subarray(0, end - SHA_FROM_END)), end - SHA_FROM_END);
  viewOf(filled).setUint32(end, crc32(filled.subarray(0, end)), false);
  return filled;
}

function readSuffix(data: Uint8Array, end: number): ModuleSuffix {
  const view = viewOf(data);
  const size = view.getUint16(end - 2, true);
  const product = size === 40 ? { id: view.getUint16(end - 40, true), version: view.getUint16(end - 38, true) } : null;
  return { size, sha256: data.slice(end - SHA_FROM_END, end - 2), product };
}

function word(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}

function begin(data: Uint8Array): string {
  return hexOf(data.subarray(0, 8));
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
