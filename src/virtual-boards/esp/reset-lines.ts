/** What the host's DTR and RTS do to a chip: through two transistors behind a bridge, or inside a USB controller. */
import type { ControlLines } from '../uart.ts';

/** The levels of the chip's two pins; true is high. */
export interface Pins {
  readonly en: boolean;
  readonly io0: boolean;
}

/**
 * The pin levels that the lines drive (ESP32-DevKitC schematic, "Auto program"): each line pulls one pin low through its
 * transistor, and only while the other line is released. So both asserted, as when a port is opened, pull nothing.
 */
export function pinsDriven(lines: ControlLines): Pins {
  return { en: !(lines.rts && !lines.dtr), io0: !(lines.dtr && !lines.rts) };
}

/** Rise time of EN through its resistor and capacitor, in ms (10 kΩ, 0.1 to 1 µF: 1 to 10 ms). */
export const EN_RISE_MS = 5;

/** What a change of the lines does to the chip: nothing, put it into reset, or release it. */
export type LineEffect = 'none' | 'hold' | 'release';

/** The reset circuit of a board. */
export interface ResetLines {
  /** Whether a chip that comes out of reset now enters its loader. */
  readonly download: boolean;
  /** Whether the lines keep the chip in reset. */
  readonly held: boolean;
  set(lines: ControlLines): LineEffect;
}

/** The two transistors: EN low holds the chip in reset, and the boot pin is sampled when EN rises. */
export class TransistorLines implements ResetLines {
  private pins: Pins = { en: true, io0: true };

  get download(): boolean {
    return !this.pins.io0;
  }

  get held(): boolean {
    return !this.pins.en;
  }

  set(lines: ControlLines): LineEffect {
    const before = this.pins;
    this.pins = pinsDriven(lines);
    if (before.en === this.pins.en) return 'none';
    return this.pins.en ? 'release' : 'hold';
  }
}

/**
 * The USB Serial/JTAG controller (ESP32-S3 TRM, tables "CDC-ACM Settings with RTS and DTR" and "Reset SoC into
 * Download Mode"): both released clears the download flag, DTR alone sets it, RTS alone resets, both do nothing. The
 * flag is sampled when the reset begins, because the manual's sequence leaves the reset through "clear".
 */
export class UsbSerialJtagLines implements ResetLines {
  private flag = false;
  private latched = false;
  private resetting = false;

  get download(): boolean {
    return this.latched;
  }

  get held(): boolean {
    return this.resetting;
  }

  set({ dtr, rts }: ControlLines): LineEffect {
    if (!rts) this.flag = dtr;
    const reset = rts && !dtr;
    if (reset === this.resetting) return 'none';
    this.resetting = reset;
    if (reset) this.latched = this.flag;
    return reset ? 'hold' : 'release';
  }
}
