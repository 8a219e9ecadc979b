/** The samples that are offered beside a repair of a virtual board in DFU mode: each of them repairs it, and the board starts it. */
import { expect, test } from 'vitest';
import { samplesFor } from '../../app/samples.ts';
import { bytesSource } from '../../session/sources.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

const FLASH = 0x08000000;
const USER = { photon: 0x080a0000, p1: 0x080a0000, electron: 0x08080000, stm32f405: FLASH } as const;
type Id = keyof typeof USER;

/** What is done to the program of a board. */
const DAMAGE = {
  blank: (data: Uint8Array) => data.fill(0xff),
  changed: (data: Uint8Array) => data.fill(0, 0x2000, 0x2010),
} as const;

/** A board whose program is damaged, connected, with what its repairs want. */
async function damaged(id: Id, how: keyof typeof DAMAGE) {
  const world = openDfuWorld(id);
  const { session, made } = world;
  const all = made.flash.snapshot();
  const [from, size] = [USER[id] - FLASH, 0x20000];
  DAMAGE[how](all.subarray(from, from + size));
  made.flash.load(USER[id], all.subarray(from, from + size));
  await session.connect();
  await session.dispatch({ do: 'examine' });
  const { board } = connectedOf(session);
  const wanting = board.findings.filter(({ repairs = [] }) =>
    repairs.some(({ request }) => request.do === 'open' && request.wants === 'app'),
  );
  return { world, board, wanting };
}

const CASES: readonly (readonly [Id, keyof typeof DAMAGE])[] = [
  ['photon', 'blank'],
  ['photon', 'changed'],
  ['p1', 'blank'],
  ['electron', 'changed'],
  ['stm32f405', 'blank'],
];

test.each(CASES.flatMap(([id, how]) => samplesFor(id).map((sample) => [id, how, sample.name, sample] as const)))(
  '%s, %s: %s',
  async (id, how, _, sample) => {
    const { world, board, wanting } = await damaged(id, how);
    const { session, made } = world;
    expect(sample.chip).toBe(board.identity.chip);
    expect(wanting.map(({ verdict }) => verdict)).toContain('problem');
    const file = await sample.make();
    const data = new Uint8Array(await file.arrayBuffer());
    await session.dispatch({ do: 'add-files', files: [bytesSource(file.name, data)] });
    for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
    await flash(session);
    expect(workOf(session, 'ended').outcome).toMatch(/^(verified|unproved)$/);
    const boot = await made.board.booted();
    expect(boot).toMatchObject({ end: 'application' });
    made.board.enterDfu();
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'examine' });
    const left = connectedOf(session).board.findings.filter(({ kind }) => wanting.some((own) => own.kind === kind));
    expect(left).toEqual([]);
  },
);

test('each of these boards has a sample, and one whose protection comes first has none', () => {
  expect(Object.keys(USER).filter((id) => samplesFor(id).length === 0)).toEqual([]);
  expect(samplesFor('stm32f405-protected')).toEqual([]);
});

test('no sample is offered for the system firmware, which only its release has', async () => {
  const world = openDfuWorld('photon');
  const { session, made } = world;
  made.flash.load(0x08020000, new Uint8Array(0x20000).fill(0xff));
  await session.connect();
  const { findings } = connectedOf(session).board;
  expect(findings.some(({ verdict }) => verdict === 'problem')).toBe(true);
  expect(JSON.stringify(findings)).not.toContain('"wants"');
});
