/** For tests: what any drop on an ESP32 comes to, with what must always hold of it. */
import type { Source, Unpacked } from '../../flash/dropped-file.ts';
import { LARGEST_FILE } from '../../esp/arrange/identify.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import { unpackEsp } from '../../esp/import/unpack.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { boardOf } from './placements.ts';

/** The partition table of the board. */
export const TABLE = buildPartitionTable(RAFT_OTA_ROWS);

let board: Promise<EspInspection> | null = null;

function boardWithTable(): Promise<EspInspection> {
  const flash = new Uint8Array(0x400000).fill(0xff);
  flash.set(TABLE, 0x8000);
  return boardOf(flash);
}

const BROKEN_WORDS = /undefined|NaN|\[object/;

/** Unpacks a drop and returns violations of what must always hold. */
export async function unpack(
  sources: readonly Source[],
): Promise<{ readonly unpacked: Unpacked; readonly wrong: readonly string[] }> {
  board ??= boardWithTable();
  const unpacked = await unpackEsp(sources, await board);
  const { says, parts, left, findings } = unpacked;
  const sentences = [says, ...left.flatMap(({ name, why }) => [name, why]), ...findings.map((finding) => finding.says)];
  const wrong = sentences.filter((words) => BROKEN_WORDS.test(words));
  if (left.some(({ name, why }) => name === '' || why === '')) wrong.push('something left without a name or a reason');
  if (new Set(parts.map(({ name }) => name)).size < parts.length) wrong.push('two parts with one name');
  if (parts.some(({ at = 0 }) => !Number.isSafeInteger(at) || at < 0 || at >= LARGEST_FILE))
    wrong.push('a part at no flash offset');
  if (parts.reduce((sum, { data }) => sum + data.length, 0) > LARGEST_FILE)
    wrong.push('more bytes than a drop may have');
  return { unpacked, wrong };
}

/** A copy with some bytes changed, each given as its offset and its new value. */
export function changed(data: Uint8Array, edits: readonly (readonly [number, number])[]): Uint8Array {
  const copy = data.slice();
  for (const [at, byte] of edits) copy[at] = byte;
  return copy;
}
