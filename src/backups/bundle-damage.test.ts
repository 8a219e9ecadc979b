/** Nothing of a damaged file is imported, and what is wrong with it is named. */
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import { mapOf } from '../testing/flash.ts';
import { HASHES } from '../formats/hashes.ts';
import { readBundle, writeBundle } from './bundle.ts';
import type { ManifestFile } from './bundle-manifest.ts';
import { manifestOf } from './bundle-manifest.ts';
import { BACKUP, content, repacked, textIn } from '../testing/bundles.ts';
import { bytesSource } from '../session/sources.ts';
import { cases } from '../testing/cases.ts';

const FIRST = 'flash/flash-0x100.bin';
const parts = { content, hashes: HASHES, app: 'Sectorwise 0.1.0' };
const bundle = await writeBundle(BACKUP, parts);
const read = (data: Uint8Array) => readBundle(bytesSource('a.zip', data), HASHES);

async function failureOf(data: Uint8Array): Promise<FailureFacts> {
  return read(data).then(() => Promise.reject(new Error('it was taken in')), factsOf);
}

const manifest = textIn(bundle, 'manifest.json');

/** The bundle with its manifest changed as text; every change must find its text. */
function reported(...changes: readonly (readonly [from: string | RegExp, to: string])[]): Uint8Array {
  const text = changes.reduce((now, [from, to]) => {
    const next = now.replace(from, to);
    if (next === now) throw new Error(`nothing to change: ${from}`);
    return next;
  }, manifest);
  return repacked(bundle, { 'manifest.json': new TextEncoder().encode(text) });
}

const changedFile = repacked(bundle, {
  [FIRST]: (unzipSync(bundle)[FIRST] ?? new Uint8Array()).map((b, i) => (i === 300 ? b ^ 1 : b)),
});

describe('nothing of a damaged file is imported', () => {
  test.each<readonly [what: string, data: Uint8Array, name: string, says: RegExp]>([
    [
      'nothing',
      new Uint8Array(),
      'bundle-foreign',
      /a\.zip is not a Sectorwise backup: it is neither a ZIP archive nor an encrypted backup\./,
    ],
    ['other bytes', new TextEncoder().encode('hello, this is firmware'), 'bundle-foreign', /neither/],
    [
      'its end cut off',
      bundle.subarray(0, bundle.length - 30),
      'bundle-damaged',
      /a\.zip is damaged: its end, with the central directory, is missing\./,
    ],
    ['its beginning cut off', bundle.subarray(40), 'bundle-foreign', /neither/],
    ['no manifest', repacked(bundle, { 'manifest.json': null }), 'bundle-foreign', /no manifest\.json/],
    [
      'a manifest that is no JSON',
      repacked(bundle, { 'manifest.json': Uint8Array.of(0x7b) }),
      'bundle-damaged',
      /a\.zip is damaged: in manifest\.json, it is not valid JSON\./,
    ],
    [
      'a manifest that is a list',
      repacked(bundle, { 'manifest.json': Uint8Array.of(0x5b, 0x5d) }),
      'bundle-foreign',
      /not an object/,
    ],
    [
      'another format',
      reported(['"sectorwise-backup"', '"other-backup"']),
      'bundle-foreign',
      /format sectorwise-backup/,
    ],
    [
      'another version',
      reported(['"version": 1', '"version": 2']),
      'bundle-version',
      /a\.zip is a backup in format 2, but this version of Sectorwise reads format 1\./,
    ],
    [
      'a version that is none',
      reported(['"version": 1', '"version": "1"']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, version: expected a whole number\./,
    ],
    [
      'a file missing',
      repacked(bundle, { [FIRST]: null }),
      'bundle-damaged',
      /a\.zip is damaged: flash\/flash-0x100\.bin is missing\./,
    ],
    [
      'a byte of the flash changed',
      changedFile,
      'bundle-damaged',
      /a\.zip is damaged: flash\/flash-0x100\.bin does not match its MD5 at 0x200\./,
    ],
    [
      'another SHA-256',
      reported([/"sha256": "...../, '"sha256": "00000']),
      'bundle-damaged',
      /a\.zip is damaged: flash\/flash-0x100\.bin does not match its SHA-256\./,
    ],
    [
      'a SHA-256 that is none',
      reported([/"sha256": "./, '"sha256": "X']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, files\[0\]\.sha256: expected SHA-256 in lower-case hex\./,
    ],
    [
      'another MD5',
      reported([/"md5": "...../, '"md5": "00000']),
      'bundle-damaged',
      /a\.zip is damaged: flash\/flash-0x100\.bin does not match its MD5 at 0x100\./,
    ],
    ['an MD5 that is none', reported([/"md5": "...../, '"md5": "']), 'bundle-wrong', /files\[0\]\.units\[0\]\.md5/],
    [
      'more bytes than it tells of',
      repacked(bundle, { [FIRST]: new Uint8Array(1 << 20) }),
      'bundle-damaged',
      /has 1048576 bytes, and should have 512/,
    ],
    [
      'a unit outside of the map',
      reported(['"address": 1536', '"address": 65536']),
      'bundle-wrong',
      /missing\[0\]: 0x10000 \(256 bytes\) in flash is outside of the flash map/,
    ],
    [
      'a unit that begins inside of another',
      reported(['"address": 1536', '"address": 1540']),
      'bundle-wrong',
      /missing\[0\]: 0x604 .* is not an erase unit; the nearest one is at 0x600/,
    ],
    [
      'a unit that is kept and missing',
      reported(['"address": 1536', '"address": 1280']),
      'bundle-wrong',
      /listed twice/,
    ],
    [
      'two files over one place',
      reported([/"address": 1280/, '"address": 512'], [/"address": 1280/, '"address": 512']),
      'bundle-wrong',
      /files\[1\]\.units\[0\]: 0x200 .* is listed twice/,
    ],
    [
      'units with a gap',
      reported(['"address": 512', '"address": 768']),
      'bundle-wrong',
      /0x300 is not 0x200, where the unit before ends/,
    ],
    [
      'a size that the units do not have',
      reported(['"size": 512,\n   "sha', '"size": 768,\n   "sha']),
      'bundle-wrong',
      /files\[0\]\.size: the units have 512 bytes, not 768/,
    ],
    [
      'an unknown region',
      reported([/"region": "alt 1"/, '"region": "alt 2"']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, files\[2\]\.region: expected one of flash, alt 1\./,
    ],
    [
      'two regions of one name',
      reported([/"id": "alt 1"/, '"id": "flash"']),
      'bundle-wrong',
      /two regions are called flash/,
    ],
    [
      'two files of one path',
      reported(['flash/flash-0x500.bin', FIRST]),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, files: two of them have the same path\./,
    ],
    [
      'a map without end',
      reported(['"count": 8', '"count": 1e9']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, board\.layout\.map\.regions\[0\]\.runs\[0\]\.count: 1000000000 is out of range \(1 to 65536\)\./,
    ],
    [
      'a map beyond all addresses',
      reported(['"start": 256', '"start": 4294967295']),
      'bundle-wrong',
      /it ends past the last address/,
    ],
    [
      'an address that is no number',
      reported(['"address": 1536', '"address": null']),
      'bundle-wrong',
      /missing\[0\]\.address/,
    ],
    ['a time that is none', reported(['2026-11-26T', '2026-13-26T']), 'bundle-wrong', /made: there is no time/],
    [
      'an unknown kind',
      reported(['"overwritten"', '"stolen"']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, kind: expected one of overwritten, partition, device\./,
    ],
    [
      'no board',
      reported(['"board"', '"bored"']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, board: expected an object\./,
    ],
    ['an unknown role', reported(['"settings"', '"secrets"']), 'bundle-wrong', /partitions\[0\]\.role/],
    [
      'an id of nothing',
      reported(['"b-1"', '""']),
      'bundle-wrong',
      /a\.zip contains invalid data at manifest\.json, id: expected id of printable letters without spaces\./,
    ],
  ])('%s', async (_, data, name, says) => {
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
    const data = repacked(bundle, { 'manifest.json': new TextEncoder().encode(text) });
    expect(await failureOf(data)).toMatchObject({ name: 'bundle-too-large', values: { limit: '128 MiB' } });
  });

  test('a manifest that would unpack to far more than any has', async () => {
    const data = repacked(bundle, { 'manifest.json': new Uint8Array(17 << 20) });
    expect(data.length).toBeLessThan(1 << 16);
    expect(await failureOf(data)).toMatchObject({ name: 'bundle-too-large', says: expect.stringMatching(/17 MiB/) });
  });

  test('a file larger than any backup, without reading it', async () => {
    const source = { path: 'a.zip', size: 2 ** 40, read: () => Promise.reject(new Error('it was read')) };
    await expect(readBundle(source, HASHES)).rejects.toMatchObject({ name: 'bundle-too-large' });
  });

  test('two files with the same name in the archive', async () => {
    // The names have the same length, so that the directory stays where it is.
    const text = new TextDecoder('latin1').decode(repacked(bundle, { 'manifest.jsom': Uint8Array.of(1) }));
    const twice = Uint8Array.from(text.replaceAll('manifest.jsom', 'manifest.json'), (letter) => letter.charCodeAt(0));
    expect(await failureOf(twice)).toMatchObject({
      name: 'bundle-damaged',
      says: expect.stringMatching(/a\.zip is damaged: it has two files named manifest\.json\./),
    });
  });

  const nameOf = (error: unknown): string => factsOf(error).name;
  /** The name of the failure, or that it was imported. */
  const outcome = (data: Uint8Array): Promise<string> => read(data).then(() => 'taken in', nameOf);

  test('any changed byte: it is noticed, or changed nothing that matters', async () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < bundle.length; at++) {
      const copy = bundle.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      const result = read(copy).then(({ backup }) => expect(backup).toEqual(BACKUP));
      outcomes.add(await result.then(() => 'as it was', nameOf));
    }
    // The times and the copies of the sizes in the local headers do not matter: the directory has them too.
    expect([...outcomes].toSorted()).toEqual(['as it was', 'bundle-damaged', 'bundle-foreign', 'bundle-too-large']);
  });

  test('truncated anywhere', async () => {
    const outcomes = new Set<string>();
    for (let length = 0; length < bundle.length; length++) outcomes.add(await outcome(bundle.subarray(0, length)));
    expect([...outcomes].toSorted()).toEqual(['bundle-damaged', 'bundle-foreign']);
  });

  test('anything in place of any value of the manifest', async () => {
    const values = fc.constantFrom<unknown>(null, true, -1, 1.5, 2 ** 53, '', 'x', [], [[]], {});
    const lines = manifest.split('\n').length;
    await fc.assert(
      fc.asyncProperty(fc.nat(lines - 1), values, async (n, value) => {
        let seen = 0;
        const json: unknown = JSON.parse(manifest, (_, old: unknown) => (seen++ === n ? value : old));
        const text = new TextEncoder().encode(JSON.stringify(json));
        expect(await outcome(repacked(bundle, { 'manifest.json': text }))).toMatch(/^(taken in|bundle-.*)$/);
      }),
      { numRuns: cases(200) },
    );
  });
});
