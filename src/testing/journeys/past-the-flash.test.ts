/** Reading a board whose partition table goes past its flash stays inside the flash, and says so. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { World } from '../esp/world.ts';
import { openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const FLASH = 0x400000;
const APP = 0x20000;
const ROWS = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x15000 },
  { label: 'otadata', type: 1, subtype: 0x00, offset: 0x1e000, size: 0x2000 },
  { label: 'app0', type: 0, subtype: 0x10, offset: APP, size: 0xfe0000 },
  { label: 'files', type: 1, subtype: 0x83, offset: 0x3f0000, size: 0x20000 },
  { label: 'app1', type: 0, subtype: 0x11, offset: 0xffff0000, size: 0x10000 },
];

function boardOf({ session }: World) {
  const { state } = session;
  if (state.kind !== 'connected') throw new Error(`the session is ${state.kind}`);
  return state.board;
}

async function absurd(store = memoryStore()): Promise<World> {
  const world = openWorld('esp32-raft', 921600, {}, { store });
  world.made.flash.load(0x8000, buildPartitionTable(ROWS));
  await world.session.connect();
  return world;
}

test(
  'reading the apps completely reads no more than the flash, keeps the board, and says where it ended',
  LONG,
  async () => {
    const world = await absurd();
    expect(boardOf(world).examinable).toBe(FLASH - APP);
    await world.session.dispatch({ do: 'examine' });
    expect(boardOf(world).contents.find(({ address }) => address === APP)?.says).toMatch(
      /Read up to the end of the flash, which its partition exceeds: checksum and SHA-256 are correct\.$/,
    );
  },
);

test('an app whose segments go past the flash is read to its end, and would not start', LONG, async () => {
  const world = await absurd();
  // The length of the first segment: 16 MiB less a word is the most that a bootloader accepts.
  world.made.flash.load(APP + 28, Uint8Array.of(0xfc, 0xff, 0xff, 0x00));
  await world.session.dispatch({ do: 'examine' });
  expect(boardOf(world).contents.find(({ address }) => address === APP)?.says).toMatch(
    /exceeds: it would not start\.$/,
  );
});

test('a backup holds the part of a partition that is in the flash; of one beyond it there is nothing to back up', async () => {
  const store = memoryStore();
  const { session } = await absurd(store);
  await session.dispatch({ do: 'back-up', range: { region: 'flash', address: 0x3f0000, size: 0x20000 } });
  const [record] = await store.backups();
  const units = record?.kind === 'open' ? record.backup.units.map(({ address }) => address) : [];
  expect([units[0], units.at(-1), units.length]).toEqual([0x3f0000, 0x3ff000, 16]);
  await session.dispatch({ do: 'back-up', range: { region: 'flash', address: 0xffff0000, size: 0x10000 } });
  expect(workOf(session, 'refused').refusals.map(({ says }) => says)).toEqual([
    'A backup of app1 (0xFFFF0000, 64 KiB) cannot be made. It lies past the end of this board’s flash.',
  ]);
});
