/** The judge notices a backup whose name says of a partition what was not so. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../../../virtual-boards/esp/firmware/app-image.ts';
import type { Partition } from '../../../flash/layout.ts';
import { judgeBackup } from './backups.ts';
import { Judge } from './judge.ts';

const at = { region: 'flash', type: '' } as const;
const SETTINGS: Partition = { ...at, name: 'nvs', role: 'settings', address: 0x9000, size: 0x3000 };
const SLOT: Partition = { ...at, name: 'app', role: 'app', address: 0x10000, size: 0x10000 };

/** What is untrue of a name, for a flash with these bytes in it; anything else is erased. */
async function untrueOf(name: string, held: readonly (readonly [address: number, bytes: Uint8Array])[]) {
  const bytes = new Uint8Array(0x20000).fill(0xff);
  for (const [address, data] of held) bytes.set(data, address);
  const judge = new Judge();
  const layout = { map: { regions: [] }, partitions: [SETTINGS, SLOT], guards: [], ciphered: [] };
  const identity = { family: 'esp', chip: 'ESP32', revision: '', key: null, facts: [] };
  const board = { key: 'key', identity, layout };
  const backup = { version: 1, id: '', kind: 'overwritten', board, name, made: 0, units: [], missing: [] } as const;
  const stored = () => Promise.resolve(null);
  await judgeBackup(judge, { backup, size: 0, old: { start: 0, bytes }, starts: null, after: null, stored });
  return judge.untrue.map(({ is }) => is);
}

const JUNK = new Uint8Array(16);
const APP = buildAppImage({ project: 'demo', version: '1.0.0', seed: 3, size: 0x4000 });

test('blank is what has no byte, at its start or as a whole', async () => {
  expect(await untrueOf('nvs (blank), and app without an app', [])).toEqual([]);
  expect(await untrueOf('nvs (blank)', [[0xb000, JUNK]])).toEqual(['nvs held bytes']);
  expect(await untrueOf('nvs (blank at its start, incomplete)', [[0xb000, JUNK]])).toEqual([]);
  expect(await untrueOf('nvs (blank at its start)', [[0x9000, JUNK]])).toEqual(['nvs begins with bytes']);
});

test('a slot without an app may hold other bytes, but no app', async () => {
  expect(await untrueOf('app without an app; nvs started', [[0x14000, JUNK]])).toEqual(['nothing would have started']);
  expect(await untrueOf('app without an app', [[0x10000, APP]])).toEqual(['demo 1.0.0']);
  expect(await untrueOf('Part of app (no app)', [[0x10000, APP]])).toEqual(['demo 1.0.0']);
  expect(await untrueOf('demo 1.0.0 in app', [[0x10000, APP]])).toEqual([]);
  expect(await untrueOf('Layout with app of 64 KiB; also demo 1.1.0 in app', [[0x10000, APP]])).toEqual(['demo 1.0.0']);
  expect(await untrueOf('Settings in nvs, and demo 1.1.0 in app', [[0x10000, APP]])).toEqual(['demo 1.0.0']);
});
