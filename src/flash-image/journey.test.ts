/** What a person relies on who works on a dump at the host: the same plan and proof as on the board, and files to take away. */
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { consent, flash, openWorld, workOf } from '../testing/esp/world.ts';
import type { SavedFiles } from '../testing/flash-image.ts';
import { dfuDump, espDump, imageSession, openedImage } from '../testing/flash-image.ts';
import { isEqualBytes } from '../testing/bytes.ts';
import type { Target } from '../flash/target.ts';
import { bytesSource } from '../session/sources.ts';
import { readDfuFile } from '../formats/dfu-file.ts';
import { raftDemo150 } from '../virtual-boards/esp/firmware/raft-demo.ts';
import { LONG } from '../testing/long.ts';

const UPDATE = bytesSource('raft-demo-1.5.0.bin', raftDemo150(0));

describe('an app placed in a dump of an ESP32', () => {
  it('has the plan that the board has, and the dump holds afterwards what the board would', LONG, async () => {
    const world = openWorld('esp32-raft');
    await world.session.connect();
    await world.session.dispatch({ do: 'add-files', files: [UPDATE] });
    const opened = await openedImage(espDump('esp32-raft'));
    const session = await imageSession(opened);
    await session.dispatch({ do: 'add-files', files: [UPDATE] });
    const [board, image] = [workOf(world.session, 'planned'), workOf(session, 'planned')];
    expect(image.plan).toEqual(board.plan);
    expect(image.fates).toEqual(board.fates);
    expect(image.asks).toEqual([]);

    await flash(session);
    const ended = workOf(session, 'ended');
    expect(ended).toMatchObject({ outcome: 'verified', failure: null, start: null, connected: true });
    await flash(world.session);
    const written = world.made.beforeStart() ?? new Uint8Array();
    const saved = await opened.device.file.save('image');
    expect(isEqualBytes(saved.data, written)).toBe(true);
  });

  it('shows what starts next from what was written, and nothing of a boot log', async () => {
    const session = await imageSession(await openedImage(espDump('esp32-raft')));
    await session.dispatch({ do: 'add-files', files: [UPDATE] });
    await flash(session);
    const { state } = session;
    expect(state).toMatchObject({ kind: 'connected', board: { boot: { partition: { name: 'app1' } } } });
    const { report } = workOf(session, 'ended');
    expect(report.identity.file).toEqual({ name: 'dump.bin', size: 0x400000 });
    expect(report.says).toBe(
      'Verified: every erase unit of the flash image in memory was compared. The file that was opened is as it was.',
    );
    expect(report.start).toBeNull();
  });

  it('is called an image while it is read', LONG, async () => {
    const said = new Set<string>();
    const session = await imageSession(await openedImage(espDump('esp32-raft')), [], (state) => {
      if (state.kind !== 'connected') return;
      const { work } = state;
      if (work.kind === 'surveying' || work.kind === 'flashing') said.add(work.progress.says);
    });
    await session.dispatch({ do: 'diagnose' });
    await session.dispatch({ do: 'add-files', files: [UPDATE] });
    await flash(session);
    expect([...said].filter((says) => says.includes('board'))).toEqual([]);
    expect([...said]).toContain('Looking closely at the image');
  });

  it('is told apart from what was saved, and opens again with the change in it', LONG, async () => {
    const files: SavedFiles = [];
    const session = await imageSession(await openedImage(espDump('esp32-raft')), files);
    const changes = () => (session.state.kind === 'connected' ? session.state.image : undefined);
    expect(changes()).toEqual({ units: 0, bytes: 0, saved: true });
    await session.dispatch({ do: 'add-files', files: [UPDATE] });
    await flash(session);
    expect(changes()).toMatchObject({ saved: false, units: workOf(session, 'ended').units.length });
    await session.dispatch({ do: 'save-image', what: 'image' });
    expect(changes()).toMatchObject({ saved: true });
    expect(workOf(session, 'ended').outcome).toBe('verified');
    const [file] = files;
    expect(file?.name).toBe('dump-changed.bin');
    const again = await imageSession(await openedImage(file?.data ?? new Uint8Array(), {}, 'dump-changed.bin'));
    expect(again.state).toMatchObject({ board: { boot: { partition: { name: 'app1' } } } });
  });

  it('saves its changed pieces alone as a build of ESP-IDF, which makes the board the same', LONG, async () => {
    const files: SavedFiles = [];
    const opened = await openedImage(espDump('esp32-raft'));
    const session = await imageSession(opened, files);
    await session.dispatch({ do: 'add-files', files: [UPDATE] });
    await flash(session);
    await session.dispatch({ do: 'save-image', what: 'changes' });
    const [zip] = files;
    if (zip === undefined) throw new Error('nothing was saved');
    expect(zip.name).toBe('dump-changes.zip');
    const { 'flasher_args.json': args, ...pieces } = unzipSync(zip.data);
    const list: unknown = JSON.parse(new TextDecoder().decode(args));
    expect(list).toMatchObject({
      write_flash_args: ['--flash_mode', 'keep', '--flash_size', 'keep', '--flash_freq', 'keep'],
      extra_esptool_args: { chip: 'esp32' },
      flash_files: { '0x1d0000': 'flash-0x1D0000.bin' },
    });
    // Both entries of otadata are in it, although only one changed.
    const held = Object.values(pieces).reduce((sum, { length }) => sum + length, 0);
    expect(session.state).toMatchObject({ image: { bytes: held - 0x1000 } });

    // The pieces are dropped on the board that the dump was of.
    const world = openWorld('esp32-raft');
    await world.session.connect();
    await world.session.dispatch({ do: 'add-files', files: [bytesSource(zip.name, zip.data)] });
    const planned = workOf(world.session, 'planned');
    for (const ask of planned.asks) await consent(world.session, ask.kind);
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    const { data } = await opened.device.file.save('image');
    expect(isEqualBytes(world.made.beforeStart() ?? new Uint8Array(), data)).toBe(true);
  });

  it('can be stopped, and rolled back while the image is open', LONG, async () => {
    const dump = espDump('esp32-raft');
    const opened = await openedImage(dump);
    const session = await imageSession(opened);
    await session.dispatch({ do: 'add-files', files: [UPDATE] });
    // Stopped after the first stretch.
    const { device } = opened;
    const rewrite: Target['rewrite'] = device.rewrite.bind(device);
    let writes = 0;
    Object.assign(device, {
      rewrite: async (...how: Parameters<Target['rewrite']>) => {
        await rewrite(...how);
        if (++writes === 1) void session.dispatch({ do: 'cancel' });
      },
    });
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('stopped');
    const job = session.state.kind === 'connected' ? session.state.interrupted : null;
    if (job === null) throw new Error('no job is left');
    await session.dispatch({ do: 'roll-back', job: job.job });
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    expect(isEqualBytes((await device.file.save('image')).data, dump)).toBe(true);
    expect(session.state).toMatchObject({ interrupted: null });
  });
});

describe('a dump of an STM32', () => {
  it('takes a program, and saves the changed sectors as a DfuSe file', async () => {
    const opened = await openedImage(dfuDump('stm32f405'), { board: 'f405' });
    const files: SavedFiles = [];
    const session = await imageSession(opened, files);
    const program = dfuDump('stm32f405').slice(0, 0x6000);
    program[0x5000] = 0x5a;
    await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', program)] });
    const planned = workOf(session, 'planned');
    for (const ask of planned.asks) await consent(session, ask.kind);
    await flash(session);
    expect(workOf(session, 'ended')).toMatchObject({ outcome: 'verified', start: null });
    await session.dispatch({ do: 'save-image', what: 'changes' });
    const [file] = files;
    const read = readDfuFile(file?.data ?? new Uint8Array());
    expect(file?.name).toBe('dump-changes.dfu');
    expect(read).toMatchObject({ kind: 'dfuse', images: [{ elements: [{ address: 0x08004000 }] }] });
  });
});
