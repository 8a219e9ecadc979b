/** Recognises programs for an STM32 or a clone by their vector table (ARMv7-M Architecture Reference Manual, B1.5.3). */
import { viewOf } from './binary.ts';

/** Whether bytes start with the vector table of a Cortex-M: a stack pointer in RAM, then a Thumb address in flash. */
export function startsLikeProgram(data: Uint8Array): boolean {
  if (data.length < 8) return false;
  const [stack, reset] = [viewOf(data).getUint32(0, true), viewOf(data).getUint32(4, true)];
  // ARMv7-M: SRAM lies in 0x20000000–0x3FFFFFFF; the F4's CCM and the H7's DTCM are at 0x10000000 and 0x20000000.
  const inRam = (stack >= 0x20000000 && stack < 0x40000000) || (stack >= 0x10000000 && stack <= 0x10020000);
  return inRam && stack % 4 === 0 && reset % 2 === 1 && reset >= 0x08000000 && reset < 0x08200000;
}
