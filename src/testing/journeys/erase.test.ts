/** One partition erased: the whole flash is compared, and what starts afterwards is said. */
import { describe, expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import type { World } from '../esp/world.ts';
import type { AnySession } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { openDfuWorld } from '../dfu/world.ts';

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

describe.each([
  ['nvs', 'content-erased', /^The board will keep starting app0\.$/],
  ['fs', 'content-erased', /^The board will keep starting app0\.$/],
  ['otadata', 'content-erased', /app0/],
  ['app0', 'start-erased', /^Afterwards: nothing starts\. /],
  ['partition table', 'start-erased', /^Afterwards nothing starts: /],
] as const)('%s', (name, question, afterwards) => {
  test('is blank after a consent, and every other byte is as it was', async () => {
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
  });
});

test('a blank partition leaves nothing to do, and nothing is asked', async () => {
  const { session } = await erasing('app1');
  const { plan, asks } = workOf(session, 'planned');
  expect([plan.stretches, asks]).toEqual([[], []]);
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
