/** Tables that use a name twice, or the name of something that no table lists: a partition is meant by its range, never its name. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { bytesSource } from '../../session/sources.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import type { World } from '../esp/world.ts';
import { LONG } from '../long.ts';

const ROWS = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x5000 },
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x10000, size: 0x4000 },
  { label: 'otadata', type: 1, subtype: 0x00, offset: 0x1e000, size: 0x2000 },
  { label: 'app', type: 0, subtype: 0x10, offset: 0x20000, size: 0x1b0000 },
  { label: 'app', type: 0, subtype: 0x11, offset: 0x1d0000, size: 0x1b0000 },
  { label: 'bootloader', type: 1, subtype: 0x40, offset: 0x380000, size: 0x3000 },
] as const;

const inFlash = (address: number, size: number): Range => ({ region: 'flash', address, size });

/** A board with these rows, each data row filled with bytes of its own. */
async function twins(store = memoryStore()): Promise<World> {
  const world = openWorld('esp32-raft', 921600, {}, { store });
  const { flash } = world.made;
  flash.load(0x8000, buildPartitionTable(ROWS));
  for (const at of [0x10000, 0x380000])
    flash.load(
      at,
      Uint8Array.from({ length: 0x3000 }, (_, i) => at / 0x10000 + i),
    );
  await world.session.connect();
  return world;
}

describe('a backup', () => {
  test.each([
    ['the first of two rows called nvs', inFlash(0x9000, 0x5000)],
    ['the second of them', inFlash(0x10000, 0x4000)],
    ['a data row called bootloader', inFlash(0x380000, 0x3000)],
    ['the bootloader itself', inFlash(0x1000, 0x7000)],
  ])('of %s keeps exactly its bytes', async (_, range) => {
    const store = memoryStore();
    const { session, made } = await twins(store);
    await session.dispatch({ do: 'back-up', range });
    const [record] = await store.backups();
    if (record?.kind !== 'open') throw new Error('nothing was kept');
    const { units, missing } = record.backup;
    expect(missing).toEqual([]);
    expect(units.map(({ address }) => address)).toEqual(
      Array.from({ length: range.size / 0x1000 }, (__, i) => range.address + i * 0x1000),
    );
    for (const { address, size, md5 } of units) expect(md5).toBe(md5Hex(made.flash.read(address, size)));
  });

  test.each([
    ['no partition begins there', inFlash(0x14000, 0x1000)],
    ['the partition there has another size', inFlash(0x9000, 0x15000)],
    ['the board has no such memory', { region: 'nowhere', address: 0x9000, size: 0x5000 }],
  ])('of an unknown range is refused: %s', async (_, range) => {
    const store = memoryStore();
    const { session } = await twins(store);
    await session.dispatch({ do: 'back-up', range });
    expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['nothing-to-back-up']);
    expect(await store.backups()).toEqual([]);
  });
});

describe('the start', () => {
  const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));

  /** Flashes the update to the second slot; `meanwhile` happens to the flash once the start of that slot is verified. */
  async function updated(meanwhile: (world: World) => void) {
    const world = await twins();
    const { session } = world;
    if (session.state.kind !== 'connected') throw new Error('the board is not connected');
    expect(session.state.board.boot?.partition).toEqual({ region: 'flash', address: 0x20000, name: 'app' });
    await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
    expect(workOf(session, 'planned').plan.stretches.map(({ address }) => address)).toContain(0x1d0000);
    world.onState = (state) => {
      if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
      if (state.work.units.filter((unit) => unit === 'verified').length < 32) return;
      world.onState = () => undefined;
      meanwhile(world);
    };
    await flash(session);
    return workOf(session, 'ended').start?.verdict;
  }

  test('of the slot that was meant is good, although another has its name', LONG, async () => {
    expect(await updated(() => undefined)).toMatchObject({ good: true, partition: { address: 0x1d0000 } });
  });

  test('of the other slot of that name is not', LONG, async () => {
    // The bootloader finds the new app damaged and falls back.
    const verdict = await updated(({ made }) => made.flash.load(0x1d2000, new Uint8Array(16)));
    expect(verdict).toMatchObject({ good: false, partition: { address: 0x20000 } });
    expect(verdict?.says).toContain('The board started app (0x20000), not app at 0x1D0000 as planned');
  });
});
