/** Jobs without any file: a header corrected in place, everything erased. The whole flash is compared. */
import { expect, test } from 'vitest';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { ERASE, HEADER_SIZE } from '../../esp/board/setting-ids.ts';
import type { World } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { byLength, LONG } from '../long.ts';

async function wanting(id: string, setting: string, value: string): Promise<World> {
  const world = openWorld(id);
  await world.session.connect();
  await world.session.dispatch({ do: 'set', id: setting, value });
  return world;
}

const HEADERS = [
  ['esp32-small-header', '4MB', factoryFlash()],
  ['esp32-16mb-header-4mb', '16MB', factoryFlash({ flashMegabytes: 16, bootloaderIdf: 'v4.4.4' })],
] as const;
for (const [options, headers] of byLength(HEADERS, ([, size]) => size === '4MB'))
  test.each(headers)(
    '%s: the header is corrected in place, and the board starts',
    options,
    async (id, size, wanted) => {
      const { session, made } = await wanting(id, HEADER_SIZE, size);
      const planned = workOf(session, 'planned');
      expect(planned.asks).toEqual([]);
      expect(planned.afterwards).toMatch(
        /^If the board loses power while its bootloader is written, it may not start: connect it here again and resume\. /,
      );
      await flash(session);
      const ended = workOf(session, 'ended');
      expect([ended.outcome, ended.start?.verdict?.good]).toEqual(['verified', true]);
      expect(differences(made.beforeStart() ?? new Uint8Array(), wanted.snapshot())).toEqual([]);
      expect(made.flash.violations).toEqual([]);
    },
  );

test('everything is erased, but only after a consent that names what is lost', LONG, async () => {
  const { session, made } = await wanting('esp32-raft', ERASE, 'all');
  const before = made.flash.snapshot();
  await flash(session);
  expect(differences(made.flash.snapshot(), before)).toEqual([]);
  expect(workOf(session, 'planned').asks.map(({ says }) => says)).toEqual([expect.stringContaining('nvs, 0x9000')]);
  await consent(session, 'erase-all');
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(made.flash.snapshot().every((byte) => byte === 0xff)).toBe(true);
  expect(made.flash.violations).toEqual([]);
});

test('a setting that is undone leaves nothing to do', async () => {
  const { session } = await wanting('esp32-small-header', HEADER_SIZE, '4MB');
  await session.dispatch({ do: 'set', id: HEADER_SIZE, value: 'keep' });
  expect(workOf(session, 'idle')).toEqual({ kind: 'idle' });
});
