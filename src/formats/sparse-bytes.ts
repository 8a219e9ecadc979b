/** Bytes at scattered addresses, as in firmware formats: in any order, with gaps, some of them twice. */

/** Contiguous bytes from an address on. */
export interface Run {
  readonly address: number;
  readonly data: Uint8Array;
}

/** The most bytes of a file that are used, and the most runs that they may be in. */
export interface SparseLimits {
  readonly size: number;
  readonly runs: number;
}

interface Page {
  readonly data: Uint8Array;
  /** One bit for each byte that was put. */
  readonly put: Uint8Array;
  count: number;
}

// As large as an erase unit: firmware seldom leaves smaller gaps, and a hostile file wastes no more than this per byte.
const PAGE = 0x1000;

/** How many pages `size` bytes in `runs` runs touch at most: each run may begin and end inside a page. */
function mostPages(size: number, runs: number): number {
  return Math.ceil(size / PAGE) + 2 * runs;
}

/** Collects bytes; never holds more than the pages that were touched, nor more pages than its limits need. */
export class SparseBytes {
  readonly #pages = new Map<number, Page>();
  readonly #most: number;
  #size = 0;
  #full = false;

  /** The limits of what it is to hold: `size` bytes in `runs` runs. Whoever takes the bytes refuses more than that. */
  constructor({ size, runs }: SparseLimits) {
    this.#most = mostPages(size, runs);
  }

  /** Whether bytes were dropped, because they are more than the limit or in more runs. `take` then returns null. */
  get full(): boolean {
    return this.#full;
  }

  /** The number of different addresses that hold a byte. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds bytes from an address on. Stops at and returns the first address that already holds a different byte, or null. Stops
   * without a word once it is full.
   */
  put(address: number, data: Uint8Array): number | null {
    for (let done = 0; done < data.length && !this.#full;) {
      const number = Math.floor((address + done) / PAGE);
      const from = address + done - number * PAGE;
      const piece = data.subarray(done, done + PAGE - from);
      const page = this.#pageAt(number);
      if (page === null) return null;
      const before = page.count;
      const conflict = putInto(page, from, piece);
      this.#size += page.count - before;
      if (conflict !== null) return number * PAGE + conflict;
      done += piece.length;
    }
    return null;
  }

  /**
   * Returns all bytes as runs in order and forgets them; null, with nothing changed, if there are more than `most` runs or it
   * is full.
   */
  take(most: number): Run[] | null {
    const spans = this.#full ? null : this.#spans(most);
    if (spans === null) return null;
    const runs = spans.map(([from, to]) => ({ address: from, data: this.#copy(from, to) }));
    this.#pages.clear();
    this.#size = 0;
    return runs;
  }

  #pageAt(number: number): Page | null {
    const known = this.#pages.get(number);
    if (known !== undefined) return known;
    if (this.#pages.size >= this.#most) {
      this.#full = true;
      return null;
    }
    const page = { data: new Uint8Array(PAGE), put: new Uint8Array(PAGE / 8), count: 0 };
    this.#pages.set(number, page);
    return page;
  }

  #spans(most: number): [from: number, to: number][] | null {
    const spans: [number, number][] = [];
    for (const number of [...this.#pages.keys()].toSorted((a, b) => a - b)) {
      const page = this.#pages.get(number);
      if (page === undefined) continue;
      for (let at = 0; at < PAGE;) {
        const from = page.count === PAGE ? 0 : nextBit(page.put, at, true);
        const to = page.count === PAGE ? PAGE : nextBit(page.put, from, false);
        if (from < PAGE) {
          const last = spans.at(-1);
          if (last !== undefined && last[1] === number * PAGE + from) last[1] = number * PAGE + to;
          else spans.push([number * PAGE + from, number * PAGE + to]);
          if (spans.length > most) return null;
        }
        at = to;
      }
    }
    return spans;
  }

  #copy(from: number, to: number): Uint8Array {
    const out = new Uint8Array(to - from);
    for (let at = from; at < to;) {
      const number = Math.floor(at / PAGE);
      const end = Math.min(to, (number + 1) * PAGE);
      const page = this.#pages.get(number);
      if (page !== undefined) out.set(page.data.subarray(at - number * PAGE, end - number * PAGE), at - from);
      // A page that no later run can share is freed at once, so that a large file is not in memory twice.
      if (end === (number + 1) * PAGE) this.#pages.delete(number);
      at = end;
    }
    return out;
  }
}

function hasBit(bits: Uint8Array, at: number): boolean {
  return (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

function putInto(page: Page, from: number, piece: Uint8Array): number | null {
  const { data, put } = page;
  // Not `entries()`: every byte of every HEX and UF2 file passes here.
  for (let i = 0; i < piece.length; i++) {
    const at = from + i;
    const byte = piece[i] ?? 0;
    if (!hasBit(put, at)) {
      data[at] = byte;
      put[at >> 3] = (put[at >> 3] ?? 0) | (1 << (at & 7));
      page.count++;
    } else if (data[at] !== byte) {
      return at;
    }
  }
  return null;
}

/** The first position from `at` on whose bit is as wanted; the end of the page if there is none. */
function nextBit(bits: Uint8Array, at: number, wanted: boolean): number {
  let i = at;
  while (i < PAGE && hasBit(bits, i) !== wanted) i++;
  return i;
}
