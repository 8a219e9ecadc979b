/**
 * Measures a whole journey on the virtual ESP32 in the board's own time: what a real board with the same wire speed and a flash
 * chip with typical data-sheet times would take, without the page and the operating system.
 */
import { readFileSync } from 'node:fs';
import { USUAL_RATE } from '../src/esp/loader/baud-rate.ts';
import { SPEED } from '../src/esp/board/setting-ids.ts';
import { bytesSource } from '../src/session/sources.ts';
import { flash, openWorld, workOf } from '../src/testing/esp/world.ts';

const file = 'public/samples/raft-demo-1.5.0.bin';
const data = new Uint8Array(readFileSync(file));

for (const baud of [115200, 460800, USUAL_RATE]) {
  const { session, clock, made } = openWorld('esp32-raft', baud);
  const time = async (work: Promise<void>): Promise<number> => {
    const from = clock.now();
    await work;
    return (clock.now() - from) / 1000;
  };
  const connect = await time(session.connect());
  // The usual speed is what the app begins with by itself.
  if (baud !== USUAL_RATE) await session.dispatch({ do: 'set', id: SPEED, value: String(baud) });
  const plan = await time(session.dispatch({ do: 'add-files', files: [bytesSource(file, data)] }));
  const estimate = workOf(session, 'planned').estimateMs / 1000;
  const write = await time(flash(session));
  const ended = workOf(session, 'ended');
  const units = ended.units.filter((unit) => unit === 'verified').length;
  console.log(
    `${baud} baud: connect and read ${connect.toFixed(1)} s, plan ${plan.toFixed(1)} s, ` +
      `write, prove and start ${units} erase units ${write.toFixed(1)} s (estimated ${estimate.toFixed(1)} s), ` +
      `${made.flash.totalErases} erases`,
  );
}
