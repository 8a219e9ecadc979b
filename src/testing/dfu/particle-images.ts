/** For tests: valid modules and extensions, built byte by byte without the code under test. */
import { sha256 } from '@noble/hashes/sha2.js';
import { zipCrc32 } from '../bytes.ts';

/** The contents of a test module; by default a user application for a Photon. */
export interface TestModule {
  readonly start?: number;
  /** The length without the CRC, in bytes. */
  readonly size?: number;
  readonly platform?: number;
  readonly version?: number;
  readonly function?: number;
  readonly index?: number;
  /** Whether a vector table precedes the header. */
  readonly vectors?: boolean;
  readonly dependencies?: readonly (readonly [number, number, number])[];
  readonly product?: readonly [number, number];
  /** Leaves the compiler's placeholders in place of the checksums. */
  readonly lacksCrc?: boolean;
  readonly seed?: number;
}

/** A module, with its CRC. */
export function buildModule(options: TestModule = {}): Uint8Array {
  const { start = 0x080a0000, size = 0x1000, platform = 6, version = 7, vectors = false, seed = 1 } = options;
  const data = Uint8Array.from({ length: size + 4 }, (_, i) => (i * seed * 89 + (i >>> 8) * 7) & 0xff);
  const view = new DataView(data.buffer);
  const at = vectors ? 0x184 : 0;
  if (vectors) {
    view.setUint32(0, 0x20020000, true);
    // The first code behind the header, in Thumb mode.
    view.setUint32(4, start + at + 0x1c + 1, true);
  }
  view.setUint32(at, start, true);
  view.setUint32(at + 4, start + size, true);
  view.setUint16(at + 8, 0, true);
  view.setUint16(at + 10, version, true);
  view.setUint16(at + 12, platform, true);
  data.set([options.function ?? 5, options.index ?? 1], at + 14);
  data.fill(0, at + 16, at + 24);
  for (const [i, [kind, index, least]] of (options.dependencies ?? []).entries()) {
    data.set([kind, index], at + 16 + i * 4);
    view.setUint16(at + 18 + i * 4, least, true);
  }
  const suffix = options.product === undefined ? 36 : 40;
  data.fill(0, size - suffix, size);
  if (options.product !== undefined) {
    view.setUint16(size - 40, options.product[0], true);
    view.setUint16(size - 38, options.product[1], true);
  }
  view.setUint16(size - 2, suffix, true);
  if (options.lacksCrc === true) {
    data.set(
      Array.from({ length: 32 }, (_, i) => i + 1),
      size - 34,
    );
    view.setUint32(size, 0x12345678, true);
    return data;
  }
  data.set(sha256(data.subarray(0, size - 34)), size - 34);
  view.setUint32(size, zipCrc32(data.subarray(0, size)), false);
  return data;
}

/** The contents of a test extension. */
export interface TestExtension {
  readonly address?: number;
  readonly version?: number;
  readonly size?: number;
  readonly lacksCrc?: boolean;
  readonly seed?: number;
}

/** An extension with its header. */
export function buildExtension(options: TestExtension = {}): Uint8Array {
  const { address = 0x080e0000, version = 1, size = 0x800, seed = 1 } = options;
  const data = Uint8Array.from({ length: size }, (_, i) => (i * seed * 31 + (i >>> 8)) & 0xff);
  const view = new DataView(data.buffer);
  data.set(new TextEncoder().encode('SECTWEXT'));
  view.setUint16(8, 1, true);
  view.setUint16(10, 32, true);
  view.setUint32(12, 0xffffffff, true);
  view.setUint32(16, version, true);
  view.setUint32(20, address, true);
  view.setUint32(24, options.lacksCrc === true ? 0 : size, true);
  view.setUint32(28, 0, true);
  if (options.lacksCrc !== true) {
    view.setUint32(28, zipCrc32(data.subarray(0, 28), data.subarray(32)), true);
  }
  return data;
}
