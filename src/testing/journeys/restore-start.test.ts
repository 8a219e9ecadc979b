/** What the plan of a restore says of the start: a board that starts the same app before and afterwards keeps starting it. */
import { expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';
import { connectedOf } from '../plain-world.ts';
import { backupsOf } from '../repair/keeping.ts';

const NVS = { region: 'flash', address: 0x9000, size: 0x15000 };
const OTADATA = { region: 'flash', address: 0x1e000, size: 0x2000 };
const APP0 = { region: 'flash', address: 0x20000, size: 0x1b0000 };
const APP1 = { region: 'flash', address: 0x1d0000, size: 0x1b0000 };
const OTHER = buildAppImage({ project: 'other', version: '2.0.0', seed: 2, size: 0x4000 });
const FIRST = buildOtadata({ seq: 1, state: 2 }, null);
const SECOND = buildOtadata({ seq: 1, state: 2 }, { seq: 2, state: 2 });

type Later = readonly [address: number, data: Uint8Array];
type Case = readonly [what: string, of: Range, later: readonly Later[], afterwards: string, clause: string];

const CASES: readonly Case[] = [
  ['settings', NVS, [[NVS.address, new Uint8Array(0x1000)]], 'The board will keep starting app0.', ''],
  [
    'the selection of the app that starts without one, too',
    OTADATA,
    [[OTADATA.address, FIRST]],
    'The board will keep starting app0.',
    'app0 keeps starting',
  ],
  ['the selection of another app', OTADATA, [[OTADATA.address, SECOND]], 'The board will start app0.', 'app0 starts'],
  [
    'the app that starts, over another one',
    APP0,
    [[APP0.address, OTHER]],
    'The board will keep starting app0, with the app that the backup has of it.',
    '',
  ],
];

test.each(CASES)('a backup of %s', LONG, async (_, range, later, afterwards, clause) => {
  const store = memoryStore();
  const { session, made } = openWorld('esp32-raft', undefined, {}, { store, backup: backupsOf(store) });
  made.flash.load(APP1.address, OTHER);
  await session.connect();
  await session.dispatch({ do: 'back-up', range });
  for (const [address, data] of later) made.flash.load(address, data);
  await session.dispatch({ do: 'reconnect' });
  const [kept] = await store.backups();
  await session.dispatch({ do: 'restore', backup: kept?.kind === 'open' ? kept.backup.id : '' });
  const planned = workOf(session, 'planned');
  expect(planned.afterwards).toBe(afterwards);
  const clauses = headlineOf(planned, connectedOf(session)).says.replace(/\.$/, '').split('; ');
  expect(clauses.filter((each) => each.includes('start'))).toEqual(clause === '' ? [] : [clause]);
});
