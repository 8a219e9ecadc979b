/** A file that does not fit: its refusal leads to layouts, and the best one is written together with the file and starts. */
import { describe, expect, test } from 'vitest';
import type { TableEntry } from '../../flash/layout-editor.ts';
import type { FitRequest, FittingLayout } from '../../flash/layout-fit.ts';
import type { SessionState } from '../../session/state.ts';
import { writeCsv } from '../../esp/partitions/csv-write.ts';
import { bytesSource } from '../../session/sources.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import type { World } from '../esp/world.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const APP = buildAppImage({ project: 'raft-demo', version: '9.0.0', seed: 9, chipId: 0, size: 0x1c2340 });

/** A connected board with one file dropped on it. */
async function dropped(name: string, data: Uint8Array): Promise<World> {
  const world = openWorld('esp32-raft');
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource(name, data)] });
  return world;
}

function roomOf({ session }: World): FitRequest {
  const room = workOf(session, 'refused').refusals.flatMap(({ repair }) =>
    repair?.request.do === 'make-it-fit' ? (repair.request.room ?? []) : [],
  )[0];
  if (room === undefined) throw new Error('no refusal leads to a layout');
  return room;
}

function fitsOf({ session }: World) {
  const { state } = session;
  return state.kind === 'connected' ? state.fits : undefined;
}

async function take({ session }: World, rows: readonly TableEntry[] = []): Promise<void> {
  const was = tableOf(session.state);
  const same = rows.flatMap(({ name, offset }) => {
    const before = was.find((row) => row.name === name);
    return before === undefined ? [] : [{ was: before.offset, is: offset }];
  });
  await session.dispatch({ do: 'change-layout', csv: writeCsv(rows), same });
}

function tableOf(state: SessionState): readonly TableEntry[] {
  return state.kind === 'connected' ? (state.board.table?.rows ?? []) : [];
}

describe('an app that is too large for every slot', () => {
  test('leads to layouts; the best loses nothing, and is written with the app, which starts', LONG, async () => {
    const world = await dropped('big.bin', APP);
    expect(roomOf(world)).toEqual({ for: 'app', size: APP.length, slots: 'every' });
    await world.session.dispatch({ do: 'make-it-fit', room: roomOf(world) });
    const [best, next] = fitsOf(world)?.layouts ?? [];
    expect(best?.costs).toMatchObject({ lost: [], endsUpdates: false, changesBootloader: false });
    expect(best?.details.join(' ')).toMatch(/fs shrinks from 512 KiB to .*: its files are rewritten for/);
    expect(next?.costs).toMatchObject({ lost: [], endsUpdates: true });
    await take(world, best?.rows);
    const planned = workOf(world.session, 'planned');
    expect(planned.fates.find(({ before }) => before?.name === 'fs')?.fate).toBe('moved');
    for (const { kind } of planned.asks) await consent(world.session, kind);
    await flash(world.session);
    const ended = workOf(world.session, 'ended');
    expect([ended.outcome, ended.start?.verdict?.good]).toEqual(['verified', true]);
    expect(fitsOf(world)).toBeUndefined();
    expect(world.made.flash.violations).toEqual([]);
    const left = world.made.beforeStart() ?? new Uint8Array();
    const slot = best?.rows.find(({ name }) => name === 'app1')?.offset ?? 0;
    expect(Buffer.compare(left.subarray(slot, slot + APP.length), APP)).toBe(0);
  });

  test('another of the layouts keeps the file system as it is, and has one slot', LONG, async () => {
    const world = await dropped('big.bin', APP);
    await world.session.dispatch({ do: 'make-it-fit', room: roomOf(world) });
    const keeps = fitsOf(world)?.layouts.find(({ costs }: FittingLayout) => costs.endsUpdates);
    await take(world, keeps?.rows);
    const planned = workOf(world.session, 'planned');
    expect(planned.fates.find(({ before }) => before?.name === 'fs')?.fate).toBe('kept');
    expect(planned.afterwards).toMatch(/^The board will start the new app from app0/);
  });

  test('the layouts are gone once nobody asks for them, and there are none for what has its room', async () => {
    const world = await dropped('big.bin', APP);
    const room = roomOf(world);
    await world.session.dispatch({ do: 'make-it-fit', room });
    expect(fitsOf(world)?.says).toBe('Room for an app of 1,844,032 bytes.');
    await world.session.dispatch({ do: 'make-it-fit', room: null });
    expect(fitsOf(world)).toBeUndefined();
    await world.session.dispatch({ do: 'make-it-fit', room: { ...room, size: 0x100000 } });
    expect(fitsOf(world)).toMatchObject({ layouts: [], why: 'The layout on this board has that room already.' });
  });
});

test('a file system that is too large for its partition gets the room that the app slots do not need', async () => {
  const world = await dropped('fs.bin', buildLittleFs(0xc0000));
  expect(roomOf(world)).toEqual({ for: 'data', size: 0xc0000, at: 0x380000 });
  await world.session.dispatch({ do: 'make-it-fit', room: roomOf(world) });
  const [best] = fitsOf(world)?.layouts ?? [];
  expect(best?.costs).toEqual({ lost: [], endsUpdates: false, changesBootloader: false, moved: 0 });
  expect(best?.rows.find(({ name }) => name === 'fs')?.size).toBe(0xc0000);
});
