/** Builds Particle modules: deterministic bytes with the header and suffix that device-os requires. */
import { sha256 } from '@noble/hashes/sha2.js';
import { firmwareBytes } from '../../esp/firmware/random.ts';
import { crc32 } from '../../crc32.ts';

/** What a module is (device-os, module_info.h). */
export const FUNCTION = { none: 0, bootloader: 2, systemPart: 4, userPart: 5 } as const;

/** A module that another one depends on. */
export interface Dependency {
  readonly function: number;
  readonly index: number;
  readonly version: number;
}

/** A module to build; addresses and sizes in bytes. */
export interface ModuleOptions {
  readonly start: number;
  /** From `start` to the CRC, excluding the CRC's four bytes. */
  readonly size: number;
  readonly platform: number;
  readonly function: number;
  readonly index: number;
  readonly version: number;
  readonly dependency?: Dependency;
  readonly dependency2?: Dependency;
  /** The header is at 0x184, after a vector table, as in bootloaders and the first system part. */
  readonly vectors?: boolean;
  /** Different seeds give different code. */
  readonly seed: number;
}

/** Offset of the header after a vector table, in bytes (device-os, flash_mal.c). */
export const HEADER_BEHIND_VECTORS = 0x184;
const HEADER = 24;
/** Reserved (2), SHA-256 (32), size of the suffix (2). */
const SUFFIX = 36;
const NOTHING: Dependency = { function: FUNCTION.none, index: 0, version: 0 };

/** A module including its CRC: `size` + 4 bytes. */
export function buildModule(options: ModuleOptions): Uint8Array {
  const { start, size, dependency = NOTHING, dependency2 = NOTHING } = options;
  const out = new Uint8Array(size + 4);
  firmwareBytes(out.subarray(0, size), () => options.seed);
  const view = new DataView(out.buffer);
  let at = 0;
  if (options.vectors === true) {
    at = HEADER_BEHIND_VECTORS;
    for (let word = 0; word < at; word += 4) view.setUint32(word, start + at + HEADER + 0x101 + word, true);
    // The end of the SRAM, as in device-os: it tells a vector table from a header (APP_START_MASK).
    view.setUint32(0, 0x2002_0000, true);
  }
  view.setUint32(at, start, true);
  view.setUint32(at + 4, start + size, true);
  view.setUint16(at + 8, 0, true);
  view.setUint16(at + 10, options.version, true);
  view.setUint16(at + 12, options.platform, true);
  out[at + 14] = options.function;
  out[at + 15] = options.index;
  for (const [offset, { function: kind, index, version }] of [
    [at + 16, dependency],
    [at + 20, dependency2],
  ] as const) {
    out[offset] = kind;
    out[offset + 1] = index;
    view.setUint16(offset + 2, version, true);
  }
  view.setUint16(size - SUFFIX, 0xffff, true);
  out.set(sha256(out.subarray(0, size - 34)), size - 34);
  view.setUint16(size - 2, SUFFIX, true);
  view.setUint32(size, crc32(out.subarray(0, size)), false);
  return out;
}
