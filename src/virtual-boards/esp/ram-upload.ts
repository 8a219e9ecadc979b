/** The bookkeeping of MEM_BEGIN, MEM_DATA and MEM_END, and whether what was loaded is the chip's stub. */
import { md5 } from '@noble/hashes/legacy.js';
import type { Chip } from './chips/chip.ts';
import { parseBlock, words, type Command } from './frames.ts';

/** Why a MEM_ command is refused. */
export type UploadFault = 'length' | 'checksum' | 'not-begun' | 'sequence' | 'too-much';

interface Segment {
  readonly address: number;
  readonly blocks: number;
  readonly blockSize: number;
  readonly bytes: Uint8Array;
  nextSeq: number;
  filled: number;
}

/** Code and data that a host loads into RAM, segment by segment. */
export class RamUpload {
  private readonly segments: Segment[] = [];

  constructor(private readonly chip: Chip) {}

  /** MEM_BEGIN: total size, blocks, block size, address. */
  begin(command: Command): UploadFault | undefined {
    if (command.data.length !== 16) return 'length';
    const [size = 0, blocks = 0, blockSize = 0, address = 0] = words(command.data, 4);
    if (size > this.chip.ram || size > blocks * blockSize) return 'length';
    this.segments.push({ address, blocks, blockSize, bytes: new Uint8Array(size), nextSeq: 0, filled: 0 });
    return undefined;
  }

  /** MEM_DATA: one block, in order. */
  data(command: Command): UploadFault | undefined {
    const block = parseBlock(command);
    if ('wrong' in block) return block.wrong;
    const segment = this.segments.at(-1);
    if (segment === undefined) return 'not-begun';
    if (block.seq !== segment.nextSeq) return 'sequence';
    if (block.bytes.length > segment.blockSize || segment.filled + block.bytes.length > segment.bytes.length) {
      return 'too-much';
    }
    segment.bytes.set(block.bytes, segment.filled);
    segment.filled += block.bytes.length;
    segment.nextSeq += 1;
    return undefined;
  }

  /** Whether `entry` starts the chip's known stub: exactly its segments were loaded, completely. */
  isStub(entry: number): boolean {
    const { stub } = this.chip;
    if (this.segments.some((s) => s.filled !== s.bytes.length || s.nextSeq !== s.blocks)) return false;
    return (
      stub.entry === entry &&
      stub.segments.length === this.segments.length &&
      stub.segments.every((known) =>
        this.segments.some(
          (s) => s.address === known.address && s.bytes.length === known.size && hex(md5(s.bytes)) === known.md5,
        ),
      )
    );
  }
}

/** Lower-case hex digits, two per byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
