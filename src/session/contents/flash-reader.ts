/** What was read of a board's flash on demand: what is asked for again is not read again, until the board is read again. */
import type { Cancel } from '../../flash/failure.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { rangeEnd, regionEnd, regionOf, unitsTouching } from '../../flash/map.ts';
import type { Md5 } from '../../flash/survey.ts';
import type { PartitionBytes } from '../../flash/partition-contents.ts';
import type { Target } from '../../flash/target.ts';
import { unstableReadFailure } from '../planning/survey.ts';

/** What is kept at once, in bytes: SPIFFS is listed from the first 256 bytes of each of its blocks. */
const PAGE = 256;
/** The most bytes that one command reads: a stop takes effect after it, and progress is reported. */
const PIECE = 0x10000;

/** What reading needs; `onMore` is called with the number of bytes that have just been read from the board. */
export interface ReadWork {
  readonly target: Target;
  readonly map: FlashMap;
  readonly md5: Md5;
  readonly cancel: Cancel;
  readonly onMore?: (bytes: number) => void;
}

/** Reads of one board, kept page by page. */
export class FlashReader {
  #of: object | null = null;
  readonly #pages = new Map<string, Uint8Array>();

  /** Forgets what was read before `of`, which stands for one reading of the board. */
  at(of: object): this {
    if (of !== this.#of) this.forget();
    this.#of = of;
    return this;
  }

  /** Forgets everything: the board may have been written. */
  forget(): void {
    this.#pages.clear();
  }

  /**
   * The bytes of a range as far as they lie in its region. Throws the `Failure`s of the target, and a `RangeError` if that cannot
   * be read.
   */
  async read(work: ReadWork, range: Range): Promise<Uint8Array> {
    const { region } = range;
    const [end, limit] = [endIn(work.map, range), regionEnd(regionOf(work.map, region))];
    const first = Math.floor(range.address / PAGE) * PAGE;
    for (let at = first; at < end;) {
      if (this.#pages.has(keyOf(region, at))) {
        at += PAGE;
        continue;
      }
      let to = at;
      while (to < end && to - at < PIECE && !this.#pages.has(keyOf(region, to))) to += PAGE;
      const piece = { region, address: at, size: Math.min(to, limit) - at };
      this.#keep(piece, await readFrom(work, piece));
      at = to;
    }
    const data = new Uint8Array(Math.max(0, end - range.address));
    for (let at = first; at < end; at += PAGE) {
      const page = this.#pages.get(keyOf(region, at)) ?? new Uint8Array();
      const from = Math.max(0, range.address - at);
      data.set(page.subarray(from, end - at), at + from - range.address);
    }
    return data;
  }

  /**
   * Reads ranges whose bytes are to be written back: the board's own digest or a second reading confirms them. Throws the failure
   * `read-unsure` if they differ, and those of the target.
   */
  sureBytes(work: ReadWork) {
    return (range: Range, onMore?: (bytes: number) => void): Promise<Uint8Array> =>
      this.#readSure(onMore === undefined ? work : { ...work, onMore }, range);
  }

  async #readSure(work: ReadWork, range: Range): Promise<Uint8Array> {
    const { target, map, md5, cancel } = work;
    const sure = { ...range, size: Math.max(0, endIn(map, range) - range.address) };
    const data = await this.read(work, sure);
    for (let at = 0; at < sure.size; at += PIECE) {
      const piece = { region: range.region, address: range.address + at, size: Math.min(PIECE, sure.size - at) };
      const own = md5(data.subarray(at, at + piece.size));
      const other =
        target.digest === undefined ? md5(await readFrom(work, piece)) : await target.digest(piece, { cancel });
      const [unit] = unitsTouching(regionOf(map, range.region), piece.address, piece.size);
      if (own === other || unit === undefined) continue;
      // Neither reading is to be trusted.
      this.forget();
      throw unstableReadFailure(unit);
    }
    return data;
  }

  /**
   * A partition's bytes, read as they are asked for, with what `work` gives at that time; what lies past the end of its region
   * does not count.
   */
  bytesOf(work: () => ReadWork, range: Range): PartitionBytes {
    const size = Math.max(0, endIn(work().map, range) - range.address);
    return {
      size,
      read: async (offset, wanted) => {
        const now = work();
        now.cancel.check();
        const from = Math.min(Math.max(0, offset), size);
        const part = { ...range, address: range.address + from, size: Math.min(Math.max(0, wanted), size - from) };
        return this.read(now, part);
      },
    };
  }

  #keep({ region, address }: Range, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += PAGE)
      this.#pages.set(keyOf(region, address + at), data.subarray(at, at + PAGE));
  }
}

async function readFrom({ target, cancel, onMore }: ReadWork, range: Range): Promise<Uint8Array> {
  if (target.read === undefined) throw new RangeError('reading from a board that cannot be read');
  cancel.check();
  let before = 0;
  const onBytes = (done: number) => {
    onMore?.(done - before);
    before = done;
  };
  const data = await target.read(range, { cancel, onBytes });
  onBytes(range.size);
  return data;
}

function keyOf(region: string, address: number): string {
  return `${region} ${address}`;
}

/** The first address after a range, or after its region. */
function endIn(map: FlashMap, range: Range): number {
  return Math.min(rangeEnd(range), regionEnd(regionOf(map, range.region)));
}
