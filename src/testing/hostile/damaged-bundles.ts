/** Backup files that were tampered with: what each is, and how it must be refused. */
import { unzipSync } from 'fflate';
import { HASHES } from '../../formats/hashes.ts';
import { writeBundle } from '../../backups/bundle.ts';
import { BACKUP, content, repacked, textIn } from '../bundles.ts';

/** A damaged file, the name of its failure, and what that says. */
export type Damaged = readonly [what: string, data: Uint8Array, name: string, says: RegExp];

const FIRST = 'flash/flash-0x100.bin';
/** What the file is written with. */
export const PARTS = { content, hashes: HASHES, app: 'Sectorwise 0.1.0' };
/** A backup file without damage. */
export const BUNDLE = await writeBundle(BACKUP, PARTS);
/** Its manifest. */
export const MANIFEST = textIn(BUNDLE, 'manifest.json');

/** The file with its manifest changed as text; every change must find its text. */
export function reported(...changes: readonly (readonly [from: string | RegExp, to: string])[]): Uint8Array {
  const text = changes.reduce((now, [from, to]) => {
    const next = now.replace(from, to);
    if (next === now) throw new Error(`nothing to change: ${from}`);
    return next;
  }, MANIFEST);
  return repacked(BUNDLE, { 'manifest.json': new TextEncoder().encode(text) });
}

const changedFile = repacked(BUNDLE, {
  [FIRST]: (unzipSync(BUNDLE)[FIRST] ?? new Uint8Array()).map((b, i) => (i === 300 ? b ^ 1 : b)),
});

/** Nothing of any of these is imported. */
export const DAMAGED_BUNDLES: readonly Damaged[] = [
  [
    'nothing',
    new Uint8Array(),
    'bundle-foreign',
    /a\.zip is not a Sectorwise backup: it is neither a ZIP archive nor an encrypted backup\./,
  ],
  ['other bytes', new TextEncoder().encode('hello, this is firmware'), 'bundle-foreign', /neither/],
  [
    'its end cut off',
    BUNDLE.subarray(0, BUNDLE.length - 30),
    'bundle-damaged',
    /a\.zip is damaged: its end, with the central directory, is missing\./,
  ],
  ['its beginning cut off', BUNDLE.subarray(40), 'bundle-foreign', /neither/],
  ['no manifest', repacked(BUNDLE, { 'manifest.json': null }), 'bundle-foreign', /no manifest\.json/],
  [
    'a manifest that is no JSON',
    repacked(BUNDLE, { 'manifest.json': Uint8Array.of(0x7b) }),
    'bundle-damaged',
    /a\.zip is damaged: in manifest\.json, it is not valid JSON\./,
  ],
  [
    'a manifest that is a list',
    repacked(BUNDLE, { 'manifest.json': Uint8Array.of(0x5b, 0x5d) }),
    'bundle-foreign',
    /not an object/,
  ],
  ['another format', reported(['"sectorwise-backup"', '"other-backup"']), 'bundle-foreign', /format sectorwise-backup/],
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
    repacked(BUNDLE, { [FIRST]: null }),
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
    repacked(BUNDLE, { [FIRST]: new Uint8Array(1 << 20) }),
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
  ['a unit that is kept and missing', reported(['"address": 1536', '"address": 1280']), 'bundle-wrong', /listed twice/],
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
];
