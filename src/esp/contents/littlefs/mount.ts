/** Finds a LittleFS and walks the list of all its metadata pairs, as mounting does: superblock, root, global state. */
import type { Finding } from '../../../flash/finding.ts';
import { hex } from '../../../flash/finding.ts';
import { holdsAt, viewOf } from '../../../formats/binary.ts';
import { blockValues, littleFsFinding, placeAt } from './findings.ts';
import type { Pair } from './log.ts';
import { parseLog } from './log.ts';
import type { MetadataPair } from './pairs.ts';
import { PairReader, isNullPair, pairKey } from './pairs.ts';
import type { Reading } from './reading.ts';
import { piece, readIn } from './reading.ts';
import type { Superblock } from './superblock.ts';
import { LIMITS, MAGIC, TRIED_BLOCK_SIZES, VERSION, isBlockSize, superblockIn, versionText } from './superblock.ts';

/** Where the superblocks are anchored. */
export const ANCHOR: Pair = [0, 1];

/** The XOR of all pairs' move states (SPEC.md, “LFS_TYPE_MOVESTATE”). */
export interface GlobalState {
  /** The list of pairs may hold folders that were removed, or pairs that were replaced. */
  readonly orphans: boolean;
  /** A move whose source has still to be deleted: type and id as on flash, and the pair that the source is in. */
  readonly move: { readonly type: number; readonly id: number; readonly pair: Pair } | null;
}

/** A mounted LittleFS. */
export interface Mounted {
  readonly reader: PairReader;
  readonly superblock: Superblock;
  readonly root: Pair;
  /** The pairs of the list in its order, from blocks 0 and 1 on. */
  readonly pairs: readonly MetadataPair[];
  readonly state: GlobalState;
  /** Whether the library would mount it, with the number of blocks taken from the superblock. */
  readonly mounts: boolean;
  readonly findings: readonly Finding[];
}

/** The place of a pair's first block. */
function pairPlace(pair: Pair, blockSize: number) {
  return placeAt(pair[0] * blockSize);
}

/** The values that name a pair. */
export function pairValues(pair: Pair, blockSize: number) {
  return { first: pair[0], second: pair[1], at: hex(pair[0] * blockSize) };
}

/** The finding about a pair that cannot be read. */
export function pairFinding(
  kind: 'littlefs-pair-damaged' | 'littlefs-pair-outside' | 'littlefs-loop' | 'littlefs-shared',
  pair: Pair,
  blockSize: number,
  where: string,
): Finding {
  return littleFsFinding(kind, pairPlace(pair, blockSize), { ...pairValues(pair, blockSize), where });
}

/** A pair's block that is newer than the one which counts, as a finding; null if there is none. */
export function fallBackFinding(pair: MetadataPair, blockSize: number): Finding | null {
  if (!pair.fellBack) return null;
  const values = { ...blockValues(pair.spare, blockSize), other: pair.active };
  return littleFsFinding('littlefs-fell-back', placeAt(pair.spare * blockSize), values);
}

/** The block size that the superblock is found with, and whether it is intact; null if these bytes are no LittleFS. */
function* findBlockSize(partition: number): Reading<number | null> {
  const head = yield* piece(0, Math.min(partition, 32));
  if (holdsAt(head, 8, [...MAGIC]) && head.length === 32) {
    const said = viewOf(head).getUint32(24, true);
    if (isBlockSize(said) && said * 2 <= partition) return said;
  }
  // A log begins with the magic even where its other bytes are damaged. Only blocks with it are read.
  const begin: { readonly size: number; readonly at: number }[] = [];
  for (const size of TRIED_BLOCK_SIZES) {
    if (size * 2 > partition) continue;
    const second = yield* piece(size, 32);
    const here = second.length === 32 && holdsAt(second, 8, [...MAGIC]);
    if (here && viewOf(second).getUint32(24, true) === size) return size;
    if (here) begin.push({ size, at: size });
    if (holdsAt(head, 8, [...MAGIC])) begin.push({ size, at: 0 });
  }
  // The superblock's struct need not be where a formatted block has it.
  for (const { size, at } of begin) {
    const superblock = superblockIn(parseLog(yield* piece(at, size), size).log?.slots[0]);
    if (superblock?.blockSize === size) return size;
  }
  return holdsAt(head, 8, [...MAGIC]) ? 4096 : null;
}

/**
 * The superblock that the first two blocks show, from the first bytes of a partition of `size` bytes: `lost` where only its magic is
 * left, or where it lies behind these bytes; null if they are no LittleFS.
 */
export function superblockOfHead(head: Uint8Array, size: number): Superblock | 'lost' | null {
  const blockSize = readIn(head, findBlockSize(size));
  if (blockSize === null) return null;
  const blocks = new Uint8Array(2 * blockSize).fill(0xff);
  blocks.set(head.subarray(0, blocks.length));
  const read = readIn(blocks, new PairReader(blocks.length, blockSize).read(ANCHOR));
  return (read === 'damaged' || read === 'outside' ? null : superblockIn(read.log.slots[0])) ?? 'lost';
}

/** What the library refuses a superblock for. */
function unsupported(superblock: Superblock): Finding[] {
  const { version, nameMax, fileMax, attributeMax } = superblock;
  const refuse = (field: string, value: string | number, accepted: string): Finding =>
    littleFsFinding('littlefs-unsupported', placeAt(0), { field, value, accepted });
  const found: Finding[] = [];
  if (version >>> 16 !== 2 || version > VERSION.v21) found.push(refuse('version', versionText(version), '2.0 and 2.1'));
  const limits = [
    ['name_max', nameMax, LIMITS.nameMax],
    ['file_max', fileMax, LIMITS.fileMax],
    ['attr_max', attributeMax, LIMITS.attributeMax],
  ] as const;
  for (const [field, value, most] of limits) if (value > most) found.push(refuse(field, value, `at most ${most}`));
  return found;
}

/** XORs one pair's share into the sum. */
function addState(sum: Uint8Array, share: Uint8Array | null): void {
  if (share === null) return;
  for (let i = 0; i < 12; i++) sum[i] = (sum[i] ?? 0) ^ (share[i] ?? 0);
}

/** The global state that 12 bytes say. */
export function stateOf(sum: Uint8Array): GlobalState {
  const view = viewOf(sum);
  const tag = view.getUint32(0, true);
  // The library decides by the type's upper three bits.
  const type = (tag >>> 20) & 0x700;
  const pair: Pair = [view.getUint32(4, true), view.getUint32(8, true)];
  return { orphans: tag >>> 31 === 1, move: type === 0 ? null : { type, id: (tag >>> 10) & 0x3ff, pair } };
}

/** The XOR of the move states of these pairs: 12 bytes. */
export function sumOfStates(pairs: readonly MetadataPair[]): Uint8Array {
  const sum = new Uint8Array(12);
  for (const { log } of pairs) addState(sum, log.moveState);
  return sum;
}

/** Mounts a partition of so many bytes: null if it holds no LittleFS; `'lost'` with its block size if they are one whose superblock is lost. */
export function* mount(partition: number): Reading<Mounted | { readonly lost: number } | null> {
  const blockSize = yield* findBlockSize(partition);
  if (blockSize === null) return null;
  const reader = new PairReader(partition, blockSize);
  const findings: Finding[] = [];
  const pairs: MetadataPair[] = [];
  const seen = new Set<string>();
  let superblock: Superblock | null = null;
  let root = ANCHOR;
  let broken = false;
  for (let pair = ANCHOR; !isNullPair(pair);) {
    const defect = (kind: Parameters<typeof pairFinding>[0]): void => {
      broken = true;
      findings.push(pairFinding(kind, pair, blockSize, 'The list of all folders'));
    };
    if (seen.has(pairKey(pair))) {
      defect('littlefs-loop');
      break;
    }
    seen.add(pairKey(pair));
    const outside: boolean = superblock !== null && Math.max(...pair) >= superblock.blockCount;
    const read = outside ? 'outside' : yield* reader.read(pair);
    if (read === 'damaged' || read === 'outside') {
      if (superblock === null) return { lost: blockSize };
      defect(read === 'damaged' ? 'littlefs-pair-damaged' : 'littlefs-pair-outside');
      break;
    }
    const own = superblockIn(read.log.slots[0]);
    if (own !== null) {
      superblock = own;
      root = [read.active, read.spare];
    }
    pairs.push(read);
    const fellBack = fallBackFinding(read, blockSize);
    if (fellBack !== null) findings.push(fellBack);
    pair = read.log.tail?.pair ?? [0xffffffff, 0xffffffff];
  }
  if (superblock === null) return { lost: blockSize };
  const refused = unsupported(superblock);
  const mounts = !broken && refused.length === 0 && superblock.blockSize === blockSize && superblock.blockCount > 0;
  const state = stateOf(sumOfStates(pairs));
  return { reader, superblock, root, pairs, state, mounts, findings: [...refused, ...findings] };
}
