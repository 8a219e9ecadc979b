/** How the library finds an item in a page: by 24 bits of a CRC, the first that was added first. */

/** The hashes of a page's items and their positions, in the order in which they were added. */
export class HashList {
  private readonly positions = new Map<number, number[]>();
  private readonly hashes = new Map<number, number>();

  insert(hash: number, at: number): void {
    const others = this.positions.get(hash);
    if (others === undefined) this.positions.set(hash, [at]);
    else others.push(at);
    this.hashes.set(at, hash);
  }

  /** The first position from `from` on with this hash; null if there is none. */
  find(hash: number, from: number): number | null {
    return this.positions.get(hash)?.find((at) => at >= from) ?? null;
  }

  erase(at: number): void {
    const hash = this.hashes.get(at);
    if (hash === undefined) return;
    this.hashes.delete(at);
    const rest = this.positions.get(hash)?.filter((other) => other !== at) ?? [];
    if (rest.length === 0) this.positions.delete(hash);
    else this.positions.set(hash, rest);
  }

  clear(): void {
    this.positions.clear();
    this.hashes.clear();
  }
}
