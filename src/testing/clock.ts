/** Test time shared by the app and a virtual Espressif board: one clock that jumps to its next event. */
import { getStubJsonByChipName } from 'esptool-js';
import type { Clock } from '../flash/clock.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { CHIPS } from '../virtual-boards/esp/chips/index.ts';

// The clock jumps to its next event as soon as no promise is left to run, so it would jump past anything that waits for the
// disk and fire time limits early. On the app's way to a board that is the chip's class and its stub, which esptool-js imports
// on first use: this takes some turns of the event loop once and none afterwards. So all of them are imported before anyone can
// get this clock. Everything else on that way (streams of virtual ports, in-memory stores) is promises only.
await Promise.all([
  import('esptool-js/lib/targets/esp32.js'),
  import('esptool-js/lib/targets/esp32c3.js'),
  import('esptool-js/lib/targets/esp32c6.js'),
  import('esptool-js/lib/targets/esp32s3.js'),
  ...Object.keys(CHIPS).map((name) => getStubJsonByChipName(name)),
]);

/**
 * A clock for a board and the app that works with it. Waiting takes no real time, and both see one order of events: a time
 * limit ends exactly what is slower.
 */
export function testClock(): Clock {
  return instantClock();
}
