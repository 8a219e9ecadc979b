/** What the targets of all flash images have in common, whatever the board: reads, digests and rewrites in memory. */
import type { FlashMap, Range } from '../flash/map.ts';
import type { FlashFile, Identity, Pace, RewriteOptions, Target, Watch } from '../flash/target.ts';
import { imageRangeFailure } from './failures.ts';
import type { ImageFlash } from './image-flash.ts';

/** Typical rates of this work in memory, in bytes per second: MD5 in JavaScript is the slowest of it. */
const PACE: Pace = {
  writeBytesPerSecond: 200e6,
  readBytesPerSecond: 500e6,
  digestBytesPerSecond: 100e6,
  stretchMs: 0,
};

/** What a target over a file is made of. */
export interface ImageParts {
  readonly flash: ImageFlash;
  /** Its `key` is null, because no two files of a board are told apart, and it names the file. */
  readonly identity: Identity;
  readonly file: FlashFile;
}

/** The target of a flash image: there is no board, so nothing is ever started. */
export class ImageTarget implements Target {
  constructor(protected readonly parts: ImageParts) {}

  get file(): FlashFile {
    return this.parts.file;
  }

  identify(): Promise<Identity> {
    return Promise.resolve(this.parts.identity);
  }

  readMap(): Promise<FlashMap> {
    return Promise.resolve(this.parts.flash.map);
  }

  async read(range: Range, watch: Watch): Promise<Uint8Array> {
    watch.cancel.check();
    const data = this.parts.flash.read(range);
    watch.onBytes?.(range.size);
    return data;
  }

  async digest(range: Range, watch?: Watch): Promise<string> {
    watch?.cancel.check();
    return this.parts.flash.digest(range);
  }

  async rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions): Promise<void> {
    watch.cancel.check();
    if (watch.encrypt === true) throw imageRangeFailure('flash-image-not-encrypted', range);
    this.parts.flash.rewrite(range, content, watch);
    watch.onBytes?.(range.size);
  }

  async commit(range: Range, data: Uint8Array): Promise<void> {
    this.parts.flash.commit(range, data);
  }

  async close(): Promise<void> {
    // Nothing is held open: the file was read when it was opened.
  }

  pace(): Pace {
    return PACE;
  }
}
