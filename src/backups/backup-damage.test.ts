/** Nothing of a damaged file is imported, and what is wrong with it is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import { mapOf } from '../testing/flash.ts';
import { HASHES } from '../formats/hashes.ts';
import { readBackupFile } from './backup-file.ts';
import type { ManifestFile } from './backup-manifest.ts';
import { manifestOf } from './backup-manifest.ts';
import { BACKUP, repacked } from '../testing/backup-files.ts';
import { BACKUP_FILE, DAMAGED_BACKUPS, MANIFEST, PARTS } from '../testing/hostile/damaged-backups.ts';
import { bytesSource } from '../session/sources.ts';
import { cases } from '../testing/cases.ts';
import { LONG } from '../testing/long.ts';

const file = BACKUP_FILE;
const parts = PARTS;
const manifest = MANIFEST;
const read = (data: Uint8Array) => readBackupFile(bytesSource('a.zip', data), HASHES);

async function failureOf(data: Uint8Array): Promise<FailureFacts> {
  return read(data).then(() => Promise.reject(new Error('it was taken in')), factsOf);
}

describe('nothing of a damaged file is imported', () => {
  test.each(DAMAGED_BACKUPS)('%s', async (_, data, name, says) => {
    const failure = await failureOf(data);
    expect([failure.name, failure.says]).toEqual([name, expect.stringMatching(says)]);
    expect(failure.place).toMatchObject({ in: 'file', name: 'a.zip' });
  });

  test('more flash than any chip has, in a manifest that compresses well', async () => {
    const size = 1 << 30;
    const layout = { map: mapOf(size, size), partitions: [], guards: [], ciphered: [] };
    const files = [0, size].map((address): ManifestFile => {
      const unit = { address, size, md5: '0'.repeat(32) };
      return { path: `${address}.bin`, region: 'flash', address, size, sha256: '0'.repeat(64), units: [unit] };
    });
    const board = { ...BACKUP.board, layout };
    const text = JSON.stringify(manifestOf({ ...BACKUP, board, missing: [] }, files, parts.app));
    const data = repacked(file, { 'manifest.json': new TextEncoder().encode(text) });
    expect(await failureOf(data)).toMatchObject({ name: 'backup-file-too-large', values: { limit: '128 MiB' } });
  });

  test('a manifest that would unpack to far more than any has', LONG, async () => {
    const data = repacked(file, { 'manifest.json': new Uint8Array(17 << 20) });
    expect(data.length).toBeLessThan(1 << 16);
    expect(await failureOf(data)).toMatchObject({
      name: 'backup-file-too-large',
      says: expect.stringMatching(/17 MiB/),
    });
  });

  test('a file larger than any backup, without reading it', async () => {
    const source = { path: 'a.zip', size: 2 ** 40, read: () => Promise.reject(new Error('it was read')) };
    await expect(readBackupFile(source, HASHES)).rejects.toMatchObject({ name: 'backup-file-too-large' });
  });

  test('two files with the same name in the archive', async () => {
    // The names have the same length, so that the directory stays where it is.
    const text = new TextDecoder('latin1').decode(repacked(file, { 'manifest.jsom': Uint8Array.of(1) }));
    const twice = Uint8Array.from(text.replaceAll('manifest.jsom', 'manifest.json'), (letter) => letter.charCodeAt(0));
    expect(await failureOf(twice)).toMatchObject({
      name: 'backup-file-damaged',
      says: expect.stringMatching(/a\.zip is damaged: it has two files named manifest\.json\./),
    });
  });

  const nameOf = (error: unknown): string => factsOf(error).name;
  /** The name of the failure, or that it was imported. */
  const outcome = (data: Uint8Array): Promise<string> => read(data).then(() => 'taken in', nameOf);

  test('any changed byte: it is noticed, or changed nothing that matters', LONG, async () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < file.length; at++) {
      const copy = file.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      const result = read(copy).then(({ backup }) => expect(backup).toEqual(BACKUP));
      outcomes.add(await result.then(() => 'as it was', nameOf));
    }
    // The times and the copies of the sizes in the local headers do not matter: the directory has them too.
    expect([...outcomes].toSorted()).toEqual([
      'as it was',
      'backup-file-damaged',
      'backup-file-foreign',
      'backup-file-too-large',
    ]);
  });

  test('truncated anywhere', async () => {
    const outcomes = new Set<string>();
    for (let length = 0; length < file.length; length++) outcomes.add(await outcome(file.subarray(0, length)));
    expect([...outcomes].toSorted()).toEqual(['backup-file-damaged', 'backup-file-foreign']);
  });

  test('anything in place of any value of the manifest', LONG, async () => {
    const values = fc.constantFrom<unknown>(null, true, -1, 1.5, 2 ** 53, '', 'x', [], [[]], {});
    const lines = manifest.split('\n').length;
    await fc.assert(
      fc.asyncProperty(fc.nat(lines - 1), values, async (n, value) => {
        let seen = 0;
        const json: unknown = JSON.parse(manifest, (_, old: unknown) => (seen++ === n ? value : old));
        const text = new TextEncoder().encode(JSON.stringify(json));
        expect(await outcome(repacked(file, { 'manifest.json': text }))).toMatch(/^(taken in|backup-file-.*)$/);
      }),
      { numRuns: cases(200) },
    );
  });
});
