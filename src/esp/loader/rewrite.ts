/** Erases and programs a range of whole erase units over a loader: compressed, raw or encrypted by the chip. */
import { zlibSync } from 'fflate';
import { stopped } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { splitRange } from '../../flash/map.ts';
import type { Watch } from '../../flash/target.ts';
import { BLOCK, UNIT } from '../flash-geometry.ts';
import { cutBlocks } from './blocks.ts';
import type { Commands } from './commands.ts';
import type { Dialect } from './dialect.ts';
import { isRefusal } from './loader-errors.ts';

/** fflate's `mem` option, for a hash table of 128 KiB: its default of 2 MiB per stretch adds up. */
const TABLE = 4;

/** How data is sent: compressed (`packed`), encrypted by the chip, and in which blocks. */
export interface SendMode {
  readonly packed: boolean;
  readonly encrypt: boolean;
  /** The maximum size of a block, in bytes. */
  readonly piece: number;
  /** Bytes that travel in a millisecond; null where that says nothing of the time: see `StreamTarget`. */
  readonly perMs: number | null;
}

/** The parts of a range that a loader writes one by one, each with its own begin command. */
export function partsOf(range: Range, { erasesFirst }: Dialect): Range[] {
  // Where the begin command erases everything at once: a cancel has to wait for it, and an error sends all of it again.
  return erasesFirst ? splitRange(range, BLOCK) : [range];
}

/** What the stub writes multiples of, in bytes (esp-flasher-stub, src/command_handler.c). */
const WORD = 4;

/**
 * What is sent of content: not the erased bytes at its end, which need no programming. Some of its last unit is left, because the
 * stub erases every unit that it is to write some of.
 */
function withoutErasedEnd(content: Uint8Array): Uint8Array {
  let end = content.length;
  while (end > content.length - UNIT + WORD && content[end - 1] === 0xff) end--;
  return content.subarray(0, Math.ceil(end / WORD) * WORD);
}

/** Rewrites one part of `partsOf`. A cancel ends it between two blocks with a `Failure` of kind `stopped`. */
export async function rewrite(
  commands: Commands,
  address: number,
  whole: Uint8Array,
  { packed, encrypt, piece, perMs }: SendMode,
  watch: Watch,
): Promise<void> {
  const content = encrypt || commands.dialect.erasesFirst ? whole : withoutErasedEnd(whole);
  const stream = packed ? zlibSync(content, { level: 9, mem: TABLE }) : content;
  const target = { address, size: content.length, piece, perMs };
  const blocks = packed ? cutBlocks(stream, target) : rawBlocks(stream, piece);
  // The unpacked size of a block is not known: any of them may hold nearly all of the content.
  const timeout = blockTimeout(packed ? content.length : piece);
  await commands.begin({ address, size: content.length, blocks: blocks.length, piece, packed, encrypt });
  let sent = 0;
  for (const [index, part] of blocks.entries()) {
    if (watch.cancel.cancelled) {
      await commands.end(packed).catch((error: unknown) => {
        // A refusal because blocks are missing is expected. No answer is not, as the stop may not have taken effect.
        if (!isRefusal(error)) throw error;
      });
      throw stopped();
    }
    await commands.block(part, index, packed, timeout);
    sent += part.length;
    watch.onBytes?.(Math.round((sent / stream.length) * whole.length));
  }
  await commands.end(packed);
}

function rawBlocks(content: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(content.length / size) }, (_, i) => content.subarray(i * size, (i + 1) * size));
}

function blockTimeout(size: number): number {
  // Worst case by the data sheets: 400 ms per 4 KiB erase, 3 ms per 256-byte page; half a second on the wire.
  return 2000 + Math.ceil(size / UNIT) * 400 + (size / 256) * 3;
}
