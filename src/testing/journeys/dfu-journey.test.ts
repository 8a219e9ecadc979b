/** Whole journeys with boards in DFU mode: session, driver, the `dfu` package and a virtual board. */
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ARM_TOOLS, missingTools, skippedFor } from '../../../e2e/missing-tools.ts';
import { buildApp, buildBoot, startInQemu } from '../../../e2e/proof/build.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { bytesSource } from '../../session/sources.ts';
import type { DfuWorld } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { elfFile, hexFile, joined, text, uf2Blocks } from '../esp/archives.ts';
import { consent, differences, flash, workOf } from '../esp/world.ts';
import { noise } from '../bytes.ts';
import { byLength, LONG } from '../long.ts';

const BASE = 0x08000000;
const SECTOR = 0x20000;

async function connected(id: string, between?: (device: DfuDevice) => DfuDevice): Promise<DfuWorld> {
  const world = openDfuWorld(id, between);
  await world.session.connect();
  if (world.session.state.kind !== 'connected') throw new Error(JSON.stringify(world.session.state));
  return world;
}

async function drop({ session }: DfuWorld, name: string, data: Uint8Array): Promise<void> {
  await session.dispatch({ do: 'add-files', files: [bytesSource(name, data)] });
}

async function choose({ session }: DfuWorld, id: string): Promise<void> {
  const { state } = session;
  const view = state.kind === 'connected' ? state.files[0] : undefined;
  if (view === undefined) throw new Error('there is no file');
  await session.dispatch({ do: 'place', id: view.id, choice: id });
  const now = session.state.kind === 'connected' ? session.state.files[0] : undefined;
  if (now?.choices[now.chosen ?? -1]?.id !== id) throw new Error(`no place ${id}`);
}

async function agree({ session }: DfuWorld): Promise<string[]> {
  const kinds = workOf(session, 'planned').asks.map(({ kind }) => kind);
  for (const kind of kinds) await consent(session, kind);
  return kinds;
}

/** The flash as it was when the board started after a job. */
async function started({ made }: DfuWorld): Promise<Uint8Array> {
  await made.board.booted();
  const flash = made.beforeStart();
  if (flash === null) throw new Error('the board was not started');
  return flash;
}

/** The addresses of the sectors in which two flashes differ. */
const sectors = (now: Uint8Array, before: Uint8Array) => [
  ...new Set(differences(now, before).map(([at]) => BASE + at - (at % SECTOR))),
];

describe('data in sectors that are not adjacent', () => {
  const BOARDS: readonly (readonly [id: string, place: string, touched: readonly number[]])[] = [
    ['photon', 'sectors@80a0000+80e0000', [0x080a0000, 0x080e0000]],
    ['p1', 'sectors@80c0000+80e0000', [0x080c0000, 0x080e0000]],
    ['electron', 'sectors@80a0000+80e0000', [0x080a0000, 0x080e0000]],
    ['stm32f405', 'sectors@8080000+80a0000', [0x08080000, 0x080a0000]],
  ];

  for (const [options, boards] of byLength(BOARDS, ([id]) => id === 'stm32f405'))
    test.each(boards)('%s: %s and nothing else is written', options, async (id, place, touched) => {
      const world = await connected(id);
      const before = world.made.flash.snapshot();
      const data = noise(150_000);
      await drop(world, 'data.bin', data);
      await choose(world, place);
      await agree(world);
      await flash(world.session);
      const ended = workOf(world.session, 'ended');
      expect([ended.failure, ended.outcome, ended.readBack]).toEqual([null, 'verified', true]);
      // The board reports nothing: what is expected of it is said to be expected.
      expect(ended.report.start?.says).toMatch(/does not report what it starts\. The plan said: “.+”$/);
      expect(ended.report.says).toBe('Verified: every erase unit was read back and compared.');
      const after = await started(world);
      const wanted = before.slice();
      for (const [i, address] of touched.entries()) {
        const part = data.subarray(i * SECTOR, (i + 1) * SECTOR);
        wanted.set(part, address - BASE);
      }
      expect(differences(after, wanted)).toEqual([]);
      expect(world.made.violations()).toEqual([]);
    });
});

describe('a container dropped on an STM32F405', () => {
  /** A program that fills the first two sectors and part of the third. */
  const program = noise(0x9000);
  new DataView(program.buffer).setUint32(0, 0x20020000, true);
  new DataView(program.buffer).setUint32(4, BASE + 0x201, true);
  const zip = (name: string, data: Uint8Array) => zipSync({ [name]: data, 'README.md': text('# Blinky') });

  const CONTAINERS: readonly (readonly [what: string, name: string, container: Uint8Array])[] = [
    ['a ZIP archive with a .bin file', 'fw.zip', zip('build/app.bin', program)],
    ['a ZIP archive with a .hex file', 'fw.zip', zip('build/app.hex', text(hexFile([[BASE, program]])))],
    ['a ZIP archive with an .elf file', 'fw.zip', zip('app.elf', elfFile({ machine: 40, loads: [[BASE, program]] }))],
    ['a UF2 file', 'app.uf2', joined(uf2Blocks(BASE, program, { family: 0x57755a57 }))],
  ];

  for (const [options, containers] of byLength(CONTAINERS, ([what]) => what.includes('.bin') || what.includes('UF2')))
    test.each(containers)(
      '%s: the program is at the start of the flash, and everything else is unchanged',
      options,
      async (_, name, container) => {
        const world = await connected('stm32f405');
        const before = world.made.flash.snapshot();
        await drop(world, name, container);
        await agree(world);
        await flash(world.session);
        const ended = workOf(world.session, 'ended');
        expect([ended.failure, ended.outcome]).toEqual([null, 'verified']);
        const wanted = before.slice();
        wanted.set(program);
        expect(differences(await started(world), wanted)).toEqual([]);
        expect(world.made.violations()).toEqual([]);
      },
    );

  test('a UF2 file for another chip leaves nothing to flash, and names the chip it is for', async () => {
    const world = await connected('stm32f405');
    await drop(world, 'app.uf2', joined(uf2Blocks(BASE, program, { family: 0x53b80f00 })));
    const { state } = world.session;
    if (state.kind !== 'connected') throw new Error(state.kind);
    expect(state.files).toEqual([]);
    expect(state.containers.flatMap(({ left }) => left.map(({ why }) => why))).toEqual([
      'for the STM32F7, not for this board',
    ]);
  });
});

test('flashing the same again finds nothing to do and erases nothing', async () => {
  const world = await connected('photon');
  await drop(world, 'data.bin', noise(150_000));
  await choose(world, 'sectors@80c0000+80e0000');
  await agree(world);
  await flash(world.session);
  const { totalErases } = world.made.flash;
  world.made.board.enterDfu();
  await world.session.dispatch({ do: 'reconnect' });
  expect(workOf(world.session, 'planned').plan.stretches).toEqual([]);
  await agree(world);
  await flash(world.session);
  expect(workOf(world.session, 'ended').outcome).toBe('nothing-to-do');
  expect(world.made.flash.totalErases).toBe(totalErases);
});

test('a read-protected board says so, and nothing is written', async () => {
  const world = await connected('stm32f405-protected');
  await drop(world, 'data.bin', noise(1000));
  expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toContain('board-read-protected');
  expect(world.made.flash.totalErases).toBe(0);
});

const missing = missingTools(...ARM_TOOLS);

describe.skipIf(missing !== '')(
  `the extended application on a Photon, through the whole app${skippedFor(missing)}`,
  { timeout: 60_000 },
  () => {
    const PHOTON = { platform: 6, user: 0x080a0000 };
    const printed = async (memory: Uint8Array) => (await startInQemu(memory)).replaceAll('\r', '').trim().split('\n');

    /** A Photon with the proof's bootloader, which prints; and the application for it, linked with the app's regions. */
    async function withApp(between?: (device: DfuDevice) => DfuDevice) {
      const world = openDfuWorld('photon', between);
      world.made.flash.load(BASE, await buildBoot(PHOTON));
      await world.session.connect();
      const { state } = world.session;
      if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
      const regions = state.board.saves.find(({ name }) => name === 'photon-split.ld')?.data;
      if (typeof regions !== 'string') throw new Error('no linker regions');
      const extension = { address: 0x080e0000, version: 1, wanted: 1, table: 90_000 };
      const elf = await buildApp({ ...PHOTON, version: 1, table: 100_000, regions, extension });
      await drop(world, 'app.elf', elf);
      expect(await agree(world)).toEqual(['update-erases']);
      return world;
    }

    test('flashed, verified and started: it prints from both sectors, and the OTA sector is untouched', async () => {
      const world = await withApp();
      const before = world.made.flash.snapshot();
      await flash(world.session);
      const ended = workOf(world.session, 'ended');
      expect([ended.failure, ended.outcome]).toEqual([null, 'verified']);
      const after = await started(world);
      expect(sectors(after, before)).toEqual([0x080a0000, 0x080e0000]);
      expect(world.made.violations()).toEqual([]);
      expect(await printed(after)).toEqual([
        'boot: starting user module, version 1',
        'app: version 1',
        expect.stringMatching(/^app: code at 0x080B/),
        expect.stringMatching(/^extension: code runs at 0x080[EF]/),
        "app: extension's picture sums to 8100000",
        'end',
      ]);
    });

    test(
      'the cable pulled before the last block: safe mode; after reconnecting, the work is finished',
      LONG,
      async () => {
        let pull = true;
        const world = await withApp((device) => {
          const commit = device.commit?.bind(device);
          if (commit === undefined) throw new Error('a Photon can commit');
          return Object.assign(device, {
            commit: (...parts: Parameters<typeof commit>) => {
              if (pull) world.port.unplug();
              return commit(...parts);
            },
          });
        });
        await flash(world.session);
        expect(workOf(world.session, 'ended')).toMatchObject({ outcome: 'failed', failure: { kind: 'lost' } });
        expect(await printed(world.made.flash.snapshot())).toEqual(['boot: safe mode, no user module', 'end']);
        pull = false;
        world.port.plug();
        world.made.board.enterDfu();
        await world.session.dispatch({ do: 'reconnect' });
        await agree(world);
        await flash(world.session);
        expect(workOf(world.session, 'ended').outcome).toBe('verified');
        expect((await printed(await started(world)))[0]).toBe('boot: starting user module, version 1');
      },
    );
  },
);
