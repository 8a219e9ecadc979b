/** A setting that is chosen while nothing but an unfinished job is there: it is kept, does not change the job, and counts afterwards. */
import { expect, test } from 'vitest';
import { HEADER_MODE } from '../../esp/board/setting-ids.ts';
import { connectedOf } from '../plain-world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';

const CSV = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app0,app,ota_0,0x20000,0x1d0000
app1,app,ota_1,0x1f0000,0x1d0000
fs,data,littlefs,0x3c0000,0x40000
`;
const BOOTLOADER = 0x1000;

test('a value of the bootloader’s header waits for the job, and is planned once that is abandoned', async () => {
  const world = openWorld('esp32-raft');
  const { session, port } = world;
  await session.connect();
  await session.dispatch({ do: 'change-layout', csv: CSV });
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing' || !state.work.units.includes('verified')) return;
    world.onState = () => undefined;
    port.unplug();
  };
  await flash(session);
  port.plug();
  await session.dispatch({ do: 'reconnect' });
  const mode = connectedOf(session).board.settings.find(({ id }) => id === HEADER_MODE);
  const value = mode?.options.find(({ id }) => id !== mode.value && id !== mode.usual)?.id ?? '';
  await session.dispatch({ do: 'set', id: mode?.id ?? '', value });
  expect(workOf(session, 'idle').inJob).toBe(true);
  const { board, interrupted } = connectedOf(session);
  // The page says that such a setting waits.
  expect(board.settings.find(({ id }) => id === mode?.id)).toMatchObject({ value, planned: true });
  const counted = board.settings.filter(({ planned }) => planned === true).map(({ group }) => group);
  expect(counted).not.toContain('link');
  await session.dispatch({ do: 'abandon-job', job: interrupted?.job ?? '' });
  await session.dispatch({ do: 'plan-files' });
  const { plan } = workOf(session, 'planned');
  expect(plan.stretches.some(({ address }) => address === BOOTLOADER)).toBe(true);
});
