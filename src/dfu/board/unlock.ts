/** Removing the read protection of an STM32, as a person is asked about it. */
import type { UnlockOffer } from '../../flash/unlock.ts';
import type { DfuInspection } from './inspection.ts';

/** The words that a person types. */
const WORDS = 'erase everything';

// AN2662, 4.5.4, and RM0090, "Read protections": what is erased, what stays, and what level 2 means.
const MEANS = [
  'Everything in the chip’s flash is erased: programs, settings, and a bootloader that is in flash, such as Particle’s or a UF2 one.',
  'Nothing can be backed up first, because a protected chip shows nothing. It cannot be resumed or rolled back.',
  'Once begun, the erase cannot be stopped. If power fails meanwhile, the chip stays protected with a part of it erased; unlock it again.',
  'ST’s own bootloader is in ROM and stays. OTP and the other option bytes, such as write protection, stay too.',
  'Only read protection level 1 can be removed. Level 2 is final: such a chip never starts ST’s bootloader, and nothing can unlock it.',
] as const;

/** The offer to unlock a chip; null if it is not protected, or its bootloader is not ST's ROM. */
export function unlockOf({ unlockMs }: Pick<DfuInspection['dfu'], 'unlockMs'>): UnlockOffer | null {
  return unlockMs === null ? null : { words: WORDS, means: MEANS, ms: unlockMs };
}
