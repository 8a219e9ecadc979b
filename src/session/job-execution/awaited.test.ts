/** A board on which a job was interrupted: of every place that the job writes, what is said is true of what the flash holds. */
import { expect, test } from 'vitest';
import { foundWords } from '../../flash/describe.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { connectedOf } from '../../testing/plain-world.ts';
import { flash, openWorld, workOf } from '../../testing/esp/world.ts';

/** Moves the files, whose new place is blank. */
const CSV = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app0,app,ota_0,0x20000,0x1d0000
app1,app,ota_1,0x1f0000,0x1d0000
fs,data,littlefs,0x3c0000,0x40000
`;
const [TABLE, FILES] = [0x8000, 0x3c0000];

/** Cuts the change of the layout so many ms after a write was announced there, and connects the board again. */
async function cutAt(address: number, ms: number) {
  const world = openWorld('esp32-raft');
  const { session, port, clock, made } = world;
  await session.connect();
  await session.dispatch({ do: 'change-layout', csv: CSV });
  const units = plannedUnits(workOf(session, 'planned').plan);
  const bytesOf = (from: number, size: number) => made.flash.snapshot().slice(from, from + size);
  const before = units.map((unit) => bytesOf(unit.address, unit.size));
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
    if (state.work.progress.says !== `Erasing from 0x${address.toString(16).toUpperCase()}`) return;
    world.onState = () => undefined;
    if (ms === 0) port.unplug();
    else clock.at(ms, () => port.unplug());
  };
  await flash(session);
  port.plug();
  await session.dispatch({ do: 'reconnect' });
  const { board, interrupted } = connectedOf(session);
  const isAsBefore = units.every(
    (unit, i) =>
      unit.address < FILES || Buffer.compare(bytesOf(unit.address, unit.size), before[i] ?? new Uint8Array()) === 0,
  );
  const files = board.contents.find((content) => content.address === FILES);
  return { session, interrupted, isAsBefore, says: files === undefined ? null : foundWords(files) };
}

test('of files that are still to be moved, it says where they are, not only that their new place is blank', async () => {
  const { session, interrupted, isAsBefore, says } = await cutAt(FILES, 0);
  expect({ begun: interrupted?.extent.begun, isAsBefore }).toEqual({ begun: 1, isAsBefore: true });
  expect(says).toBe(
    'Blank (erased) in its first 8 KiB. What follows was not read. ' +
      'The unfinished job has changed nothing here yet: it is to bring the content of fs from 0x380000.',
  );
  await session.dispatch({ do: 'resume', job: interrupted?.job ?? '' });
  expect(workOf(session, 'ended').outcome).toBe('verified');
  await session.dispatch({ do: 'reconnect' });
  const files = connectedOf(session).board.contents.find(({ address }) => address === FILES);
  expect(files === undefined ? null : foundWords(files)).toBe('A LittleFS file system of 256 KiB.');
});

test('once it is abandoned, nothing is to come there', async () => {
  const { session, interrupted } = await cutAt(FILES, 0);
  await session.dispatch({ do: 'abandon-job', job: interrupted?.job ?? '' });
  expect(JSON.stringify(connectedOf(session).board.contents)).not.toContain('unfinished job');
});

test.each([0, 20, 60, 120, 200])('%i ms into the move, what is said of its place fits what it holds', async (ms) => {
  const { isAsBefore, says } = await cutAt(FILES, ms);
  const said = says?.match(
    / Incomplete: a write to it was interrupted\.|The unfinished job has changed nothing here yet: /,
  )?.[0];
  expect(said).toBeDefined();
  expect({ isAsBefore, said }).not.toEqual({ isAsBefore: false, said: expect.stringContaining('changed nothing') });
});

test('with no table yet, no partition is said to wait for anything', async () => {
  const { says } = await cutAt(TABLE, 20);
  expect(says).toBeNull();
});
