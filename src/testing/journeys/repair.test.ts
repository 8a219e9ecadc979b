/** Repairs on virtual boards: pressed, planned, carried out; the whole flash is compared. */
import { expect, test } from 'vitest';
import { connectedOf } from '../plain-world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';

test('bytes to write are planned as a file for their address, which a person can still take back', async () => {
  const { session, made } = openWorld('esp32-raft');
  await session.connect();
  const before = made.flash.snapshot();
  const data = Uint8Array.of(1, 2, 3, 4);
  await session.dispatch({ do: 'write-bytes', name: 'spare.bin', address: 0x3f0000, data });
  const [file] = connectedOf(session).files;
  expect(file).toMatchObject({ name: 'spare.bin', typed: 0x3f0000 });
  expect(workOf(session, 'planned').purpose.kind).toBe('flash');
  await session.dispatch({ do: 'remove-file', id: file?.id ?? 0 });
  expect(workOf(session, 'idle').kind).toBe('idle');
  await session.dispatch({ do: 'write-bytes', name: 'spare.bin', address: 0x3f0000, data });
  await consent(session, 'content-replaced');
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(differences(before, made.beforeStart() ?? before)).toEqual([[0x3f0000, 0x3f0003]]);
});
