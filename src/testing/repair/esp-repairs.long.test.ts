/** Each problem of an Espressif board is repaired by what its finding offers, or says what a person does; nothing else changes. */
import { describe, expect, test } from 'vitest';
import { differences, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import type { EspDamage } from './esp-damages.ts';
import { ESP_DAMAGES } from './esp-damages.ts';
import { carriedOut, elsewhere, findingsOn, isPlanned } from './repairing.ts';

const byHand = ESP_DAMAGES.filter(({ writes }) => writes === undefined);
const planned = ESP_DAMAGES.flatMap(({ writes, ...damage }) => (writes === undefined ? [] : [{ ...damage, writes }]));

/** A connected board with damage, and the finding about it. */
async function harmed({ kind, board = 'esp32-raft', harm, examine }: EspDamage) {
  const world = openWorld(board);
  harm(world.made.flash);
  await world.session.connect();
  if (examine === true) await world.session.dispatch({ do: 'examine' });
  const found = findingsOn(world).find((each) => each.kind === kind);
  if (found === undefined)
    throw new Error(
      `only ${findingsOn(world)
        .map((each) => each.kind)
        .join()}`,
    );
  const starts = (connectedOf(world.session).board.boot?.partition ?? null) !== null;
  return { world, starts, repairs: found.repairs ?? [], unrepaired: found.unrepaired ?? '' };
}

describe.each(byHand)('$kind $how', (damage) => {
  test('has a button or a reason, in words', async () => {
    const { repairs, unrepaired, starts } = await harmed(damage);
    const words = [
      ...repairs.flatMap(({ label, reason }) => [label, reason]),
      ...(repairs.length > 0 ? [] : [unrepaired]),
    ];
    expect(words.filter((text) => text.trim() === '')).toEqual([]);
    expect(words.length).toBeGreaterThan(0);
    expect(starts && damage.dead === true).toBe(false);
  });
});

describe.each(planned)('$kind $how', (damage) => {
  test('is repaired by the first plan that it offers, the board starts, and nothing else changes', async () => {
    const { world, starts, repairs } = await harmed(damage);
    const { session, made } = world;
    expect(starts && damage.dead === true).toBe(false);
    const [repair] = repairs.filter(isPlanned);
    if (repair === undefined) throw new Error('nothing that is planned');
    const before = made.flash.snapshot();
    await session.dispatch(repair.request);
    expect(differences(before, made.flash.snapshot())).toEqual([]);
    await carriedOut(session);
    const ended = workOf(session, 'ended');
    expect(ended.outcome).toBe('verified');
    expect(ended.start?.verdict?.good).toBe(true);
    expect(elsewhere(before, made.beforeStart() ?? before, damage.writes)).toEqual([]);
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session).board.boot?.partition).not.toBeNull();
    expect(findingsOn(world).map((each) => each.kind)).not.toContain(damage.kind);
  });
});
