/** Boards that fail, hang or lie, and pulled cables: every wait ends, every failure has a name, and a second try works. */
import { describe, expect, it } from 'vitest';
import { Failure, makeCancel } from '../../flash/failure.ts';
import { failureOf, openBoard, openStBoard, type LinkWorld } from '../../testing/dfu/link.ts';
import { difference, noise } from '../../testing/bytes.ts';
import { LONG } from '../../testing/long.ts';

const cancel = makeCancel();
const SECTOR = { region: 'internal-flash', address: 0x080c0000, size: 0x20000 };
const SMALL = { region: 'internal-flash', address: 0x0800c000, size: 0x4000 };
const CONTENT = noise(SECTOR.size);

async function factsOfFailure(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((e: unknown) => e);
  return error instanceof Failure ? error.facts : error;
}

describe('a board that rejects a command', () => {
  it('is reported in plain words and with the place, and stays usable', async () => {
    const world = openStBoard({});
    const target = await world.connect();
    world.board.faults.failErase(SECTOR.address);
    expect(await factsOfFailure(target.rewrite(SECTOR, CONTENT, { cancel }))).toMatchObject({
      name: 'dfu-refused',
      kind: 'refused',
      says: 'The board rejected a command (erase 0x080C0000): errERASE: the erase failed.',
      place: { in: 'flash', range: SECTOR },
    });
    world.board.faults.failProgram();
    expect(await failureOf(target.rewrite(SECTOR, CONTENT, { cancel }))).toBe('dfu-refused');
    await target.rewrite(SECTOR, CONTENT, { cancel });
    expect(difference(world.board.chip.memories[0].read(SECTOR.address, SECTOR.size), CONTENT)).toBeNull();
  });

  it.each(['photon', 'p1', 'electron'])('with only a stall is not asked again: %s', async (id) => {
    const world = openBoard(id);
    const target = await world.connect();
    const range = { ...SECTOR, region: 'internal-flash-2' };
    const before = world.board.chip.memories[0].snapshot();
    world.board.faults.failErase(range.address);
    expect(await factsOfFailure(target.rewrite(range, CONTENT, { cancel }))).toMatchObject({
      name: 'dfu-stalled',
      place: { in: 'flash', range },
    });
    expect(difference(world.board.chip.memories[0].snapshot(), before)).toBeNull();
    world.board.faults.failProgram();
    expect(await failureOf(target.rewrite(range, CONTENT, { cancel }))).toBe('dfu-stalled');
    await target.rewrite(range, CONTENT, { cancel });
    expect(difference(world.board.chip.memories[0].read(range.address, range.size), CONTENT)).toBeNull();
  });
});

describe('a board that stays busy', () => {
  it.each(['electron', 'stm32f405'])('is waited for as long as its command may take, and no longer: %s', async (id) => {
    const world = openBoard(id);
    const target = await world.connect();
    const region = id === 'electron' ? 'internal-flash-2' : 'internal-flash';
    world.board.faults.stuckBusy = true;
    const start = world.clock.now();
    expect(await failureOf(target.rewrite({ ...SECTOR, region }, CONTENT, { cancel }))).toBe('dfu-stuck-busy');
    expect(world.clock.now() - start).toBeLessThan(40_000);
  });

  it('is freed by clearing its status if that is a known quirk', async () => {
    const stuck = openStBoard({ quirks: ['h743-stays-busy'] }, '@Internal Flash  /0x08000000/16*128Kg');
    const target = await stuck.connect();
    expect(target.dfu.quirks.map(({ id }) => id)).toEqual(['h743-stays-busy']);
    await target.rewrite(SECTOR, CONTENT, { cancel });
    expect(difference(stuck.board.chip.memories[0].read(SECTOR.address, SECTOR.size), CONTENT)).toBeNull();
  });
});

describe('a board that stalls while it is busy', () => {
  const page = { region: 'internal-flash', address: 0x08000000, size: 0x800 };

  it('is asked again if that is a known quirk', async () => {
    const world = openStBoard({ quirks: ['l4-stalls-while-busy'] }, '@Internal Flash  /0x08000000/0256*0002Kg');
    const target = await world.connect();
    expect(target.dfu.quirks.map(({ id }) => id)).toEqual(['l4-stalls-while-busy']);
    await target.rewrite(page, noise(page.size), { cancel });
    expect(difference(world.board.chip.memories[0].read(page.address, page.size), noise(page.size))).toBeNull();
  });

  it('is not asked again otherwise', async () => {
    const world = openStBoard({ quirks: ['l4-stalls-while-busy'] });
    const target = await world.connect();
    expect(await failureOf(target.rewrite(SMALL, noise(SMALL.size), { cancel }))).toBe('dfu-stalled');
  });
});

describe('a board that needs shorter transfers than it reports', () => {
  it('gets short ones, each with its own address, because the board counts blocks in its own size', async () => {
    const data = noise(0x800, 9);
    const world = openStBoard({ factory: [{ address: 0x08000800, data }] }, '@Internal Flash  /0x08000000/128*2Kg');
    const target = await world.connect();
    expect(target.dfu).toMatchObject({ transferSize: 1024 });
    expect(target.dfu.quirks.map(({ id }) => id)).toContain('l432-short-transfers');
    const page = { region: 'internal-flash', address: 0x08000800, size: 0x800 };
    expect(await target.read?.(page, { cancel })).toEqual(data);
    const first = { ...page, address: 0x08000000 };
    await target.rewrite(first, data, { cancel });
    expect(await target.read?.(first, { cancel })).toEqual(data);
  });
});

/** The number of control transfers that some work takes. */
async function transfersOf(world: LinkWorld, work: () => Promise<unknown>): Promise<number> {
  const { faults } = world.board;
  const start = faults.transfers;
  await work();
  return faults.transfers - start;
}

describe.each(['p1', 'stm32f405'])('a cable pulled at any transfer of a rewrite of a %s', (id) => {
  const unit = id === 'p1' ? { region: 'serial-flash', address: 0x3000, size: 0x2000 } : SMALL;
  const content = noise(unit.size, 5);

  it('is a failure that says so, and after it everything works', id === 'p1' ? {} : LONG, async () => {
    const sound = openBoard(id);
    const work = async (world: LinkWorld) => (await world.connect()).rewrite(unit, content, { cancel });
    const count = await transfersOf(sound, () => work(sound));
    expect(count).toBeGreaterThan(30);
    const world = openBoard(id);
    const wrong: string[] = [];
    for (let k = 1; k <= count; k++) {
      await world.port.whenConnected();
      // Some vanish at once, some in the middle of the work of the transfer.
      world.port.unplugAt(k, k % 3 === 0 && k < count - 20 ? 3 : 0);
      const name = await failureOf(work(world));
      // The last status may arrive before the cable is out.
      if (name !== 'dfu-lost' && !(name === 'none' && k === count)) wrong.push(`${k}: ${name}`);
      world.port.unplug();
      world.port.plug();
    }
    expect(wrong).toEqual([]);
    const target = await world.connect();
    await target.rewrite(unit, content, { cancel });
    expect(difference((await target.read?.(unit, { cancel })) ?? new Uint8Array(), content)).toBeNull();
    expect(world.board.violations).toEqual([]);
  });
});

describe('a board that hangs', () => {
  it('is given up after a timeout, and the link with it', async () => {
    const world = openBoard('electron');
    const target = await world.connect();
    const range = { ...SECTOR, region: 'internal-flash-2' };
    world.board.faults.vanishAt(20);
    expect(await failureOf(target.rewrite(range, CONTENT, { cancel }))).toBe('dfu-lost');
    expect(await failureOf(target.read?.(range, { cancel }) ?? Promise.resolve())).toBe('dfu-lost');
    await target.close();
  });
});
