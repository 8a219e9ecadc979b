/** Reading a board's apps completely: finds what their headers alone do not show. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import { flash, openWorld } from '../esp/world.ts';
import type { World } from '../esp/world.ts';
import { LONG } from '../long.ts';

function boardOf({ session }: World) {
  const { state } = session;
  if (state.kind !== 'connected') throw new Error(`the session is ${state.kind}`);
  return state.board;
}
const saysOf = (world: World, address: number) =>
  boardOf(world).contents.find((content) => content.address === address)?.says;

test('a sound app is reported as complete, and nothing is left to read', async () => {
  const world = openWorld('esp32-raft');
  await world.session.connect();
  expect(boardOf(world).boot?.says).toContain('Only the headers of the apps were read');
  expect(boardOf(world).examinable).toBe(0x1b0000);
  await world.session.dispatch({ do: 'examine' });
  expect(saysOf(world, 0x20000)).toMatch(/raft-demo.*Read completely: checksum and SHA-256 are correct\.$/);
  expect(boardOf(world).boot?.says).not.toContain('Only the headers');
  expect(boardOf(world).examinable).toBeNull();
  expect(world.made.flash.totalErases).toBe(0);
});

test(
  'what was verified unit by unit is not said to be known by its header alone, also once the board is connected again',
  LONG,
  async () => {
    const world = openWorld('esp32-raft');
    const { session } = world;
    await session.connect();
    const update = bytesSource('app.bin', new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin')));
    await session.dispatch({ do: 'add-files', files: [update] });
    await flash(session);
    const known =
      'All bytes of app1 were verified, erase unit by erase unit, when it was flashed in this session. Of app0 only the header was read, not all bytes.';
    expect(boardOf(world).boot?.says).toContain(known);
    await session.dispatch({ do: 'reconnect' });
    expect(boardOf(world).boot?.says).toContain(known);
    // Another app was put there in the meantime, as an update over the air does.
    world.made.flash.load(0x1d0000, world.made.flash.read(0x20000, 0x1b0000));
    await session.dispatch({ do: 'reconnect' });
    expect(boardOf(world).boot?.says).toContain('Only the headers of the apps were read');
  },
);

test('another build of the same version is not taken for the app that was verified', LONG, async () => {
  const world = openWorld('esp32-raft');
  const { session } = world;
  await session.connect();
  const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
  await flash(session);
  const says = saysOf(world, 0x1d0000);
  expect(boardOf(world).boot?.says).toContain('All bytes of app1 were verified');
  // Its description names another ELF file: 144 bytes behind the headers of the image and of its first segment.
  world.made.flash.load(0x1d0000 + 32 + 144, Uint8Array.of(1, 2, 3, 4));
  await session.dispatch({ do: 'reconnect' });
  expect(saysOf(world, 0x1d0000)).toBe(says);
  expect(boardOf(world).boot?.says).toContain('Only the headers of the apps were read');
});

test('for an app without a SHA-256 only the checksum is reported as right', async () => {
  const world = openWorld('esp32-raft');
  // The header's flag that a SHA-256 is appended: byte 23.
  world.made.flash.load(0x20000 + 23, Uint8Array.of(0));
  await world.session.connect();
  await world.session.dispatch({ do: 'examine' });
  expect(saysOf(world, 0x20000)).toMatch(/Read completely: the checksum is correct\. There is no SHA-256 to check\.$/);
  expect(boardOf(world).boot?.partition?.name).toBe('app0');
});

test(
  'two changes that cancel out in the checksum are not called right by a SHA-256 that is not there; one that is there finds them',
  LONG,
  async () => {
    const flips = ({ made: { flash } }: World) => {
      for (const at of [0x60000, 0x60100])
        flash.load(
          at,
          flash.read(at, 1).map((byte) => byte ^ 0x40),
        );
    };
    const [bare, encrypted] = [openWorld('esp32-raft'), openWorld('esp32-raft')];
    bare.made.flash.load(0x20000 + 23, Uint8Array.of(0));
    for (const world of [bare, encrypted]) {
      flips(world);
      await world.session.connect();
      await world.session.dispatch({ do: 'examine' });
    }
    expect(saysOf(bare, 0x20000)).toMatch(/Read completely: the checksum is correct\. There is no SHA-256 to check\.$/);
    expect(saysOf(bare, 0x20000)).not.toContain('SHA-256 are correct');
    expect(saysOf(encrypted, 0x20000)).toMatch(/Read completely: it would not start\.$/);
  },
);

test('one changed byte deep in the app is found, and the boot prediction is updated', async () => {
  const world = openWorld('esp32-raft');
  const [byte = 0] = world.made.flash.read(0x60000, 1);
  world.made.flash.load(0x60000, Uint8Array.of(byte ^ 1));
  await world.session.connect();
  expect(boardOf(world).boot?.partition?.name).toBe('app0');
  await world.session.dispatch({ do: 'examine' });
  expect(saysOf(world, 0x20000)).toMatch(/Read completely: it would not start\.$/);
  expect(boardOf(world).boot?.partition).toBeNull();
  expect(boardOf(world).findings.map(({ kind }) => kind)).toContain('image-hash-wrong');
});

test('stopping it leaves what was known about the board unchanged', async () => {
  const world = openWorld('esp32-raft');
  await world.session.connect();
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'surveying' || state.work.progress.done === 0) return;
    world.onState = () => undefined;
    void world.session.dispatch({ do: 'cancel' });
  };
  await world.session.dispatch({ do: 'examine' });
  expect(boardOf(world).examinable).toBe(0x1b0000);
  expect(world.session.state).toMatchObject({ work: { kind: 'idle' } });
});

test('the table can be saved in both forms as it is', async () => {
  const world = openWorld('esp32-raft');
  await world.session.connect();
  const [csv, binary] = boardOf(world).saves;
  expect(csv?.data).toContain('app0, app, ota_0, 0x20000, 1728K');
  expect(binary?.data).toEqual(world.made.flash.snapshot().subarray(0x8000, 0x8c00));
});
