/** One partition erased: the whole flash is compared, and what starts afterwards is said. */
import { describe, expect, test } from 'vitest';
import { askKey } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { fateLines } from '../../session/words/plan.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import type { World } from '../esp/world.ts';
import type { AnySession } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { byLength, LONG } from '../long.ts';

async function erase(session: AnySession, name: string): Promise<Range> {
  const { state } = session;
  const own = state.kind === 'connected' ? state.board.layout.partitions.find((each) => each.name === name) : undefined;
  if (own === undefined) throw new Error(`there is no partition ${name}`);
  const { region, address, size } = own;
  const range = { region, address, size };
  await session.dispatch({ do: 'erase', range });
  return range;
}

async function erasing(name: string, id = 'esp32-raft'): Promise<World & { readonly range: Range }> {
  const world = openWorld(id);
  await world.session.connect();
  return { ...world, range: await erase(world.session, name) };
}

/** The flash as it was, with a range blank. */
function without(before: Uint8Array, { address, size }: Range): Uint8Array {
  return before.slice().fill(0xff, address, address + size);
}

const PLACES = [
  ['nvs', 'content-erased', /^The board will keep starting app0\.$/],
  ['fs', 'content-erased', /^The board will keep starting app0\.$/],
  ['otadata', 'content-erased', /app0/],
  ['app0', 'start-erased', /^Afterwards: nothing starts\. /],
  ['partition table', 'start-erased', /^Afterwards nothing starts: /],
] as const;

for (const [options, places] of byLength(PLACES, ([name]) => name === 'nvs' || name === 'partition table')) {
  test.each(places)(
    '%s is blank after a consent, and every other byte is as it was',
    options,
    async (name, question, afterwards) => {
      const { session, made, range } = await erasing(name);
      const before = made.flash.snapshot();
      const planned = workOf(session, 'planned');
      expect(planned.purpose).toEqual({ kind: 'erase', range, name });
      expect(planned.asks.map(({ kind }) => kind)).toEqual([question]);
      expect(planned.afterwards).toMatch(afterwards);
      await flash(session);
      expect(differences(made.flash.snapshot(), before)).toEqual([]);
      await consent(session, question);
      await flash(session);
      expect(workOf(session, 'ended').outcome).toBe('verified');
      expect(differences(made.beforeStart() ?? made.flash.snapshot(), without(before, range))).toEqual([]);
      expect(made.flash.violations).toEqual([]);
    },
  );
}

test('a blank partition leaves nothing to do, and nothing is asked', LONG, async () => {
  const { session } = await erasing('app1');
  const { plan, asks } = workOf(session, 'planned');
  expect([plan.stretches, asks]).toEqual([[], []]);
});

test('a FAT partition that is blank at its start is asked about, as its files may begin later', LONG, async () => {
  const world = openWorld('esp32-raft');
  const rows = RAFT_OTA_ROWS.map((row) => ({ ...row, ...(row.label === 'fs' && { subtype: 0x81 }) }));
  world.made.flash.load(0x8000, buildPartitionTable(rows));
  world.made.flash.load(0x380000, new Uint8Array(0x2000).fill(0xff));
  await world.session.connect();
  await erase(world.session, 'fs');
  expect(workOf(world.session, 'planned').asks.map(({ kind, says }) => [kind, says])).toEqual([
    ['content-erased', expect.stringContaining('Blank (erased) in its first 8 KiB. What follows was not read.')],
  ]);
});

test('the bootloader is not erased', async () => {
  const { session, made } = await erasing('bootloader');
  const before = made.flash.snapshot();
  expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['bootloader-erased']);
  expect(differences(made.flash.snapshot(), before)).toEqual([]);
});

test('the plan can be discarded', async () => {
  const { session } = await erasing('nvs');
  await session.dispatch({ do: 'plan-files' });
  expect(workOf(session, 'idle')).toEqual({ kind: 'idle' });
});

test('the application of a Photon is erased, and the board then waits in safe mode', async () => {
  const { session, made } = openDfuWorld('photon');
  await session.connect();
  const before = made.flash.snapshot();
  const { address, size } = await erase(session, 'user');
  const planned = workOf(session, 'planned');
  for (const { kind } of planned.asks) await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  const wanted = before.slice().fill(0xff, address - 0x08000000, address - 0x08000000 + size);
  expect(differences(made.flash.snapshot(), wanted)).toEqual([]);
  expect(made.flash.violations).toEqual([]);
});

const UNDER = [
  ['the bootloader', { offset: 0x1000, size: 0x4000 }, ['bootloader-erased']],
  ['the partition table', { offset: 0x8000, size: 0x4000 }, ['start-erased', 'content-erased']],
  ['the app that starts', { offset: 0x10000, size: 0x40000 }, ['start-erased', 'content-erased']],
] as const;
for (const [options, under] of byLength(UNDER, ([what]) => what === 'the bootloader'))
  test.each(under)(
    'a partition that a wrong table puts over %s is erased only as that is',
    options,
    async (_, place, kinds) => {
      const world = openWorld('esp32-raft');
      const rows = RAFT_OTA_ROWS.map((row) => ({ ...row, ...(row.label === 'fs' && place) }));
      world.made.flash.load(0x8000, buildPartitionTable(rows));
      await world.session.connect();
      await erase(world.session, 'fs');
      const { state } = world.session;
      const work = state.kind === 'connected' ? state.work : null;
      const found = work?.kind === 'refused' ? work.refusals : work?.kind === 'planned' ? work.asks : [];
      expect(found.map(({ kind }) => kind)).toEqual(kinds);
    },
  );

describe('a typed range', () => {
  const range = (address: number, size: number): Range => ({ region: 'flash', address, size });
  const connected = async (id = 'esp32-raft') => {
    const world = openWorld(id);
    await world.session.connect();
    return world;
  };

  test('of whole erase units across two partitions is blank afterwards, and nothing else', async () => {
    const { session, made } = await connected();
    const before = made.flash.snapshot();
    const own = range(0x1d000, 0x3000);
    await session.dispatch({ do: 'erase', range: own });
    const planned = workOf(session, 'planned');
    expect(planned.purpose).toEqual({ kind: 'erase', range: own, name: '0x1D000–0x1FFFF' });
    expect(planned.asks.map(({ kind }) => kind)).toEqual(['content-erased']);
    expect(headlineOf(planned, { files: [], containers: [] }).says).toBe('0x1D000–0x1FFFF will be erased.');
    const lines = fateLines(planned.plan, planned.fates, 'erase').map(({ says }) => says);
    expect(lines).toEqual(expect.arrayContaining(['otadata is erased']));
    expect(lines).not.toContain('nvs is erased');
    await consent(session, 'content-erased');
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    expect(differences(made.beforeStart() ?? made.flash.snapshot(), without(before, own))).toEqual([]);
  });

  test('of a part of an erase unit is asked about, and the bytes beside it are written back', LONG, async () => {
    const { session, made } = await connected();
    const before = made.flash.snapshot();
    const own = range(0x9100, 0x100);
    await session.dispatch({ do: 'erase', range: own });
    const planned = workOf(session, 'planned');
    const { asks } = planned;
    expect(headlineOf(planned, { files: [], containers: [] }).says).toBe('0x9100–0x91FF will be erased.');
    expect(fateLines(planned.plan, planned.fates, 'erase')[0]?.says).toBe('A part of nvs is erased');
    expect(asks.map(({ kind }) => kind)).toEqual(['content-erased', 'units-cut']);
    expect(asks[1]?.says).toContain('0x9100–0x91FF is not of whole erase units. 0x9000–0x9FFF (4 KiB) is erased');
    for (const { kind } of asks) await consent(session, kind);
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    expect(differences(made.beforeStart() ?? made.flash.snapshot(), without(before, own))).toEqual([]);
  });

  test.each([
    ['with the bootloader in it', range(0, 0x9000), 'bootloader-erased'],
    ['outside the flash', range(0x400000, 0x1000), 'nothing-to-erase'],
  ])('%s is refused', async (_, own, kind) => {
    const { session } = await connected();
    await session.dispatch({ do: 'erase', range: own });
    expect(workOf(session, 'refused').refusals.map((refusal) => refusal.kind)).toEqual([kind]);
  });

  test('is read to a file of its bytes, without a backup', async () => {
    const files: { name: string; data: Uint8Array }[] = [];
    const { session, made } = openWorld('esp32-raft', undefined, {}, { onFile: (file) => files.push(file) });
    await session.connect();
    await session.dispatch({ do: 'save-bytes', range: range(0x9010, 300) });
    expect(files.map(({ name }) => name)).toEqual(['flash-0x9010-0x913B.bin']);
    expect(files[0]?.data).toEqual(made.flash.snapshot().slice(0x9010, 0x9010 + 300));
  });

  test('is looked at byte by byte', LONG, async () => {
    const { session, made } = await connected();
    const own = range(0x8ff0, 0x20);
    await session.dispatch({ do: 'open-contents', range: own });
    await session.dispatch({ do: 'read-bytes', range: own, offset: 0, size: 0x400 });
    const bytes = session.state.kind === 'connected' ? session.state.contents?.bytes : null;
    expect(bytes?.data).toEqual(made.flash.snapshot().slice(0x8ff0, 0x9010));
  });
});

describe('the whole flash', () => {
  const whole: Range = { region: 'flash', address: 0, size: 0x400000 };

  test('is erased after each question, bootloader and table too, and then nothing starts', LONG, async () => {
    const { session, made } = openWorld('esp32-raft');
    await session.connect();
    await session.dispatch({ do: 'erase', range: whole });
    const planned = workOf(session, 'planned');
    expect(planned.purpose).toEqual({ kind: 'erase', range: whole, name: 'the whole flash' });
    expect(planned.asks.map(({ kind }) => kind)).toEqual([
      'start-erased',
      'start-erased',
      'start-erased',
      'content-erased',
    ]);
    expect(planned.afterwards).toMatch(/nothing starts/);
    for (const ask of planned.asks) await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
    await flash(session);
    expect(verdictOf(workOf(session, 'ended'))).toMatchObject({ mood: 'verified', title: 'The whole flash erased' });
    expect(made.flash.snapshot().every((byte) => byte === 0xff)).toBe(true);
  });

  test.each(['esp32c3-secure-download', 'esp32-encrypted'])(
    'of a protected chip is not: it might never start again: %s',
    LONG,
    async (id) => {
      const { session } = openWorld(id);
      await session.connect();
      const { state } = session;
      const size = state.kind === 'connected' ? (state.board.layout.map.regions[0]?.runs[0]?.count ?? 0) * 0x1000 : 0;
      await session.dispatch({ do: 'erase', range: { ...whole, size } });
      expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['bootloader-erased']);
    },
  );
});

describe('over DFU', () => {
  const at = (address: number, size: number, region: string): Range => ({ region, address, size });

  test('a sector of an STM32 is erased with the rest kept', async () => {
    const { session, made } = openDfuWorld('stm32f405');
    await session.connect();
    const before = made.flash.snapshot();
    await session.dispatch({ do: 'erase', range: at(0x080e0000, 0x20000, 'internal-flash') });
    for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    expect(differences(made.flash.snapshot(), before.slice().fill(0xff, 0xe0000, 0x100000))).toEqual([]);
  });

  test.each([
    ['photon', at(0x08000000, 0x4000, 'internal-flash'), ['bootloader-erased']],
    ['photon', at(0x08010000, 0x10000, 'internal-flash-2'), ['guarded']],
    ['stm32f405', at(0x1fffc000, 8, 'option-bytes'), ['read-only']],
    ['stm32f405-protected', at(0x08000000, 0x4000, 'internal-flash'), ['board-read-protected']],
  ])('what must stay is refused: %s, %o', async (id, range, kinds) => {
    const { session, made } = openDfuWorld(id);
    await session.connect();
    await session.dispatch({ do: 'erase', range });
    expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(kinds);
    expect(made.flash.totalErases).toBe(0);
  });
});
