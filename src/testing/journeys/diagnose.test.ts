/** A closer look at a board: what is wrong is said with its place, and a lost table is put together again. */
import { describe, expect, test } from 'vitest';
import { openDfuWorld } from '../dfu/world.ts';
import { connectedOf } from '../plain-world.ts';
import { bytesSource } from '../../session/sources.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { shareDone } from '../../session/progress.ts';
import type { Progress } from '../../session/state.ts';
import { leftWords } from '../../session/words/verdict.ts';
import type { World } from '../esp/world.ts';
import { LONG } from '../long.ts';

async function diagnosed(world: World, log?: string) {
  await world.session.connect();
  await world.session.dispatch({ do: 'diagnose', ...(log !== undefined && { log }) });
  const { state } = world.session;
  if (state.kind !== 'connected' || state.board.diagnosis === undefined)
    throw new Error(JSON.stringify(state).slice(0, 500));
  return { ...state.board.diagnosis, boot: state.board.boot };
}

test('a sound board is whole, and every check says what was compared', LONG, async () => {
  const { says, verdict, found, checks } = await diagnosed(openWorld('esp32-raft'));
  expect(verdict).toBe('good');
  expect(found).toEqual([]);
  expect(says).toBe('The board starts app0. Everything that was read is intact.');
  expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'bootloader whole',
    'partition table whole',
    'otadata whole',
    'app0 whole',
    'app1 blank',
    'nvs whole',
    'fs whole',
  ]);
});

test('a table that is gone is put together again from the flash', LONG, async () => {
  const world = openWorld('esp32-raft');
  world.made.flash.load(0x8000, new Uint8Array(0x1000).fill(0xff));
  const { says, found, proposal, boot } = await diagnosed(world);
  expect(boot?.apps?.map(({ app, address }) => [app, address])).toEqual([['the app raft-demo 1.4.2', 0x20000]]);
  // What is wrong is said by the finding alone, which stands below the verdict.
  expect(says).toBe('Nothing starts.');
  expect(found[0]?.says).toMatch(/^There is no partition table at 0x8000/);
  expect(proposal?.rows.map(({ row, certainty }) => [row.name, row.offset, row.size, certainty])).toEqual([
    ['nvs', 0x9000, 0x15000, 'likely'],
    ['otadata', 0x1e000, 0x2000, 'likely'],
    ['app0', 0x20000, 0x1b0000, 'likely'],
    ['app1', 0x1d0000, 0x1b0000, 'guess'],
    ['fs', 0x380000, 0x80000, 'sure'],
  ]);
});

test(
  'a table that only exceeds the size in the bootloader’s header is whole: the header is corrected, no table is made',
  LONG,
  async () => {
    const { proposal, found, checks } = await diagnosed(openWorld('esp32-small-header'));
    expect(proposal).toBeUndefined();
    expect(checks.slice(0, 2).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'bootloader wrong',
      'partition table whole',
    ]);
    expect(checks[0]?.says).toMatch(
      /^The bootloader header gives a flash size of 2 MiB, but “app1” ends at 0x380000\./,
    );
    expect(found.map(({ kind }) => kind)).toEqual(['partition-past-header-size']);
    expect(found[0]?.repairs?.map(({ label }) => label)).toEqual([
      'Set the header’s flash size to 4 MiB',
      'Edit the layout',
    ]);
  },
);

test('a board without an app is not called sound: nothing starts', LONG, async () => {
  const world = openWorld('esp32-raft');
  world.made.flash.load(0x20000, new Uint8Array(0x1b0000).fill(0xff));
  const { says, verdict, checks, boot, found } = await diagnosed(world);
  expect(boot?.partition).toBeNull();
  expect(verdict).toBe('problem');
  expect(says).toBe('Nothing starts.');
  expect(found[0]?.says).toBe('No partition holds an app that starts here: app0 (no app in it), app1 (no app in it).');
  expect(checks.find(({ name }) => name === 'app0')).toMatchObject({ state: 'blank', says: 'There is no app in it.' });
  expect(found.flatMap(({ repairs = [] }) => repairs.map(({ label }) => label))).toEqual(['Choose an app']);
  // No entry of otadata changes that.
  expect(connectedOf(world.session).board.selection?.offers).toEqual([]);
});

test('a bootloader that is damaged is found by its bytes, although its header is right', async () => {
  const world = openWorld('esp32-raft');
  const [byte = 0] = world.made.flash.read(0x1100, 1);
  world.made.flash.load(0x1100, Uint8Array.of(byte ^ 1));
  const { says, found, boot } = await diagnosed(world);
  expect(boot?.partition).toBeNull();
  expect(says).toBe('Nothing starts.');
  expect(found[0]?.says).toMatch(/^The bootloader at 0x1000 is damaged, and the ROM does not start it\./);
  expect(found[0]?.repairs?.[0]?.label).toBe('Choose a bootloader');
});

test('a program without a checksum is not called intact', async () => {
  const { session } = openDfuWorld('stm32f405');
  await session.connect();
  await session.dispatch({ do: 'diagnose' });
  const { says, checks = [] } = connectedOf(session).board.diagnosis ?? {};
  expect(says).toBe('The board starts the program at 0x08000000. Everything that could be checked is intact.');
  expect(checks.map(({ name, state }) => [name, state])).toEqual([['Internal Flash', 'unchecked']]);
});

test('a boot log of several starts is evidence beside the flash', LONG, async () => {
  const reset = 'rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)';
  const log = ['rst:0x1 (POWERON_RESET)', 'Brownout detector was triggered', reset, reset, reset, ''].join('\r\n');
  const { found } = await diagnosed(openWorld('esp32-raft'), log);
  expect(found.map(({ kind }) => kind)).toEqual(['log-brown-out', 'log-boot-loop']);
  expect(found[0]?.unrepaired).toMatch(/short, thick cable/);
});

test('a problem that only a diagnosis finds is not called solved by reading the board again', LONG, async () => {
  const world = openWorld('esp32-raft');
  await diagnosed(world, 'Brownout detector was triggered\r\n');
  await world.session.dispatch({ do: 'choose-start', choice: { do: 'forget' } });
  await flash(world.session);
  const ended = workOf(world.session, 'ended');
  expect(ended.outcome).toBe('verified');
  expect(ended.problemsBefore).toBe('on-closer-look');
  expect(leftWords(ended, connectedOf(world.session).board.findings)).toMatch(/^Diagnose again/);
});

/** A board whose file system has a damaged pair of blocks, which only a diagnosis finds, in two folders; and its repair. */
async function damagedFiles(log?: string) {
  const world = openWorld('esp32-raft');
  world.made.flash.load(0x382000, new Uint8Array(0x40).fill(0x5a));
  const { found } = await diagnosed(world, log);
  const repair = found.find(({ kind }) => kind === 'littlefs-pair-damaged')?.repairs?.[0]?.request;
  if (repair?.do !== 'edit-contents') throw new Error(JSON.stringify(found));
  return { world, repair };
}

test(
  'a problem that only a diagnosis finds is called repaired once the job of its repair is verified',
  LONG,
  async () => {
    const { world, repair } = await damagedFiles();
    await world.session.dispatch(repair);
    await flash(world.session);
    const ended = workOf(world.session, 'ended');
    expect(ended).toMatchObject({ outcome: 'verified', repaired: { problems: 2, all: true } });
    expect(leftWords(ended, connectedOf(world.session).board.findings)).toBe(
      '2 problems are repaired. No other is known.',
    );
    await world.session.dispatch({ do: 'reconnect' });
    await world.session.dispatch({ do: 'diagnose' });
    expect(connectedOf(world.session).board.findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  },
);

test(
  'another job repairs nothing, also after the repair was planned, and what a repair leaves is to be diagnosed again',
  LONG,
  async () => {
    const other = await damagedFiles();
    await other.world.session.dispatch(other.repair);
    await other.world.session.dispatch({ do: 'choose-start', choice: { do: 'forget' } });
    await flash(other.world.session);
    const without = workOf(other.world.session, 'ended');
    expect([without.outcome, without.problemsBefore, without.repaired]).toEqual([
      'verified',
      'on-closer-look',
      undefined,
    ]);
    const { world, repair } = await damagedFiles('Brownout detector was triggered\r\n');
    await world.session.dispatch(repair);
    await flash(world.session);
    const ended = workOf(world.session, 'ended');
    expect(ended.repaired).toEqual({ problems: 2, all: false });
    expect(leftWords(ended, connectedOf(world.session).board.findings)).toBe(
      '2 problems are repaired. Diagnose again to see whether another is left.',
    );
  },
);

/** What the damaged board of `damagedFiles` is made of when a file is dropped on its file system and flashed. */
async function droppedOnFiles(data: (good: Uint8Array) => Uint8Array) {
  const good = openWorld('esp32-raft').made.flash.snapshot().slice(0x380000, 0x400000);
  const { world } = await damagedFiles();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('fs.bin', data(good))] });
  const [file] = connectedOf(world.session).files;
  await world.session.dispatch({ do: 'place-at', id: file?.id ?? -1, address: 0x380000 });
  for (const ask of workOf(world.session, 'planned').asks) await consent(world.session, ask.kind);
  await flash(world.session);
  const ended = workOf(world.session, 'ended');
  expect(ended.outcome).toBe('verified');
  return { ended, says: leftWords(ended, connectedOf(world.session).board.findings) };
}

test(
  'a good file that is dropped instead repairs what a diagnosis found: the bytes that were verified say so',
  LONG,
  async () => {
    const { ended, says } = await droppedOnFiles((good) => good);
    expect(ended.repaired).toEqual({ problems: 2, all: true });
    expect(says).toBe('2 problems are repaired. No other is known.');
  },
);

test.each([
  ['that is as damaged', (good: Uint8Array) => good.map((byte, i) => (i >= 0x2000 && i < 0x2040 ? 0xa5 : byte))],
  ['that is no file system', (good: Uint8Array) => good.map((_, i) => (i * 7) & 0xff)],
])('a dropped file %s repairs nothing', LONG, async (_, data) => {
  const { ended, says } = await droppedOnFiles(data);
  expect(ended.repaired).toBeUndefined();
  expect(says).toMatch(/^Diagnose again/);
});

describe('what the board printed when it was started here', () => {
  /** Started once, and then its table is lost; what a diagnosis makes of it. `meanwhile`: what happened in between. */
  async function lostTable(meanwhile: (world: World) => Promise<void>) {
    const world = openWorld('esp32s3-raft');
    await world.session.connect();
    await world.session.dispatch({ do: 'choose-start', choice: { do: 'forget' } });
    await flash(world.session);
    await world.session.dispatch({ do: 'reconnect' });
    await meanwhile(world);
    world.made.flash.load(0x8000, new Uint8Array(0x1000).fill(0xff));
    await world.session.dispatch({ do: 'reconnect' });
    await world.session.dispatch({ do: 'diagnose' });
    return connectedOf(world.session).board.diagnosis?.proposal;
  }

  test('counts: it has the table that was lost', LONG, async () => {
    const proposal = await lostTable(() => Promise.resolve());
    expect(proposal?.says).toContain('the boot log');
    expect(proposal?.rows.map(({ row }) => row.name)).toEqual(['nvs', 'otadata', 'app0', 'app1', 'fs']);
  });

  test('does not count once another job has written, and was cut short before the board started', LONG, async () => {
    const proposal = await lostTable(async (world) => {
      world.onState = (state) => {
        if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
        if (state.work.units.includes('verified')) world.port.unplug();
      };
      const fs = connectedOf(world.session).board.layout.partitions.find(({ name }) => name === 'fs');
      if (fs === undefined) throw new Error('no fs');
      await world.session.dispatch({ do: 'erase', range: fs });
      await consent(world.session, 'content-erased');
      await flash(world.session);
      world.onState = () => undefined;
      world.port.plug();
      await world.session.dispatch({ do: 'reconnect' });
      await world.session.dispatch({ do: 'abandon-job', job: connectedOf(world.session).interrupted?.job ?? '' });
    });
    expect(proposal?.says ?? '').not.toContain('the boot log');
  });
});

test('how far it is is not said in percent: what it reads at most is known, and not what it reads', LONG, async () => {
  const world = openWorld('esp32-raft');
  await world.session.connect();
  const seen: Progress[] = [];
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'surveying') seen.push(state.work.progress);
  };
  await world.session.dispatch({ do: 'diagnose' });
  const close = seen.filter(({ says }) => says === 'Looking closely at the board');
  expect(close.length).toBeGreaterThan(2);
  expect(close.every(({ atMost, done, total }) => atMost === true && done <= total)).toBe(true);
  expect(close.map(shareDone)).toEqual(close.map(() => null));
  expect(close.at(-1)?.done).toBeLessThan((close.at(-1)?.total ?? 0) / 2);
});

test('stopping it leaves what was known about the board unchanged', async () => {
  const world = openWorld('esp32-raft');
  await world.session.connect();
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'surveying' || state.work.progress.done === 0) return;
    world.onState = () => undefined;
    void world.session.dispatch({ do: 'cancel' });
  };
  await world.session.dispatch({ do: 'diagnose' });
  const { state } = world.session;
  expect(state).toMatchObject({ kind: 'connected', work: { kind: 'idle' } });
  expect(state.kind === 'connected' && state.board.diagnosis).toBeUndefined();
});
