/**
 * How a board is reset into its loader, pin by pin as esptool does it (esptool reset.py): in place of esptool-js's own
 * resets, whose pauses go by no clock that could be handed in.
 */
import type { ResetConstructors } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { sleep } from '../../flash/clock.ts';

/** How long EN is held low, and each step by USB-Serial/JTAG, in ms (esptool reset.py). */
const HOLD_MS = 100;

/** The resets that esptool-js may choose from to reach a loader, their pauses on this clock. */
export function resetsBy(clock: Clock): ResetConstructors {
  return {
    // ClassicReset: RTS pulls EN low, DTR pulls IO0 low, and IO0 is held for `resetDelay` ms after EN is let go.
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
    // USBJTAGSerialReset: on the way from IO0 to the reset both lines are set, never neither.
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
