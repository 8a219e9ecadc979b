/** Opens a backup of a whole flash that Sectorwise exported. */
import { readBackupFile } from '../backups/backup-file.ts';
import { usbId } from '../dfu/board/identity.ts';
import { REGION } from '../esp/loader/target.ts';
import { Failure } from '../flash/failure.ts';
import { bytes } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import { regionRange, regionSize, sizeOf } from '../flash/map.ts';
import { chipNamed } from '../formats/chip-ids.ts';
import { HASHES } from '../formats/hashes.ts';
import type { Backup } from '../storage/records.ts';
import type { DumpBoard } from './dfu-boards.ts';
import { DUMP_BOARDS, hasMemory } from './dfu-boards.ts';
import { imageFailure } from './failures.ts';
import { openDfuElements } from './open-dfu.ts';
import { openEsp } from './open-esp.ts';
import type { ImageFile, OpenedImage } from './opened-image.ts';

/** Opens a backup file. Rejects with a `Failure` if it is none, if it is damaged, or if it has only a part of the flash. */
export async function openBackup(file: ImageFile): Promise<OpenedImage> {
  const { name } = file;
  const { backup, contents } = await readBackup(file);
  const { identity, layout } = backup.board;
  const facts = [{ name: 'Backup of', value: [identity.chip, identity.key?.value ?? ''].join(' ').trim() }];
  const content = new Map(contents.map(({ md5, data }) => [md5, data]));
  if (identity.family === 'esp' && chipNamed(identity.chip) !== undefined) {
    const region = layout.map.regions.find(({ id }) => id === REGION);
    const size = region === undefined ? 0 : regionSize(region);
    const data = bytesOf(file, backup, { region: REGION, address: region?.start ?? 0, size }, content);
    return openEsp({ name, data, size: file.data.length, facts }, identity.chip, size);
  }
  const board = boardOf(backup);
  if (board === null) {
    throw imageFailure('flash-image-not-flash', name, {
      what: `it is a backup of a board without a known map, ${identity.chip}`,
    });
  }
  const elements = board.regions.map((region) => {
    const range = regionRange(region);
    return { address: region.start, data: bytesOf(file, backup, range, content) };
  });
  return openDfuElements({ ...file, facts }, board, elements);
}

/** What is wrong with a backup is said by those who read them; only a file that is none is another matter here. */
async function readBackup({ name, data }: ImageFile) {
  const read = (from: number, to: number) => Promise.resolve(data.subarray(from, to));
  try {
    return await readBackupFile({ path: name, size: data.length, read }, HASHES);
  } catch (error) {
    if (error instanceof Failure && error.facts.name === 'backup-file-foreign') {
      throw imageFailure('flash-image-not-flash', name, { what: 'it is a ZIP archive, and no backup of Sectorwise' });
    }
    throw error;
  }
}

/** The bytes of a region; throws a `Failure` unless the backup has all of them. */
function bytesOf(
  { name }: ImageFile,
  { units }: Backup,
  range: Range,
  content: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const own = units.filter(({ region }) => region === range.region);
  const held = sizeOf(own);
  if (held < range.size || range.size === 0) {
    throw imageFailure('flash-image-backup-partial', name, { held: bytes(held), size: bytes(range.size) });
  }
  const data = new Uint8Array(range.size);
  for (const { address, md5 } of own) data.set(content.get(md5) ?? [], address - range.address);
  return data;
}

/** The board of a backup, by its USB ids and its map; null if it is none of those that can be opened. */
function boardOf({ board: { identity, layout } }: Backup): DumpBoard | null {
  const usb = identity.facts.find(({ name }) => name === 'USB id')?.value;
  return DUMP_BOARDS.find((board) => usb === usbId(board) && hasMemory(layout.map.regions, board)) ?? null;
}
