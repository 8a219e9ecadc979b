/** How long a job is said to take before it starts, beside how long it then takes by the board's own clock. */
import { expect, test } from 'vitest';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { openWorld } from '../esp/world.ts';
import { share } from './estimate.ts';
import { LONG } from '../long.ts';

/** A program of 40,000 bytes that begins with a vector table, and no byte of which is blank. */
const PROGRAM = Uint8Array.from({ length: 40_000 }, (_, i) => (i % 251) + 1);
PROGRAM.set([0x00, 0x00, 0x02, 0x20, 0x01, 0x01, 0x00, 0x08]);

test.each([
  ['esp32-raft', 0],
  ['esp32c6-idf', 13],
] as const)('an update of the %s takes about as long as is said', LONG, async (id, chip) => {
  const took = await share(openWorld(id).session, raftDemo150(chip));
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});

test('a program for an STM32F405 takes about as long as is said', async () => {
  const took = await share(openDfuWorld('stm32f405').session, PROGRAM);
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});
