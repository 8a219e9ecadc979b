/** A memory that a board in DFU mode does not let be read is named, and the others are used all the same. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../storage/memory-store.ts';
import type { UsbBetween } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { bytesSource } from '../../session/sources.ts';
import { workOf } from '../esp/world.ts';

const [DOWNLOAD, UPLOAD] = [1, 2];
const SET_ADDRESS = 0x21;
/** Bytes in one transfer of an STM32F405: block numbers count in it from 2. */
const TRANSFER = 2048;

/** Stalls every upload from one alternate setting: a board that does not let this memory be read. */
function refusing(alternate: number): UsbBetween {
  return (device) => {
    let selected = 0;
    return new Proxy(device, {
      get(target, name) {
        if (name === 'selectAlternateInterface')
          return (number: number, setting: number) => {
            selected = setting;
            return target.selectAlternateInterface(number, setting);
          };
        if (name === 'controlTransferIn')
          return (setup: USBControlTransferParameters, length: number) =>
            setup.request === UPLOAD && selected === alternate && setup.requestType === 'class'
              ? Promise.resolve({ status: 'stall' as const })
              : target.controlTransferIn(setup, length);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}

test.each([
  ['its flash', 0, 'Internal Flash', 'DCT Flash'],
  ['a separate memory', 1, 'DCT Flash', 'Internal Flash'],
])('a board that does not let %s be read connects, and backs up the rest', async (_, alternate, closed, open) => {
  const store = memoryStore();
  const { session } = openDfuWorld('photon', (device) => device, refusing(alternate), store);
  await session.connect();
  const { state } = session;
  if (state.kind !== 'connected') throw new Error(`it is ${state.kind}: ${JSON.stringify(state)}`);
  const { regions } = state.board.layout.map;
  const idsOf = (memory: string) => regions.filter(({ name }) => name.startsWith(memory)).map(({ id }) => id);
  const about = state.board.findings.filter(({ kind }) => kind === 'memory-unreadable');
  expect(about.length).toBeGreaterThan(0);
  for (const { says } of about)
    expect(says).toMatch(new RegExp(`^The memory ${closed}.* cannot be read\\. The board aborted a command`));
  await session.dispatch({ do: 'back-up', range: null });
  const [record] = await store.backups();
  if (record?.kind !== 'open') throw new Error('nothing was kept');
  const { units, missing } = record.backup;
  expect([...new Set(units.map(({ region }) => region))]).toEqual(idsOf(open));
  expect([...new Set(missing.map(({ region }) => region))]).toEqual(idsOf(closed));
});

/** Stalls every upload from this address on: a chip of which some sectors are protected against reading. */
function closedFrom(least: number): UsbBetween {
  return (device) => {
    let address = 0;
    return new Proxy(device, {
      get(target, name) {
        if (name === 'controlTransferOut')
          return (setup: USBControlTransferParameters, data?: Uint8Array<ArrayBuffer>) => {
            if (setup.request === DOWNLOAD && setup.value === 0 && data?.[0] === SET_ADDRESS)
              address = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
            return target.controlTransferOut(setup, data ?? new Uint8Array());
          };
        if (name === 'controlTransferIn')
          return (setup: USBControlTransferParameters, length: number) =>
            setup.request === UPLOAD &&
            setup.requestType === 'class' &&
            setup.value > 0 &&
            address + (setup.value - 2) * TRANSFER >= least
              ? Promise.resolve({ status: 'stall' as const })
              : target.controlTransferIn(setup, length);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}

test('sectors that cannot be read are named; a file for one of them is refused, and all others are backed up', async () => {
  const store = memoryStore();
  const { session } = openDfuWorld('stm32f405', (device) => device, closedFrom(0x080c0000), store);
  await session.connect();
  const { state } = session;
  if (state.kind !== 'connected') throw new Error(`it is ${state.kind}: ${JSON.stringify(state)}`);
  const about = state.board.findings.filter(({ kind }) => kind === 'memory-unreadable');
  expect(about.map(({ place }) => (place.in === 'flash' ? place.range.address : null))).toEqual([
    0x080c0000, 0x080e0000,
  ]);
  const hex = [':02000004080EE4', ':0110000001EE', ':00000001FF'].join('\n');
  await session.dispatch({ do: 'add-files', files: [bytesSource('a.hex', new TextEncoder().encode(hex))] });
  expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['dfu-stalled']);
  await session.dispatch({ do: 'back-up', range: null });
  const [record] = await store.backups();
  if (record?.kind !== 'open') throw new Error('nothing was kept');
  const { units, missing } = record.backup;
  const flash = (all: readonly { readonly region: string; readonly address: number }[]) =>
    all.filter(({ region }) => region === 'internal-flash').map(({ address }) => address);
  expect([flash(units).length, flash(missing)]).toEqual([10, [0x080c0000, 0x080e0000]]);
});
