/** The same journey on every virtual board: an update for its chip is written, and the whole flash is compared. */
import { describe, expect, test } from 'vitest';
import {
  buildPartitionTable,
  RAFT_SECRETS_ROWS,
  RAFT_SINGLE_ROWS,
} from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { bytesSource } from '../../session/sources.ts';
import type { World } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

interface Expected {
  readonly id: string;
  readonly chip: string;
  readonly update: Uint8Array;
  readonly partition: string;
  readonly address: number;
  /** Where else the flash changes: the boot choice. */
  readonly besides: readonly [number, number][];
  readonly outcome: 'verified';
}

const RAFT_RECORD: readonly [number, number][] = [[0x1f000, 0x1f01f]];
const esp32 = {
  chip: 'ESP32',
  update: raftDemo150(0),
  partition: 'app1',
  address: 0x1d0000,
  outcome: 'verified',
} as const;

const BOARDS: readonly Expected[] = [
  { ...esp32, id: 'esp32-raft', besides: RAFT_RECORD },
  { ...esp32, id: 'esp32-16mb-header-4mb', besides: RAFT_RECORD },
  {
    ...esp32,
    id: 'esp32s3-raft',
    chip: 'ESP32-S3',
    update: raftDemo150(9),
    address: 0x320000,
    besides: RAFT_RECORD,
  },
  {
    ...esp32,
    id: 'esp32c3-raft',
    chip: 'ESP32-C3',
    update: raftDemo150(5),
    partition: 'factory',
    address: 0x100000,
    besides: [],
  },
  {
    ...esp32,
    id: 'esp32c6-idf',
    chip: 'ESP32-C6',
    update: raftDemo150(13),
    partition: 'ota_0',
    address: 0x110000,
    besides: [[0xd000, 0xd01f]],
  },
];

async function connected(id: string): Promise<World> {
  const world = openWorld(id);
  await world.session.connect();
  const { state } = world.session;
  if (state.kind !== 'connected') throw new Error(`${id}: ${JSON.stringify(state)}`);
  return world;
}

describe.each(BOARDS)('$id', (wanted) => {
  test('an update is written to its place and nowhere else', LONG, async () => {
    const { session, made } = await connected(wanted.id);
    const before = made.flash.snapshot();
    await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', wanted.update)] });
    await flash(session);
    const ended = workOf(session, 'ended');
    expect(ended.failure).toBeNull();
    expect(ended.outcome).toBe(wanted.outcome);
    const flashed = made.beforeStart();
    if (flashed === null) throw new Error('the board was not started');
    const after = before.slice();
    after.set(wanted.update, wanted.address);
    expect(differences(flashed, after)).toEqual(wanted.besides);
    expect(ended.start?.verdict).toMatchObject({ good: true, partition: { name: wanted.partition } });
    expect(session.state).toMatchObject({ board: { identity: { chip: wanted.chip } } });
    expect(made.flash.violations).toEqual([]);
  });
});

test('a board in Secure Download Mode gets its table and app, and they are not called verified', async () => {
  const { session, made } = await connected('esp32c3-secure-download');
  const before = made.flash.snapshot();
  const table = buildPartitionTable(RAFT_SINGLE_ROWS);
  const update = raftDemo150(5);
  await session.dispatch({ do: 'add-files', files: [bytesSource('partitions.bin', table)] });
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', update)] });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  const ended = workOf(session, 'ended');
  expect(ended.failure).toBeNull();
  expect(ended.outcome).toBe('unproved');
  expect(new Set(ended.units)).toEqual(new Set(['unproved']));
  const after = before.slice();
  after.fill(0xff, 0x8000, 0x9000).set(table, 0x8000);
  // What lay after the app in its last erase unit could not be read, so it was given up.
  after.fill(0xff, 0x100000, 0x100000 + Math.ceil(update.length / 0x1000) * 0x1000).set(update, 0x100000);
  expect(differences(made.beforeStart() ?? before, after)).toEqual([]);
  expect(made.flash.violations).toEqual([]);
});

test('a board that encrypts is asked to encrypt only what it reads through its key', LONG, async () => {
  const { session, made } = await connected('esp32-encrypted');
  const before = made.flash.snapshot();
  const table = buildPartitionTable(RAFT_SECRETS_ROWS);
  const update = raftDemo150(0);
  await session.dispatch({ do: 'add-files', files: [bytesSource('partitions.bin', table)] });
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', update)] });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  const ended = workOf(session, 'ended');
  expect(ended.failure).toBeNull();
  expect(ended.outcome).toBe('unproved');
  const app = RAFT_SECRETS_ROWS.find(({ offset }) =>
    made.plain(offset, update.length).every((b, i) => b === update[i]),
  );
  expect(app?.label).toMatch(/^app/);
  const flashed = made.beforeStart() ?? before;
  const own = (at: number) => RAFT_SECRETS_ROWS.find(({ offset, size }) => at >= offset && at < offset + size)?.label;
  const touched = new Set(differences(flashed, before).map(([from]) => own(from)));
  expect(touched.has('nvs')).toBe(false);
  expect(touched.has('fs')).toBe(false);
  expect(ended.start?.verdict).toMatchObject({ good: true });
  expect(made.flash.violations).toEqual([]);
});
