/** What checks of a board's content come to. */
import type { Check, Looked } from '../../flash/diagnosis.ts';
import type { Finding } from '../../flash/finding.ts';

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
