/** The internal flash of an STM32F2 or F4 with 1 MiB, and its timing. */
import { SectorFlash } from './sector-flash.ts';

/** Start address of the internal flash. */
export const FLASH_START = 0x0800_0000;

/** Erase times in ms, typical at 3.3 V with 32-bit parallelism (STM32F20x datasheet, table "Flash memory programming"). */
const ERASE_MS: Readonly<Record<number, number>> = { 0x4000: 250, 0x1_0000: 550, 0x2_0000: 1000 };
/** Time to program a four-byte word, in ms (same table: 16 µs typical). */
const WORD_MS = 0.016;

/** Time to erase a sector of this size in bytes, in ms. */
export function eraseTime(size: number): number {
  return ERASE_MS[size] ?? 1000;
}

/** Time to program `bytes` bytes, in ms. */
export function programTime(bytes: number): number {
  return Math.ceil(bytes / 4) * WORD_MS;
}

/** 4 × 16 KiB, 1 × 64 KiB, 7 × 128 KiB, erased (RM0033, table 3; RM0090, table 5). */
export function stm32Flash(): SectorFlash {
  return new SectorFlash('internal flash', {
    start: FLASH_START,
    runs: [
      { count: 4, size: 0x4000 },
      { count: 1, size: 0x1_0000 },
      { count: 7, size: 0x2_0000 },
    ],
    eraseTime,
    programTime,
    wordSize: 4,
  });
}

/** A memory that a stack can be in: it grows down from its end, or from below that. */
export interface StackMemory {
  readonly start: number;
  readonly size: number;
}

/** The 128 KiB of SRAM of an STM32F205 and an STM32F405. */
export const SRAM: StackMemory = { start: 0x2000_0000, size: 0x2_0000 };

/** The 64 KiB of core-coupled memory of an STM32F405 (RM0090 §2.3.1): its core alone reaches it, and an F205 has none. */
export const CCM: StackMemory = { start: 0x1000_0000, size: 0x1_0000 };

/** The stack pointer and entry point at the start of a vector table; null if it cannot be one. `atZero`: the flash is at address 0 as well. */
export function readVectors(
  flash: SectorFlash,
  address: number,
  memories: readonly StackMemory[],
  atZero = false,
): { stack: number; entry: number } | null {
  if (!flash.has(address, 8)) return null;
  const bytes = flash.read(address, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const [stack, entry] = [view.getUint32(0, true), view.getUint32(4, true)];
  const inMemory = memories.some(({ start, size }) => stack > start && stack <= start + size);
  // An entry in Thumb mode (bit 0), inside the flash.
  const fits = inMemory && stack % 4 === 0 && entry % 2 === 1;
  const isThere = flash.has(entry - 1) || (atZero && flash.has(FLASH_START + entry - 1));
  return fits && isThere ? { stack, entry } : null;
}
