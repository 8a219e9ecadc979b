/** A board that is lost at the very end of an update: what the job has proved is said, and what then starts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import type { Progress } from '../../session/state.ts';
import { summaryOf } from '../../session/words/board.ts';
import { afterwardsWords, verdictOf } from '../../session/words/verdict.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));

/** An update of app1 whose cable is pulled as soon as this is done. */
async function pulledWhile(isDone: (progress: Progress) => boolean): Promise<World> {
  const world = openWorld('esp32-raft');
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing' || !isDone(state.work.progress)) return;
    world.onState = () => undefined;
    world.port.unplug();
  };
  await flash(session);
  return world;
}

/** What is said of the start, of the end of the job, and of its places. */
function said({ session }: World) {
  const { board } = connectedOf(session);
  const ended = workOf(session, 'ended');
  const { says, place } = summaryOf(board);
  return {
    starts: place === null ? says : `${says} ${place}`,
    title: verdictOf(ended).title,
    says: verdictOf(ended).says,
    after: afterwardsWords(ended, board).start,
  };
}

test('before the entry of the new app is begun, the old app starts', async () => {
  const world = await pulledWhile(({ says }) => says === 'Verifying the writes');
  expect(said(world)).toMatchObject({
    starts: 'Starts app0',
    title: 'Not finished',
    says: expect.stringContaining('Incomplete: app1.'),
  });
});

test('while that entry is written, one of two apps starts: nothing else is in doubt, and the verified app is not', async () => {
  const world = await pulledWhile(({ says }) => says === 'Erasing from 0x1F000');
  expect(said(world)).toMatchObject({
    starts: 'Starts app0 or app1 next',
    title: 'Not finished',
    says: 'Of 156 erase units in the plan: 155 verified, 1 unknown. Not verified: otadata.',
  });
  const { boot, selection } = connectedOf(world.session).board;
  expect(boot?.says).toMatch(/app1 starts if it is complete, and app0 if not\.$/);
  // What its entries were is not what they are.
  expect(selection).toMatchObject({ entries: [], offers: [] });
  expect(await startsThen(world)).toMatch(/^app[01]$/);
  // What is planned for the file again is what the job was to write: they are not two choices.
  const { interrupted } = connectedOf(world.session);
  expect(interrupted?.image).toBe(workOf(world.session, 'planned').plan.image.md5);
});

test('once everything is verified, the new app starts, although the rest was not compared', async () => {
  const world = await pulledWhile(({ says }) => says === 'Verifying that the rest is unchanged');
  expect(said(world)).toMatchObject({
    starts: 'Starts app1',
    title: 'Not finished',
    says: 'Of 156 erase units in the plan: 156 verified. Only the last checks were not finished.',
  });
  expect(await startsThen(world)).toBe('app1');
});

test('after the last check, nothing is left to write, and what is verified is not called unknown', async () => {
  const world = await pulledWhile(({ phase }) => phase === 'reading-again');
  expect(said(world)).toMatchObject({
    starts: 'Starts app1',
    title: 'app1 verified',
    after: 'Nothing is left to write.',
  });
  expect(await startsThen(world)).toBe('app1');
});

/** What the board is found to start once it is plugged in and read again. */
async function startsThen(world: World): Promise<string | undefined> {
  world.port.plug();
  await world.session.dispatch({ do: 'reconnect' });
  return connectedOf(world.session).board.boot?.partition?.name;
}
