/** A digest that arrives damaged, each one of a job in turn. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { bytesSource } from '../../session/sources.ts';
import { FlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import { faultScript } from '../../virtual-boards/faults/script.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';

test('no single digest that is damaged, before the write or after it, makes a changed flash', async () => {
  let digests = Infinity;
  const ends = new Set<string>();
  for (let at = 1; at <= digests; at++) {
    const { session, made } = openWorld('esp32-raft');
    await session.connect();
    const faults = new FlashFaults(faultScript({ kind: 'digest-lies', at }));
    made.flash.faults = faults;
    const data = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 5, chipId: 0, size: 0x2000 });
    await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', data)] });
    await flash(session);
    const { outcome, failure, report } = workOf(session, 'ended');
    ends.add(`${outcome} ${failure?.name ?? ''} ${report.surroundings.says}`);
    digests = faults.done.digest;
  }
  expect(digests).toBeGreaterThan(10);
  expect([...ends]).toEqual(['verified  The flash around the writes is verified as unchanged.']);
});
