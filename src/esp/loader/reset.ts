/**
 * Resets a board into its loader, pin by pin as esptool does it (esptool reset.py). Replaces esptool-js's own resets, whose
 * delays do not use our clock.
 */
import type { ResetConstructors } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { sleep } from '../../flash/clock.ts';

/** How long EN is held low, and duration of each step over USB-Serial/JTAG, in ms (esptool reset.py). */
const HOLD_MS = 100;

/** The reset sequences that esptool-js chooses from, with their delays on this clock. */
export function resetsBy(clock: Clock): ResetConstructors {
  return {
    // ClassicReset: RTS pulls EN low, DTR pulls IO0 low, and IO0 is held for `resetDelay` ms after EN is released.
    classicReset: (transport, resetDelay) => ({
      transport,
      resetDelay,
      async reset() {
        await transport.setSignals(false, true);
        await sleep(clock, HOLD_MS);
        await transport.setSignals(true, false);
        await sleep(clock, resetDelay);
        await transport.setSignals(false, false);
      },
    }),
    // USBJTAGSerialReset: the transition from IO0 to reset goes through both lines set, never through neither.
    usbJTAGSerialReset: (transport) => ({
      transport,
      async reset() {
        await transport.setRTS(false);
        await transport.setDTR(false);
        await sleep(clock, HOLD_MS);
        await transport.setDTR(true);
        await transport.setRTS(false);
        await sleep(clock, HOLD_MS);
        await transport.setRTS(true);
        await transport.setDTR(false);
        await transport.setRTS(true);
        await sleep(clock, HOLD_MS);
        await transport.setRTS(false);
        await transport.setDTR(false);
      },
    }),
  };
}
