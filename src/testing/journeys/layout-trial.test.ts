/** A layout is changed while an app is on trial: it stays on trial, and a bootloader with rollback still falls back to the other. */
import { expect, test } from 'vitest';
import { askKey } from '../../flash/finding.ts';
import { bytesSource } from '../../session/sources.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { bootDecision } from '../../virtual-boards/esp/boot.ts';
import { CHIPS } from '../../virtual-boards/esp/chips/index.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { byLength } from '../long.ts';

const OTADATA = 0x1e000;
const SIZE = 0x120000;
const APP = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, size: 0x20230 });
const THREE = [
  ...RAFT_OTA_ROWS.filter(({ type }) => type !== 0),
  ...[0, 1, 2].map((n) => ({ label: `app${n}`, type: 0, subtype: 0x10 + n, offset: 0x20000 + n * SIZE, size: SIZE })),
].toSorted((a, b) => a.offset - b.offset);

/** What the bootloader of the virtual board would start, built with rollback or without. */
function starts(cells: Uint8Array, rollback: boolean): number | null {
  const board = { size: cells.length, read: (at: number, size: number) => cells.subarray(at, at + size) };
  return bootDecision(board, { chip: CHIPS.ESP32, rollback }).booted;
}

const STATES = [
  ['NEW', 0, 0x140000],
  ['PENDING_VERIFY', 1, 0x20000],
] as const;

for (const [options, states] of byLength(STATES, ([name]) => name !== 'NEW'))
  test.each(states)(
    'a third slot, while app1 is %s: its state stays, and so does what a rollback leads to',
    options,
    async (_, state, back) => {
      const world = openWorld('esp32-raft');
      world.made.flash.load(0x1d0000, APP);
      // Slot 1 of two, and slot 0 of three: both entries have to be counted again.
      world.made.flash.load(OTADATA, buildOtadata({ seq: 3, state: 2 }, { seq: 4, state }));
      await world.session.connect();
      const files = [bytesSource('partitions.bin', buildPartitionTable(THREE))];
      await world.session.dispatch({ do: 'add-files', files });
      const planned = workOf(world.session, 'planned');
      expect(planned.afterwards).toBe('The board will keep starting app1.');
      for (const ask of planned.asks) await world.session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
      await flash(world.session);
      expect(workOf(world.session, 'ended').outcome).toBe('verified');
      const left = world.made.beforeStart();
      if (left === null) throw new Error('not started');
      expect(left.subarray(OTADATA, OTADATA + 0x2000)).toEqual(buildOtadata({ seq: 4, state: 2 }, { seq: 5, state }));
      expect(starts(left, false)).toBe(0x140000);
      expect(starts(left, true)).toBe(back);
    },
  );
