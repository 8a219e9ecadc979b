/** Settings of a board seen and changed through the whole app: only the erase units that change are written. */
import { describe, expect, test } from 'vitest';
import type { SettingsList } from '../../flash/partition-contents.ts';
import type { World } from '../esp/world.ts';
import { differences, flash, openWorld, workOf } from '../esp/world.ts';

const nvs = { region: 'flash', address: 0x9000, size: 0x15000 };

async function connected(id = 'esp32-raft'): Promise<World> {
  const world = openWorld(id);
  await world.session.connect();
  return world;
}

async function settingsOf(world: World): Promise<SettingsList> {
  await world.session.dispatch({ do: 'open-contents', range: nvs });
  const { state } = world.session;
  const listing = state.kind === 'connected' ? state.contents?.listing : undefined;
  if (listing?.kind !== 'settings') throw new Error(`no settings: ${JSON.stringify(listing ?? state).slice(0, 300)}`);
  return listing;
}

function valueOf(list: SettingsList, namespace: string, key: string): string | null | undefined {
  return list.settings.find((each) => each.namespace === namespace && each.key === key)?.value;
}

const set = (namespace: string, key: string, value: string, type = 'string') =>
  ({ edit: 'set', namespace, key, type, value }) as const;

function change(world: World, ...edits: ReturnType<typeof set>[]): Promise<void> {
  return world.session.dispatch({ do: 'edit-contents', range: nvs, edits });
}

describe('the Wi-Fi of a board', () => {
  test('is seen, changed in one erase unit, and what the board looks for at its next start', async () => {
    const world = await connected();
    const { session, made } = world;
    const before = made.flash.snapshot();
    const settings = await settingsOf(world);
    expect(valueOf(settings, 'wifi', 'ssid')).toBe('workshop');
    expect(settings.settings.filter(({ secret }) => secret).map(({ key }) => key)).toEqual(['password']);
    await change(world, set('wifi', 'ssid', 'attic'));
    const planned = workOf(session, 'planned');
    expect(planned.fates.filter(({ edited }) => edited !== undefined)).toMatchObject([
      { fate: 'kept', before: { name: 'nvs' }, edited: ['wifi/ssid'], why: 'its settings change: wifi/ssid' },
    ]);
    expect(planned.plan.stretches.map(({ address, size }) => [address, size])).toEqual([[0x9000, 0x1000]]);
    await flash(session);
    const ended = workOf(session, 'ended');
    expect(ended.outcome).toBe('verified');
    expect(ended.start?.log).toContain('nvs: ssid=attic');
    // The app counts nothing at this start: it wrote its settings at the one before.
    const changed = differences(before, made.flash.snapshot());
    expect(changed.every(([from, to]) => from >= 0x9000 && to < 0xa000)).toBe(true);
    await session.dispatch({ do: 'reconnect' });
    const after = await settingsOf(world);
    expect(valueOf(after, 'wifi', 'ssid')).toBe('attic');
    const others = ({ settings: all }: SettingsList) => all.filter(({ key }) => key !== 'ssid');
    expect(others(after)).toEqual(others(settings));
  });

  test('no secret is in the report, the plan or the record of the job', async () => {
    const world = await connected();
    await change(world, set('wifi', 'password', 'new secret phrase'));
    const planned = workOf(world.session, 'planned');
    const { plan, fates, summary, afterwards, asks } = planned;
    await flash(world.session);
    const ended = workOf(world.session, 'ended');
    expect(ended.outcome).toBe('verified');
    const said = JSON.stringify([plan, fates, summary, afterwards, asks, ended.report, ended.start]);
    expect(said).toContain('wifi/password');
    expect(said).not.toContain('new secret phrase');
    expect(said).not.toContain('correct horse');
  });

  test('cannot be seen on a board that does not show its flash, which says why', async () => {
    const world = await connected('esp32c3-secure-download');
    const { state } = world.session;
    const range =
      state.kind === 'connected' ? state.board.layout.partitions.find(({ role }) => role === 'settings') : null;
    await world.session.dispatch({ do: 'open-contents', range: range ?? nvs });
    expect(world.session.state).toMatchObject({ contents: { listing: null, why: expect.stringMatching(/\.$/) } });
  });
});

describe('interrupted', () => {
  /** Changes so much that several pages of NVS are written, and pulls the cable once the first is verified. */
  async function pulled(): Promise<{ readonly world: World; readonly before: Uint8Array; readonly job: string }> {
    const world = await connected();
    const { session, made, port } = world;
    const before = made.flash.snapshot();
    const long = Array.from({ length: 3 }, (_, i) => set('raft', `note${i}`, `${i}`.repeat(3000)));
    await change(world, ...long);
    expect(workOf(session, 'planned').plan.stretches.flatMap(({ units }) => units).length).toBeGreaterThan(1);
    world.onState = (state) => {
      if (state.kind !== 'connected' || state.work.kind !== 'flashing' || state.work.progress.done === 0) return;
      world.onState = () => undefined;
      port.unplug();
    };
    await flash(session);
    port.plug();
    await session.dispatch({ do: 'reconnect' });
    const { state } = session;
    const job = state.kind === 'connected' ? (state.interrupted?.job ?? '') : '';
    expect(job).not.toBe('');
    return { world, before, job };
  }

  test('it waits for the decision, and is resumed', async () => {
    const { world, job } = await pulled();
    expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['edits-unfinished']);
    await world.session.dispatch({ do: 'resume', job });
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    await world.session.dispatch({ do: 'reconnect' });
    expect(valueOf(await settingsOf(world), 'raft', 'note2')).toBe('2'.repeat(3000));
    expect(valueOf(await settingsOf(world), 'wifi', 'ssid')).toBe('workshop');
  });

  test('it is rolled back to the byte', async () => {
    const { world, before, job } = await pulled();
    await world.session.dispatch({ do: 'withdraw-edits', range: null, id: null });
    await world.session.dispatch({ do: 'roll-back', job });
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    expect(differences(before, world.made.flash.snapshot())).toEqual([]);
  });
});

describe('what stands in the way', () => {
  test('a setting that is not there, and a value that its type does not hold', async () => {
    const world = await connected();
    await world.session.dispatch({
      do: 'edit-contents',
      range: nvs,
      edits: [{ edit: 'delete-setting', namespace: 'wifi', key: 'nothing' }],
    });
    expect(workOf(world.session, 'refused').refusals).toMatchObject([
      { kind: 'no-such-setting', place: { in: 'flash', range: nvs } },
    ]);
    await world.session.dispatch({ do: 'withdraw-edits', range: null, id: null });
    await change(world, set('wifi', 'channel', '300', 'u8'));
    expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['bad-setting']);
  });

  test('a change of the layout at the same time', async () => {
    const world = await connected();
    const csv =
      'nvs,data,nvs,0x9000,0x15000\notadata,data,ota,0x1e000,0x2000\napp0,app,ota_0,0x20000,0x1b0000\n' +
      'app1,app,ota_1,0x1d0000,0x1b0000\nfiles,data,littlefs,0x380000,0x80000\n';
    await change(world, set('wifi', 'ssid', 'attic'));
    await world.session.dispatch({ do: 'change-layout', csv });
    expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['edits-overwritten']);
  });
});
