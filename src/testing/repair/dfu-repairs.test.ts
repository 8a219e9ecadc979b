/** Each problem of a board in DFU mode has its repair or the reason why it has none; a factory slot in the way is cleared. */
import { describe, expect, test } from 'vitest';
import { DFU_REPAIRS } from '../../dfu/repair/rules.ts';
import { worded } from '../../flash/finding.ts';
import { startReason } from '../../session/words/board.ts';
import { buildModule } from '../dfu/particle-images.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { carriedOut, elsewhere, findingsOn, isPlanned } from './repairing.ts';

const BASE = 0x08000000;
const SECTOR = 0x20000;
const [USER, FACTORY] = [0x080a0000 - BASE, 0x080e0000 - BASE];

type Harm = (flash: Uint8Array) => void;

/** A board, usually a Photon, with its flash harmed; `examine` reads its modules whole. */
async function connected(harm: Harm, examine = false, id = 'photon') {
  const world = openDfuWorld(id);
  const { flash } = world.made;
  const before = flash.snapshot();
  harm(before);
  flash.load(BASE, before);
  await world.session.connect();
  if (examine) await world.session.dispatch({ do: 'examine' });
  return world;
}

/** Another application in the factory slot, which the board would copy back. */
const slotFilled: Harm = (flash) => flash.set(buildModule({ version: 5 }), FACTORY);

describe('a factory slot that would be copied over the application', () => {
  test('a copy of the application in it changes nothing: that is no warning, and nothing is to be done about it', async () => {
    const world = await connected((flash) => flash.copyWithin(FACTORY, USER, USER + SECTOR));
    const about = findingsOn(world).filter(({ kind }) => kind.startsWith('factory-slot'));
    expect(about.map(({ kind, verdict, repairs }) => [kind, verdict, repairs])).toEqual([
      ['factory-slot-holds-same-application', 'note', undefined],
    ]);
    // Of the same version, and yet another application: a factory reset would replace it.
    const other = await connected((flash) => flash.set(buildModule({ version: 6 }), FACTORY));
    expect(findingsOn(other).map(({ says }) => says)).toContain(
      'The factory slot at 0x080E0000 holds another user application, version 6. The board copies it over the user ' +
        'application on a factory reset, and whenever the user application’s header is damaged.',
    );
  });

  test.each<[kind: string, harm: Harm]>([
    ['factory-slot-holds-application', slotFilled],
    [
      'factory-slot-only-looks-right',
      (flash) => {
        slotFilled(flash);
        flash[FACTORY + 0x400] = (flash[FACTORY + 0x400] ?? 0) ^ 1;
      },
    ],
  ])('%s: it is cleared, the application stays and starts', async (kind, harm) => {
    const world = await connected(harm, true);
    const { session, made } = world;
    const [repair] = (findingsOn(world).find((each) => each.kind === kind)?.repairs ?? []).filter(isPlanned);
    expect(findingsOn(world).map((each) => each.kind)).toContain(kind);
    if (repair === undefined) throw new Error('nothing that is planned');
    const before = made.flash.snapshot();
    await session.dispatch(repair.request);
    await carriedOut(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    await made.board.booted();
    const after = made.beforeStart() ?? before;
    expect(elsewhere(before, after, [{ region: '', address: FACTORY, size: SECTOR }])).toEqual([]);
    expect(after.subarray(FACTORY, FACTORY + SECTOR).every((byte) => byte === 0xff)).toBe(true);
    made.board.enterDfu();
    await session.dispatch({ do: 'reconnect' });
    expect(findingsOn(world).map((each) => each.kind)).not.toContain(kind);
    expect(connectedOf(session).board.boot?.partition).not.toBeNull();
  });
});

test('a module with a wrong CRC: the file to choose is named, and nothing is planned by itself', async () => {
  const world = await connected((flash) => {
    flash[USER + 0x400] = (flash[USER + 0x400] ?? 0) ^ 1;
  }, true);
  const found = findingsOn(world).find(({ kind }) => kind === 'module-crc-wrong');
  expect(found?.repairs?.map(({ label, request }) => [label, request.do])).toEqual([['Choose a module', 'open']]);
  expect(workOf(world.session, 'idle').kind).toBe('idle');
});

describe('what the start needs and is not there', () => {
  const offered = (world: Parameters<typeof findingsOn>[0]) =>
    findingsOn(world).flatMap(({ kind, says, repairs = [] }) =>
      kind === 'start-lacks' ? [says, ...repairs.map(({ label }) => label)] : [],
    );

  /** What is said of the start beside these findings: the reason is in them. */
  const besides = ({ session }: Parameters<typeof findingsOn>[0]) => {
    const { boot, findings } = connectedOf(session).board;
    return boot === null ? null : startReason(boot, findings);
  };

  test.each<[what: string, harm: Harm, says: string, label: string, beside: string]>([
    [
      'the user application',
      (flash) => flash.fill(0xff, USER, USER + SECTOR),
      'There is no user application in user: it is blank at its start.',
      'Choose a module',
      'The board enters safe mode.',
    ],
    [
      'the first system part',
      (flash) => flash.fill(0, 0x20000, 0x20200),
      'There is no system firmware in system 1: it has no valid header.',
      'Choose the system parts',
      'The board stays in DFU mode.',
    ],
    [
      'another system part',
      (flash) => flash.fill(0, 0x60000, 0x60200),
      'There is no system firmware in system 2: it has no valid header.',
      'Choose the system parts',
      '',
    ],
  ])('%s is named once, with what a person chooses', async (_, harm, says, label, beside) => {
    const world = await connected(harm);
    expect(offered(world)).toEqual([says, label]);
    expect(besides(world)).toBe(beside);
  });

  test('a chip without modules lacks a program', async () => {
    const blank = await connected((flash) => flash.fill(0xff), false, 'stm32f405');
    expect(offered(blank)).toEqual([
      'There is no program in Internal Flash: it is blank at its start.',
      'Choose a program',
    ]);
    expect(besides(blank)).toBe('');
  });

  test('a slot that is copied back because the application is damaged is not cleared: the board has nothing else', async () => {
    const world = await connected((flash) => {
      slotFilled(flash);
      flash.fill(0, USER, USER + 0x200);
    });
    expect(offered(world)).toEqual([
      'There is no user application in user: it has no valid header.',
      'Choose a module',
    ]);
    const slot = findingsOn(world).find(({ kind }) => kind === 'factory-slot-holds-application');
    expect(slot?.repairs).toBeUndefined();
    expect(slot?.unrepaired).toMatch(/^Write the user application first/);
  });

  test('a module with a wrong CRC is damaged, not missing', async () => {
    const world = await connected((flash) => {
      flash[USER + 0x400] = (flash[USER + 0x400] ?? 0) ^ 1;
    });
    expect(offered(world)).toEqual([]);
  });
});

test('a read-protected chip: the reason says what erases it and what cannot be lifted', async () => {
  const world = openDfuWorld('stm32f405-protected');
  await world.session.connect();
  const found = findingsOn(world).find(({ kind }) => kind === 'chip-read-protected');
  expect(found?.repairs).toBeUndefined();
  expect(found?.unrepaired).toMatch(/erases the whole flash\. .+ choose “Unlock this chip”\..+ level 2/);
});

test.each(Object.entries(DFU_REPAIRS))('%s has repairs or a reason in whole sentences', (_, { none }) => {
  expect(worded(none, {})).toMatch(/^[A-Z].+\.$/s);
});
