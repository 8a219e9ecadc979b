/** A repeatable stream of 32-bit numbers (xorshift32); the same seeds always give the same stream. */
export function randomWords(...seeds: readonly number[]): () => number {
  let state = 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (const seed of seeds) {
    state = (Math.imul(state ^ seed, 0x85ebca6b) ^ (state >>> 15)) >>> 0;
    // Zero is the one state that xorshift never leaves.
    if (state === 0) state = 0x9e3779b9;
    next();
  }
  return next;
}

/** Size in bytes of the pieces that {@link firmwareBytes} generates one by one. */
export const PIECE = 1024;

const WORDS = ['failed', 'timeout', 'wifi', 'task', 'sensor', 'heap', 'queue', 'config', 'motor', 'update'];

/** The first four letters of a word as a little-endian number. */
function letters(text: string): number {
  return [0, 1, 2, 3].reduce((sum, n) => sum + text.charCodeAt(n) * 2 ** (8 * n), 0);
}

/**
 * Fills `out` with bytes that compress like compiled code: words from a small set, noise, runs of one value, text.
 * `seedOf` gives the seed of each 1 KiB piece, so that a later version can share pieces with an earlier one.
 */
export function firmwareBytes(out: Uint8Array, seedOf: (piece: number) => number): void {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let at = 0; at < out.length; at += PIECE) {
    const next = randomWords(seedOf(at / PIECE), at / PIECE);
    const set = Array.from({ length: 24 }, next);
    const end = Math.min(at + PIECE, out.length);
    for (let i = at; i < end;) {
      const kind = next() % 8;
      const stop = Math.min(i + 32 + (next() % 64) * 4, end);
      const run = next() % 2 === 0 ? 0 : next();
      const word = (): number => {
        if (kind < 4) return set[next() % set.length] ?? 0;
        if (kind < 6) return next();
        return kind === 6 ? run : letters(WORDS[next() % WORDS.length] ?? '');
      };
      while (i < stop) {
        if (stop - i < 4) out[i++] = next() & 0xff;
        else {
          view.setUint32(i, word(), true);
          i += 4;
        }
      }
    }
  }
}
