/** Each problem of an Espressif board is repaired by what its finding offers, or says what a person does; nothing else changes. */
import { describe, expect, test } from 'vitest';
import { differences, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { ESP_DAMAGES } from './esp-damages.ts';
import { carriedOut, elsewhere, findingsOn, isPlanned } from './repairing.ts';

describe.each(ESP_DAMAGES)(
  '$kind $how',
  ({ kind, board = 'esp32-raft', harm, examine = false, writes, dead = false }) => {
    test('is found, and repaired by the first thing that it offers', async () => {
      const world = openWorld(board);
      const { session, made } = world;
      harm(made.flash);
      await session.connect();
      if (examine) await session.dispatch({ do: 'examine' });
      const found = findingsOn(world).find((each) => each.kind === kind);
      expect(findingsOn(world).map((each) => each.kind)).toContain(kind);
      if (dead) expect(connectedOf(session).board.boot?.partition ?? null).toBeNull();
      const repairs = found?.repairs ?? [];
      expect(repairs.length + (found?.unrepaired ?? '').length).toBeGreaterThan(0);
      for (const { label, reason } of repairs) expect([label, reason].every((text) => text.trim() !== '')).toBe(true);
      if (writes === undefined) return;
      const [repair] = repairs.filter(isPlanned);
      if (repair === undefined) throw new Error('nothing that is planned');
      const before = made.flash.snapshot();
      await session.dispatch(repair.request);
      expect(differences(before, made.flash.snapshot())).toEqual([]);
      await carriedOut(session);
      const ended = workOf(session, 'ended');
      expect(ended.outcome).toBe('verified');
      expect(ended.start?.verdict?.good).toBe(true);
      expect(elsewhere(before, made.beforeStart() ?? before, writes)).toEqual([]);
      await session.dispatch({ do: 'reconnect' });
      expect(connectedOf(session).board.boot?.partition).not.toBeNull();
      if (!examine) expect(findingsOn(world).map((each) => each.kind)).not.toContain(kind);
    });
  },
);
