/** A memory that a board in DFU mode does not let be read is named, and the others are used all the same. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../storage/memory-store.ts';
import type { UsbBetween } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';

const UPLOAD = 2;

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
