/** The bookkeeping of MEM_BEGIN, MEM_DATA and MEM_END, and the stubs this chip can run. */
import { md5 } from '@noble/hashes/legacy.js';
import { parseBlock, words, type Command } from './frames.ts';

/** A flasher stub by where it is loaded, where it starts and what it is made of. */
export interface KnownStub {
  readonly source: string;
  readonly entry: number;
  readonly segments: readonly { readonly address: number; readonly size: number; readonly md5: string }[];
}

/** Stubs that run here; their code is not emulated, only recognised by the MD5 of each segment. */
export const KNOWN_STUBS: readonly KnownStub[] = [
  {
    source: 'esptool-js 0.7.0, lib/targets/stub_flasher/esp32.json (built from espressif/esp-flasher-stub)',
    entry: 0x400a902c,
    segments: [
      { address: 0x400a8000, size: 6456, md5: 'd495f63a306a3f0e012700cc1c031cb6' },
      { address: 0x3ffded6c, size: 212, md5: '5db21ce4a452000bffbd831714e0468a' },
    ],
  },
];

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

  /** MEM_BEGIN: total size, blocks, block size, address. */
  begin(command: Command): UploadFault | undefined {
    if (command.data.length !== 16) return 'length';
    const [size = 0, blocks = 0, blockSize = 0, address = 0] = words(command.data, 4);
    // The ESP32 has 520 KiB of SRAM (ESP32 TRM, "System and Memory").
    if (size > 520 * 1024 || size > blocks * blockSize) return 'length';
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

  /** The stub that starts at `entry`, if exactly its segments were loaded, whole. */
  stubAt(entry: number): KnownStub | undefined {
    if (this.segments.some((s) => s.filled !== s.bytes.length || s.nextSeq !== s.blocks)) return undefined;
    return KNOWN_STUBS.find(
      (stub) =>
        stub.entry === entry &&
        stub.segments.length === this.segments.length &&
        stub.segments.every((known) =>
          this.segments.some(
            (s) => s.address === known.address && s.bytes.length === known.size && hex(md5(s.bytes)) === known.md5,
          ),
        ),
    );
  }
}

/** Lower-case hex digits, two a byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
