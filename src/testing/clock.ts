/** Time in tests in which the app meets a virtual Espressif board: both go by one clock, and that jumps. */
import { getStubJsonByChipName } from 'esptool-js';
import type { Clock } from '../flash/clock.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { CHIPS } from '../virtual-boards/esp/chips/index.ts';

// The clock jumps to its next event as soon as no promise is left to run, so that it would leap over whatever waits for the
// disk: time limits would end what takes no time. On the app's way to a board these are the class of the chip and its stub, which
// esptool-js imports when they are first wanted: some turns of the event loop the first time, none ever after. So all are
// imported before anybody can have this clock. Everything else on that way (streams of virtual ports, stores in memory) is promises alone.
await Promise.all([
  import('esptool-js/lib/targets/esp32.js'),
  import('esptool-js/lib/targets/esp32c3.js'),
  import('esptool-js/lib/targets/esp32c6.js'),
  import('esptool-js/lib/targets/esp32s3.js'),
  ...Object.keys(CHIPS).map((name) => getStubJsonByChipName(name)),
]);

/**
 * A clock for a board and for the app that works with it. What takes seconds takes no time, and both see one order of
 * events: a time limit ends exactly what is slower.
 */
export function testClock(): Clock {
  return instantClock();
}
