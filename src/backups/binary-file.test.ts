/** Plain binary files of a backup: exactly the bytes, and never over a gap. */
import { describe, expect, test } from 'vitest';
import { md5Hex } from '../formats/hashes.ts';
import type { Layout } from '../flash/layout.ts';
import { BACKUP, bytesOf, content } from '../testing/backup-files.ts';
import { makeLibrary, withBackup } from '../testing/library.ts';
import { binaryBytes, binaryParts, rangeInName } from './binary-file.ts';

const unit = (address: number) => ({ region: 'flash', address, size: 256 });
/** A backup of these units of the test board, whose flash is 0x0 to 0x800. */
const backupOf = (addresses: readonly number[], partitions: Layout['partitions'] = BACKUP.board.layout.partitions) => ({
  board: { ...BACKUP.board, layout: { ...BACKUP.board.layout, partitions } },
  units: addresses.map((address) => ({ ...unit(address), md5: md5Hex(bytesOf(unit(address))) })),
});
const all = [0, 0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700];
const brief = (backup: Parameters<typeof binaryParts>[0]) =>
  binaryParts(backup).map(({ name, address, size, has }) => [name, address, size, has]);

describe('what can be saved', () => {
  test('a whole partition', () => expect(brief(backupOf([0x100, 0x200]))).toEqual([['nvs', 0x100, 0x200, 'exactly']]));

  test('the whole flash, and each partition in it', () =>
    expect(brief(backupOf(all))).toEqual([
      ['Flash', 0, 0x800, 'exactly'],
      ['nvs', 0x100, 0x200, 'exactly'],
    ]));

  test('a part of a partition, as no more than that', () =>
    expect(brief(backupOf([0x200]))).toEqual([['nvs', 0x200, 0x100, 'part']]));

  test('with a gap, one file on each side of it and none over it', () =>
    expect(brief(backupOf([0, 0x100, 0x200, 0x500, 0x600]))).toEqual([
      ['nvs', 0, 0x300, 'all'],
      ['nvs', 0x100, 0x200, 'exactly'],
      ['', 0x500, 0x200, 'all'],
    ]));

  test('nothing of a backup without bytes', () => expect(brief(backupOf([]))).toEqual([]));
});

test('the bytes are those of the range, also where a partition begins inside an erase unit', async () => {
  const whole = Uint8Array.from(all.flatMap((address) => [...bytesOf(unit(address))]));
  const small = { name: 'small', region: 'flash', address: 0x180, size: 0x200, role: 'files', type: '' } as const;
  const backup = backupOf([0x100, 0x200, 0x300], [small]);
  const [run, part] = binaryParts(backup);
  expect(run).toMatchObject({ name: 'small', has: 'all', address: 0x100, size: 0x300 });
  expect(part).toMatchObject({ name: 'small', has: 'exactly', address: 0x180, size: 0x200 });
  const have = (md5: string) => {
    const found = all.map((address) => bytesOf(unit(address))).find((data) => md5Hex(data) === md5);
    return found === undefined ? Promise.reject(new Error(md5)) : Promise.resolve(found);
  };
  expect(await binaryBytes(backup, small, have)).toEqual(whole.slice(0x180, 0x380));
});

test('a range that the backup does not have in full is no file', async () => {
  await expect(binaryBytes(BACKUP, { region: 'flash', address: 0x200, size: 0x400 }, content)).rejects.toThrow(
    RangeError,
  );
});

test('a part of a partition is not named as if it were all of it', () => {
  expect(rangeInName(BACKUP, { region: 'flash', address: 0x100, size: 0x200 })).toBe('nvs-0x100');
  expect(rangeInName(BACKUP, unit(0x200))).toBe('part-of-nvs-0x200');
  expect(rangeInName(BACKUP, { region: 'flash', address: 0, size: 0x800 })).toBe('flash-0x0');
});

test('the library saves it under a name that says what it is', async () => {
  const { library, store, files, tickets } = makeLibrary();
  await withBackup(store);
  await library.refresh();
  const [item] = library.view.items;
  const [part] = item?.plain ?? [];
  if (item === undefined || part === undefined) throw new Error('nothing to save');
  await library.dispatch({ do: 'save-bytes', id: item.id, range: part, ticket: 3 });
  expect(library.view.failure).toBeNull();
  expect(files.map(({ name }) => name)).toEqual(['sectorwise-ESP32-24-6f-28-ab-cd-ef-nvs-0x100-2026-11-26T00-52.bin']);
  expect(files[0]?.data).toEqual(Uint8Array.from([...bytesOf(unit(0x100)), ...bytesOf(unit(0x200))]));
  await library.dispatch({ do: 'export-backup', id: item.id, passphrase: null, ticket: 4 });
  expect(tickets).toEqual([3, 4]);
});
