/** What checks of a board's content come to. */
import type { Check, Looked } from '../../flash/diagnosis.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { REGION } from '../loader/target.ts';

/** Whether the ROM starts the bootloader, judged by all its bytes: `unsure` where only its SHA-256 is wrong. */
export type BootloaderState = 'starts' | 'damaged' | 'unsure';

/** What one kind of check comes to. */
export interface Checked {
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
}

/** What a closer look adds to what is known of a board. */
export interface EspLook extends Looked {
  readonly findings: readonly Finding[];
  /** Null where there is no bootloader to be judged. */
  readonly bootloader: BootloaderState | null;
}

/** A range of the flash; address and size in bytes. */
export function rangeOf(address: number, size: number): Range {
  return { region: REGION, address, size };
}
