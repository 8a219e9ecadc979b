/** The manifest in a backup file: the board, the place of every byte, and every digest. */
import { plainName } from '../flash/names.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { EraseUnit, FlashMap } from '../flash/map.ts';
import { ADDRESS_END, LARGEST_FLASH, MOST_UNITS, rangeEnd, regionOf, unitsTouching, sizeOf } from '../flash/map.ts';
import type { RangeDigest } from '../flash/journal.ts';
import { unitKey } from '../flash/survey.ts';
import { readJson } from '../formats/json.ts';
import { Field } from '../formats/field.ts';
import { LONGEST_TEXT, readBoard, readRange } from './backup-board.ts';
import { backupFileFailure } from './failures.ts';
import type { Backup, BackupKind, BoardMark, JobEnd } from '../storage/records.ts';

/** The format name that every manifest has. */
export const FORMAT = 'sectorwise-backup';
/** The manifest version that this app writes and reads. */
export const VERSION = 1;
/** The largest manifest, in bytes; one with 2^16 units takes half of it. */
export const LARGEST_MANIFEST = 16 << 20;
/** Every kind of backup. */
export const KINDS: readonly BackupKind[] = ['overwritten', 'partition', 'device'];
const ENDS: readonly JobEnd[] = ['verified', 'unproved', 'rolled-back', 'left', 'replaced'];

/** A run of neighbouring erase units, and the file in the archive that holds exactly their bytes. */
export interface ManifestFile extends EraseUnit {
  readonly path: string;
  readonly sha256: string;
  readonly units: readonly { readonly address: number; readonly size: number; readonly md5: string }[];
}

/** `manifest.json`: addresses and sizes in bytes, digests in hex, the time in ISO 8601. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** The program that wrote it, and its version. */
  readonly app: string;
  readonly id: string;
  readonly made: string;
  readonly kind: BackupKind;
  readonly name: string;
  /** What the job did that overwrote these bytes; absent where that is not known, as in files of earlier versions. */
  readonly doing?: string;
  /** How that job ended; absent where that is not known. */
  readonly end?: JobEnd;
  readonly board: BoardMark;
  readonly files: readonly ManifestFile[];
  readonly missing: readonly EraseUnit[];
}

/** A run of neighbouring units, as stored in one file. */
export type UnitRun = Omit<ManifestFile, 'sha256'>;

/** The units of a backup grouped into runs of neighbours, by region and address. */
export function runsOf({ board, units }: Pick<Backup, 'board' | 'units'>): UnitRun[] {
  const runs: (UnitRun & { size: number; units: ManifestFile['units'][number][] })[] = [];
  const taken = new Set<string>();
  for (const { region, address, size, md5 } of inOrder(board.layout.map, units)) {
    const last = runs.at(-1);
    if (last?.region === region && rangeEnd(last) === address) {
      last.units.push({ address, size, md5 });
      last.size += size;
    } else {
      runs.push({ path: freePath(region, address, taken), region, address, size, units: [{ address, size, md5 }] });
    }
  }
  return runs;
}

function inOrder(map: FlashMap, units: readonly RangeDigest[]): RangeDigest[] {
  const regions = map.regions.map(({ id }) => id);
  return units.toSorted((a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address);
}

/** A file name that is valid on every file system and unique: two regions may differ only in characters that are not. */
function freePath(region: string, address: number, taken: Set<string>): string {
  const path = `flash/${region.replace(/[^\w-]+/g, '_').slice(0, 60)}-0x${address.toString(16)}`;
  let free = path;
  // Some file systems ignore case.
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${path}-${n}`;
  taken.add(free.toLowerCase());
  return `${free}.bin`;
}

/** The manifest of a backup whose runs are in these files. */
export function manifestOf(backup: Backup, files: readonly ManifestFile[], app: string): Manifest {
  const { id, made, kind, name, board, missing } = backup;
  const marked = { format: FORMAT, version: VERSION, app, id, made: new Date(made).toISOString(), kind, name } as const;
  return { ...marked, ...jobIn(backup), board, files, missing };
}

/** Reads and checks every part of a manifest. Throws a `Failure` of `BACKUP_FILE_FAILURES` that names the place. */
export function readManifest(
  data: Uint8Array,
  file: string,
): { readonly backup: Backup; readonly files: readonly ManifestFile[] } {
  const json = readJson(data, LARGEST_MANIFEST);
  if (json.kind === 'damaged')
    throw backupFileFailure('backup-file-damaged', file, { what: `in manifest.json, ${json.what}` });
  if (json.kind === 'other')
    throw backupFileFailure('backup-file-foreign', file, { what: 'its manifest.json is not an object' });
  const root = new Field(json.object, '', (where, what) =>
    backupFileFailure('backup-file-wrong', file, {
      where: `manifest.json, ${where === '' ? 'its whole' : where}`,
      what,
    }),
  );
  if (root.at('format').value !== FORMAT) {
    throw backupFileFailure('backup-file-foreign', file, {
      what: `its manifest.json does not have the format ${FORMAT}`,
    });
  }
  const version = root.at('version').whole(0, Number.MAX_SAFE_INTEGER);
  if (version !== VERSION) throw backupFileFailure('backup-file-version', file, { version, reads: VERSION });
  const board = readBoard(root.at('board'));
  const { map } = board.layout;
  const seen = new Set<string>();
  const files = root
    .at('files')
    .list(MOST_UNITS)
    .map((field) => readFile(field, map, seen));
  const size = sizeOf(files);
  if (size > LARGEST_FLASH) {
    const what = `its manifest lists ${bytes(size)} of flash`;
    throw backupFileFailure('backup-file-too-large', file, { what, limit: bytes(LARGEST_FLASH) });
  }
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size !== files.length) throw root.at('files').wrong('two of them have the same path');
  const units = files.flatMap((each) => each.units.map((unit) => ({ region: each.region, ...unit })));
  const missing = root
    .at('missing')
    .list(MOST_UNITS)
    .map((field) => readUnit(field, readRange(field, map), map, seen));
  const backup: Backup = {
    version: 1,
    id: readId(root.at('id')),
    kind: root.at('kind').oneOf(KINDS),
    board,
    name: plainName(root.at('name').text(LONGEST_TEXT)),
    made: root.at('made').time(),
    ...readJob(root),
    units: inOrder(map, units),
    missing,
  };
  root.at('app').text(LONGEST_TEXT);
  return { backup, files };
}

function readFile(field: Field, map: FlashMap, seen: Set<string>): ManifestFile {
  const range = readRange(field, map);
  let end = range.address;
  const units = field
    .at('units')
    .list(MOST_UNITS)
    .map((each) => {
      const [address, size] = [each.at('address'), each.at('size')];
      const unit = { region: range.region, address: address.whole(0, ADDRESS_END), size: size.whole(1, ADDRESS_END) };
      const { md5 } = readDigest(each);
      if (unit.address !== end)
        throw address.wrong(`${hex(unit.address)} is not ${hex(end)}, where the unit before ends`);
      readUnit(each, unit, map, seen);
      end = rangeEnd(unit);
      return { address: unit.address, size: unit.size, md5 };
    });
  if (units.length === 0) throw field.at('units').wrong('the list is empty');
  if (end !== rangeEnd(range))
    throw field.at('size').wrong(`the units have ${end - range.address} bytes, not ${range.size}`);
  const sha256 = field.at('sha256').matching(/^[0-9a-f]{64}$/, 'SHA-256 in lower-case hex');
  return { path: field.at('path').text(LONGEST_TEXT), ...range, sha256, units };
}

function readDigest(field: Field): { readonly md5: string } {
  return { md5: field.at('md5').matching(/^[0-9a-f]{32}$/, 'MD5 in lower-case hex') };
}

/** A range that is an erase unit of the map, and named once. */
function readUnit(field: Field, unit: EraseUnit, map: FlashMap, seen: Set<string>): EraseUnit {
  const [real] = unitsTouching(regionOf(map, unit.region), unit.address, 1);
  const place = `${hex(unit.address)} (${bytes(unit.size)}) in ${unit.region}`;
  if (real === undefined) throw field.wrong(`${place} is outside of the flash map`);
  if (real.address !== unit.address || real.size !== unit.size) {
    throw field.wrong(
      `${place} is not an erase unit; the nearest one is at ${hex(real.address)} (${bytes(real.size)})`,
    );
  }
  const key = unitKey(unit);
  if (seen.has(key)) throw field.wrong(`${place} is listed twice`);
  seen.add(key);
  return unit;
}

/** What the job did that overwrote the bytes of a backup, and how it ended: each where that is known. */
export function jobIn({ doing, end }: Pick<Backup, 'doing' | 'end'>): Pick<Backup, 'doing' | 'end'> {
  return { ...(doing !== undefined && { doing }), ...(end !== undefined && { end }) };
}

/** The same as a file says it. */
export function readJob(field: Field): Pick<Backup, 'doing' | 'end'> {
  const [doing, end] = [field.at('doing'), field.at('end')];
  return {
    ...(doing.value !== undefined && { doing: plainName(doing.text(LONGEST_TEXT)) }),
    ...(end.value !== undefined && { end: end.oneOf(ENDS) }),
  };
}

/** What a backup is kept by: no longer than any id that a browser makes. */
export function readId(field: Field): string {
  return field.matching(/^[\x21-\x7e]{1,200}$/, 'id of printable letters without spaces');
}
