/** What starts is seen and changed on a live board: one entry of otadata is written, and nothing else. */
import { describe, expect, test } from 'vitest';
import type { BootChoice } from '../../flash/boot-choice.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { World } from '../esp/world.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { leftWords, verdictOf } from '../../session/words/verdict.ts';
import { differences, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const OTADATA = 0x1e000;
const APP = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, size: 0x20230 });

/** Connects an ESP32 with an app in both slots and these entries. */
async function connected(...entries: Parameters<typeof buildOtadata>): Promise<World> {
  const world = openWorld('esp32-raft');
  world.made.flash.load(0x1d0000, APP);
  world.made.flash.load(OTADATA, buildOtadata(...entries));
  await world.session.connect();
  return world;
}

function boardOf({ session: { state } }: World) {
  if (state.kind !== 'connected') throw new Error('no board');
  return state.board;
}

/** The choice behind a button. */
function offered(world: World, label: string): BootChoice {
  const { selection } = boardOf(world);
  const offer = selection?.offers.find((each) => each.label === label);
  if (offer === undefined)
    throw new Error(`not offered: ${label}, but ${selection?.offers.map((o) => o.label).join()}`);
  return offer.choice;
}

/** Presses a button and carries its plan out; returns where the flash differs just before the board starts again. */
async function chosen(world: World, label: string) {
  const before = world.made.flash.snapshot();
  await world.session.dispatch({ do: 'choose-start', choice: offered(world, label) });
  const planned = workOf(world.session, 'planned');
  await flash(world.session);
  const ended = workOf(world.session, 'ended');
  expect([ended.outcome, ended.failure]).toEqual(['verified', null]);
  expect(world.made.flash.violations).toEqual([]);
  const left = world.made.beforeStart() ?? before;
  return { planned, ended, left, changed: differences(before, left) };
}

describe('another slot is started', () => {
  test('the entry that does not count is written, nothing else, and the app in that slot starts', async () => {
    const world = await connected({ seq: 1 }, null);
    const { planned, ended, left, changed } = await chosen(world, 'Start app1');
    expect(planned.afterwards).toBe(
      'The board will start app1. Afterwards otadata entry 2 has the higher sequence number 2, which selects app1 (ota_1). ' +
        'Only the header of the app in app1 was read: if the rest is damaged, the bootloader starts app0 instead.',
    );
    expect(planned.gaps).toEqual([]);
    expect(left.subarray(OTADATA, OTADATA + 0x2000)).toEqual(buildOtadata({ seq: 1 }, { seq: 2 }));
    expect(changed).toEqual([[OTADATA + 0x1000, OTADATA + 0x101f]]);
    expect(ended.start?.verdict).toMatchObject({ good: true, partition: { name: 'app1' } });
    await world.session.dispatch({ do: 'reconnect' });
    expect(boardOf(world).boot?.partition?.name).toBe('app1');
    expect(boardOf(world).selection?.offers.map(({ label }) => label)).not.toContain('Start app1');
  });

  test('back again: sequence numbers only grow', LONG, async () => {
    const world = await connected({ seq: 1 }, { seq: 2 });
    const { left } = await chosen(world, 'Start app0');
    expect(left.subarray(OTADATA, OTADATA + 0x2000)).toEqual(buildOtadata({ seq: 3 }, { seq: 2 }));
  });

  test('a blank slot is refused with what lies there, and nothing is written', async () => {
    const world = openWorld('esp32-raft');
    await world.session.connect();
    const app1 = boardOf(world).layout.partitions.find(({ name }) => name === 'app1');
    if (app1 === undefined) throw new Error('no app1');
    const { region, address, size } = app1;
    await world.session.dispatch({ do: 'choose-start', choice: { do: 'start', range: { region, address, size } } });
    const [refusal] = workOf(world.session, 'refused').refusals;
    expect(refusal).toMatchObject({ kind: 'start-incomplete', place: { in: 'flash', range: { address } } });
  });
});

describe('an app on trial', () => {
  test('marked valid: a second entry says so, and the one on trial counts until that is verified', LONG, async () => {
    const world = await connected({ seq: 1, state: 2 }, { seq: 2, state: 1 });
    const { planned, left, ended } = await chosen(world, 'Mark app1 valid in entry 1');
    const { says, rest } = headlineOf(planned, { files: [], containers: [] });
    expect(`${says} ${rest}`).toBe('Mark app1 valid in entry 1. app1 keeps starting. Everything else stays.');
    // It is entry 1 that is written.
    expect(verdictOf(ended).title).toBe('app1 is marked valid in otadata');
    expect(left.subarray(OTADATA, OTADATA + 0x2000)).toEqual(buildOtadata({ seq: 4, state: 2 }, { seq: 2, state: 1 }));
    expect(ended.start?.verdict).toMatchObject({ good: true, partition: { name: 'app1' } });
  });

  test('marked invalid: the other entry counts from the erase on', async () => {
    const world = await connected({ seq: 1, state: 2 }, { seq: 2, state: 1 });
    const { planned, left, ended } = await chosen(world, 'Mark entry 2 (app1) invalid');
    expect(planned.afterwards).toMatch(/^The board will start app0\./);
    expect(left.subarray(OTADATA, OTADATA + 0x2000)).toEqual(buildOtadata({ seq: 1, state: 2 }, { seq: 2, state: 3 }));
    expect(ended.start?.verdict).toMatchObject({ good: true, partition: { name: 'app0' } });
  });
});

test('the choice is forgotten: both entries are blank, the first slot starts, and the bootloader writes its own entry', async () => {
  const world = await connected({ seq: 3 }, { seq: 2 });
  const { planned, left } = await chosen(world, 'Erase otadata');
  expect(left.subarray(OTADATA, OTADATA + 0x2000).every((byte) => byte === 0xff)).toBe(true);
  expect(planned.afterwards).toContain('The bootloader then writes an entry for app0 by itself.');
  const now = world.made.flash.read(OTADATA, 0x2000);
  expect(now).toEqual(buildOtadata({ seq: 1, state: 2 }, null));
});

test('entries that cannot be used: the finding carries the request that repairs them', LONG, async () => {
  const world = openWorld('esp32-otadata-lost');
  await world.session.connect();
  const [repair] = boardOf(world).findings.find(({ kind }) => kind === 'otadata-unusable')?.repairs ?? [];
  expect(repair?.label).toBe('Select app0 in otadata');
  const before = world.made.flash.snapshot();
  if (repair === undefined || repair.request.do === 'open') throw new Error('no repair that is planned');
  await world.session.dispatch(repair.request);
  await flash(world.session);
  const ended = workOf(world.session, 'ended');
  expect(ended.outcome).toBe('verified');
  expect(leftWords(ended, boardOf(world).findings)).toBe('Reading the board shows no problem any more.');
  expect(
    differences(before, world.made.beforeStart() ?? before).every(
      ([from, to]) => from >= OTADATA && to < OTADATA + 0x1000,
    ),
  ).toBe(true);
  await world.session.dispatch({ do: 'reconnect' });
  expect(boardOf(world).findings.map(({ kind }) => kind)).not.toContain('otadata-unusable');
});
