/** What a user relies on when sectors are written over DFU: exactly these bytes, nothing else, and no endless wait. */
import { describe, expect, it } from 'vitest';
import type { DfuDevice } from './device.ts';
import { makeCancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { failureOf, openBoard, openStBoard, type LinkWorld } from '../../testing/dfu/link.ts';
import { difference, noise } from '../../testing/bytes.ts';

const cancel = makeCancel();
const ELECTRON_USER: Range = { region: 'internal-flash-2', address: 0x08080000, size: 0x20000 };
const ST_SECTOR: Range = { region: 'internal-flash', address: 0x0800c000, size: 0x4000 };

function flashOf({ board }: LinkWorld): Uint8Array {
  return board.chip.memories[0].snapshot();
}

/** The whole flash as it was, with these bytes written over it. */
function withBytes(
  before: Uint8Array,
  ...changes: readonly (readonly [address: number, data: Uint8Array])[]
): Uint8Array {
  const after = before.slice();
  for (const [address, data] of changes) after.set(data, address - 0x08000000);
  return after;
}

/** What a range holds, read through the target. */
async function readBack(target: DfuDevice, range: Range): Promise<Uint8Array> {
  return (await target.read?.(range, { cancel })) ?? new Uint8Array();
}

describe.each(['photon', 'p1', 'electron', 'stm32f405'])('a rewrite of a sector of a %s', (id) => {
  it('puts exactly these bytes there, erases it once, and leaves the board idle', async () => {
    const world = openBoard(id);
    const target = await world.connect();
    const regions = (await target.readMap()).regions.filter(({ access }) => access.write);
    const range = { region: regions[0]?.id ?? '', address: 0x080c0000, size: 0x20000 };
    const before = flashOf(world);
    const content = noise(range.size);
    const done: number[] = [];
    await target.rewrite(range, content, { cancel, onBytes: (bytes) => done.push(bytes) });
    expect(difference(flashOf(world), withBytes(before, [range.address, content]))).toBeNull();
    expect(difference(await readBack(target, range), content)).toBeNull();
    expect(world.board.chip.memories[0].totalErases).toBe(1);
    expect(done.at(-1)).toBe(range.size);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(world.board.violations).toEqual([]);
    await target.close();
    // Idle: the next connection has no error to clear.
    expect((await world.connect()).dfu.quirks.map(({ id }) => id)).not.toContain('starts-in-error');
  });
});

describe('a rewrite', () => {
  it('writes sectors of different sizes in one stretch', async () => {
    const world = openStBoard({});
    const target = await world.connect();
    const before = flashOf(world);
    const content = noise(0x34000);
    await target.rewrite({ region: 'internal-flash', address: 0x0800c000, size: 0x34000 }, content, { cancel });
    expect(difference(flashOf(world), withBytes(before, [0x0800c000, content]))).toBeNull();
    expect(world.board.chip.memories[0].erasesPerSector.slice(0, 7)).toEqual([0, 0, 0, 1, 1, 1, 0]);
  });

  it('fails where the map is wrong, and changes nothing', async () => {
    const world = openBoard('photon');
    const target = await world.connect();
    const before = flashOf(world);
    const range = { region: 'internal-flash-2', address: 0x0800c000, size: 0x4000 };
    expect(await failureOf(target.rewrite(range, noise(0x4000), { cancel }))).toBe('dfu-stalled');
    expect(difference(flashOf(world), before)).toBeNull();
  });

  it('reaches other memories by their alternate settings, and switches back', async () => {
    const world = openBoard('p1');
    const target = await world.connect();
    const serial = { region: 'serial-flash', address: 0x3000, size: 0x2000 };
    const content = noise(0x2000, 7);
    await target.rewrite(serial, content, { cancel });
    expect(difference(await readBack(target, serial), content)).toBeNull();
    const dct = await target.read?.({ region: 'dct-flash', address: 0, size: 0x4000 }, { cancel });
    expect(dct).not.toEqual(new Uint8Array(0x4000));
    const first = await target.read?.({ region: 'internal-flash', address: 0x08000000, size: 0x100 }, { cancel });
    expect(first).toEqual(flashOf(world).subarray(0, 0x100));
  });

  it('leaves the deferred bytes erased until they are committed', async () => {
    const world = openBoard('electron');
    const target = await world.connect();
    const before = flashOf(world);
    const content = noise(ELECTRON_USER.size);
    // In the middle of a transfer, and no multiple of one.
    const deferred = { region: ELECTRON_USER.region, address: 0x08081200, size: 0x2400 };
    await target.rewrite(ELECTRON_USER, content, { cancel, deferred });
    const held = content.slice().fill(0xff, 0x1200, 0x3600);
    expect(difference(flashOf(world), withBytes(before, [ELECTRON_USER.address, held]))).toBeNull();
    await target.commit?.(deferred, content.subarray(0x1200, 0x3600));
    expect(difference(flashOf(world), withBytes(before, [ELECTRON_USER.address, content]))).toBeNull();
    expect(world.board.violations).toEqual([]);
  });

  it('commits into erased cells only', async () => {
    const world = openBoard('electron');
    const target = await world.connect();
    const before = flashOf(world);
    const place = { region: ELECTRON_USER.region, address: 0x08080000, size: 0x200 };
    expect(await failureOf(target.commit?.(place, noise(0x200)) ?? Promise.resolve())).toBe('dfu-not-blank');
    expect(difference(flashOf(world), before)).toBeNull();
  });

  it('does not send blank transfers', async () => {
    const world = openStBoard({});
    const target = await world.connect();
    const content = new Uint8Array(ST_SECTOR.size).fill(0xff);
    content.set([1, 2, 3], 0x3000);
    const { faults } = world.board;
    const start = faults.transfers;
    await target.rewrite(ST_SECTOR, content, { cancel });
    const sparse = faults.transfers - start;
    await target.rewrite(ST_SECTOR, noise(ST_SECTOR.size), { cancel });
    expect(sparse).toBeLessThan(faults.transfers - start - sparse);
    expect((await target.read?.(ST_SECTOR, { cancel }))?.subarray(0x3000, 0x3003)).toEqual(
      noise(ST_SECTOR.size).subarray(0x3000, 0x3003),
    );
  });

  it('reports a write-protected sector, which accepts its erase without an error', async () => {
    const factory = [{ address: ST_SECTOR.address, data: Uint8Array.of(0x12) }];
    const world = openStBoard({ writeProtected: [3], factory });
    const target = await world.connect();
    const error: unknown = await target.rewrite(ST_SECTOR, noise(ST_SECTOR.size), { cancel }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      facts: {
        name: 'dfu-unit-protected',
        place: { range: ST_SECTOR },
        says: 'The erase unit at 0x0800C000 (16 KiB) is not blank after erasing: it holds 12 at +0x0.',
      },
    });
  });

  it('checks all of a sector that it erases again: a protected one may be blank at its ends', async () => {
    const factory = [{ address: ST_SECTOR.address + 0x2004, data: Uint8Array.of(0x12) }];
    const world = openStBoard({ writeProtected: [3], factory });
    const target = await world.connect();
    const before = flashOf(world);
    const rewrite = () => failureOf(target.rewrite(ST_SECTOR, noise(ST_SECTOR.size), { cancel }));
    expect(await rewrite()).toBe('none');
    expect(await rewrite()).toBe('dfu-unit-protected');
    expect(difference(flashOf(world), before)).toBeNull();
  });

  it.each([
    ['option-bytes', 0x1fffc000, 16],
    ['otp-memory', 0x1fff7800, 528],
  ])('never touches %s', async (region, address, size) => {
    const world = openStBoard({});
    const target = await world.connect();
    const range = { region, address, size };
    expect(await failureOf(target.rewrite(range, new Uint8Array(size), { cancel }))).toBe('dfu-never-written');
    expect(await target.read?.(range, { cancel })).toHaveLength(size);
    expect(world.board.violations).toEqual([]);
  });

  it('throws a RangeError for parts of units: that is a mistake of ours', async () => {
    const target = await openStBoard({}).connect();
    const part = { ...ST_SECTOR, size: 0x2000 };
    await expect(target.rewrite(part, new Uint8Array(0x2000), { cancel })).rejects.toThrow(RangeError);
    await expect(target.rewrite(ST_SECTOR, new Uint8Array(1), { cancel })).rejects.toThrow(RangeError);
    const beyond = { ...ST_SECTOR, address: 0x08100000 };
    await expect(target.read?.(beyond, { cancel })).rejects.toThrow(RangeError);
  });
});

describe('a read', () => {
  it.each([{ quirks: [] }, { quirks: ['read-formula-constant'] as const }])(
    'returns any range byte for byte, whatever the ROM multiplies block numbers by ($quirks)',
    async ({ quirks }) => {
      const data = noise(0x20000, 3);
      const world = openStBoard({ quirks, factory: [{ address: 0x08020000, data }] });
      const target = await world.connect();
      for (const [at, size] of [
        [0, 1],
        [0, 2048],
        [0, 2049],
        [5, 4096 + 77],
        [0x1ffff, 1],
        [0, 0x20000],
      ] as const) {
        const range = { region: 'internal-flash', address: 0x08020000 + at, size };
        expect(difference(await readBack(target, range), data.subarray(at, at + size))).toBeNull();
      }
    },
  );
});

describe('a stop', () => {
  it.each(['electron', 'stm32f405'])(
    'ends the work on a %s between two blocks, and leaves the board idle',
    async (id) => {
      const world = openBoard(id);
      const target = await world.connect();
      const stop = makeCancel();
      const region = id === 'electron' ? 'internal-flash-2' : 'internal-flash';
      const range = { ...ELECTRON_USER, region };
      const onBytes = (bytes: number) => bytes >= 0x8000 && stop.cancel();
      expect(await failureOf(target.rewrite(range, noise(range.size), { cancel: stop, onBytes }))).toBe('stopped');
      expect(await failureOf(target.read?.(range, { cancel: stop }) ?? Promise.resolve())).toBe('stopped');
      // The same connection stays in use, as when a job settles after a stop.
      expect((await target.read?.(range, { cancel }))?.subarray(0, 0x8000)).toEqual(
        noise(range.size).subarray(0, 0x8000),
      );
      await target.rewrite(range, noise(range.size), { cancel });
      expect(difference(await readBack(target, range), noise(range.size))).toBeNull();
    },
  );
});

async function leave(target: DfuDevice): Promise<void> {
  await target.restart?.({ onText: () => undefined, done: () => false, ms: 0, cancel });
}

describe('leaving DFU mode', () => {
  it('starts what was written on an ST, whatever was read last', async () => {
    const world = openBoard('stm32f405');
    const target = await world.connect();
    await target.read?.({ region: 'otp-memory', address: 0x1fff7800, size: 16 }, { cancel });
    const booted = world.board.booted();
    await leave(target);
    expect(await booted).toMatchObject({ end: 'application', at: 0x08000000 });
    expect(await failureOf(target.rewrite(ST_SECTOR, noise(ST_SECTOR.size), { cancel }))).toBe('dfu-left');
    await target.close();
  });

  it('resets a Particle', async () => {
    const world = openBoard('photon');
    const target = await world.connect();
    const booted = world.board.booted();
    await leave(target);
    expect(await booted).toMatchObject({ end: 'application' });
  });

  // Set address is three transfers; then come the request itself and the status.
  it.each([4, 5])('succeeds if the board vanishes at transfer %d of it', async (k) => {
    const world = openBoard('stm32f405');
    const target = await world.connect();
    world.port.unplugAt(k);
    expect(await failureOf(leave(target))).toBe('none');
    expect(await failureOf(target.read?.(ST_SECTOR, { cancel }) ?? Promise.resolve())).toBe('dfu-left');
  });

  it('fails as lost if the board vanishes before it', async () => {
    const world = openBoard('stm32f405');
    const target = await world.connect();
    world.port.unplugAt(2);
    expect(await failureOf(leave(target))).toBe('dfu-lost');
  });
});
