/** The auto-reset circuit of an ESP32 board: two transistors between the USB bridge's lines and the chip's pins. */
import type { ControlLines } from '../uart.ts';

/** The levels of the chip's two pins; true is high. */
export interface Pins {
  readonly en: boolean;
  readonly io0: boolean;
}

/**
 * What the lines drive (ESP32-DevKitC schematic, "Auto program"): each line pulls one pin low through its transistor,
 * and only while the other line is released. So both asserted, as when a port is opened, pulls nothing.
 */
export function pinsDriven(lines: ControlLines): Pins {
  return { en: !(lines.rts && !lines.dtr), io0: !(lines.dtr && !lines.rts) };
}

/** Milliseconds that EN takes to rise through its resistor and capacitor (10 kΩ, 0.1 to 1 µF: 1 to 10 ms). */
export const EN_RISE_MS = 5;
