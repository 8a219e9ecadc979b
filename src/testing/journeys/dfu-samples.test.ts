/** The samples for the virtual Particle boards are what they are called: each is planned, flashed, verified, and starts. */
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import { sampleApplication } from '../../virtual-boards/dfu/firmware/sample.ts';
import { particleChip } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

test.each([
  ['photon', 'ordinary', []],
  ['p1', 'ordinary', []],
  ['electron', 'ordinary', []],
  ['electron', 'large', ['usb-only', 'factory-reset-lost']],
] as const)('%s, %s', async (model, size, asked) => {
  const { session, made } = openDfuWorld(model);
  await session.connect();
  expect(connectedOf(session).board.identity.chip).toBe(particleChip(model));
  const before = made.flash.snapshot();
  const data = sampleApplication(model, size);
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', data)] });
  const { asks, afterwards } = workOf(session, 'planned');
  const kinds = asks.map(({ kind }) => kind);
  expect(kinds).toEqual(asked);
  for (const kind of kinds) await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  await made.board.booted();
  const at = (model === 'electron' ? 0x08080000 : 0x080a0000) - 0x08000000;
  before.set(data, at);
  expect(Buffer.compare(made.beforeStart()?.subarray(at, at + data.length) ?? before, data)).toBe(0);
  made.board.enterDfu();
  await session.dispatch({ do: 'reconnect' });
  // It is on the board: an answer would change nothing.
  expect(workOf(session, 'planned')).toMatchObject({ asks: [], plan: { stretches: [] } });
  const { board } = connectedOf(session);
  expect(board.contents.find(({ brief }) => brief === 'user application v7')?.says).toContain(
    `${data.length % 1024 === 0 ? `${data.length / 1024} KiB` : data.length.toLocaleString('en')}`,
  );
  expect(board.boot?.partition?.name).toBe('user');
  // Its CRC is a part of it.
  const ends = JSON.stringify([afterwards, board.boot, board.findings]).match(/ends at 0x[0-9A-F]+/g) ?? [];
  expect([...new Set(ends)]).toEqual(size === 'large' ? ['ends at 0x080A8000'] : []);
  const behind = board.contents.filter(({ says }) => says === 'More of the module that begins in user.');
  expect(behind.map(({ address }) => address)).toEqual(size === 'large' ? [0x080a0000] : []);
});
