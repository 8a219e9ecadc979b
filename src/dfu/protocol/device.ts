/** The port to a board in DFU mode: what every device can do, and what only these can tell. */
import type { Target } from '../../flash/target.ts';
import type { MemoryReading } from './memory-string.ts';
import type { Quirk } from './quirks.ts';

/** One memory of a board: an alternate setting of its DFU interface, whose name describes it. */
export interface AlternateSetting {
  readonly number: number;
  /** The memory string as the device gives it; null where it has none. */
  readonly name: string | null;
  readonly memory: MemoryReading;
}

/** A connected board that speaks DfuSe. `readMap` gives the regions of all its memories. */
export interface DfuDevice extends Target {
  readonly dfu: {
    readonly vendorId: number;
    readonly productId: number;
    /** As the device tells it. Many boards tell the same one: it is no key. */
    readonly serial: string | null;
    readonly settings: readonly AlternateSetting[];
    /** What this device is known to do otherwise, and is treated accordingly. */
    readonly quirks: readonly Quirk[];
    /** Bytes of one transfer, as used: quirks may lower what the device says. */
    readonly transferSize: number;
    /** The DfuSe commands that the device says it knows; null where it does not say. */
    readonly commands: readonly number[] | null;
    /** Whether reading and writing is refused because the chip is read protected. Then `read` is absent. */
    readonly readProtected: boolean;
  };
  /**
   * Lifts the read protection. The chip erases its whole flash and restarts: only after a consent that says so. Absent
   * where the device is not protected or does not know the command. Afterwards the device is gone.
   */
  readUnprotect?(): Promise<void>;
}
