/** A board that is lost at the very end of an update: what the job has proved is said, and what then starts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plannedUnits } from '../../flash/plan.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Progress, Work } from '../../session/state.ts';
import { summaryOf } from '../../session/words/board.ts';
import { afterwardsWords, verdictOf } from '../../session/words/verdict.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

type Flashing = Extract<Work, { kind: 'flashing' }>;

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));

/** An update of app1 whose cable is pulled as soon as this is done, or so many ms later. */
async function pulledWhile(isDone: (progress: Progress) => boolean, ms = 0): Promise<World> {
  const world = openWorld('esp32-raft');
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
  await flashPulled(world, ({ progress }) => isDone(progress), ms);
  return world;
}

/** Carries out the plan and pulls the cable once the job is so far, or so many ms later. */
async function flashPulled(world: World, isSoFar: (job: Flashing) => boolean, ms = 0): Promise<void> {
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing' || !isSoFar(state.work)) return;
    world.onState = () => undefined;
    if (ms === 0) world.port.unplug();
    else world.clock.at(ms, () => world.port.unplug());
  };
  await flash(world.session);
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

test('an app stays whole where a new layout makes its slot shorter and moves the next one into its end', async () => {
  const world = openWorld('esp32-raft');
  const { session, made, port } = world;
  made.flash.load(
    0x1d0000,
    buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0, size: 0x20230 }),
  );
  await session.connect();
  const csv = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app0,app,ota_0,0x20000,0x190000
app1,app,ota_1,0x1b0000,0x1d0000
fs,data,littlefs,0x380000,0x80000
`;
  await session.dispatch({ do: 'change-layout', csv });
  await flashPulled(world, ({ units }) => units.includes('verified'));
  expect(workOf(session, 'ended').outcome).toBe('failed');
  expect(summaryOf(connectedOf(session).board)).toMatchObject({ says: 'Starts', place: 'app0' });
  port.plug();
  await session.dispatch({ do: 'reconnect' });
  const { board } = connectedOf(session);
  expect(board.contents.find(({ address }) => address === 0x20000)?.says).toMatch(/^The app raft-demo 1\.4\.2 /);
  expect(board.boot?.partition?.name).toBe('app0');
  expect(board.findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
});

test('while an app is moved into the start of files that are not begun, the files are not called incomplete', async () => {
  const world = openWorld('esp32-raft');
  const { session, made } = world;
  const app = { project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0 } as const;
  made.flash.load(0x1d0000, buildAppImage({ ...app, size: 0x60230 }));
  await session.connect();
  const csv = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app0,app,ota_0,0x20000,0x1d0000
app1,app,ota_1,0x1f0000,0x1d0000
fs,data,littlefs,0x3c0000,0x40000
`;
  await session.dispatch({ do: 'change-layout', csv });
  const [appFrom, filesFrom] = [0x1d0000, 0x380000];
  await flashPulled(world, ({ plan, units }) => {
    const moves = plannedUnits(plan).map(({ address }) => address >= appFrom && address < filesFrom);
    return units.some((unit, i) => moves[i] === true && unit === 'verified');
  });
  const ended = workOf(session, 'ended');
  const begun = plannedUnits(ended.plan).filter((_, i) => ended.units[i] !== 'waiting');
  expect(begun.filter(({ address }) => address >= filesFrom)).toEqual([]);
  expect(verdictOf(ended).says).toMatch(/ Incomplete: app1\. Not begun: partition table and fs\.$/);
  const files = connectedOf(session).board.contents.filter(({ address }) => address >= filesFrom);
  expect(files.map(({ says }) => says)).toEqual([expect.stringMatching(/^A LittleFS file system of 512 KiB\.$/)]);
});

test('before the entry of the new app is begun, the old app starts', async () => {
  const world = await pulledWhile(({ says }) => says === 'Verifying the writes');
  expect(said(world)).toMatchObject({
    starts: 'Starts app0',
    title: 'Not finished',
    says: expect.stringMatching(/ Not verified: app1\. Not begun: otadata\.$/),
  });
});

test('while that entry is written, one of two apps starts: nothing else is in doubt, and the verified app is not', async () => {
  const world = await pulledWhile(({ says }) => says === 'Erasing from 0x1F000', 20);
  expect(said(world)).toMatchObject({
    starts: 'Starts app0 or app1 next',
    title: 'Not finished',
    says: 'Of 156 erase units in the plan: 155 verified, 1 begun and not verified. Not verified: otadata.',
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

test('a table that was saved as a file is the one on the board: of one that is cut, none is offered before it is read', async () => {
  const world = openWorld('esp32-raft');
  const { session, port } = world;
  await session.connect();
  const tables = () => connectedOf(session).board.saves.map(({ name, data }) => ({ name, data }));
  const before = tables();
  const csv = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app0,app,ota_0,0x20000,0x1d0000
app1,app,ota_1,0x1f0000,0x1d0000
fs,data,littlefs,0x3c0000,0x40000
`;
  await session.dispatch({ do: 'change-layout', csv });
  await flashPulled(world, ({ units }) => units.includes('verified'));
  expect(workOf(session, 'ended').outcome).toBe('failed');
  expect(tables()).toEqual([]);
  port.plug();
  await session.dispatch({ do: 'reconnect' });
  const after = tables();
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  expect(after[0]?.data).toMatch(/^fs, *data, *littlefs, *0x3c0000,/im);
  expect(before[0]?.data).toMatch(/^fs, *data, *littlefs, *0x380000,/im);
});

test('a table that a job leaves alone can still be saved once the board is lost', async () => {
  const world = await pulledWhile(({ says }) => says === 'Verifying the writes');
  expect(connectedOf(world.session).board.saves.map(({ name }) => name)).toEqual(['partitions.csv', 'partitions.bin']);
});
