/**
 * Compresses the content of a write, and keeps how far the stream is with each piece of it: what a block unpacks to follows from
 * that, and need not be found by unpacking, which costs fflate a window of 32 KiB and its output for each look.
 */
import { Inflate, Zlib, zlibSync } from 'fflate';
import { joinBytes } from '../../formats/binary.ts';

/** fflate's `mem` option, for a hash table of 128 KiB: its default of 2 MiB per stretch adds up. */
const OPTIONS = { level: 9, mem: 4 } as const;
/**
 * How much is compressed at once, in bytes: with each piece a block of deflate ends. Smaller ones make a stream that is longer by
 * more than 0.1 %. It is also what the stub programs at once.
 */
const PIECE = 0x8000;
/** How finely a stream is measured that was compressed as a whole, in compressed bytes. */
const MEASURED = 0x800;
/** A zlib stream's header and its checksum, in bytes. */
const [HEADER, CHECKSUM] = [2, 4];

/** So many bytes of a stream unpack to so many bytes, except for the end of a symbol that lies across. */
interface Mark {
  readonly packed: number;
  readonly unpacked: number;
}

/** A zlib stream, and how far it is at some of its places, in order; the last is the end of both. */
export interface Packed {
  readonly stream: Uint8Array;
  readonly marks: readonly Mark[];
}

/** Compresses content as one zlib stream. */
export function pack(content: Uint8Array): Packed {
  const streamed = packedByPieces(content);
  if (streamed.stream.length > content.length) {
    // What does not compress is stored: fflate's streams do not store the first block of a piece.
    const stream = zlibSync(content, { level: 0 });
    return { stream, marks: [{ packed: stream.length, unpacked: content.length }] };
  }
  if (staysInside(streamed)) return streamed;
  const stream = zlibSync(content, OPTIONS);
  return { stream, marks: measured(stream, content.length) };
}

function packedByPieces(content: Uint8Array): Packed {
  const parts: Uint8Array[] = [];
  const marks: Mark[] = [];
  let packed = 0;
  const zlib = new Zlib(OPTIONS, (part) => {
    parts.push(part);
    packed += part.length;
  });
  let unpacked = 0;
  do {
    const piece = content.subarray(unpacked, unpacked + PIECE);
    unpacked += piece.length;
    // It compresses all of what it is given at once, as that is at least 8 KiB or the last.
    zlib.push(piece, unpacked === content.length);
    marks.push({ packed, unpacked });
  } while (unpacked < content.length);
  return { stream: joinBytes(parts), marks };
}

/**
 * Whether a stream refers to nothing before its start. fflate 0.8.3 compares the first 32 KiB of a stream of pieces also with the
 * zeros that it keeps before them, and refers to those where they are equal; later, all that is within reach is content.
 */
function staysInside({ stream, marks: [first] }: Packed): boolean {
  const inflate = new Inflate(() => undefined);
  try {
    inflate.push(stream.subarray(HEADER, Math.min(first?.packed ?? 0, stream.length - CHECKSUM)));
    return true;
  } catch {
    return false;
  }
}

/** Where a stream is, every `MEASURED` bytes of it. */
function measured(stream: Uint8Array, size: number): Mark[] {
  const marks: Mark[] = [];
  let unpacked = 0;
  const inflate = new Inflate((data) => (unpacked += data.length));
  const end = stream.length - CHECKSUM;
  for (let at = HEADER; at < end; at += MEASURED) {
    inflate.push(stream.subarray(at, Math.min(at + MEASURED, end)));
    marks.push({ packed: Math.min(at + MEASURED, end), unpacked });
  }
  return [...marks.slice(0, -1), { packed: stream.length, unpacked: size }];
}
