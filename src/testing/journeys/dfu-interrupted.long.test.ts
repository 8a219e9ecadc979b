/**
 * What an interrupted board starts: what it had before or nothing, never half of the new application; and the new one is
 * complete while the rest is being compared.
 */
import { expect, test } from 'vitest';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import { bytesSource } from '../../session/sources.ts';
import type { DfuWorld } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { difference, noise } from '../bytes.ts';

const APP = buildModule({ start: 0x08080000, platform: 10, size: 0x6000, version: 9, seed: 3 });
const EXTENSION = buildExtension({ address: 0x080a0000, size: 0x7000, seed: 5 });
const PROGRAM = noise(0x16000, 3);
new DataView(PROGRAM.buffer).setUint32(0, 0x20020000, true);
new DataView(PROGRAM.buffer).setUint32(4, 0x08000201, true);

async function planned(id: string, files: readonly Uint8Array[]): Promise<DfuWorld> {
  const world = openDfuWorld(id);
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: files.map((data, i) => bytesSource(`${i}.bin`, data)) });
  for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
  return world;
}

test.each<[string, string, readonly Uint8Array[], readonly string[]]>([
  // The application in the factory slot of this Electron, version 4, would be restored over the half-written one.
  ['electron', 'an extended application', [APP, EXTENSION], ['version 6', 'safe mode', 'version 9']],
  ['stm32f405', 'a program', [PROGRAM], ['as before', 'nothing', 'all new']],
])('%s: %s', { timeout: 120_000 }, async (id, _what, files, expected) => {
  const sound = await planned(id, files);
  const before = sound.made.flash.snapshot();
  const { faults } = sound.made.board;
  const start = faults.transfers;
  await flash(sound.session);
  const wanted = sound.made.flash.snapshot();
  const transfers = faults.transfers - start;
  const seen = new Set<string>();
  for (let k = 1; k < transfers - 20; k += 11) {
    const world = await planned(id, files);
    world.port.unplugAt(k, k % 2 === 0 && k < transfers - 100 ? 200 : 0);
    await flash(world.session);
    const half = world.made.flash.snapshot();
    world.made.board.strap = 'run';
    world.port.unplug();
    const booted = world.made.board.booted();
    world.port.plug();
    const { end, words } = await booted;
    const version = /version \d+/.exec(words.findLast((line) => line.startsWith('user part: version')) ?? '')?.[0];
    if (id === 'electron') seen.add(version ?? end);
    else if (end !== 'application') seen.add('nothing');
    else
      seen.add(
        difference(half, before) === null ? 'as before' : difference(half, wanted) === null ? 'all new' : 'half',
      );
  }
  expect([...seen].toSorted()).toEqual([...expected].toSorted());
});
