/** Settings of a board seen and changed through the whole app: only the erase units that change are written. */
import { describe, expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import type { SettingsList } from '../../flash/partition-contents.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import { OnProgram } from '../esp/on-program.ts';
import type { World } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { LONG } from '../long.ts';

const nvs = { region: 'flash', address: 0x9000, size: 0x15000 };

async function connected(id = 'esp32-raft'): Promise<World> {
  const world = openWorld(id);
  await world.session.connect();
  return world;
}

/** The partition with the settings. */
function settingsRange({ session: { state } }: World): Range {
  const own = state.kind === 'connected' ? state.board.layout.partitions.find(({ role }) => role === 'settings') : null;
  if (own === undefined || own === null) throw new Error('no settings');
  return { region: own.region, address: own.address, size: own.size };
}

async function settingsOf(world: World): Promise<SettingsList> {
  await world.session.dispatch({ do: 'open-contents', range: settingsRange(world) });
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
  return world.session.dispatch({ do: 'edit-contents', range: settingsRange(world), edits });
}

describe('the Wi-Fi of a board', () => {
  test('is seen, changed in one erase unit, and what the board looks for at its next start', LONG, async () => {
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
    expect(verdictOf(ended)).toMatchObject({ mood: 'verified', title: 'nvs verified: wifi/ssid changed' });
    expect(ended.start?.log).toContain('nvs: ssid=attic');
    // The app counts nothing at this start: it wrote its settings at the one before.
    const changed = differences(before, made.flash.snapshot());
    expect(changed.every(([from, to]) => from >= 0x9000 && to < 0xa000)).toBe(true);
    const shown = connectedOf(session).contents?.listing;
    expect(shown?.kind === 'settings' && valueOf(shown, 'wifi', 'ssid')).toBe('attic');
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
    const verdict = verdictOf(ended);
    expect(verdict.title).toBe('nvs verified: wifi/password changed');
    const said = JSON.stringify([plan, fates, summary, afterwards, asks, ended.report, ended.start, verdict]);
    expect(said).toContain('wifi/password');
    expect(said).not.toContain('new secret phrase');
    expect(said).not.toContain('correct horse');
  });

  test('that is set to what it is already needs no write', async () => {
    const world = await connected();
    await change(world, set('wifi', 'ssid', 'workshop'));
    expect(workOf(world.session, 'planned').plan.stretches).toEqual([]);
  });

  test.each([
    ['esp32c3-secure-download', { listing: null, why: 'Not readable: the board does not send its content.' }],
    // Its bytes can be looked at, as those of any range.
    ['esp32-encrypted', { listing: { kind: 'unknown' }, why: '' }],
  ])('cannot be seen on %s, of which not even the partitions are known', LONG, async (id, contents) => {
    const world = await connected(id);
    await world.session.dispatch({ do: 'open-contents', range: nvs });
    expect(world.session.state).toMatchObject({ contents });
    await world.session.dispatch({ do: 'edit-contents', range: nvs, edits: [set('wifi', 'ssid', 'attic')] });
    expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['contents-unreadable']);
  });
});

describe('the files of a board', () => {
  const fs = { region: 'flash', address: 0x380000, size: 0x80000 };
  const bytes = (text: string) => new TextEncoder().encode(text);

  async function treeOf(world: World) {
    await world.session.dispatch({ do: 'open-contents', range: fs });
    const { state } = world.session;
    const listing = state.kind === 'connected' ? state.contents?.listing : undefined;
    if (listing?.kind !== 'files') throw new Error(`no files: ${JSON.stringify(listing ?? state).slice(0, 300)}`);
    return listing.entries.map(({ path }) => path);
  }

  async function textOf(world: World, path: string): Promise<string> {
    await world.session.dispatch({ do: 'read-file', range: fs, path, save: false });
    const { state } = world.session;
    return new TextDecoder().decode(state.kind === 'connected' ? state.contents?.file?.data : undefined);
  }

  test(
    'one is added, one replaced and one deleted; only the file system is written, and the rest reads as before',
    LONG,
    async () => {
      const world = await connected();
      const before = world.made.flash.snapshot();
      expect(await treeOf(world)).toEqual([
        '/config.json',
        '/logs',
        '/logs/2026-01-05.txt',
        '/www',
        '/www/index.html',
        '/www/logo.png',
      ]);
      const index = await textOf(world, '/www/index.html');
      expect(index).toContain('<h1>Raft on the bench</h1>');
      await world.session.dispatch({
        do: 'edit-contents',
        range: fs,
        edits: [
          { edit: 'write-file', path: '/www/site.css', data: bytes('h1 { color: teal }'), modified: null },
          { edit: 'write-file', path: '/config.json', data: bytes('{}'), modified: null },
          { edit: 'delete-file', path: '/logs' },
        ],
      });
      const { plan, fates } = workOf(world.session, 'planned');
      expect(fates.find(({ before: own }) => own?.name === 'fs')).toMatchObject({
        fate: 'kept',
        edited: ['/www/site.css', '/config.json', '/logs'],
        deleted: ['/logs'],
      });
      expect(headlineOf(workOf(world.session, 'planned'), connectedOf(world.session)).says).toBe(
        '/www/site.css and /config.json in fs change, /logs in fs is deleted.',
      );
      const units = plan.stretches.flatMap((stretch) => stretch.units);
      expect(units.length).toBeLessThan(12);
      await flash(world.session);
      expect(verdictOf(workOf(world.session, 'ended')).title).toBe(
        'fs verified: /www/site.css and /config.json changed, /logs deleted',
      );
      const after = world.made.beforeStart() ?? new Uint8Array();
      expect(differences(before, after).every(([from]) => from >= fs.address)).toBe(true);
      await world.session.dispatch({ do: 'reconnect' });
      expect(await treeOf(world)).toEqual([
        '/config.json',
        '/www',
        '/www/index.html',
        '/www/logo.png',
        '/www/site.css',
      ]);
      expect(await textOf(world, '/www/site.css')).toBe('h1 { color: teal }');
      expect(await textOf(world, '/config.json')).toBe('{}');
      expect(await textOf(world, '/www/index.html')).toBe(index);
    },
  );

  test.each(['spiffs', 'fat-wl'])('are recreated as %s, after a question', LONG, async (format) => {
    const world = await connected();
    await world.session.dispatch({
      do: 'edit-contents',
      range: fs,
      edits: [
        { edit: 'make', format },
        { edit: 'write-file', path: '/a.txt', data: bytes('again'), modified: null },
      ],
    });
    const { asks, fates } = workOf(world.session, 'planned');
    expect(asks.map(({ kind }) => kind)).toEqual(['contents-recreated']);
    expect(fates.find(({ before: own }) => own?.name === 'fs')).toMatchObject({ fate: 'overwritten', recreated: true });
    await consent(world.session, 'contents-recreated');
    await flash(world.session);
    expect(verdictOf(workOf(world.session, 'ended')).title).toBe('fs verified: recreated with /a.txt');
    await world.session.dispatch({ do: 'reconnect' });
    expect(await treeOf(world)).toEqual(['/a.txt']);
    expect(await textOf(world, '/a.txt')).toBe('again');
  });

  test('more than fits is refused with what it needs', LONG, async () => {
    const world = await connected();
    const data = new Uint8Array(0x90000);
    await world.session.dispatch({
      do: 'edit-contents',
      range: fs,
      edits: [{ edit: 'write-file', path: '/film', data, modified: null }],
    });
    expect(workOf(world.session, 'refused').refusals).toMatchObject([
      { kind: 'contents-too-large', place: { in: 'flash', range: fs } },
    ]);
  });
});

describe('interrupted', () => {
  const NOTES = Array.from({ length: 3 }, (_, i) => set('raft', `note${i}`, `${i}`.repeat(3000)));

  /** Changes so much that several pages of NVS are written, and pulls the cable once the second is being written. */
  async function pulled(ask = (world: World) => change(world, ...NOTES)) {
    const world = await connected();
    const { session, made, port } = world;
    const before = made.flash.snapshot();
    await ask(world);
    const units = workOf(session, 'planned').plan.stretches.flatMap((stretch) => stretch.units);
    expect(units.length).toBeGreaterThan(1);
    made.flash.faults = new OnProgram(2, () => port.unplug());
    await flash(session);
    made.flash.faults = null;
    port.plug();
    await session.dispatch({ do: 'reconnect' });
    const { state } = session;
    const job = state.kind === 'connected' ? (state.interrupted?.job ?? '') : '';
    expect(job).not.toBe('');
    return { world, before, job, last: units.at(-1)?.address ?? 0 };
  }

  test('it waits for the decision, and is resumed', LONG, async () => {
    const { world, job } = await pulled();
    expect(workOf(world.session, 'idle').inJob).toBe(true);
    expect(connectedOf(world.session).interrupted?.betweenLayouts).toBeUndefined();
    await world.session.dispatch({ do: 'resume', job });
    const ended = workOf(world.session, 'ended');
    expect(ended.outcome).toBe('verified');
    // What it took before the cable was pulled is not counted.
    expect(verdictOf(ended).says).toMatch(/Took [^.]+ after it was resumed\.$/);
    await world.session.dispatch({ do: 'reconnect' });
    expect(valueOf(await settingsOf(world), 'raft', 'note2')).toBe('2'.repeat(3000));
    expect(valueOf(await settingsOf(world), 'wifi', 'ssid')).toBe('workshop');
  });

  test(
    'it is not resumed over what firmware has written since: the new content is made from the old',
    LONG,
    async () => {
      const { world, job, last } = await pulled(({ session }) =>
        session.dispatch({
          do: 'edit-contents',
          range: { region: 'flash', address: 0x380000, size: 0x80000 },
          edits: [
            { edit: 'write-file', path: '/www/a.txt', data: new Uint8Array(0x3000).fill(1), modified: null },
            { edit: 'write-file', path: '/logs/b.txt', data: new Uint8Array(0x3000).fill(2), modified: null },
          ],
        }),
      );
      world.made.flash.load(last + 0x800, Uint8Array.of(1, 2, 3));
      await world.session.dispatch({ do: 'resume', job });
      const { refusals, ofResume } = workOf(world.session, 'refused');
      expect([refusals.map(({ kind }) => kind), ofResume]).toEqual([['kept-changed'], true]);
    },
  );

  test('it is rolled back to the byte', LONG, async () => {
    const { world, before, job } = await pulled();
    await world.session.dispatch({ do: 'withdraw-edits', range: null, id: null });
    await world.session.dispatch({ do: 'roll-back', job });
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    expect(differences(before, world.made.flash.snapshot())).toEqual([]);
  });
});

describe('what stands in the way', () => {
  test('a setting that is not there, and a value that its type does not hold', LONG, async () => {
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

  test('a new layout without the partition that is edited', LONG, async () => {
    const world = await connected();
    await change(world, set('wifi', 'ssid', 'attic'));
    await world.session.dispatch({ do: 'change-layout', csv: layoutWith('') });
    expect(workOf(world.session, 'refused').refusals).toMatchObject([
      { kind: 'edits-overwritten', values: { partition: 'nvs', why: 'the new layout has no partition for it' } },
    ]);
  });

  test('a new layout in which the edited content does not fit', LONG, async () => {
    const world = await connected();
    await change(world, { edit: 'set', namespace: 'raft', key: 'note', type: 'blob', value: 'ab'.repeat(20_000) });
    await world.session.dispatch({ do: 'change-layout', csv: layoutWith('nvs,data,nvs,0xb000,0x3000\n') });
    const { refusals } = workOf(world.session, 'refused');
    expect(refusals.map(({ kind }) => kind)).toContain('edits-overwritten');
    expect(refusals.find(({ kind }) => kind === 'edits-overwritten')?.says).toMatch(/needs .* and NVS has/i);
  });
});

/** The layout of the Raft board with otadata first, then this, and half of its file system. */
function layoutWith(nvs: string): string {
  return (
    `otadata,data,ota,0x9000,0x2000\n${nvs}app0,app,ota_0,0x20000,0x1b0000\n` +
    'app1,app,ota_1,0x1d0000,0x1b0000\nfs,data,littlefs,0x380000,0x40000\n'
  );
}

describe('edits with a new layout', () => {
  test('are in the partitions at their new places: settings moved and shrunk, files in half of it', LONG, async () => {
    const world = await connected();
    const note = new TextEncoder().encode('Bring the raft home.');
    const range = { region: 'flash', address: 0x380000, size: 0x80000 };
    await change(world, set('wifi', 'ssid', 'attic'));
    const edits = [{ edit: 'write-file', path: '/note.txt', data: note, modified: null } as const];
    await world.session.dispatch({ do: 'edit-contents', range, edits });
    await world.session.dispatch({ do: 'change-layout', csv: layoutWith('nvs,data,nvs,0xb000,0x13000\n') });
    const { fates, asks } = workOf(world.session, 'planned');
    expect(asks.map(({ kind }) => kind)).toEqual([]);
    expect(fates.find(({ before }) => before?.name === 'nvs')).toMatchObject({
      fate: 'moved',
      edited: ['wifi/ssid'],
    });
    expect(fates.find(({ before }) => before?.name === 'fs')).toMatchObject({
      fate: 'shrunk',
      edited: ['/note.txt'],
    });
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    await world.session.dispatch({ do: 'reconnect' });
    const moved = { region: 'flash', address: 0xb000, size: 0x13000 };
    await world.session.dispatch({ do: 'open-contents', range: moved });
    const { listing } = connectedOf(world.session).contents ?? {};
    const settings = listing?.kind === 'settings' ? listing.settings : [];
    expect(settings.find(({ key }) => key === 'ssid')?.value).toBe('attic');
    expect(settings.length).toBeGreaterThan(2);
    const half = { ...range, size: 0x40000 };
    await world.session.dispatch({ do: 'read-file', range: half, path: '/note.txt', save: false });
    expect(connectedOf(world.session).contents?.file?.data).toEqual(note);
    await world.session.dispatch({ do: 'read-file', range: half, path: '/www/index.html', save: false });
    expect(connectedOf(world.session).contents).toMatchObject({ problem: null, file: { path: '/www/index.html' } });
  });
});
