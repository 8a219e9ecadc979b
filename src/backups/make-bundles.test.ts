/** Recovery bundles and signing keys in the library. */
import { describe, expect, test } from 'vitest';
import { readBundleFile } from '../import/bundle.ts';
import { bytesSource } from '../session/sources.ts';
import { privatePem } from '../bundle/ed25519.ts';
import { BACKUP, bytesOf } from '../testing/backup-files.ts';
import { SEED } from '../testing/bundles.ts';
import { makeLibrary, PASS, withBackup } from '../testing/library.ts';

const text = (data: Uint8Array) => new TextDecoder().decode(data);
const [NVS] = BACKUP.board.layout.partitions;
const request = { name: 'a board', notes: '', parts: NVS === undefined ? [] : [NVS], sign: null };

async function shop() {
  const own = makeLibrary();
  await withBackup(own.store);
  await own.library.refresh();
  const key = () => own.library.view.keys[0]?.key ?? '';
  return { ...own, key };
}

async function bundleIn({ files }: Awaited<ReturnType<typeof shop>>) {
  const file = files.at(-1);
  const reading = await readBundleFile(bytesSource('a.zip', file?.data ?? new Uint8Array()));
  if (reading?.kind !== 'bundle') throw new Error(reading?.finding.says ?? 'no bundle');
  return { ...reading.bundle, file: file?.name };
}

describe('a bundle of a backup', () => {
  test('has the bytes of what was chosen, and is saved as a file of its name', async () => {
    const own = await shop();
    await own.library.dispatch({ do: 'make-bundle', id: BACKUP.id, request });
    expect(own.library.view.failure).toBeNull();
    const { images, signer, file } = await bundleIn(own);
    expect(file).toBe('a-board.bundle.zip');
    const [first, second] = BACKUP.units.map((unit) => bytesOf(unit));
    expect([...(images[0]?.data ?? [])]).toEqual([...(first ?? []), ...(second ?? [])]);
    expect(signer).toBeNull();
  });

  test('is signed with the key that was chosen', async () => {
    const own = await shop();
    await own.library.dispatch({ do: 'make-key', name: 'bench' });
    await own.library.dispatch({ do: 'make-bundle', id: BACKUP.id, request: { ...request, sign: own.key() } });
    expect((await bundleIn(own)).signer?.key).toBe(own.key());
  });

  test('is not made where a part is missing in the backup, it is encrypted, or the key is gone', async () => {
    const own = await shop();
    const app = { region: 'flash', address: 0x600, size: 0x100 };
    const layout = { ...BACKUP.board.layout, partitions: [{ ...app, name: 'app', role: 'app' as const, type: '' }] };
    await own.store.putBackup({ kind: 'open', backup: { ...BACKUP, id: 'b-2', board: { ...BACKUP.board, layout } } });
    await own.library.dispatch({ do: 'make-bundle', id: 'b-2', request: { ...request, parts: [app] } });
    expect(own.library.view.failure?.name).toBe('bundle-unreadable');
    await own.library.dispatch({ do: 'make-bundle', id: BACKUP.id, request: { ...request, sign: 'ab'.repeat(32) } });
    expect(own.library.view.failure?.name).toBe('key-gone');
    await own.library.dispatch({ do: 'encrypt-backup', id: BACKUP.id, passphrase: PASS });
    await own.library.dispatch({ do: 'make-bundle', id: BACKUP.id, request });
    expect(own.library.view.failure?.name).toBe('backup-encrypted');
    expect(own.files).toEqual([]);
  });
});

describe('a signing key', () => {
  test('leaves only by an export, which another browser imports', async () => {
    const own = await shop();
    await own.library.dispatch({ do: 'make-key', name: 'Raft release' });
    const [made] = own.library.view.keys;
    expect(made).toMatchObject({ name: 'Raft release', own: true });
    expect(JSON.stringify(own.library.view)).not.toContain('seed');
    expect(own.files).toEqual([]);
    await own.library.dispatch({ do: 'export-key', key: own.key() });
    const file = own.files.at(-1);
    expect(file?.name).toBe('sectorwise-key-Raft-release.pem');
    const other = await shop();
    const pem = new File([text(file?.data ?? new Uint8Array())], 'key.pem');
    await other.library.dispatch({ do: 'import-key', file: pem, name: 'imported' });
    expect(other.library.view.keys).toEqual([{ ...made, name: 'imported' }]);
  });

  test('of someone else is known by a name, and cannot sign', async () => {
    const own = await shop();
    const key = 'cd'.repeat(32);
    await own.library.dispatch({ do: 'know-key', key, name: 'Rob' });
    expect(own.library.view.keys).toMatchObject([{ key, name: 'Rob', own: false }]);
    await own.library.dispatch({ do: 'export-key', key });
    expect(own.library.view.failure?.name).toBe('key-gone');
    await own.library.dispatch({ do: 'forget-key', key });
    expect(own.library.view.keys).toEqual([]);
  });

  test('of one’s own that is renamed stays one’s own', async () => {
    const own = await shop();
    await own.library.dispatch({ do: 'import-key', file: new File([privatePem(SEED)], 'a.pem'), name: '' });
    expect(own.library.view.keys).toMatchObject([{ name: 'My key', own: true }]);
    await own.library.dispatch({ do: 'know-key', key: own.key(), name: 'Mine' });
    expect(own.library.view.keys).toMatchObject([{ name: 'Mine', own: true }]);
  });

  test.each([
    ['some other file', new Uint8Array(100)],
    ['a file that is far too large', new Uint8Array(1 << 20)],
  ])('is not read from %s', async (_, data) => {
    const own = await shop();
    await own.library.dispatch({ do: 'import-key', file: new File([data], 'a.pem'), name: '' });
    expect(own.library.view.failure?.name).toBe('key-foreign');
    expect(own.library.view.keys).toEqual([]);
  });
});
