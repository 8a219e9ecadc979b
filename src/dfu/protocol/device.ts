/** The port to a board in DFU mode: a target, with the facts that only DFU devices have. */
import type { Target } from '../../flash/target.ts';
import type { MemoryReading } from './memory-string.ts';
import type { Quirk } from './quirks.ts';

/** One memory of a board: an alternate setting of its DFU interface, whose name describes it. */
export interface AlternateSetting {
  readonly number: number;
  /** The memory string as the device reports it; null if it has none. */
  readonly name: string | null;
  readonly memory: MemoryReading;
}

/** A connected board that speaks DfuSe. `readMap` gives the regions of all its memories. */
export interface DfuDevice extends Target {
  readonly dfu: {
    readonly vendorId: number;
    readonly productId: number;
    /** As the device reports it. Many boards report the same one, so it is no key. */
    readonly serial: string | null;
    readonly settings: readonly AlternateSetting[];
    /** Known quirks of this device, which are worked around. */
    readonly quirks: readonly Quirk[];
    /** Bytes of one transfer, as used: quirks may lower what the device reports. */
    readonly transferSize: number;
    /** The codes of the DfuSe commands that the device reports; null if it does not report them. */
    readonly commands: readonly number[] | null;
    /** Whether the chip is read-protected and rejects reads and writes. Then `read` is absent. */
    readonly readProtected: boolean;
    /**
     * How long removing the read protection may take, in ms; null if the device is not protected, does not report the command, or
     * does not call itself ST's ROM: a bootloader in flash would erase itself. Then `unlock` is absent.
     */
    readonly unlockMs: number | null;
  };
}
