/** For tests: programs for an STM32, made byte by byte and not by the code under test. */

/** What a test program is made of. */
export interface TestProgram {
  /** The address that it is linked for: its handlers are right after its vector table there. */
  readonly linkedFor?: number;
  /** In bytes. */
  readonly size?: number;
  readonly stack?: number;
  /** Replaces the reset vector. */
  readonly reset?: number;
  /** Words that replace those from offset 0x184 on, where a Particle module has its header. */
  readonly at184?: readonly number[];
  /** Pointers into itself, as offsets, spread over the bytes behind the table. */
  readonly pointers?: readonly number[];
  readonly seed?: number;
}

/** Entries of the vector table of an STM32F405: 16 of the processor, 82 interrupts (RM0090, table 62). */
const ENTRIES = 98;

/** A program with its vector table; what follows holds no word that could be an address in flash, but for `pointers`. */
export function buildProgram(options: TestProgram = {}): Uint8Array {
  const { linkedFor = 0x08000000, size = 20_000, stack = 0x20020000, seed = 1 } = options;
  // The top bit is set in every byte: no such word is an address in flash.
  const data = Uint8Array.from({ length: size }, (_, i) => ((i * seed * 37 + (i >> 8)) & 0xff) | 0x80);
  const view = new DataView(data.buffer);
  const code = linkedFor + 4 * ENTRIES;
  for (let i = 1; i < ENTRIES; i++) view.setUint32(4 * i, code + 0x40 + 1, true);
  view.setUint32(0, stack, true);
  view.setUint32(4, options.reset ?? code + 1, true);
  for (const [i, word] of (options.at184 ?? []).entries()) view.setUint32(0x184 + 4 * i, word, true);
  const first = 4 * ENTRIES + 0x100;
  for (const [i, offset] of (options.pointers ?? []).entries())
    view.setUint32(first + 16 * i, linkedFor + offset, true);
  return data;
}
