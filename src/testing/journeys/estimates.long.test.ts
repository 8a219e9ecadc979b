/** How long a job is said to take before it starts, beside how long it then takes by the board's own clock. */
import { expect, test } from 'vitest';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { openWorld } from '../esp/world.ts';
import { share } from './estimate.ts';
import { noise } from '../bytes.ts';

/** The Raft layout of 4 MB with larger slots: the second one moves, and the file system makes room. */
const LARGER = RAFT_OTA_ROWS.map((row) => {
  const changes: Readonly<Record<string, Partial<typeof row>>> = {
    app0: { size: row.size + 0x10000 },
    app1: { offset: row.offset + 0x10000, size: row.size + 0x10000 },
    fs: { offset: row.offset + 0x20000, size: row.size - 0x20000 },
  };
  return { ...row, ...changes[row.label] };
});

test.each([
  ['esp32s3-raft', 9],
  ['esp32c3-raft', 5],
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
