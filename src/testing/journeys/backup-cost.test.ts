/** What it costs to keep the bytes of a board, in the board's own time. */
import { describe, expect, test } from 'vitest';
import { plannedUnits } from '../../flash/plan.ts';
import { bytesSource } from '../../session/sources.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { readMs } from '../bench/limit.ts';
import { Tap } from '../bench/tap.ts';
import { flash, openWorld, standing, workOf } from '../esp/world.ts';
import { Wire } from '../wire.ts';
import { noise } from '../bytes.ts';
import { byLength, LONG } from '../long.ts';

const MIB = 0x100000;
/** A slot for an app of 1 MiB, aligned to 64 KiB and not to 256 KiB. */
const SLOT = { region: 'flash', address: 0x110000, size: MIB };
/** Opcodes of the loaders (esptool docs, serial protocol). */
const OP = { digest: 0x13, read: 0xd2 } as const;

/** A connected ESP32-C6 over its own USB whose slot holds these bytes, and the commands sent since. */
async function holding(data: Uint8Array) {
  const wires: Wire[] = [];
  const store = memoryStore();
  const world = openWorld(
    'esp32c6-idf',
    921600,
    {},
    {
      store,
      wired: (board, clock) => {
        const wire = new Wire(board, clock);
        wires.push(wire);
        return wire;
      },
    },
  );
  const [wire] = wires;
  if (wire === undefined) throw new Error('no wire');
  world.made.flash.load(SLOT.address, new Uint8Array(MIB).fill(0xff));
  world.made.flash.load(SLOT.address, data);
  await world.session.connect();
  wire.commands.length = 0;
  const sent = (op: number) => wire.commands.filter((each) => each === op).length;
  return { ...world, wire, store, sent };
}

type Board = Awaited<ReturnType<typeof holding>>;

/** Backs the slot up: how long it took, in ms of the board's time. All units are in the backup, with the bytes of the flash. */
async function backUp({ session, clock, store, made }: Board): Promise<number> {
  const from = clock.now();
  await session.dispatch({ do: 'back-up', range: SLOT });
  const took = clock.now() - from;
  workOf(session, 'idle');
  const [record] = await store.backups();
  const units = record?.kind === 'open' ? record.backup.units : [];
  expect(units).toHaveLength(MIB / 0x1000);
  for (const { address, size, md5 } of units)
    expect(Buffer.compare((await store.content(md5)) ?? new Uint8Array(), made.flash.read(address, size))).toBe(0);
  return took;
}

describe('a backup over the chip’s own USB, where a digest takes nearly as long as reading', () => {
  test('random bytes take at most 5 % more than the least, and no digest is asked for', async () => {
    const data = noise(MIB, 3);
    const board = await holding(data);
    const took = await backUp(board);
    expect(took).toBeLessThanOrEqual(1.05 * readMs({ by: 'usb' }, data));
    expect([board.sent(OP.digest), board.sent(OP.read)]).toEqual([0, 5]);
  });

  test('blank flash is digested behind blank flash, which takes less than reading all of it', async () => {
    const data = noise(MIB / 4, 3);
    const board = await holding(data);
    const took = await backUp(board);
    expect(board.sent(OP.digest)).toBeGreaterThan(0);
    const all = new Uint8Array(MIB).fill(0xff);
    all.set(data);
    expect(took).toBeLessThan(readMs({ by: 'usb' }, all));
  });

  const BUSES = [
    ['as fast as USB can', Infinity, 500],
    ['that carries 200 KiB/s, as one that is shared', 205, 800],
  ] as const;
  for (const [options, buses] of byLength(BUSES, ([, perMs]) => perMs < Infinity))
    test.each(buses)(
      'a stop waits for one command, and not for the backup, on a bus %s',
      options,
      async (_, perMs, most) => {
        const { session, clock, wire } = await holding(noise(MIB, 3));
        let free = 0;
        wire.toHost = (bytes) => {
          free = Math.max(free, clock.now()) + bytes.length / perMs;
          wire.pause(free - clock.now());
          return bytes;
        };
        let reads = 0;
        const second = new Promise<void>((resolve) => {
          wire.onCommand = (op) => {
            if (op === OP.read && ++reads === 2) resolve();
          };
        });
        const working = session.dispatch({ do: 'back-up', range: SLOT });
        await second;
        const from = clock.now();
        await session.dispatch({ do: 'cancel' });
        expect(clock.now() - from).toBeLessThanOrEqual(most);
        await working;
        expect(standing(session)).toBe('connected');
      },
    );
});

test('one read that takes long leaves the reads behind it as large as before, but for the next', LONG, async () => {
  const data = noise(MIB, 3);
  const board = await holding(data);
  let reads = 0;
  board.wire.onCommand = (op) => {
    if (op === OP.read && ++reads === 2) board.wire.pause(2500);
  };
  const took = await backUp(board);
  expect(took).toBeLessThanOrEqual(2500 + 1.06 * readMs({ by: 'usb' }, data));
  expect(reads).toBeLessThanOrEqual(10);
});

test(
  'of units in which a few bytes change, one part is read before they are overwritten, and all of them is kept',
  LONG,
  async () => {
    const store = memoryStore();
    const tap = new Tap();
    const { session, made } = openWorld('esp32-raft', 921600, {}, { store, wired: (board) => tap.on(board) });
    const app = { project: 'raft-demo', version: '3.0.0', seed: 5, chipId: 0, size: 0x80000 } as const;
    const at = { region: 'flash', address: 0x1d0000, size: 0x1b0000 };
    made.flash.load(at.address, buildAppImage(app));
    await session.connect();
    tap.reset();
    const next = buildAppImage({ ...app, change: { seed: 9, oneIn: 100 } });
    await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', next)], at });
    const units = plannedUnits(workOf(session, 'planned').plan);
    const before = units.map(({ address, size }) => made.flash.read(address, size).slice());
    expect(units.length).toBeGreaterThan(4);
    expect(tap.read).toBeLessThan((units.length * 0x1000) / 4);
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    for (const [i, { before: md5 }] of units.entries()) expect(await store.content(md5 ?? '')).toEqual(before[i]);
  },
);
