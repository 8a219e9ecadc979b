/** For tests and samples: firmware containers built by hand, without any codec of the app. */
import { md5 } from '@noble/hashes/legacy.js';
import type { Source } from '../../flash/dropped-file.ts';

const encoder = new TextEncoder();

/** A text as bytes. */
export function text(words: string): Uint8Array {
  return encoder.encode(words);
}

/** A file as a drop provides it; `reads` records each range that was read from it. */
export function source(path: string, data: Uint8Array | string, reads: [number, number][] = []): Source {
  const bytes = typeof data === 'string' ? text(data) : data;
  const read = (from: number, to: number): Promise<Uint8Array> => {
    reads.push([from, to]);
    return Promise.resolve(bytes.slice(from, to));
  };
  return { path, size: bytes.length, read };
}

/** Bytes that differ from offset to offset. */
export function pattern(size: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + seed * 31 + (i >> 8)) & 0xff);
}

/** One Intel HEX record, with its colon and checksum and without a line end. */
export function hexRecord(type: number, offset: number, data: Uint8Array | readonly number[] = []): string {
  const bytes = [data.length, offset >> 8, offset & 0xff, type, ...data];
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `:${[...bytes, -sum & 0xff].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')}`;
}

/** Bytes at an address, as linear records of 16 bytes. */
function hexLines(address: number, data: Uint8Array): string[] {
  const lines: string[] = [];
  let upper = -1;
  for (let at = 0; at < data.length;) {
    const here = address + at;
    // No record crosses a 64 KiB boundary: other readers wrap around there.
    const end = Math.min(data.length, at + 16, at + 0x10000 - (here % 0x10000));
    if (here >> 16 !== upper) {
      upper = here >> 16;
      lines.push(hexRecord(4, 0, [upper >> 8, upper & 0xff]));
    }
    lines.push(hexRecord(0, here % 0x10000, data.subarray(at, end)));
    at = end;
  }
  return lines;
}

/** The end record. */
export const HEX_END = ':00000001FF';

/** An Intel HEX file with bytes at some addresses. */
export function hexFile(places: readonly (readonly [address: number, data: Uint8Array])[], lineEnd = '\n'): string {
  return [...places.flatMap(([address, data]) => hexLines(address, data)), HEX_END, ''].join(lineEnd);
}

/** Differences from the usual UF2 block. */
export interface Uf2Options {
  /** The family id; null for a file without one. */
  readonly family?: number | null;
  readonly flags?: number;
  readonly payload?: number;
  /** Where the MD5 of each block is: at the end of its data as specified, or behind the payload as esptool puts it. */
  readonly md5?: 'end' | 'behind';
}

/** UF2 blocks with bytes from an address on, numbered from 0. */
export function uf2Blocks(address: number, data: Uint8Array, options: Uf2Options = {}): Uint8Array[] {
  const { family = 0x1c5f21b0, flags = 0, payload = 256, md5: sums } = options;
  const total = Math.ceil(data.length / payload);
  return Array.from({ length: total }, (_, number) => {
    const piece = data.subarray(number * payload, (number + 1) * payload);
    const at = address + number * payload;
    const block = new Uint8Array(512);
    const view = new DataView(block.buffer);
    const all = flags | (family === null ? 0 : 0x2000) | (sums === undefined ? 0 : 0x4000);
    const words = [0x0a324655, 0x9e5d5157, all, at, piece.length, number, total, family ?? 0];
    for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true);
    block.set(piece, 32);
    view.setUint32(508, 0x0ab16f30, true);
    if (sums !== undefined) {
      const field = sums === 'end' ? 484 : 32 + piece.length;
      view.setUint32(field, at, true);
      view.setUint32(field + 4, piece.length, true);
      block.set(md5(piece), field + 8);
    }
    return block;
  });
}

/** Byte arrays, concatenated. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** A section for an ELF file; a program section by default. */
export interface TestSection {
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array;
  readonly type?: number;
  readonly flags?: number;
}

/** The contents of a test ELF file. */
export interface TestElf {
  readonly machine?: number;
  readonly entry?: number;
  readonly sections?: readonly TestSection[];
  /** Segments to load, by their physical addresses. */
  readonly loads?: readonly (readonly [physical: number, data: Uint8Array])[];
}

/** A 32-bit ELF file; sections come in the order given, after the empty first one. */
export function elfFile({ machine = 94, entry = 0x40080400, sections = [], loads = [] }: TestElf): Uint8Array {
  const names = ['', ...sections.map(({ name }) => name), '.shstrtab'].map((name) => `${name}\0`);
  const strings = text(names.join(''));
  const contents = [...loads.map(([, data]) => data), ...sections.map(({ data }) => data), strings];
  const headersAt = 52 + loads.length * 32;
  const starts: number[] = [];
  let at = headersAt + (sections.length + 2) * 40;
  for (const { length } of contents) {
    starts.push(at);
    at += Math.ceil(length / 4) * 4;
  }
  // No byte after the names: so a truncated file always lacks something that matters.
  const out = new Uint8Array((starts.at(-1) ?? 0) + strings.length);
  const view = new DataView(out.buffer);
  out.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  for (const [offset, half] of [
    [16, 2],
    [18, machine],
    [40, 52],
    [42, 32],
    [44, loads.length],
    [46, 40],
    [48, sections.length + 2],
    [50, sections.length + 1],
  ] as const) {
    view.setUint16(offset, half, true);
  }
  for (const [offset, word] of [
    [20, 1],
    [24, entry],
    [28, 52],
    [32, headersAt],
  ] as const)
    view.setUint32(offset, word, true);
  const words = (offset: number, values: readonly number[]): void => {
    for (const [i, value] of values.entries()) view.setUint32(offset + i * 4, value, true);
  };
  for (const [i, [physical, data]] of loads.entries()) {
    words(52 + i * 32, [1, starts[i] ?? 0, physical, physical, data.length, data.length, 5, 4]);
  }
  let name = 1;
  const rows = [...sections, { name: '.shstrtab', address: 0, data: strings, type: 3, flags: 0 }];
  for (const [i, { name: own, address, data, type = 1, flags = 2 }] of rows.entries()) {
    words(headersAt + (i + 1) * 40, [name, type, flags, address, starts[loads.length + i] ?? 0, data.length]);
    name += own.length + 1;
  }
  for (const [i, data] of contents.entries()) out.set(data, starts[i] ?? 0);
  return out;
}

/** An `esp_app_desc_t` of 256 bytes without the ELF's hash. */
export function appDescription(project: string, version: string, pageBits = 0): Uint8Array {
  const out = new Uint8Array(256);
  new DataView(out.buffer).setUint32(0, 0xabcd5432, true);
  for (const [at, words] of [
    [16, version],
    [48, project],
    [80, '10:00:00'],
    [96, 'Jan  5 2026'],
    [112, 'v5.5'],
  ] as const) {
    out.set(text(words), at);
  }
  out[180] = pageBits;
  return out;
}

/** The sections of a small ESP32 app, as ESP-IDF links one. */
export function esp32Sections(project = 'blinky'): TestSection[] {
  return [
    { name: '.iram0.vectors', address: 0x40080000, data: pattern(0x400, 1) },
    { name: '.iram0.text', address: 0x40080400, data: pattern(0x7fe, 2) },
    { name: '.dram0.data', address: 0x3ffb0000, data: pattern(0x100, 3) },
    { name: '.dram0.bss', address: 0x3ffb0100, data: new Uint8Array(), type: 8 },
    { name: '.flash.appdesc', address: 0x3f400020, data: appDescription(project, '1.0.0') },
    { name: '.flash.rodata', address: 0x3f400120, data: pattern(0x300, 4) },
    { name: '.flash.text', address: 0x400d0020, data: pattern(0x1000, 5) },
    { name: '.comment', address: 0, data: text('made by hand'), flags: 0 },
  ];
}
