/** A backup of a whole board opens as its flash, whatever else it holds; a part of one is named as such. */
import { describe, expect, it } from 'vitest';
import { writeBackupFile } from '../backups/backup-file.ts';
import type { Inspection } from '../flash/family.ts';
import { unitsOf } from '../flash/map.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import type { Backup } from '../storage/records.ts';
import { isEqualBytes } from '../testing/bytes.ts';
import { openDfuWorld } from '../testing/dfu/world.ts';
import type { AnySession } from '../testing/esp/world.ts';
import { openWorld } from '../testing/esp/world.ts';
import { dfuDump, espDump, openedImage } from '../testing/flash-image.ts';
import { openFlashImage } from './open.ts';
import { LONG } from '../testing/long.ts';

async function boardOf(session: AnySession & { connect(): Promise<void> }): Promise<Inspection> {
  await session.connect();
  if (session.state.kind !== 'connected') throw new Error('not connected');
  return session.state.board;
}

/** A backup file of these regions of a board, without the first `lacking` units. */
async function backupOf(board: Inspection, regions: readonly string[], flash: Uint8Array, lacking = 0) {
  const own = board.layout.map.regions.filter(({ id }) => regions.includes(id));
  const start = own[0]?.start ?? 0;
  const contents = new Map<string, Uint8Array>();
  const all = own.flatMap(unitsOf).map((unit) => {
    const data = flash.subarray(unit.address - start, unit.address - start + unit.size);
    const md5 = md5Hex(data);
    contents.set(md5, data);
    return { ...unit, md5 };
  });
  const backup: Backup = {
    version: 1,
    id: 'b-1',
    kind: 'device',
    board: { key: 'k', identity: board.identity, layout: board.layout },
    name: 'the whole flash',
    made: Date.UTC(2026, 10, 28),
    units: all.slice(lacking),
    missing: all.slice(0, lacking).map(({ region, address, size }) => ({ region, address, size })),
  };
  const content = (md5: string) => Promise.resolve(contents.get(md5) ?? new Uint8Array());
  return writeBackupFile(backup, { content, hashes: HASHES, app: 'Sectorwise test' });
}

describe('a backup file', () => {
  it('of an ESP32 holds its flash, and the MAC of the board is a fact, not an identity', LONG, async () => {
    const dump = espDump('esp32-raft');
    const file = await backupOf(await boardOf(openWorld('esp32-raft').session), ['flash'], dump);
    const { device } = await openedImage(file, {}, 'backup.zip');
    const identity = await device.identify();
    expect(identity).toMatchObject({ chip: 'ESP32', key: null, file: { name: 'backup.zip', size: file.length } });
    expect(identity.facts).toContainEqual({ name: 'Backup of', value: 'ESP32 24:6f:28:ab:cd:ef' });
    expect(isEqualBytes((await device.file.save('image')).data, dump)).toBe(true);
  });

  it('of a Photon opens as that board without a question', async () => {
    const dump = dfuDump('photon');
    const board = await boardOf(openDfuWorld('photon').session);
    const file = await backupOf(board, ['internal-flash', 'internal-flash-2'], dump);
    const { device } = await openedImage(file, {}, 'backup.zip');
    expect((await device.identify()).chip).toBe('Particle Photon');
    expect(isEqualBytes((await device.file.save('image')).data, dump)).toBe(true);
  });

  it('of a part of a flash is not opened as a whole one', LONG, async () => {
    const board = await boardOf(openWorld('esp32-raft').session);
    const data = await backupOf(board, ['flash'], espDump('esp32-raft'), 3);
    const opening = await openFlashImage({ name: 'backup.zip', data });
    expect(opening).toMatchObject({ kind: 'failure', failure: { name: 'flash-image-backup-partial' } });
    expect(opening).toMatchObject({ failure: { says: expect.stringContaining('of 4 MiB') } });
  });

  it('that is damaged is called that, by those who read backups', LONG, async () => {
    const board = await boardOf(openWorld('esp32-raft').session);
    const data = await backupOf(board, ['flash'], espDump('esp32-raft'));
    const half = await openFlashImage({ name: 'backup.zip', data: data.slice(0, data.length >> 1) });
    expect(half).toMatchObject({ kind: 'failure', failure: { name: 'backup-file-damaged' } });
  });
});
