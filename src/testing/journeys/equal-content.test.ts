/** Nobody is asked about content that a write does not change; known only once the flash was compared. */
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import { sampleApplication } from '../../virtual-boards/dfu/firmware/sample.ts';
import { bare, otadata } from '../rules/samples.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { AnySession } from '../esp/world.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { intelHex } from '../interruptions/intel-hex.ts';

const NVS = { address: 0x9000, size: 0x15000 };

/** What is asked before these files are written. */
async function asked(session: AnySession, name: string, data: Uint8Array): Promise<string[]> {
  await session.dispatch({ do: 'add-files', files: [bytesSource(name, data)] });
  return workOf(session, 'planned').asks.map(({ kind }) => kind);
}

test('settings in a file that the board has already are not asked about, others are', async () => {
  const { made, session } = openWorld('esp32-raft');
  await session.connect();
  const own = made.flash.read(NVS.address, NVS.size).slice();
  expect(await asked(session, 'same.hex', intelHex(NVS.address, own))).toEqual([]);
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  const [container] = session.state.containers;
  await session.dispatch({ do: 'remove-file', id: container?.id ?? session.state.files[0]?.id ?? 0 });
  own[0x800] = (own[0x800] ?? 0) ^ 1;
  expect(await asked(session, 'other.hex', intelHex(NVS.address, own))).toEqual(['data-replaced']);
});

test('data that was written to a sector is not asked about when the same is planned again', async () => {
  const { made, session } = openDfuWorld('stm32f405');
  await session.connect();
  const data = new Uint8Array(5000).fill(0x5a);
  const hex = intelHex(0x080c0000, data);
  expect(await asked(session, 'data.hex', hex)).toEqual([]);
  await flash(session);
  made.board.enterDfu();
  await session.dispatch({ do: 'reconnect' });
  expect(workOf(session, 'planned').asks).toEqual([]);
  expect(workOf(session, 'planned').plan.stretches).toEqual([]);
  const more = await asked(session, 'more.hex', intelHex(0x080c4000, data));
  expect([...new Set(more)]).toEqual(['sector-in-use']);
});

test('a file that is on the board is not asked about beside another one that is written', async () => {
  const { made, session } = openDfuWorld('electron');
  await session.connect();
  const app = sampleApplication('electron', 'large');
  expect(await asked(session, 'app.bin', app)).toEqual(['usb-only', 'factory-reset-lost']);
  for (const kind of ['usb-only', 'factory-reset-lost']) await consent(session, kind);
  await flash(session);
  await made.board.booted();
  made.board.enterDfu();
  await session.dispatch({ do: 'reconnect' });
  expect(await asked(session, 'data.hex', intelHex(0x080c0000, new Uint8Array(5000).fill(0x5a)))).toEqual([
    'update-erases',
  ]);
  // What makes the board start is written last, also where it is there already.
  const { plan } = workOf(session, 'planned');
  expect(plan.stretches.map(({ address }) => address)).toEqual([0x08080000, 0x080c0000]);
});

test.each([
  ['by itself', [], 0x1f000],
  ['by otadata beside it', [otadata(2)], 0x1e000],
] as const)('an app that is on the board is asked about where it is selected to start: %s', async (_, more, entry) => {
  const { made, session } = openWorld('esp32-raft');
  const { name, data } = bare(0x8000);
  made.flash.load(0x1d0000, data);
  await session.connect();
  const files = [bytesSource(name, data), ...more.map((each) => bytesSource(each.name, each.data))];
  await session.dispatch({ do: 'add-files', files });
  const { plan, asks } = workOf(session, 'planned');
  expect(asks.map(({ kind }) => kind)).toEqual(['image-without-description']);
  expect(plan.stretches.map(({ address }) => address)).toEqual([entry]);
});
