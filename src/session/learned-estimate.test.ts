/** The estimate of a plan: learned from the last job where the computer, or the link, is slower than the device's pace. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../virtual-boards/esp/firmware/app-image.ts';
import type { Clock } from '../flash/clock.ts';
import { connectedOf } from '../testing/plain-world.ts';
import { consent, flash, openWorld, workOf } from '../testing/esp/world.ts';
import { LONG } from '../testing/long.ts';
import { bytesSource } from './sources.ts';

const app = (seed: number) => buildAppImage({ project: 'slow', version: `${seed}.0.0`, seed, size: 400 * 1024 });

/** The time of a computer on which everything takes twice as long as the board needs for it. */
const slow = (clock: Clock): Clock => ({ now: () => 2 * clock.now(), at: (ms, fn) => clock.at(ms / 2, fn) });

test('on a slow computer the first plan names half of the time, and the next one all of it', LONG, async () => {
  const { session } = openWorld('esp32-raft', 921600, {}, { appClock: slow });
  await session.connect();
  /** The estimate of a plan as a share of the time that it then took. */
  const shareOf = async (seed: number, place: string): Promise<number> => {
    await session.dispatch({ do: 'add-files', files: [bytesSource(`${seed}.bin`, app(seed))] });
    const file = connectedOf(session).files.at(-1);
    await session.dispatch({ do: 'place', id: file?.id ?? 0, choice: place });
    for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
    const { estimateMs } = workOf(session, 'planned');
    await flash(session);
    const { outcome, report } = workOf(session, 'ended');
    expect(outcome).toBe('verified');
    await session.dispatch({ do: 'reconnect' });
    for (const { id } of connectedOf(session).files) await session.dispatch({ do: 'remove-file', id });
    return estimateMs / report.timings.ms;
  };
  const first = await shareOf(1, 'app1@1900544');
  const second = await shareOf(2, 'app1@1900544');
  expect(first).toBeLessThan(0.75);
  expect(second).toBeGreaterThan(0.8);
  expect(second).toBeLessThan(1.25);
});
