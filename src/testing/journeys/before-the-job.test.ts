/** What was found on a board is of the flash that was read: it does not stand for one that a job is writing, or wrote until it was cut short. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import type { ConnectedState } from '../../session/state.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { World } from '../esp/world.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';
import { connectedOf } from '../plain-world.ts';

const APP1: Range = { region: 'flash', address: 0x1d0000, size: 0x1b0000 };
const NVS: Range = { region: 'flash', address: 0x9000, size: 0x15000 };

let world: World;

/** A board with a damaged app in app1, diagnosed, whose erase is planned and agreed to. */
beforeEach(async () => {
  world = openWorld('esp32-raft');
  const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0, size: 0x20230 });
  world.made.flash.load(
    APP1.address,
    app.map((byte, i) => (i === 0x8000 ? byte ^ 1 : byte)),
  );
  await world.session.connect();
  await world.session.dispatch({ do: 'diagnose' });
});

async function planErase(): Promise<void> {
  await world.session.dispatch({ do: 'erase', range: APP1 });
  await consent(world.session, 'content-erased');
}

/** What is said of app1, of its bytes, and whether the diagnosis is of before. */
function said({ board, contents }: ConnectedState) {
  const { diagnosis, findings } = board;
  return {
    outdated: diagnosis?.outdated ?? false,
    wrong: findings.filter(({ verdict }) => verdict === 'problem' || verdict === 'warning').length,
    bytes: contents?.bytes?.data.length ?? null,
  };
}

/** Erases app1, and pulls the cable in the middle if `pulls`; every state while it is written. */
async function erased(pulls: boolean): Promise<readonly ConnectedState[]> {
  const seen: ConnectedState[] = [];
  world.onState = (state) => {
    if (state.kind !== 'connected' || (state.work.kind !== 'flashing' && state.work.kind !== 'starting')) return;
    seen.push(state);
    if (pulls && state.work.kind === 'flashing' && state.work.units.includes('verified')) world.port.unplug();
  };
  await planErase();
  await flash(world.session);
  return seen;
}

describe('a diagnosis', () => {
  test(
    'is of before while a job writes, and after the cable was pulled: what it wrote is not called damaged',
    LONG,
    async () => {
      expect(said(connectedOf(world.session))).toMatchObject({ outdated: false, wrong: 2 });
      const seen = await erased(true);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter(({ board }) => board.diagnosis?.outdated !== true)).toEqual([]);
      expect(workOf(world.session, 'ended').outcome).toBe('failed');
      expect(said(connectedOf(world.session))).toMatchObject({ outdated: true, wrong: 0 });
      world.port.plug();
      await world.session.dispatch({ do: 'reconnect' });
      expect(connectedOf(world.session).board.diagnosis).toBeUndefined();
    },
  );

  test('is gone once the board was read again after the job', LONG, async () => {
    await erased(false);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    expect(connectedOf(world.session).board.diagnosis).toBeUndefined();
  });

  test('stands where the job was stopped before it wrote anything', LONG, async () => {
    world.onState = (state) => {
      if (state.kind !== 'connected' || state.work.kind !== 'flashing' || state.work.stopping) return;
      void world.session.dispatch({ do: 'cancel' });
    };
    await planErase();
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('stopped');
    expect(said(connectedOf(world.session))).toMatchObject({ outdated: false, wrong: 2 });
  });
});

describe('bytes and listings', () => {
  const look = async (range: Range) => {
    await world.session.dispatch({ do: 'open-contents', range });
    await world.session.dispatch({ do: 'read-bytes', range, offset: 0, size: 0x100 });
    expect(said(connectedOf(world.session)).bytes).toBe(0x100);
  };

  test('of what a job writes are not shown as what is there, also after the cable was pulled', LONG, async () => {
    await look(APP1);
    const seen = await erased(true);
    expect(seen.filter(({ contents }) => contents !== undefined)).toEqual([]);
    expect(workOf(world.session, 'ended').outcome).toBe('failed');
    expect(connectedOf(world.session).contents).toBeUndefined();
  });

  test('of what a job leaves alone stay', LONG, async () => {
    await look(NVS);
    const seen = await erased(true);
    expect(seen.filter(({ contents }) => contents === undefined)).toEqual([]);
    expect(said(connectedOf(world.session)).bytes).toBe(0x100);
  });
});
