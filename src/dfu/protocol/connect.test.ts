/** Connecting: what a board reports, in which state it is found, and how failures are worded. */
import { describe, expect, it } from 'vitest';
import { Failure, makeCancel } from '../../flash/failure.ts';
import { failureOf, openBoard, openStBoard } from '../../testing/dfu/link.ts';
import { connectDfu } from './connect.ts';
import { noise } from '../../testing/bytes.ts';

const cancel = makeCancel();
const SECTOR = { region: 'internal-flash', address: 0x0800c000, size: 0x4000 };

/** A device with some properties replaced. */
function altered(usb: USBDevice, other: Partial<Record<keyof USBDevice, unknown>>): USBDevice {
  return new Proxy(usb, {
    get(_, key) {
      const value: unknown = Reflect.get(Object.hasOwn(other, key) ? other : usb, key, usb);
      return typeof value === 'function' ? value.bind(usb) : value;
    },
  });
}

async function connectAltered(other: Partial<Record<keyof USBDevice, unknown>>): Promise<unknown> {
  const { port, clock } = openStBoard({});
  const usb = altered(await port.whenConnected(), other);
  return connectDfu(usb, { cancel, onSay: () => undefined, clock });
}

function fails(name: string, message = ''): () => Promise<never> {
  return () => Promise.reject(new DOMException(message, name));
}

describe('a connected board', () => {
  it('reports its memories, although Chromium on Linux does not', async () => {
    const { dfu } = await openBoard('p1').connect();
    expect(dfu.settings.map(({ number, name }) => [number, name])).toEqual([
      [0, '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg'],
      [1, '@DCT Flash   /0x00000000/01*016Kg'],
      [2, '@Serial Flash   /0x00000000/256*004Kg'],
    ]);
    expect(dfu.transferSize).toBe(4096);
    expect(dfu.commands).toEqual([0x00, 0x21, 0x41]);
  });

  it('reports its identity without a key: whole series share a serial number', async () => {
    const identity = await (await openBoard('photon').connect()).identify();
    // USB has a version of the bootloader, and none of the chip.
    expect(identity).toMatchObject({ family: 'dfu', chip: 'Photon DFU Mode', revision: '', key: null });
    expect(identity.facts).toContainEqual({ name: 'Serial number', value: '00000000010C, the same on other boards' });
  });

  it('reports its quirks', async () => {
    const quirksOf = async (id: string) => (await openBoard(id).connect()).dfu.quirks.map((quirk) => quirk.id);
    expect(await quirksOf('electron')).toEqual(['particle-works-inside-status']);
    expect(await quirksOf('stm32f405')).toEqual(['f4-mass-erase-lies', 'starts-in-error']);
  });

  it('connects after a program that stopped in the middle of a write', async () => {
    const { port, connect } = openStBoard({ quirks: ['c5-stalls-clrstatus'] });
    const usb = await port.whenConnected();
    await usb.open();
    await usb.claimInterface(0);
    const send = (request: number, value: number, data?: Uint8Array<ArrayBuffer>) =>
      usb.controlTransferOut({ requestType: 'class', recipient: 'interface', request, value, index: 0 }, data);
    // A block without a status request after it: the device stays in dfuDNLOAD-SYNC.
    await send(1, 2, Uint8Array.from(noise(2048)));
    const target = await connect();
    expect(target.dfu.quirks.map(({ id }) => id)).toEqual(['f4-mass-erase-lies']);
    expect(await target.read?.(SECTOR, { cancel })).toHaveLength(SECTOR.size);
  });
});

describe('read protection', () => {
  it('is detected before anything is erased', async () => {
    const world = openBoard('stm32f405-protected');
    const target = await world.connect();
    expect(target.dfu.readProtected).toBe(true);
    expect(target.read).toBeUndefined();
    expect(await failureOf(target.rewrite(SECTOR, noise(SECTOR.size), { cancel }))).toBe('dfu-read-protected');
    expect(world.board.chip.memories[0].totalErases).toBe(0);
  });

  it('is removed only on request, and everything is erased', async () => {
    const world = openBoard('stm32f405-protected');
    const target = await world.connect();
    const unprotect = target.unlock ?? (() => Promise.reject(new Error('it offers no such thing')));
    await unprotect();
    expect(await failureOf(unprotect())).toBe('dfu-left');
    await target.close();
    const again = await world.connect();
    expect(again.dfu.readProtected).toBe(false);
    expect(again.unlock).toBeUndefined();
    expect(world.board.chip.memories[0].snapshot().every((byte) => byte === 0xff)).toBe(true);
  });
});

describe('removing the read protection', () => {
  const protectedBoard = async (other: Partial<Record<keyof USBDevice, unknown>> = {}) => {
    const world = openStBoard({ protection: 1 });
    const usb = altered(await world.port.whenConnected(), other);
    const target = await connectDfu(usb, { cancel, onSay: () => undefined, clock: world.clock });
    return { ...world, target, unlock: target.unlock ?? (() => Promise.reject(new Error('it offers no such thing'))) };
  };

  it('is offered only by a device that calls itself ST’s ROM: another bootloader would erase itself', async () => {
    expect((await protectedBoard()).target.dfu.unlockMs).toBe(35_000);
    for (const other of [{ productName: 'MBoot' }, { productName: undefined }, { productId: 0xdf10 }]) {
      const { target } = await protectedBoard(other);
      expect([target.dfu.readProtected, target.dfu.unlockMs, target.unlock]).toEqual([true, null, undefined]);
    }
  });

  it('is waited for as long as a mass erase may take, and no longer', async () => {
    const { board, clock, unlock } = await protectedBoard();
    board.faults.stuckBusy = true;
    const from = clock.now();
    expect(await failureOf(unlock())).toBe('dfu-stuck-busy');
    expect(clock.now() - from).toBeGreaterThanOrEqual(35_000);
    expect(clock.now() - from).toBeLessThan(45_000);
  });

  it('that the chip does not carry out is refused in words, and the chip can be used again', async () => {
    const { board, target, unlock } = await protectedBoard();
    board.faults.failErase(0x0802_0000);
    const error: unknown = await unlock().catch((e: unknown) => e);
    expect(error instanceof Failure ? error.facts.says : error).toBe(
      'The chip did not remove its read protection: errUNKNOWN: an unknown error.',
    );
    await unlock();
    expect(target.dfu.readProtected).toBe(true);
  });

  it('ends with a pulled cable as with the chip’s own reset: only reading tells', async () => {
    const { board, port, connect, clock, unlock } = await protectedBoard();
    clock.at(2000, () => port.unplug());
    await unlock();
    port.plug();
    const again = await connect();
    expect([again.dfu.readProtected, again.unlock === undefined]).toEqual([true, false]);
    expect(board.chip.memories[0].snapshot().every((byte) => byte === 0xff)).toBe(false);
  });
});

describe('a device that cannot be connected', () => {
  it.each([
    ['dfu-access-denied', { open: fails('SecurityError', 'Access denied.') }],
    ['dfu-interface-busy', { claimInterface: fails('NetworkError', 'Unable to claim interface.') }],
    ['dfu-lost', { open: fails('NotFoundError', 'The device was disconnected.') }],
    ['dfu-not-found', { configurations: [] }],
  ])('%s', async (name, other) => {
    expect(await failureOf(connectAltered(other))).toBe(name);
  });

  it('gives the udev rule for just this board', async () => {
    const error = await connectAltered({ open: fails('SecurityError') }).catch((e: unknown) => e);
    const says = error instanceof Failure ? error.facts.says : '';
    expect(says).toContain('ATTRS{idVendor}=="0483", ATTRS{idProduct}=="df11", TAG+="uaccess"');
  });

  it('is closed when the user stops', async () => {
    const { port, clock } = openStBoard({});
    const stop = makeCancel();
    const usb = await port.whenConnected();
    const onSay = (words: string) => words.startsWith('Reading') && stop.cancel();
    expect(await failureOf(connectDfu(usb, { cancel: stop, onSay, clock }))).toBe('stopped');
    expect(usb.opened).toBe(false);
  });

  it.each(['open', 'claimInterface'] as const)('times out when the system never answers %s', async (method) => {
    const never = () => new Promise<never>(() => undefined);
    expect(await failureOf(connectAltered({ [method]: never, close: never }))).toBe('dfu-no-answer');
  });

  it('times out when the device never responds', async () => {
    const never = () => new Promise<never>(() => undefined);
    expect(await failureOf(connectAltered({ controlTransferIn: never }))).toBe('dfu-no-answer');
  });
});
