/** How long a job is said to take before it starts, beside how long it then takes by the board's own clock. */
import { expect, test } from 'vitest';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { noise } from '../dfu/link.ts';
import { bytesSource } from '../../session/sources.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { AnySession } from '../esp/world.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';

/** A program of 40,000 bytes that begins with a vector table, and no byte of which is blank. */
const PROGRAM = Uint8Array.from({ length: 40_000 }, (_, i) => (i % 251) + 1);
PROGRAM.set([0x00, 0x00, 0x02, 0x20, 0x01, 0x01, 0x00, 0x08]);

/** The Raft layout of 4 MB with larger slots: the second one moves, and the file system makes room. */
const LARGER = RAFT_OTA_ROWS.map((row) => {
  const changes: Readonly<Record<string, Partial<typeof row>>> = {
    app0: { size: row.size + 0x10000 },
    app1: { offset: row.offset + 0x10000, size: row.size + 0x10000 },
    fs: { offset: row.offset + 0x20000, size: row.size - 0x20000 },
  };
  return { ...row, ...changes[row.label] };
});

/** The time a job took as a share of its estimate. */
async function share(session: AnySession & { connect(): Promise<void> }, data: Uint8Array): Promise<number> {
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('file.bin', data)] });
  const { asks, estimateMs } = workOf(session, 'planned');
  for (const { kind } of asks) await consent(session, kind);
  await flash(session);
  const { outcome, report } = workOf(session, 'ended');
  expect(outcome).toBe('verified');
  return report.timings.ms / estimateMs;
}

test.each([
  ['esp32-raft', 0],
  ['esp32s3-raft', 9],
  ['esp32c3-raft', 5],
  ['esp32c6-idf', 13],
] as const)('an update of the %s takes about as long as is said', async (id, chip) => {
  const took = await share(openWorld(id).session, raftDemo150(chip));
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});

test('a board that was read slowly and is then worked with fast takes about as long as is said', async () => {
  // Connected at 115200 baud; the usual speed applies once it is known which board answers.
  const took = await share(openWorld('esp32-raft', 115_200).session, raftDemo150(0));
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});

test('a program for an STM32F405 takes about as long as is said', async () => {
  const took = await share(openDfuWorld('stm32f405').session, PROGRAM);
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});

test.each([
  ['nothing that can be compressed', noise],
  ['firmware', (size: number) => raftDemo150(0).slice(0, size)],
  ['little but zeros', (size: number) => new Uint8Array(size)],
] as const)('a slot that moves with %s in it takes as long as is said', async (_, fill) => {
  const world = openWorld('esp32-raft');
  const slot = RAFT_OTA_ROWS.find(({ label }) => label === 'app1');
  const files = RAFT_OTA_ROWS.find(({ label }) => label === 'fs');
  if (slot === undefined || files === undefined) throw new Error('the layout has changed');
  const app = raftDemo150(0);
  world.made.flash.load(slot.offset, app);
  for (let at = app.length; at < slot.size; at += app.length)
    world.made.flash.load(slot.offset + at, fill(Math.min(app.length, slot.size - at), 3));
  world.made.flash.load(files.offset, new Uint8Array(files.size).fill(0xff));
  const took = await share(world.session, buildPartitionTable(LARGER));
  expect(took).toBeGreaterThan(0.85);
  expect(took).toBeLessThan(1.15);
});
