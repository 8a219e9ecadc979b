/** Backup files that were tampered with: what each is, and how it must be refused. */
import { unzipSync } from 'fflate';
import { HASHES } from '../../formats/hashes.ts';
import { writeBackupFile } from '../../backups/backup-file.ts';
import { BACKUP, content, repacked, textIn } from '../backup-files.ts';

/** A damaged file, the name of its failure, and what that says. */
export type Damaged = readonly [what: string, data: Uint8Array, name: string, says: RegExp];

const FIRST = 'flash/flash-0x100.bin';
/** What the file is written with. */
export const PARTS = { content, hashes: HASHES, app: 'Sectorwise 0.1.0' };
/** A backup file without damage. */
export const BACKUP_FILE = await writeBackupFile(BACKUP, PARTS);
/** Its manifest. */
export const MANIFEST = textIn(BACKUP_FILE, 'manifest.json');

/** The file with its manifest changed as text; every change must find its text. */
export function reported(...changes: readonly (readonly [from: string | RegExp, to: string])[]): Uint8Array {
  const text = changes.reduce((now, [from, to]) => {
    const next = now.replace(from, to);
    if (next === now) throw new Error(`nothing to change: ${from}`);
    return next;
  }, MANIFEST);
  return repacked(BACKUP_FILE, { 'manifest.json': new TextEncoder().encode(text) });
}

const changedFile = repacked(BACKUP_FILE, {
  [FIRST]: (unzipSync(BACKUP_FILE)[FIRST] ?? new Uint8Array()).map((b, i) => (i === 300 ? b ^ 1 : b)),
});

/** Nothing of any of these is imported. */
export const DAMAGED_BACKUPS: readonly Damaged[] = [
  [
    'nothing',
    new Uint8Array(),
    'backup-file-foreign',
    /a\.zip is not a Sectorwise backup: it is neither a ZIP archive nor an encrypted backup\./,
  ],
  ['other bytes', new TextEncoder().encode('hello, this is firmware'), 'backup-file-foreign', /neither/],
  [
    'its end cut off',
    BACKUP_FILE.subarray(0, BACKUP_FILE.length - 30),
    'backup-file-damaged',
    /a\.zip is damaged: its end, with the central directory, is missing\./,
  ],
  ['its beginning cut off', BACKUP_FILE.subarray(40), 'backup-file-foreign', /neither/],
  ['no manifest', repacked(BACKUP_FILE, { 'manifest.json': null }), 'backup-file-foreign', /no manifest\.json/],
  [
    'a manifest that is no JSON',
    repacked(BACKUP_FILE, { 'manifest.json': Uint8Array.of(0x7b) }),
    'backup-file-damaged',
    /a\.zip is damaged: in manifest\.json, it is not valid JSON\./,
  ],
  [
    'a manifest that is a list',
    repacked(BACKUP_FILE, { 'manifest.json': Uint8Array.of(0x5b, 0x5d) }),
    'backup-file-foreign',
    /not an object/,
  ],
  [
    'another format',
    reported(['"sectorwise-backup"', '"other-backup"']),
    'backup-file-foreign',
    /format sectorwise-backup/,
  ],
  [
    'another version',
    reported(['"version": 1', '"version": 2']),
    'backup-file-version',
    /a\.zip is a backup in format 2, but this version of Sectorwise reads format 1\./,
  ],
  [
    'a version that is none',
    reported(['"version": 1', '"version": "1"']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, version: expected a whole number\./,
  ],
  [
    'a file missing',
    repacked(BACKUP_FILE, { [FIRST]: null }),
    'backup-file-damaged',
    /a\.zip is damaged: flash\/flash-0x100\.bin is missing\./,
  ],
  [
    'a byte of the flash changed',
    changedFile,
    'backup-file-damaged',
    /a\.zip is damaged: flash\/flash-0x100\.bin does not match its MD5 at 0x200\./,
  ],
  [
    'another SHA-256',
    reported([/"sha256": "...../, '"sha256": "00000']),
    'backup-file-damaged',
    /a\.zip is damaged: flash\/flash-0x100\.bin does not match its SHA-256\./,
  ],
  [
    'a SHA-256 that is none',
    reported([/"sha256": "./, '"sha256": "X']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, files\[0\]\.sha256: expected SHA-256 in lower-case hex\./,
  ],
  [
    'another MD5',
    reported([/"md5": "...../, '"md5": "00000']),
    'backup-file-damaged',
    /a\.zip is damaged: flash\/flash-0x100\.bin does not match its MD5 at 0x100\./,
  ],
  ['an MD5 that is none', reported([/"md5": "...../, '"md5": "']), 'backup-file-wrong', /files\[0\]\.units\[0\]\.md5/],
  [
    'more bytes than it tells of',
    repacked(BACKUP_FILE, { [FIRST]: new Uint8Array(1 << 20) }),
    'backup-file-damaged',
    /has 1048576 bytes, and should have 512/,
  ],
  [
    'a unit outside of the map',
    reported(['"address": 1536', '"address": 65536']),
    'backup-file-wrong',
    /missing\[0\]: 0x10000 \(256 bytes\) in flash is outside of the flash map/,
  ],
  [
    'a unit that begins inside of another',
    reported(['"address": 1536', '"address": 1540']),
    'backup-file-wrong',
    /missing\[0\]: 0x604 .* is not an erase unit; the nearest one is at 0x600/,
  ],
  [
    'a unit that is kept and missing',
    reported(['"address": 1536', '"address": 1280']),
    'backup-file-wrong',
    /listed twice/,
  ],
  [
    'two files over one place',
    reported([/"address": 1280/, '"address": 512'], [/"address": 1280/, '"address": 512']),
    'backup-file-wrong',
    /files\[1\]\.units\[0\]: 0x200 .* is listed twice/,
  ],
  [
    'units with a gap',
    reported(['"address": 512', '"address": 768']),
    'backup-file-wrong',
    /0x300 is not 0x200, where the unit before ends/,
  ],
  [
    'a size that the units do not have',
    reported(['"size": 512,\n   "sha', '"size": 768,\n   "sha']),
    'backup-file-wrong',
    /files\[0\]\.size: the units have 512 bytes, not 768/,
  ],
  [
    'an unknown region',
    reported([/"region": "alt 1"/, '"region": "alt 2"']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, files\[2\]\.region: expected one of flash, alt 1\./,
  ],
  [
    'two regions of one name',
    reported([/"id": "alt 1"/, '"id": "flash"']),
    'backup-file-wrong',
    /two regions are called flash/,
  ],
  [
    'two files of one path',
    reported(['flash/flash-0x500.bin', FIRST]),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, files: two of them have the same path\./,
  ],
  [
    'a map without end',
    reported(['"count": 8', '"count": 1e9']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, board\.layout\.map\.regions\[0\]\.runs\[0\]\.count: 1000000000 is out of range \(1 to 65536\)\./,
  ],
  [
    'a map beyond all addresses',
    reported(['"start": 256', '"start": 4294967295']),
    'backup-file-wrong',
    /it ends past the last address/,
  ],
  [
    'an address that is no number',
    reported(['"address": 1536', '"address": null']),
    'backup-file-wrong',
    /missing\[0\]\.address/,
  ],
  ['a time that is none', reported(['2026-11-26T', '2026-13-26T']), 'backup-file-wrong', /made: there is no time/],
  [
    'an unknown kind',
    reported(['"overwritten"', '"stolen"']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, kind: expected one of overwritten, partition, device\./,
  ],
  [
    'no board',
    reported(['"board"', '"bored"']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, board: expected an object\./,
  ],
  ['an unknown role', reported(['"settings"', '"secrets"']), 'backup-file-wrong', /partitions\[0\]\.role/],
  [
    'an id of nothing',
    reported(['"b-1"', '""']),
    'backup-file-wrong',
    /a\.zip contains invalid data at manifest\.json, id: expected id of printable letters without spaces\./,
  ],
];
