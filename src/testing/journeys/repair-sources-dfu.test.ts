/** Backups of boards in DFU mode as repairs: what is sound in them is offered, also that of an equal board; what is not is said. */
import { expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { testClock } from '../clock.ts';
import type { UsbBetween } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { backedUp, backupsOf, wrongIn } from '../repair/keeping.ts';
import { carriedOut, elsewhere, findingsOn } from '../repair/repairing.ts';
import { byLength } from '../long.ts';

const [BASE, USER, SECTOR] = [0x08000000, 0x080a0000, 0x20000];

/** Another board of the same kind: the serial number by which a board is known is another. */
const another: UsbBetween = (device) =>
  new Proxy(device, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'serialNumber') return 'ANOTHER00001';
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

function openKeeping(store = memoryStore(), through?: UsbBetween) {
  return { ...openDfuWorld('photon', undefined, through, store, testClock(), backupsOf(store)), store };
}

type World = ReturnType<typeof openKeeping>;

/** Damages one byte in the middle of the user application: its header stays, its CRC is wrong. */
function damage({ made }: World): void {
  const [byte = 0] = made.flash.read(USER + 0x3000, 1);
  made.flash.load(USER + 0x3000, Uint8Array.of(byte ^ 1));
}

function blank({ made }: World): void {
  made.flash.load(USER, new Uint8Array(SECTOR).fill(0xff));
}

/** Reads the board again, and its modules whole; what would bring the user application back. */
async function wanted(world: World): Promise<Range> {
  await world.session.dispatch({ do: 'reconnect' });
  await world.session.dispatch({ do: 'examine' });
  const found = findingsOn(world).find(({ kind }) => kind === 'module-crc-wrong' || kind === 'start-lacks');
  const [range] = found?.restores ?? [];
  if (range === undefined) throw new Error('nothing to restore');
  return range;
}

const HARMS: readonly (readonly [what: string, harm: (world: World) => void, says: RegExp])[] = [
  ['blank', blank, /^There is no user application in user: it is blank at its start\.$/],
  ['damaged', damage, /CRC/],
];
for (const [options, harms] of byLength(HARMS, ([what]) => what === 'damaged'))
  test.each(harms)(
    'a backup in which the user application is %s repairs nothing, one of before does',
    options,
    async (_, harm, says) => {
      const world = openKeeping();
      const { session, made } = world;
      await session.connect();
      const before = await backedUp(world);
      harm(world);
      await session.dispatch({ do: 'reconnect' });
      const after = await backedUp(world);
      const range = await wanted(world);
      expect(await wrongIn(world, after, range)).toMatch(says);
      expect(await wrongIn(world, before, range)).toBeNull();
      expect(workOf(session, 'idle').kind).toBe('idle');
      const harmed = made.flash.snapshot();
      await session.dispatch({ do: 'restore', backup: before, range });
      expect(workOf(session, 'planned').asks).toEqual([]);
      await carriedOut(session);
      expect(workOf(session, 'ended').outcome).toBe('verified');
      const left = made.beforeStart() ?? made.flash.snapshot();
      expect(elsewhere(harmed, left, [{ ...range, address: range.address - BASE }])).toEqual([]);
      // The board holds something else by now, and the backup is damaged all the same.
      made.board.enterDfu();
      await session.dispatch({ do: 'reconnect' });
      expect(findingsOn(world).map(({ kind }) => kind)).not.toContain('module-crc-wrong');
      expect(await wrongIn(world, after, range)).toMatch(says);
    },
  );

test('the backup of another equal board repairs this one after a question, and the board starts', async () => {
  const store = memoryStore();
  const other = openKeeping(store, another);
  await other.session.connect();
  const backup = await backedUp(other);
  const world = openKeeping(store);
  const { session, made } = world;
  await session.connect();
  damage(world);
  const range = await wanted(world);
  const harmed = made.flash.snapshot();
  expect(await wrongIn(world, backup, range)).toBeNull();
  await session.dispatch({ do: 'restore', backup, range });
  expect(workOf(session, 'planned').asks.map(({ kind }) => kind)).toEqual(['backup-of-another']);
  await carriedOut(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  await made.board.booted();
  const left = made.beforeStart() ?? harmed;
  expect(elsewhere(harmed, left, [{ ...range, address: range.address - BASE }])).toEqual([]);
  const own = left.subarray(USER - BASE, USER - BASE + SECTOR);
  expect(Buffer.compare(own, other.made.flash.snapshot().subarray(USER - BASE, USER - BASE + SECTOR))).toBe(0);
  made.board.enterDfu();
  await session.dispatch({ do: 'reconnect' });
  expect(findingsOn(world).map(({ kind }) => kind)).not.toContain('module-crc-wrong');
  expect(connectedOf(session).board.boot?.partition).not.toBeNull();
});
